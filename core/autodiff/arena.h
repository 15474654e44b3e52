// Numbers that are all given back at once. The memory is kept, so that a loop that asks for the same again allocates nothing.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

namespace rankscope {

class Arena {
 public:
  /// n numbers, not set; they stay where they are until clear().
  double* take(std::size_t n) {
    while (block_ < blocks_.size() && blocks_[block_].size() - used_ < n) ++block_, used_ = 0;
    if (block_ == blocks_.size()) blocks_.emplace_back(std::max(n, kBlock)), used_ = 0;
    double* at = blocks_[block_].data() + used_;
    used_ += n;
    return at;
  }
  void clear() { block_ = used_ = 0; }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 15;  // 256 kB

  std::vector<std::vector<double>> blocks_;  ///< what a growing list moves are the vectors, not their numbers
  std::size_t block_ = 0, used_ = 0;
};

}  // namespace rankscope
