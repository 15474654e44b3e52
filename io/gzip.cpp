#include "io/gzip.h"

#include <algorithm>

#include "io/stb.h"
#include "io/zip.h"

namespace rankscope {

Result<std::vector<std::byte>> gunzip(Bytes bytes, std::string_view name) {
  auto fail = [&](std::string what) { return Error{std::string(name), std::move(what), "pack it again with gzip, or give the file as it is"}; };
  constexpr std::size_t head = 10, tail = 8;  // the checksum and the size stand at the end
  constexpr std::size_t most = std::size_t{1} << 27;
  if (!is_gzip(bytes)) return fail("is not a gzip file: it does not begin with 1f 8b");
  if (bytes.size() < head + tail) return fail("ends within its gzip header");
  if (bytes[2] != std::byte{8}) return fail("is packed by a method that gzip does not have");
  const auto flags = std::to_integer<unsigned>(bytes[3]);
  const std::size_t end = bytes.size() - tail;
  std::size_t at = head;
  if (flags & 4) at += 2 + load_little(&bytes[at], 2);  // an extra field
  for (const unsigned text : {8u, 16u}) {               // a name and a comment, each ending in a zero
    if (!(flags & text)) continue;
    while (at < end && bytes[at] != std::byte{0}) ++at;
    ++at;
  }
  if (flags & 2) at += 2;  // a checksum of the header
  if (at >= end) return fail("ends within its gzip header");
  const Bytes packed = bytes.subspan(at, end - at);
  const std::size_t size = load_little(&bytes[end + 4], 4);
  if (size > most) return Error{std::string(name), "unpacks to more than 128 MiB", "give a part of it"};
  if (size / max_deflate_ratio > packed.size()) return fail("is damaged: " + std::to_string(packed.size()) + " bytes cannot hold the " + std::to_string(size) + " it claims");
  std::vector<std::byte> out(size);
  if (inflate(packed, out) != Inflated{packed.size(), size} || crc32(out) != load_little(&bytes[end], 4)) return fail("is damaged, or of several parts");
  return out;
}

}  // namespace rankscope
