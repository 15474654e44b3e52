// Golden files, and what every reader must survive: files cut short anywhere, files changed anywhere.
#pragma once
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "io/bytes.h"
#include "io/file.h"

namespace rankscope::test {

using Buffer = std::vector<std::byte>;

inline Buffer golden(const std::string& file) {
  auto bytes = read_file(std::string(RANKSCOPE_TEST_DATA) + "/io/" + file);
  REQUIRE_MESSAGE(bytes, file);
  return *bytes;
}

inline Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

/// Equal to the bit, any NaN being as good as another.
inline bool same(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const bool equal = a[i] == b[i] && std::signbit(a[i]) == std::signbit(b[i]);
    if (!equal && !(std::isnan(a[i]) && std::isnan(b[i]))) return false;
  }
  return true;
}

/// Calls read(bytes) with every proper beginning of the file, in a buffer of exactly that size.
template <class Read>
void cut_short(const Buffer& file, Read read) {
  for (auto end = file.begin(); end != file.end(); ++end) read(Buffer(file.begin(), end));
}

/// Calls read(bytes) with seeded changes of the file: bytes set, bits flipped, ranges removed or doubled.
template <class Read>
void mutate(const Buffer& file, int count, Read read) {
  std::uint64_t state = 0x9e3779b97f4a7c15ull + file.size();
  auto below = [&](std::size_t n) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return static_cast<std::size_t>(state % n);
  };
  for (int k = 0; k < count; ++k) {
    Buffer bytes = file;
    for (std::size_t changes = 1 + below(4); changes-- > 0 && !bytes.empty();) {
      const std::size_t at = below(bytes.size()), size = 1 + below(std::min<std::size_t>(8, bytes.size() - at));
      const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at), to = from + static_cast<std::ptrdiff_t>(size);
      constexpr int telling[] = {0, 1, 127, 128, 255, ',', '"', '\n', '9', '-'};
      switch (below(5)) {
        case 0: *from = std::byte(static_cast<unsigned char>(below(256))); break;
        case 1: *from ^= std::byte(static_cast<unsigned char>(1u << below(8))); break;
        case 2: *from = std::byte(static_cast<unsigned char>(telling[below(std::size(telling))])); break;
        case 3: bytes.erase(from, to); break;
        default: {
          const Buffer piece(from, to);
          bytes.insert(from, piece.begin(), piece.end());
        }
      }
    }
    read(bytes);
  }
}

}  // namespace rankscope::test
