#include "systems/deep_matrix_views.h"

#include <algorithm>

namespace rankscope {

bool MatrixView::needs_vectors() const { return measure == MatrixMeasure::SingularValueRates || measure == MatrixMeasure::Alignment; }

bool MatrixView::needs_values() const {
  switch (measure) {
    case MatrixMeasure::SingularValues:
    case MatrixMeasure::EffectiveRank:
    case MatrixMeasure::NumericalRank:
    case MatrixMeasure::NuclearNorm:
    case MatrixMeasure::SchattenNorm:
    case MatrixMeasure::SchattenSum: return true;
    default: return needs_vectors();
  }
}

bool MatrixView::needs_product(bool by_entries, bool narrow) const {
  using M = MatrixMeasure;
  switch (measure) {
    case M::TestMse:
    case M::UnseenShare: return !by_entries;
    case M::ReconstructionError:
    case M::FroNorm:
    case M::Completed:
    case M::EndToEnd:
    case M::Residual: return true;
    default: return needs_vectors() || (needs_values() && !narrow);
  }
}

std::vector<MatrixView> deep_matrix_views(const MatrixShape& shape, int depth, std::string_view optimizer) {
  using M = MatrixMeasure;
  std::vector<MatrixView> out;
  const double svd = 4.0 * static_cast<double>(shape.rows * shape.cols) * static_cast<double>(std::min(shape.rows, shape.cols));
  auto add = [&](M what, const char* key, const char* label, const char* help, const char* unit, Kind kind, Scale axis = Scale::Linear) -> ViewInfo& {
    out.push_back({{key, label, help, unit, kind, axis, false, false, 0}, what, 0});
    if (out.back().needs_values()) out.back().info.flops = svd;
    return out.back().info;
  };
  const bool completion = shape.task == "completion";
  if (completion) {
    add(M::Seen, "observed_entries", "What it sees", "The observed entries, with their noise; all others are unknown to the network.", "", Kind::Image);
    add(M::Completed, "completed", "What it believes", "The end-to-end matrix W in the original units: its own guess where nothing was observed.", "", Kind::Image).grasp = true;
    add(M::Target, "target", "The truth", "The target matrix in the original units.", "", Kind::Image);
  } else if (shape.truth) {
    add(M::Target, "target", "The truth", "The target matrix W*.", "", Kind::Matrix).signed_ = true;
  }
  ViewInfo& spectrum = add(M::SingularValues, "singular_values", "Singular values",
                           "Of the end-to-end matrix W = W_N … W_1, largest first. Theory: dσ/dt = N σ^(2-2/N) γ.", "", Kind::Spectrum);
  spectrum.theory = spectrum.grasp = true;
  if (shape.unseen) {
    add(M::UnseenShare, "unseen_share", "Error on unseen entries", "Mean square error over the unseen entries, over that of knowing nothing (W = 0): the truth's variance there about the centre of the fit.",
        "share of variance", Kind::Scalar, Scale::Log);
  }
  add(M::EffectiveRank, "effective_rank", "Effective rank", "exp of the entropy of σ / Σσ (Roy and Vetterli 2007).", "", Kind::Scalar);
  add(M::Loss, "loss", "Training loss", "What descent lowers.", "", Kind::Scalar, Scale::Log);
  if (shape.unseen)
    add(M::TestMse, "test_mse", "Unseen mean square error", "Mean square error over the unseen entries, original units.", "", Kind::Scalar, Scale::Log);
  if (shape.truth)
    add(M::ReconstructionError, "reconstruction_error", "Relative error", "‖W - W*‖ / ‖W*‖ in Frobenius norm over the known entries.", "", Kind::Scalar, Scale::Log);
  add(M::NumericalRank, "numerical_rank", "Numerical rank", "Singular values above max(n, m) ε σ₁.", "", Kind::Scalar);
  add(M::NuclearNorm, "nuclear_norm", "Nuclear norm", "Σσ. The band holds the least of all matrices that agree with the observations.", "", Kind::Scalar);
  add(M::FroNorm, "fro_norm", "Frobenius norm", "Square root of Σσ².", "", Kind::Scalar);
  add(M::SchattenNorm, "schatten_norm", "Schatten norm", "(Σσ^p)^(1/p) with the p of the settings.", "", Kind::Scalar);
  add(M::SchattenSum, "schatten_2_over_depth", "Schatten 2/N sum", "Σσ^(2/N): the least mean of ‖W_j‖² over all depth-N factorizations of W.", "", Kind::Scalar);
  if (depth > 1) {
    add(M::Unbalancedness, "unbalancedness", "Unbalancedness", "Largest ‖W_{j+1}ᵀW_{j+1} - W_j W_jᵀ‖ over the layers, Frobenius norm; constant under gradient flow.",
        "", Kind::Scalar, Scale::Log);
    add(M::UnbalancednessRelative, "unbalancedness_relative", "Relative unbalancedness",
        "‖W_{j+1}ᵀW_{j+1} - W_j W_jᵀ‖ over the mean of the two norms; the largest over the layers.", "", Kind::Scalar, Scale::Log);
    add(M::UnbalancednessNuclear, "unbalancedness_nuclear", "Unbalancedness (nuclear)", "The largest nuclear norm of W_{j+1}ᵀW_{j+1} - W_j W_jᵀ.", "",
        Kind::Scalar, Scale::Log);
  }
  if (optimizer == "group_rmsprop" || optimizer == "flow")
    add(M::StepTaken, "step_taken", "Step size taken", "What the last step added to flow time.", "flow time", Kind::Scalar, Scale::Log);
  if (optimizer == "flow")
    add(M::RejectedSteps, "rejected_steps", "Rejected steps", "Trial steps that were too long for the tolerance, so far; a step that counts is an accepted one.", "steps", Kind::Scalar);
  add(M::SingularValueRates, "singular_value_rates", "Rates dσ/dt by theory", "-N σ^(2-2/N) uᵀ∇L v for each singular value (Arora et al. 2019, theorem 3).", "per flow time",
      Kind::Spectrum).signed_ = true;
  add(M::Alignment, "alignment", "Alignment |Uᵀ∇L V|", "Diagonal when the singular vectors are at rest (Arora et al. 2019, section 3).", "", Kind::Matrix);
  ViewInfo& product = add(M::EndToEnd, "end_to_end", "End-to-end matrix W", "The product of all layers, as the fit sees it.", "", Kind::Matrix);
  product.signed_ = product.grasp = true;
  if (shape.truth) add(M::Residual, "residual", "Residual", "What it believes minus the truth, original units.", "", Kind::Matrix).signed_ = true;
  for (int j = 1; j <= depth && depth > 1; ++j) {
    add(M::Factor, "", "", "One layer of the network.", "", Kind::Matrix).signed_ = true;
    out.back().layer = j;
    out.back().info.key = "factor_" + std::to_string(j);
    out.back().info.label = "Layer W_" + std::to_string(j);
  }
  return out;
}

}  // namespace rankscope
