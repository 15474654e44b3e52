#include "fuzz/fuzz.h"
#include "io/npy.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {
      "version 1", "version 2", "version 3", "'<f8'", "'>f8'", "'<f4'", "'>f4'", "'<f2'", "'>f2'", "'|i1'", "'<i2'", "'<i4'", "'>i4'",
      "'<i8'", "'|u1'", "'<u2'", "'>u2'", "'<u4'", "'<u8'", "'|b1'", "column-major", "no axis", "no number", "three axes"};
  return all;
}

bool accepts(Bytes input) {
  const auto array = read_npy(input, "x.npy");
  if (!array) return false;
  promise(array->size() == static_cast<std::int64_t>(array->data.size()), "as many numbers as the shape says");
  const auto again = read_npy(write_npy(*array), "again.npy");
  promise(again && again->shape == array->shape && same(again->data, array->data), "what is written reads back");

  const auto raw = read_npy_raw(input, "x.npy");
  promise(raw && raw->shape == array->shape, "what is read as numbers is read as it is");
  const auto same_again = read_npy(write_npy(*raw), "raw.npy");
  promise(same_again && same_again->shape == array->shape && same(same_again->data, array->data), "what is written as it is reads back");

  reached("version " + std::to_string(std::to_integer<int>(input[6])));
  const std::string_view head = text_of(input.first(std::min<std::size_t>(input.size(), 128)));
  for (const std::string& place : places())
    if (place[0] == '\'' && head.find(place) != std::string_view::npos) reached(place);
  if (array->shape.size() > 1 && head.find("True") != std::string_view::npos) reached("column-major");
  if (array->shape.empty()) reached("no axis");
  if (array->shape.size() == 3) reached("three axes");
  if (array->data.empty()) reached("no number");
  return true;
}

}  // namespace rankscope::fuzz
