#include "io/image.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "io/stb.h"
#include "io/zip.h"

namespace rankscope {
namespace {

constexpr std::string_view png_magic = "\x89PNG\r\n\x1a\n";
constexpr std::int64_t max_side = 4096;
constexpr std::size_t max_deflate_ratio = 1032;
constexpr int max_scans = 200;  // a progressive JPEG of today has about 10

bool begins(Bytes bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

std::optional<Error> check_side(std::string_view name, std::uint64_t rows, std::uint64_t cols) {
  if (rows >= 1 && cols >= 1 && rows <= max_side && cols <= max_side) return std::nullopt;
  return Error{std::string(name), "is a picture of " + std::to_string(cols) + " x " + std::to_string(rows) + " pixels",
               "at most 4096 x 4096 are read: scale it down"};
}

// The decoder checks no checksum and unpacks without limit, so both are seen to before it runs.
std::optional<Error> check_png(Bytes bytes, std::string_view name) {
  auto damaged = [&](std::size_t at) {
    return Error{std::string(name), "is damaged or cut short at byte " + std::to_string(at), "save it as PNG again"};
  };
  std::vector<std::byte> packed;
  std::size_t needed = 0;
  for (std::size_t at = png_magic.size(); ;) {
    if (bytes.size() - at < 12) return damaged(at);
    const std::size_t size = load_big(&bytes[at], 4);
    if (size > bytes.size() - at - 12) return damaged(at);
    const Bytes type = bytes.subspan(at + 4, 4), body = bytes.subspan(at + 8, size);
    if (crc32(bytes.subspan(at + 4, size + 4)) != load_big(&bytes[at + 8 + size], 4)) return damaged(at);
    if (at == png_magic.size()) {
      if (!begins(type, "IHDR") || size != 13) return damaged(at);
      const std::uint64_t cols = load_big(&body[0], 4), rows = load_big(&body[4], 4);
      if (auto error = check_side(name, rows, cols)) return error;
      constexpr std::size_t channels[] = {1, 0, 3, 1, 2, 0, 4};
      const std::size_t depth = std::to_integer<std::size_t>(body[8]), colour = std::to_integer<std::size_t>(body[9]);
      if (depth > 16 || colour > 6 || channels[colour] == 0) return damaged(at);
      needed = rows * ((cols * depth * channels[colour] + 7) / 8 + 1);
    }
    if (begins(type, "IDAT")) packed.insert(packed.end(), body.begin(), body.end());
    if (begins(type, "IEND")) break;
    at += size + 12;
  }
  constexpr std::size_t zlib_header = 2;
  if (packed.size() < zlib_header || needed / max_deflate_ratio > packed.size()) return damaged(bytes.size());
  // Interlacing pads the rows of its seven passes; twice the plain size is room enough.
  std::vector<std::byte> unpacked(2 * needed + 64);
  if (!inflate(Bytes(packed).subspan(zlib_header), unpacked)) return damaged(bytes.size());
  return std::nullopt;
}

// A block of 8 x 8 takes a bit or more, and each scan of a progressive file costs a pass over all of them.
std::optional<Error> check_jpeg(Bytes bytes, std::string_view name, std::int64_t rows, std::int64_t cols) {
  if (auto error = check_side(name, static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(cols))) return error;
  int scans = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) scans += bytes[i] == std::byte{0xff} && bytes[i + 1] == std::byte{0xda};
  if (scans > max_scans || static_cast<std::uint64_t>(rows * cols) / 512 > bytes.size())
    return Error{std::string(name), "is damaged or cut short", "save it as JPEG again"};
  return std::nullopt;
}

}  // namespace

bool is_png(Bytes bytes) { return begins(bytes, png_magic); }
bool is_jpeg(Bytes bytes) { return begins(bytes, "\xff\xd8\xff"); }

Result<Dense> read_image(Bytes bytes, std::string_view name, Channel channel) {
  if (bytes.size() > max_file_bytes) return Error{std::string(name), "has more than 256 MiB", "scale it down"};
  if (is_png(bytes)) {
    if (auto error = check_png(bytes, name)) return *error;
  } else if (!is_jpeg(bytes)) {
    return Error{std::string(name), "is neither a PNG nor a JPEG", "save it as one of them"};
  }
  const Pixels header = probe_image(bytes);
  if (is_jpeg(bytes) && header.rows > 0)
    if (auto error = check_jpeg(bytes, name, header.rows, header.cols)) return *error;
  const std::int64_t wide = header.cols * (channel == Channel::Rgb ? 3 : 1);
  if (header.rows * wide > max_entries)
    return Error{std::string(name), "gives " + std::to_string(header.rows) + " x " + std::to_string(wide) + " numbers",
                 "at most " + std::to_string(max_entries) + " are read: scale it down or read one channel"};
  const Pixels image = header.rows > 0 ? decode_image(bytes) : Pixels{};
  if (!image.samples)
    return Error{std::string(name), "is damaged, or of a kind that is not read (12 bits, arithmetic coding, CMYK)",
                 "save it as an ordinary 8 or 16 bit PNG"};

  const double top = image.bits == 16 ? 65535 : 255;
  const bool coloured = image.channels >= 3, alpha = image.channels % 2 == 0;
  Dense out{{image.rows, wide}, std::vector<double>(static_cast<std::size_t>(image.rows * wide))};
  for (int i = 0; i < image.rows; ++i) {
    for (int j = 0; j < image.cols; ++j) {
      const std::size_t at = (static_cast<std::size_t>(i) * image.cols + j) * image.channels;
      double rgb[3];
      for (int c = 0; c < 3; ++c) rgb[c] = image.sample(at + (coloured ? c : 0)) / top;
      if (alpha && image.sample(at + image.channels - 1) == 0)
        std::fill(rgb, rgb + 3, std::numeric_limits<double>::quiet_NaN());
      double* row = &out.data[static_cast<std::size_t>(i * wide)];
      switch (channel) {
        case Channel::Grey:
          row[j] = rgb[0] == rgb[1] && rgb[1] == rgb[2] ? rgb[0] : 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
          break;
        case Channel::Red: row[j] = rgb[0]; break;
        case Channel::Green: row[j] = rgb[1]; break;
        case Channel::Blue: row[j] = rgb[2]; break;
        case Channel::Rgb:
          for (int c = 0; c < 3; ++c) row[c * image.cols + j] = rgb[c];
          break;
      }
    }
  }
  return out;
}

}  // namespace rankscope
