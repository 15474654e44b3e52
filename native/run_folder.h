// The folder that `run --out` writes: run.json, series.csv, arrays.npz, completion.csv.
#pragma once
#include <string>
#include <vector>

#include "lab/run.h"
#include "lab/study.h"

namespace rankscope {

class RunFolder {
 public:
  enum class State { Fresh, Incomplete, Complete };

  /// `document` resolved. Error: it cannot be made, or holds another document and `restart` was not asked for.
  static Result<RunFolder> open(const std::string& path, const Document& document, const Tables& tables, bool restart);

  State state() const { return state_; }
  const std::string& path() const { return path_; }
  /// run.json, and nothing of an earlier run beside it.
  Result<void> begin() const;
  /// What was recorded, and the arrays of this moment unless the run diverged.
  Result<void> finish(Run& run, const std::vector<Frame>& frames) const;

 private:
  std::string path_, document_;
  State state_ = State::Fresh;
};

}  // namespace rankscope
