// Which line each singular value belongs to. Values that have not departed from zero are lines by their order; once departed,
// a line keeps its number by the overlap of its singular vectors from frame to frame, so colours do not swap at a crossing.
#pragma once
#include <vector>

#include "lab/archive.h"
#include "math/svd.h"

namespace rankscope {

class LineTracker {
 public:
  explicit LineTracker(std::size_t lines) : lines_(lines) {}
  /// line of the i-th largest value, for the first `lines` values.
  const std::vector<double>& follow(const Svd& svd);
  void archive(Archive& archive);

 private:
  std::size_t lines_;
  double first_ = 0;               ///< the largest value of the first frame
  std::vector<double> line_;       ///< as doubles: they go into Frames
  std::vector<double> departed_;   ///< lines that have departed, by their position in the last frame: 1 or 0
  std::vector<double> u_, v_;      ///< the last frame's singular vectors, column by column
};

}  // namespace rankscope
