// Which observations each step sees: all of them, or consecutive slices of a permutation that is drawn afresh each epoch, the last
// slice smaller (as PyTorch's DataLoader with shuffle=True does it).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lab/archive.h"
#include "lab/settings.h"
#include "math/rng.h"

namespace rankscope {

class Batches {
 public:
  /// `size` of `count` observations a step; 0, or as many as there are: all.
  Batches(std::int64_t count, std::int64_t size, std::uint64_t seed);
  bool all() const { return size_ == 0; }
  std::int64_t largest() const { return all() ? count_ : size_; }
  /// The next step's observations, ascending; empty: all.
  std::span<const std::int64_t> next();
  /// Whether the last slice was the last of its epoch.
  bool epoch_over() const { return at_ == count_; }
  void archive(Archive& archive);

 private:
  std::int64_t count_, size_, at_;
  Rng rng_;
  std::vector<std::int64_t> order_, slice_;
};

/// batch.
std::span<const Param> batch_params();

}  // namespace rankscope
