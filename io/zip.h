// Zip archives as NumPy writes them: members stored or deflated, no zip64, no encryption.
// Format: PKWARE APPNOTE 6.3.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "io/bytes.h"
#include "lab/result.h"

namespace rankscope {

struct ZipMember {
  std::string name;
  int method = 0;  ///< 0 stored, 8 deflated
  std::uint32_t crc = 0;
  std::size_t size = 0;  ///< unpacked
  Bytes packed;          ///< within the archive
};

/// The archive's directory; looks at no member's content. `name` is for messages.
Result<std::vector<ZipMember>> zip_members(Bytes archive, std::string_view name);

/// The member's bytes, with their checksum verified. At most 128 MiB + 64 KiB: an array of max_entries doubles and its
/// header.
Result<std::vector<std::byte>> unzip(const ZipMember& member, std::string_view name);

struct ZipFile {
  std::string name;
  std::vector<std::byte> bytes;
};

/// Members stored, dated 1980-01-01, in the order given: the same files give the same bytes. In all less than 4 GiB.
std::vector<std::byte> write_zip(const std::vector<ZipFile>& files);

/// CRC-32 of zip and PNG.
std::uint32_t crc32(Bytes bytes);

}  // namespace rankscope
