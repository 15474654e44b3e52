#include "fuzz/fuzz.h"
#include "io/idx.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"type 8", "type 9", "type 11", "type 12", "type 13", "type 14", "three axes", "no number"};
  return all;
}

bool accepts(Bytes input) {
  const auto array = read_idx(input, "x.idx");
  if (!array) return false;
  promise(is_idx(input), "what is read looks like one");
  promise(array->size() == static_cast<std::int64_t>(array->data.size()), "as many numbers as the shape says");
  reached("type " + std::to_string(std::to_integer<int>(input[2])));
  if (array->shape.size() == 3) reached("three axes");
  if (array->data.empty()) reached("no number");
  return true;
}

}  // namespace rankscope::fuzz
