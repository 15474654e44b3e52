#include "fuzz/fuzz.h"
#include "lab/frame.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"no series", "a scalar", "a spectrum", "a matrix", "theory"};
  return all;
}

bool accepts(Bytes input) {
  const auto frame = decode(input);
  if (!frame) return false;
  const auto again = encode(*frame);
  promise(std::equal(again.begin(), again.end(), input.begin(), input.end()), "a frame encodes to the same bytes");
  if (frame->values.empty()) reached("no series");
  for (const Series& s : frame->values) {
    promise(frame->find(s.view, s.part) != nullptr, "every series is found");
    if (s.shape.size() < 3) reached(s.shape.empty() ? "a scalar" : s.shape.size() == 1 ? "a spectrum" : "a matrix");
    if (s.part == Part::Theory) reached("theory");
  }
  return true;
}

}  // namespace rankscope::fuzz
