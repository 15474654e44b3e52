#include "io/file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace rankscope {
namespace {

struct Close {
  void operator()(std::FILE* f) const { std::fclose(f); }
};
using File = std::unique_ptr<std::FILE, Close>;

Error trouble(const std::string& path, const char* doing) {
  const int code = errno;
  const char* remedy = code == ENOENT   ? "check the path"
                       : code == EACCES ? "check its permissions"
                       : code == ENOSPC ? "make room on the disk"
                       : code == EDQUOT ? "your share of the disk is used up: make room in it"
                       : code == EFBIG  ? "a file may not be that large here: raise the limit (ulimit -f), or record less"
                       : code == EROFS  ? "nothing can be written there: name another folder"
                       : code == EISDIR ? "name a file in the folder"
                       : code == ENOTDIR ? "a part of the path is a file: name a folder"
                                        : "";
  return {path, std::string(doing) + ": " + std::strerror(code), remedy};
}

}  // namespace

Result<std::vector<std::byte>> read_file(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return trouble(path, "cannot be read");
  // Read in pieces: the size of a pipe is not known beforehand.
  std::vector<std::byte> bytes;
  std::vector<std::byte> piece(std::size_t{1} << 16);
  while (const std::size_t n = std::fread(piece.data(), 1, piece.size(), file.get())) {
    bytes.insert(bytes.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(n));
    if (bytes.size() > max_file_bytes) return Error{path, "has more than 256 MiB", "save a part of it"};
  }
  if (std::ferror(file.get())) return trouble(path, "cannot be read");
  return bytes;
}

Result<void> write_file(const std::string& path, Bytes bytes) {
  const std::string part = path + ".part";
  File file(std::fopen(part.c_str(), "wb"));
  if (!file) return trouble(path, "cannot be written");
  // On the disk before the rename: a power cut must not leave the new name with nothing behind it.
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size() &&
                       std::fflush(file.get()) == 0 && (fsync(fileno(file.get())) == 0 || errno == EINVAL);
  const bool closed = std::fclose(file.release()) == 0;
  if (!written || !closed || std::rename(part.c_str(), path.c_str()) != 0) {
    Error error = trouble(path, "cannot be written");
    error.what += "; it has " + std::to_string(bytes.size()) + " bytes";
    std::remove(part.c_str());
    return error;
  }
  return {};
}

}  // namespace rankscope
