// What the end-to-end flow shows: one table, with the reference series' names as keys.
#pragma once
#include <vector>

#include "lab/frame.h"
#include "lab/settings.h"
#include "tasks/matrix_problem.h"

namespace rankscope {

enum class EndToEndMeasure {
  Landscape, SingularValues, Loss, UnseenShare, TestMse, ReconstructionError, EffectiveRank, NuclearNorm, FroNorm, Preconditioner, SingularValueRates,
  ConvergenceBound, Margin, LossNeverIncreases, FactorDistance, StepTaken, RejectedSteps, EndToEnd, Target, Residual,
};

struct EndToEndView {
  ViewInfo info;
  EndToEndMeasure measure;

  bool needs_svd() const;
};

/// How many eigenvalues of the preconditioner are shown: all of a small W, the largest of a large one.
constexpr std::int64_t kShownEigenvalues = 64;
/// The factor flow and the end-to-end flow are two integrations, each with an error a step of one tolerance in every weight, which the flow itself then magnifies
/// (EndToEnd::sensitivity). So many such errors are allowed. At most 0.5
/// were measured: depths 2 to 6, tolerances 1e-4 to 1e-12, starts of scale 1e-6 to 1, until t = 40.
constexpr double kFactorTolerances = 5;

std::vector<EndToEndView> end_to_end_views(const MatrixShape& shape, const Settings& settings);

}  // namespace rankscope
