// Gzip, RFC 1952: one member, as gzip writes a file.
#pragma once
#include <string_view>
#include <vector>

#include "io/bytes.h"
#include "lab/result.h"

namespace rankscope {

inline bool is_gzip(Bytes bytes) { return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b}; }

/// The file inside, at most 128 MiB, its checksum verified. `name` is for messages.
Result<std::vector<std::byte>> gunzip(Bytes bytes, std::string_view name);

}  // namespace rankscope
