#include "io/stb.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <vector>

// One inflater and one decoder, native and wasm. Without SIMD, so that a photograph is the same numbers everywhere.
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_SIMD
#define STBI_NO_FAILURE_STRINGS
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_MAX_DIMENSIONS 4096
#define STBI_MALLOC(size) std::calloc(1, size)  // what a damaged file leaves out is 0, and not what memory held before
#define STBI_REALLOC std::realloc
#define STBI_FREE std::free
#define STBI_ASSERT(condition) ((void)0)  // some fail on damaged files; the memory stays in bounds, see image_guard.h
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace rankscope {
namespace {

int length(Bytes bytes) {
  static_assert(max_file_bytes <= INT_MAX);
  return bytes.size() <= max_file_bytes ? static_cast<int>(bytes.size()) : 0;
}

}  // namespace

std::optional<std::size_t> inflate(Bytes packed, std::span<std::byte> out) {
  if (packed.empty() || packed.size() > max_file_bytes || out.size() > max_file_bytes) return std::nullopt;
  // The decoder wants 16 bits at a time, and takes the end of its input for damage even when the last code is shorter.
  std::vector<char> padded(packed.size() + 4);
  std::memcpy(padded.data(), packed.data(), packed.size());
  char nothing;  // it copies no bytes to where no bytes are, but not to a null pointer
  char* to = out.empty() ? &nothing : reinterpret_cast<char*>(out.data());
  const int size = stbi_zlib_decode_noheader_buffer(to, static_cast<int>(out.size()), padded.data(),
                                                    static_cast<int>(padded.size()));
  return size < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(size));
}

Pixels probe_image(Bytes file) {
  const auto* data = reinterpret_cast<const stbi_uc*>(file.data());
  Pixels p;
  if (!stbi_info_from_memory(data, length(file), &p.cols, &p.rows, &p.channels)) return {};
  p.bits = stbi_is_16_bit_from_memory(data, length(file)) ? 16 : 8;
  return p;
}

Pixels decode_image(Bytes file) {
  const auto* data = reinterpret_cast<const stbi_uc*>(file.data());
  Pixels p = probe_image(file);
  if (p.rows == 0) return {};
  if (p.bits == 16)
    p.samples.reset(stbi_load_16_from_memory(data, length(file), &p.cols, &p.rows, &p.channels, 0));
  else
    p.samples.reset(stbi_load_from_memory(data, length(file), &p.cols, &p.rows, &p.channels, 0));
  return p;
}

}  // namespace rankscope
