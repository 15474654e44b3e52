// What every tensor factorization shows of the end tensor: one table, with the reference series' names as keys.
#pragma once
#include <vector>

#include "lab/frame.h"
#include "tasks/tensor_problem.h"

namespace rankscope {

enum class TensorMeasure { Completed, Target, Residual, UnseenShare, Loss, TestMse, ReconstructionError, FroNorm, StepTaken, SingularValues, EffectiveRank };

struct TensorView {
  ViewInfo info;
  TensorMeasure measure;
  Modes rows;  ///< of SingularValues and EffectiveRank: the matricization's row modes
};

/// The usual matricizations and `further` ones, each once; a matricization and its transpose are one.
std::vector<Modes> matricizations_of(int order, const std::vector<Modes>& further);
std::vector<TensorView> common_tensor_views(const TensorShape& shape, const Settings& settings, const std::vector<Modes>& further);

}  // namespace rankscope
