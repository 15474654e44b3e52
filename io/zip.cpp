#include "io/zip.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "io/stb.h"

namespace rankscope {
namespace {

constexpr std::uint32_t local_magic = 0x04034b50, central_magic = 0x02014b50, end_magic = 0x06054b50;
constexpr std::size_t local_size = 30, central_size = 46, end_size = 22;
constexpr std::size_t max_member = 8 * static_cast<std::size_t>(max_entries) + (1 << 16);

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    std::uint32_t c = n;
    for (int k = 0; k < 8; ++k) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[n] = c;
  }
  return table;
}();

std::uint32_t u16(Bytes bytes, std::size_t at) { return static_cast<std::uint32_t>(load_little(&bytes[at], 2)); }
std::uint32_t u32(Bytes bytes, std::size_t at) { return static_cast<std::uint32_t>(load_little(&bytes[at], 4)); }

/// Where the end record stands: it is followed by a comment of the length it says, and by nothing else.
std::size_t find_end(Bytes archive) {
  if (archive.size() < end_size) return archive.size();
  const std::size_t last = archive.size() - end_size;
  for (std::size_t comment = 0; comment <= std::min<std::size_t>(last, 0xffff); ++comment)
    if (u32(archive, last - comment) == end_magic && u16(archive, last - comment + 20) == comment)
      return last - comment;
  return archive.size();
}

}  // namespace

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t c = 0xffffffffu;
  for (std::byte b : bytes) c = crc_table[(c ^ std::to_integer<std::uint32_t>(b)) & 255] ^ (c >> 8);
  return ~c;
}

Result<std::vector<ZipMember>> zip_members(Bytes archive, std::string_view name) {
  auto fail = [&](std::string what, std::string remedy) {
    return Error{std::string(name), std::move(what), std::move(remedy)};
  };
  const std::string again = "save it again with numpy.savez";
  const Error zip64 = fail("is a zip64 archive (4 GiB or 65535 members and more)", "save fewer or smaller arrays");
  const std::size_t end = find_end(archive);
  if (end == archive.size()) return fail("is not a whole zip archive: its end record is missing", again);
  const std::size_t count = u16(archive, end + 10), directory_size = u32(archive, end + 12);
  std::size_t at = u32(archive, end + 16);
  if (count == 0xffff || directory_size == 0xffffffffu || at == 0xffffffffu) return zip64;
  if (u16(archive, end + 4) != 0 || u16(archive, end + 8) != count)
    return fail("is one part of an archive in several parts", "join the parts first");
  if (at > end || directory_size > end - at) return fail("is damaged: its directory lies outside of the file", again);
  const std::size_t stop = at + directory_size;

  std::vector<ZipMember> members;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string place = "the directory at byte " + std::to_string(at);
    if (stop - at < central_size || u32(archive, at) != central_magic) return fail("is damaged: " + place, again);
    const std::size_t name_size = u16(archive, at + 28);
    const std::size_t next = at + central_size + name_size + u16(archive, at + 30) + u16(archive, at + 32);
    if (next > stop) return fail("is damaged: " + place, again);
    ZipMember m;
    m.name.assign(reinterpret_cast<const char*>(&archive[at]) + central_size, name_size);
    m.method = static_cast<int>(u16(archive, at + 10));
    m.crc = u32(archive, at + 16);
    const std::size_t packed = u32(archive, at + 20);
    m.size = u32(archive, at + 24);
    const std::size_t local = u32(archive, at + 42);
    if (packed == 0xffffffffu || m.size == 0xffffffffu || local == 0xffffffffu) return zip64;
    if (u16(archive, at + 8) & 1) return fail("the member " + m.name + " is encrypted", "save it without a password");
    // The local header repeats the sizes, but may leave them open; only its own length is taken from it.
    if (local > end || end - local < local_size || u32(archive, local) != local_magic)
      return fail("is damaged: the member " + m.name + " at byte " + std::to_string(local), again);
    const std::size_t from = local + local_size + u16(archive, local + 26) + u16(archive, local + 28);
    if (from > end || packed > end - from)
      return fail("is damaged: the member " + m.name + " lies outside of the file", again);
    m.packed = archive.subspan(from, packed);
    members.push_back(std::move(m));
    at = next;
  }
  return members;
}

Result<std::vector<std::byte>> unzip(const ZipMember& member, std::string_view name) {
  auto fail = [&](std::string what, std::string remedy) {
    return Error{std::string(name), "the member " + member.name + " " + what, std::move(remedy)};
  };
  const std::string again = "save it again with numpy.savez";
  if (member.method != 0 && member.method != 8)
    return fail("is packed by method " + std::to_string(member.method),
                "stored and deflated members are read; " + again);
  if (member.size > max_member)
    return fail("has more than " + std::to_string(max_entries) + " numbers", "save a part of it");
  const bool stored = member.method == 0;
  if (stored ? member.size != member.packed.size() : member.size / max_deflate_ratio > member.packed.size())
    return fail("is damaged: " + std::to_string(member.packed.size()) + " bytes cannot hold the " +
                    std::to_string(member.size) + " it claims",
                again);
  std::vector<std::byte> out(member.size);
  if (stored)
    std::copy(member.packed.begin(), member.packed.end(), out.begin());
  else if (inflate(member.packed, out) != Inflated{member.packed.size(), out.size()})
    return fail("is damaged: it does not unpack", again);
  if (crc32(out) != member.crc) return fail("is damaged: its checksum does not match", again);
  return out;
}

std::vector<std::byte> write_zip(const std::vector<ZipFile>& files) {
  constexpr std::uint32_t date = 0x0021;  // 1980-01-01
  std::vector<std::byte> out, directory;
  for (const ZipFile& file : files) {
    const std::uint64_t local = out.size();
    const std::uint32_t crc = crc32(file.bytes);
    auto common = [&](std::vector<std::byte>& to) {
      store_little(to, 20, 2);  // version 2.0 reads it
      store_little(to, 0, 2);   // flags
      store_little(to, 0, 2);   // stored
      store_little(to, 0, 2);   // midnight
      store_little(to, date, 2);
      store_little(to, crc, 4);
      store_little(to, file.bytes.size(), 4);
      store_little(to, file.bytes.size(), 4);
      store_little(to, file.name.size(), 2);
      store_little(to, 0, 2);  // no extra field
    };
    auto add_name = [&](std::vector<std::byte>& to) {
      for (char c : file.name) to.push_back(std::byte(static_cast<unsigned char>(c)));
    };
    store_little(out, local_magic, 4);
    common(out);
    add_name(out);
    out.insert(out.end(), file.bytes.begin(), file.bytes.end());

    store_little(directory, central_magic, 4);
    store_little(directory, 20, 2);  // made by version 2.0
    common(directory);
    store_little(directory, 0, 6);  // comment, disk, internal attributes
    store_little(directory, 0, 4);  // external attributes
    store_little(directory, local, 4);
    add_name(directory);
  }
  const std::uint64_t at = out.size();
  assert(files.size() < 0xffff && at + directory.size() < 0xffffffffu);
  out.insert(out.end(), directory.begin(), directory.end());
  store_little(out, end_magic, 4);
  store_little(out, 0, 4);  // one disk
  store_little(out, files.size(), 2);
  store_little(out, files.size(), 2);
  store_little(out, directory.size(), 4);
  store_little(out, at, 4);
  store_little(out, 0, 2);  // no comment
  return out;
}

}  // namespace rankscope
