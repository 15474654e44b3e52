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

std::optional<Inflated> inflate(Bytes packed, std::span<std::byte> out) {
  if (packed.empty() || packed.size() > max_file_bytes || out.size() > max_file_bytes) return std::nullopt;
  // The decoder fetches up to 32 bits ahead, and takes the end of its input for damage even when the last code is shorter.
  std::vector<stbi_uc> padded(packed.size() + 8);
  std::memcpy(padded.data(), packed.data(), packed.size());
  char nothing;  // it copies no bytes to where no bytes are, but not to a null pointer
  char* to = out.empty() ? &nothing : reinterpret_cast<char*>(out.data());
  stbi__zbuf state{};
  state.zbuffer = padded.data();
  state.zbuffer_end = padded.data() + padded.size();
  if (!stbi__do_zlib(&state, to, static_cast<int>(out.size()), 0, 0)) return std::nullopt;
  const auto fetched = static_cast<std::size_t>(state.zbuffer - padded.data());
  return Inflated{.read = fetched - static_cast<std::size_t>(state.num_bits) / 8, .written = static_cast<std::size_t>(state.zout - state.zout_start)};
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
