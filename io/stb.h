// The door to stb_image (public domain, Sean Barrett): deflate, PNG and JPEG. The encoder is in image_write.cpp.
#pragma once
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "io/bytes.h"

namespace rankscope {

/// No deflated byte unpacks to more: 258 bytes for two bits.
constexpr std::size_t max_deflate_ratio = 1032;

struct Inflated {
  std::size_t read = 0, written = 0;  ///< bytes
  bool operator==(const Inflated&) const = default;
};

/// Raw deflate (RFC 1951), up to the end of its last block; nullopt when it is damaged or `out` is too small.
std::optional<Inflated> inflate(Bytes packed, std::span<std::byte> out);

/// A zlib stream (RFC 1950): what inflate() takes, between two bytes and a checksum. In image_write.cpp.
std::vector<std::byte> deflate(Bytes bytes);

struct Pixels {
  int rows = 0, cols = 0;
  int channels = 0;  ///< 1 grey, 2 grey and alpha, 3 rgb, 4 rgb and alpha; interleaved, rows from the top
  int bits = 8;      ///< 8 or 16 a sample
  struct Free {
    void operator()(void* p) const { std::free(p); }
  };
  std::unique_ptr<void, Free> samples;  ///< std::uint8_t or std::uint16_t; null when decoding failed

  int sample(std::size_t i) const {
    return bits == 16 ? static_cast<const std::uint16_t*>(samples.get())[i]
                      : static_cast<const std::uint8_t*>(samples.get())[i];
  }
};

/// Size and channels from the header alone, without samples; rows 0 when this is neither a PNG nor a JPEG.
Pixels probe_image(Bytes file);
Pixels decode_image(Bytes file);

}  // namespace rankscope
