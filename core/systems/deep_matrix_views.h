// What a deep matrix factorization shows: one table, with the reference series' names as keys.
#pragma once
#include <string_view>
#include <vector>

#include "lab/frame.h"
#include "tasks/matrix_problem.h"

namespace rankscope {

enum class MatrixMeasure {
  Loss, TestMse, UnseenShare, ReconstructionError, SingularValues, EffectiveRank, NumericalRank, NuclearNorm, FroNorm, SchattenNorm,
  SchattenSum, Unbalancedness, UnbalancednessRelative, UnbalancednessNuclear, SingularValueRates, Alignment, Seen, Completed, Target,
  StepTaken, RejectedSteps, EndToEnd, Residual, Factor,
};

struct MatrixView {
  ViewInfo info;
  MatrixMeasure measure;
  int layer = 0;  ///< of Factor: 1..N

  /// Whether it reads the singular values, or the vectors too: no decomposition that nobody shows or records.
  bool needs_values() const;
  /// Whether it reads every entry of W, or the gradient there: what is formed for nothing else. `by_entries`: errors on unseen entries come
  /// from these alone; `narrow`: singular values come from factors.
  bool needs_product(bool by_entries, bool narrow) const;
  bool needs_vectors() const;
};

/// `optimizer`: those that choose their steps show them.
std::vector<MatrixView> deep_matrix_views(const MatrixShape& shape, int depth, std::string_view optimizer);

}  // namespace rankscope
