// Bytes as they come from a file or a drop, and the caps that every reader keeps.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rankscope {

using Bytes = std::span<const std::byte>;

/// No reader looks at more: 256 MiB a file, 2^24 numbers an array (a 4096 x 4096 matrix, 128 MiB), 32 dimensions.
constexpr std::size_t max_file_bytes = std::size_t{1} << 28;
constexpr std::int64_t max_entries = std::int64_t{1} << 24;
constexpr std::size_t max_dimensions = 32;

/// What a reader did that one may want to know, a sentence each: a column ignored, a form guessed.
using Notes = std::vector<std::string>;

/// Little-endian unsigned number of `size` <= 8 bytes; the caller has checked that they are there.
inline std::uint64_t load_little(const std::byte* p, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(p[i]);
  return value;
}

inline std::uint64_t load_big(const std::byte* p, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::uint64_t>(p[i]);
  return value;
}

inline void store_little(std::vector<std::byte>& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out.push_back(std::byte(value >> (8 * i) & 255));
}

}  // namespace rankscope
