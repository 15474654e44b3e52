#include "fuzz/fuzz.h"
#include "io/npz.h"
#include "io/zip.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"stored", "deflated", "one array", "several arrays", "another file", "a state"};
  return all;
}

bool accepts(Bytes input) {
  const auto members = zip_members(input, "x.npz");
  if (!members) return false;
  std::vector<NamedArray> arrays;
  for (const ZipMember& m : *members) {
    auto bytes = unzip(m, "x.npz");
    if (!bytes) return false;
    promise(bytes->size() == m.size, "as many bytes as the directory says");
    if (!m.name.ends_with(".npy")) continue;
    auto array = read_npz(input, "x.npz", m.name.substr(0, m.name.size() - 4));
    if (!array) return false;
    arrays.push_back({m.name.substr(0, m.name.size() - 4), std::move(*array)});
  }
  if (arrays.empty()) return false;
  const auto names = npz_names(input, "x.npz");
  promise(names && names->size() == arrays.size(), "every array has its name");

  const auto written = write_npz(arrays);
  for (const NamedArray& a : arrays) {
    const auto again = read_npz(written, "again.npz", a.name);
    promise(again && again->shape == a.array.shape && same(again->data, a.array.data), "what is written reads back");
  }
  for (const ZipMember& m : *members) reached(m.method == 8 ? "deflated" : "stored");
  reached(arrays.size() == 1 ? "one array" : "several arrays");
  if (members->size() > arrays.size()) reached("another file");
  if (const auto state = read_state(input, "x.npz")) {
    promise(!state->empty(), "a state has parts");
    reached("a state");
  }
  return true;
}

}  // namespace rankscope::fuzz
