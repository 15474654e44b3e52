#include "systems/end_to_end_views.h"

namespace rankscope {

bool EndToEndView::needs_svd() const {
  using M = EndToEndMeasure;
  switch (measure) {
    case M::SingularValues:
    case M::EffectiveRank:
    case M::NuclearNorm:
    case M::Preconditioner:
    case M::SingularValueRates:
    case M::Margin:
    case M::FactorDistance: return true;
    default: return false;
  }
}

std::vector<EndToEndView> end_to_end_views(const MatrixShape& shape, const Settings& settings) {
  using M = EndToEndMeasure;
  std::vector<EndToEndView> out;
  const double svd = 20.0 * static_cast<double>(shape.rows * shape.cols) * static_cast<double>(std::min(shape.rows, shape.cols));
  auto add = [&](M what, const char* key, const char* label, const char* help, const char* unit, Kind kind, Scale axis = Scale::Linear) -> ViewInfo& {
    out.push_back({{key, label, help, unit, kind, axis, false, false, 0}, what});
    if (out.back().needs_svd()) out.back().info.flops = svd;
    return out.back().info;
  };
  const auto& optimizer = get<std::string>(settings, "optimizer");
  const double tolerance = optimizer == "flow" ? get<double>(settings, "tolerance") : 0;

  if (shape.rows * shape.cols == 2) {
    ViewInfo& v = add(M::Landscape, "landscape", "Loss over the two weights", "The loss of W = (w₁, w₂), and the preconditioner there: what multiplies the gradient.", "",
                      Kind::Landscape, Scale::Log);
    v.x = "w₁", v.y = "w₂";
  }
  add(M::SingularValues, "singular_values", "Singular values", "Of the end-to-end matrix W, largest first.", "", Kind::Spectrum).grasp = true;
  add(M::Loss, "loss", "Training loss", "What descent lowers.", "", Kind::Scalar, Scale::Log);
  if (shape.unseen) {
    add(M::UnseenShare, "unseen_share", "Error on unseen entries", "Mean square error over the unseen entries, over that of knowing nothing (W = 0).", "share of variance",
        Kind::Scalar, Scale::Log);
    add(M::TestMse, "test_mse", "Unseen mean square error", "Mean square error over the unseen entries, original units.", "", Kind::Scalar, Scale::Log);
  }
  if (shape.truth)
    add(M::ReconstructionError, "reconstruction_error", "Relative error", "‖W - W*‖ / ‖W*‖ in Frobenius norm over the known entries.", "", Kind::Scalar, Scale::Log);
  add(M::EffectiveRank, "effective_rank", "Effective rank", "exp of the entropy of σ / Σσ (Roy and Vetterli 2007).", "", Kind::Scalar);
  add(M::NuclearNorm, "nuclear_norm", "Nuclear norm", "Σσ.", "", Kind::Scalar);
  add(M::FroNorm, "fro_norm", "Frobenius norm", "Square root of Σσ².", "", Kind::Scalar);
  add(M::Preconditioner, "preconditioner", "Preconditioner", "Its eigenvalues: Σ_j σ_r^(2(N-j)/N) σ_s^(2(j-1)/N) for every pair of singular values; at most 64 are shown.",
      "", Kind::Spectrum);

  add(M::ConvergenceBound, "convergence_bound", "Convergence bound",
      "Loss above its least value, over what it was at the start, against exp(-2N c^(2-2/N) t) for the loss ½‖W - Φ‖²; exp(-2 c^(2-2/N) t) where W is not square.", "",
      Kind::Claim, Scale::Log)
      .claim = {"excess loss / its start", "bound", true, 10 * tolerance, {"square loss, whitened", "positive deficiency margin", "gradient flow"}};
  add(M::Margin, "margin", "Margin", "The least singular value of W never falls below the deficiency margin c = σ_min(Φ) - ‖W(0) - Φ‖.", "", Kind::Claim)
      .claim = {"σ_min(W)", "margin c", false, 0, {"square loss, whitened", "positive deficiency margin", "gradient flow"}};
  add(M::LossNeverIncreases, "loss_never_increases", "The loss never rises", "The preconditioner is positive semidefinite, so a flow along it cannot raise the loss. Both over the loss at the start.", "",
      Kind::Claim, Scale::Log)
      .claim = {"loss now", "loss at the last record", true, tolerance, {"gradient flow"}};
  if (get<bool>(settings, "factors"))
    add(M::FactorDistance, "factor_distance", "Distance from the factor flow", "‖W - W_N … W_1‖ / ‖W‖, the layers following gradient flow of their own from the balanced factors of W(0).", "",
        Kind::Claim, Scale::Log)
        .claim = {"distance", "allowed by the tolerance", true, 0, {"whole depth", "gradient flow"}};

  if (optimizer == "group_rmsprop" || optimizer == "flow")
    add(M::StepTaken, "step_taken", "Step size taken", "What the last step added to flow time.", "flow time", Kind::Scalar, Scale::Log);
  if (optimizer == "flow")
    add(M::RejectedSteps, "rejected_steps", "Rejected steps", "Trial steps that were too long for the tolerance, so far.", "steps", Kind::Scalar);
  add(M::SingularValueRates, "singular_value_rates", "Rates dσ/dt by theory", "-N σ^(2-2/N) uᵀ∇L v for each singular value (Arora et al. 2019, theorem 3).", "per flow time",
      Kind::Spectrum).signed_ = true;
  ViewInfo& product = add(M::EndToEnd, "end_to_end", "End-to-end matrix W", "As the fit sees it.", "", Kind::Matrix);
  product.signed_ = product.grasp = true;
  if (shape.truth) {
    add(M::Target, "target", "The truth", "The target matrix W* in the original units.", "", Kind::Matrix).signed_ = true;
    add(M::Residual, "residual", "Residual", "What it believes minus the truth, original units.", "", Kind::Matrix).signed_ = true;
  }
  return out;
}

}  // namespace rankscope
