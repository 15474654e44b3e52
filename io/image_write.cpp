// Apart from the reader, so that the page, which writes no pictures, does not carry the encoder; of what is here it takes the compressor.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "io/image.h"
#include "io/stb.h"

#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace rankscope {

std::vector<std::byte> write_png(const Dense& matrix) {
  assert(matrix.shape.size() == 2 && matrix.size() == static_cast<std::int64_t>(matrix.data.size()));
  const bool gaps = std::any_of(matrix.data.begin(), matrix.data.end(), [](double x) { return !std::isfinite(x); });
  std::vector<std::uint8_t> samples;
  for (double x : matrix.data) {
    const bool seen = std::isfinite(x);
    samples.push_back(seen ? static_cast<std::uint8_t>(std::clamp(x, 0.0, 1.0) * 255 + 0.5) : std::uint8_t{0});
    if (gaps) samples.push_back(seen ? 255 : 0);
  }
  return write_png(static_cast<int>(matrix.shape[0]), static_cast<int>(matrix.shape[1]), gaps ? 2 : 1, samples);
}

std::vector<std::byte> write_png(int rows, int cols, int channels, std::span<const std::uint8_t> samples) {
  assert(rows > 0 && cols > 0 && channels >= 1 && channels <= 4);
  assert(samples.size() == static_cast<std::size_t>(std::int64_t{rows} * cols * channels));
  int size = 0;
  const std::unique_ptr<unsigned char, Pixels::Free> png(
      stbi_write_png_to_mem(samples.data(), cols * channels, cols, rows, channels, &size));
  assert(png);
  const auto bytes = std::as_bytes(std::span(png.get(), static_cast<std::size_t>(size)));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> deflate(Bytes bytes) {
  assert(bytes.size() <= max_file_bytes);
  std::vector<unsigned char> in(bytes.size());
  std::memcpy(in.data(), bytes.data(), bytes.size());
  int size = 0;
  constexpr int kQuality = 8;
  const std::unique_ptr<unsigned char, Pixels::Free> out(stbi_zlib_compress(in.data(), static_cast<int>(in.size()), &size, kQuality));
  assert(out);
  const auto packed = std::as_bytes(std::span(out.get(), static_cast<std::size_t>(size)));
  return {packed.begin(), packed.end()};
}

}  // namespace rankscope
