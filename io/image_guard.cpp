#include "io/image_guard.h"

#include <cstring>
#include <string>
#include <vector>

#include "io/stb.h"
#include "io/zip.h"

namespace rankscope {
namespace {

constexpr std::uint64_t max_side = 4096;
constexpr int max_scans = 200;  // each costs a pass over the picture; a progressive JPEG of today has about 10

Error damaged(std::string_view name, std::size_t at) {
  return {std::string(name), "is damaged or cut short at byte " + std::to_string(at), "save it again as PNG or JPEG"};
}

Result<void> check_side(std::string_view name, std::uint64_t rows, std::uint64_t cols) {
  if (rows >= 1 && cols >= 1 && rows <= max_side && cols <= max_side) return {};
  return Error{std::string(name), "is a picture of " + std::to_string(cols) + " x " + std::to_string(rows) + " pixels",
               "at most 4096 x 4096 are read: scale it down"};
}

/// Whether every Huffman table of a DHT segment has at most the 256 symbols there are; the decoder has room for no
/// more.
bool huffman_tables_fit(Bytes segment) {
  while (!segment.empty()) {
    if (segment.size() < 17) return false;
    std::size_t symbols = 0;
    for (std::size_t i = 1; i < 17; ++i) symbols += std::to_integer<std::size_t>(segment[i]);
    if (symbols > 256 || symbols > segment.size() - 17) return false;
    segment = segment.subspan(17 + symbols);
  }
  return true;
}

}  // namespace

Result<void> guard_png(Bytes bytes, std::string_view name) {
  auto is = [](Bytes type, const char* word) { return std::memcmp(type.data(), word, 4) == 0; };
  constexpr std::size_t start = 8;  // after the signature
  std::vector<std::byte> packed;
  std::size_t needed = 0;
  for (std::size_t at = start;;) {
    if (bytes.size() < at + 12) return damaged(name, at);
    const auto size = static_cast<std::size_t>(load_big(&bytes[at], 4));
    if (size > bytes.size() - at - 12) return damaged(name, at);
    const Bytes type = bytes.subspan(at + 4, 4), body = bytes.subspan(at + 8, size);
    if (crc32(bytes.subspan(at + 4, size + 4)) != load_big(&bytes[at + 8 + size], 4)) return damaged(name, at);
    if (at == start) {
      if (!is(type, "IHDR") || size != 13) return damaged(name, at);
      const std::uint64_t cols = load_big(&body[0], 4), rows = load_big(&body[4], 4);
      if (auto fits = check_side(name, rows, cols); !fits) return fits;
      constexpr std::uint64_t channels[] = {1, 0, 3, 1, 2, 0, 4};  // by colour type
      const auto depth = std::to_integer<std::uint64_t>(body[8]);
      const auto colour = std::to_integer<std::size_t>(body[9]);
      if (depth > 16 || colour > 6 || channels[colour] == 0) return damaged(name, at);
      needed = static_cast<std::size_t>(rows * ((cols * depth * channels[colour] + 7) / 8 + 1));
    }
    if (is(type, "IDAT")) packed.insert(packed.end(), body.begin(), body.end());
    if (is(type, "IEND")) break;
    at += size + 12;
  }
  // The decoder lets its buffer grow with what comes out, so see here that no more comes out than the picture needs.
  // Interlacing pads the rows of its seven passes: twice the plain size is room enough.
  constexpr std::size_t zlib_header = 2;
  if (packed.size() < zlib_header || needed / max_deflate_ratio > packed.size()) return damaged(name, bytes.size());
  std::vector<std::byte> unpacked(2 * needed + 64);
  if (!inflate(Bytes(packed).subspan(zlib_header), unpacked)) return damaged(name, bytes.size());
  return {};
}

// Walks over the markers as the decoder does: segments by their length, and within a scan whatever follows an 0xff.
Result<void> guard_jpeg(Bytes bytes, std::string_view name) {
  std::size_t at = 2;  // after the start of image
  std::uint64_t pixels = 0;
  for (int scans = 0;;) {
    while (at < bytes.size() && bytes[at] != std::byte{0xff}) ++at;
    while (at < bytes.size() && bytes[at] == std::byte{0xff}) ++at;
    if (at == bytes.size()) return damaged(name, at);
    const int marker = std::to_integer<int>(bytes[at++]);
    if (marker == 0xd9) break;                                        // end of image
    if (marker == 0 || (marker >= 0xd0 && marker <= 0xd7)) continue;  // within a scan
    if (bytes.size() - at < 2) return damaged(name, at);
    const auto size = static_cast<std::size_t>(load_big(&bytes[at], 2));
    if (size < 2 || size > bytes.size() - at) return damaged(name, at);
    const Bytes segment = bytes.subspan(at + 2, size - 2);
    if (marker == 0xc4 && !huffman_tables_fit(segment)) return damaged(name, at);
    if (marker == 0xc0 || marker == 0xc1 || marker == 0xc2) {  // baseline, extended, progressive
      if (segment.size() < 6) return damaged(name, at);
      const std::uint64_t rows = load_big(&segment[1], 2), cols = load_big(&segment[3], 2);
      if (auto fits = check_side(name, rows, cols); !fits) return fits;
      pixels = rows * cols;
    }
    if (marker == 0xda && ++scans > max_scans)
      return Error{std::string(name), "has more than " + std::to_string(max_scans) + " scans",
                   "save it as an ordinary JPEG"};
    at += size;
  }
  // A block of 8 x 8 pixels takes a bit at the very least.
  return pixels / 512 <= bytes.size() ? Result<void>() : damaged(name, bytes.size());
}

}  // namespace rankscope
