#include "fuzz/fuzz.h"
#include "io/gzip.h"
#include "io/zip.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"bare", "extra field", "name", "comment", "header checksum", "empty"};
  return all;
}

bool accepts(Bytes input) {
  const auto inside = gunzip(input, "x.gz");
  if (!inside) return false;
  promise(is_gzip(input), "what is read looks like one");
  promise(crc32(*inside) == load_little(&input[input.size() - 8], 4), "the checksum matches");
  const auto flags = std::to_integer<unsigned>(input[3]);
  if (flags == 0) reached("bare");
  if (flags & 4) reached("extra field");
  if (flags & 8) reached("name");
  if (flags & 16) reached("comment");
  if (flags & 2) reached("header checksum");
  if (inside->empty()) reached("empty");
  return true;
}

}  // namespace rankscope::fuzz
