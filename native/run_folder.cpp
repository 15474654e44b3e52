#include "native/run_folder.h"

#include <filesystem>

#include "io/document.h"
#include "io/export.h"
#include "io/file.h"

namespace rankscope {
namespace {

namespace fs = std::filesystem;

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

Result<std::string> text_of(const std::string& path) {
  auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

/// The step of the last line of a series.csv; -1 when there is none.
std::int64_t last_step(const std::string& csv) {
  if (csv.size() < 2 || csv.back() != '\n') return -1;
  const auto start = csv.rfind('\n', csv.size() - 2);
  if (start == std::string::npos) return -1;
  return std::strtoll(csv.c_str() + start + 1, nullptr, 10);
}

}  // namespace

Result<RunFolder> RunFolder::open(const std::string& path, const Document& document, const Tables& tables,
                                  bool restart) {
  RunFolder folder;
  folder.path_ = path;
  folder.document_ = write_document(document, tables, Detail::Full, true);
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed || !fs::is_directory(path, failed))
    return Error{path, "the folder cannot be made" + (failed ? ": " + failed.message() : std::string()),
                 "name another one with --out"};
  const std::string file = path + "/run.json";
  if (restart || !fs::exists(file, failed)) return folder;
  auto text = text_of(file);
  if (!text) return text.error();
  auto there = parse_document(*text, tables, file);
  if (!there || write_document(*there, tables, Detail::Full, true) != folder.document_)
    return Error{file, "is another run's document", "name another folder, or overwrite it with --restart"};
  auto series = text_of(path + "/series.csv");
  const bool complete = series && last_step(*series) >= document.steps && fs::exists(path + "/arrays.npz", failed);
  folder.state_ = complete ? State::Complete : State::Incomplete;
  return folder;
}

Result<void> RunFolder::begin() const {
  for (const char* name : {"/series.csv", "/arrays.npz", "/completion.csv"}) {
    std::error_code failed;
    fs::remove(path_ + name, failed);
    if (failed) return Error{path_ + name, "cannot be replaced: " + failed.message(), "remove it"};
  }
  return write_file(path_ + "/run.json", bytes_of(document_));
}

Result<void> RunFolder::finish(Run& run, const std::vector<Frame>& frames) const {
  if (auto done = write_file(path_ + "/series.csv", bytes_of(series_csv(run.views(), run.recorded(), frames))); !done)
    return done;
  if (run.status() != Status::Running) return {};
  if (run.view("completed") >= 0) {
    auto csv = completion_csv(run);
    if (!csv) return csv.error();
    if (auto done = write_file(path_ + "/completion.csv", bytes_of(*csv)); !done) return done;
  }
  return write_file(path_ + "/arrays.npz", write_npz(final_arrays(run)));
}

}  // namespace rankscope
