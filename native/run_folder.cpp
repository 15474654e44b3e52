#include "native/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "io/document.h"
#include "io/export.h"
#include "io/file.h"

namespace rankscope {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCheckpoint = "/checkpoint.npz";
constexpr const char* kLock = "/lock";

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

Result<std::string> text_of(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Result<void> remove(const std::string& path) {
  std::error_code failed;
  fs::remove(path, failed);
  if (failed) return Error{path, "cannot be removed: " + failed.message(), "remove it"};
  return {};
}

}  // namespace

RunFolder::RunFolder(RunFolder&& other) noexcept
    : tables_(other.tables_), path_(std::move(other.path_)), document_(std::move(other.document_)), page_(std::move(other.page_)), written_(std::move(other.written_)), state_(other.state_),
      lock_(std::exchange(other.lock_, -1)) {}

RunFolder::~RunFolder() {
  if (lock_ < 0) return;
  unlink((path_ + kLock).c_str());  // while it is still locked: who waits for it looks whether it is still this file
  close(lock_);
}

/// A file locked by the kernel: however this process ends, the lock ends with it.
Result<void> RunFolder::lock() {
  const std::string file = path_ + kLock;
  for (;;) {
    lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock_ < 0)
      return Error{path_, std::string("nothing can be written here: ") + std::strerror(errno), "name another folder with --out"};
    if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
      const bool taken = errno == EWOULDBLOCK;
      const std::string why = std::strerror(errno);
      close(std::exchange(lock_, -1));
      if (!taken) return Error{file, "cannot be locked: " + why, "name a folder on another disk with --out"};
      const auto pid = text_of(file);
      return Error{path_, "another process writes here" + (pid && !pid->empty() ? ", " + *pid : std::string()),
                   "wait for it, or name another folder with --out"};
    }
    struct stat held, there;
    if (fstat(lock_, &held) == 0 && stat(file.c_str(), &there) == 0 && held.st_ino == there.st_ino) break;
    close(std::exchange(lock_, -1));  // the one before has just removed it
  }
  const std::string pid = std::to_string(getpid());
  if (ftruncate(lock_, 0) != 0 || write(lock_, pid.data(), pid.size()) < 0) return {};  // only for the message above
  return {};
}

Result<RunFolder> RunFolder::open(const std::string& path, const Document& document, const Tables& tables,
                                  bool restart, const ArrayTexts& arrays) {
  RunFolder folder(tables);
  folder.path_ = path;
  folder.document_ = write_document(document, tables, Detail::Full, true);
  folder.page_ = document.page;
  folder.written_ = write_document(document, tables, Detail::Full, true, arrays);
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed || !fs::is_directory(path, failed))
    return Error{path, "the folder cannot be made" + (failed ? ": " + failed.message() : std::string()),
                 "name another one with --out"};
  if (auto locked = folder.lock(); !locked) return locked.error();
  const std::string file = path + "/run.json";
  if (restart || !fs::exists(file, failed)) return folder;
  auto text = text_of(file);
  if (!text) return text.error();
  auto there = parse_document(*text, tables, file);
  if (there) there->page = document.page;  // how it is shown makes no other run of it
  if (!there || write_document(*there, tables, Detail::Full, true) != folder.document_)
    return Error{file, "is another run's document", "name another folder, or overwrite it with --restart"};
  const auto has = [&](const char* name) { return fs::exists(path + name, failed); };
  folder.state_ = has("/series.csv") && has("/arrays.npz") && !has(kCheckpoint) ? State::Complete : State::Incomplete;
  return folder;
}

std::optional<Checkpoint> RunFolder::checkpoint(std::string& trouble) const {
  const std::string file = path_ + kCheckpoint, aside = path_ + "/checkpoint.broken.npz";
  std::error_code failed;
  if (state_ != State::Incomplete || !fs::exists(file, failed)) return std::nullopt;
  Error error{file, "is of another document", ""};
  if (auto bytes = read_file(file); !bytes) {
    error = bytes.error();
  } else if (auto read = read_checkpoint(*bytes, file, tables_); !read) {
    error = read.error();
  } else if (read->document.page = page_; write_document(read->document, tables_, Detail::Full, true) == document_) {
    return std::move(*read);
  }
  fs::rename(file, aside, failed);
  trouble = error.where + ": " + error.what + (failed ? "" : "; it is kept as " + aside);
  return std::nullopt;
}

Result<void> RunFolder::begin() const {
  for (const char* name : {"/series.csv", "/arrays.npz", "/completion.csv", kCheckpoint})
    if (auto done = remove(path_ + name); !done) return done;
  return write_file(path_ + "/run.json", bytes_of(written_));
}

Result<void> RunFolder::save(const Run& run, std::span<const Frame> frames, double seconds) const {
  auto bytes = write_checkpoint(run, frames, seconds, false, tables_);
  if (!bytes) return bytes.error();
  return write_file(path_ + kCheckpoint, *bytes);
}

Result<void> RunFolder::write_series(const Run& run, std::span<const Frame> frames) const {
  return write_file(path_ + "/series.csv", bytes_of(series_csv(run.views(), run.recorded(), frames)));
}

Result<void> RunFolder::finish(Run& run, std::span<const Frame> frames) const {
  if (auto done = write_series(run, frames); !done) return done;
  if (run.status() != Status::Running) return {};
  if (run.view("completed") >= 0) {
    auto csv = completion_csv(run);
    if (!csv) return csv.error();
    if (auto done = write_file(path_ + "/completion.csv", bytes_of(*csv)); !done) return done;
  }
  return write_file(path_ + "/arrays.npz", final_arrays(run));
}

Result<void> RunFolder::forget(const std::string& path) { return remove(path + kCheckpoint); }

}  // namespace rankscope
