// The folder that `run --out` writes: run.json, series.csv, arrays.npz, completion.csv, and checkpoint.npz until it is whole.
#pragma once
#include <optional>
#include <span>
#include <string>

#include "io/checkpoint.h"
#include "io/document.h"
#include "lab/run.h"
#include "lab/study.h"

namespace rankscope {

class RunFolder {
 public:
  enum class State { Fresh, Incomplete, Complete };

  /// `document` resolved; `arrays` that travelled in it go on into run.json. The folder is this process's until the end of the object. Error: it cannot be made, another process
  /// writes to it, or it holds another document and `restart` was not asked for.
  static Result<RunFolder> open(const std::string& path, const Document& document, const Tables& tables, bool restart, const ArrayTexts& arrays = {});
  ~RunFolder();
  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;

  State state() const { return state_; }
  const std::string& path() const { return path_; }
  /// Where the run stood when it was interrupted. One that is of no use is put aside as checkpoint.broken.npz, and said so
  /// in `trouble`.
  std::optional<Checkpoint> checkpoint(std::string& trouble) const;
  /// run.json, and nothing of an earlier run beside it.
  Result<void> begin() const;
  /// checkpoint.npz as of now; what was there stays until the new one is whole on the disk.
  Result<void> save(const Run& run, std::span<const Frame> frames, double seconds) const;
  /// What was recorded so far.
  Result<void> write_series(const Run& run, std::span<const Frame> frames) const;
  /// What was recorded, and the arrays of this moment unless the run diverged.
  Result<void> finish(Run& run, std::span<const Frame> frames) const;
  /// Takes the checkpoint away: the folder is complete without it.
  Result<void> forget() const { return forget(path_); }
  static Result<void> forget(const std::string& path);

 private:
  explicit RunFolder(const Tables& tables) : tables_(tables) {}
  Result<void> lock();

  Tables tables_;
  std::string path_, document_, page_, written_;
  State state_ = State::Fresh;
  int lock_ = -1;
};

}  // namespace rankscope
