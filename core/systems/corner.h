// Completion of a matrix whose only unknown entry is the first: the problem whose solutions all norms run away from
// (Razin and Cohen 2020; science 2).
#pragma once
#include <cstdint>
#include <optional>

#include "lab/data.h"
#include "math/matrix.h"

namespace rankscope {

struct Corner {
  std::int64_t size = 0;
  double z = 0, z2 = 0, e = 0;  ///< of a 2 x 2 target: entries (1,2), (2,1), (2,2)

  /// The target [?, 1; 1, 0] itself, for which the theorems below are stated.
  bool plain() const { return size == 2 && z == 1 && z2 == 1 && e == 0; }
  /// What the first entry tends to as the loss vanishes at rank one, z z' / e; NaN where it is not bounded, or not 2 x 2.
  double limit() const;
};

/// Where the input "target" is a square array whose only gap is its first entry.
std::optional<Corner> corner_of(const Inputs& inputs);

/// Half the sum of squares over the observed entries of a plain corner.
double corner_loss(ConstMatrixRef w);

}  // namespace rankscope
