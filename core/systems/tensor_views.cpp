#include "systems/tensor_views.h"

#include <algorithm>

namespace rankscope {
namespace {

/// Of the two halves of a matricization the smaller one, or the one that holds mode 0.
Modes canonical(const Modes& rows, int order) {
  Modes here(rows), there;
  std::sort(here.begin(), here.end());
  for (int m = 0; m < order; ++m)
    if (!std::binary_search(here.begin(), here.end(), m)) there.push_back(m);
  return here.size() != there.size() ? (here.size() < there.size() ? here : there) : here < there ? here : there;
}

}  // namespace

std::vector<Modes> matricizations_of(int order, const std::vector<Modes>& further) {
  std::vector<Modes> out, known;
  const auto add = [&](const Modes& rows) {
    const Modes one = canonical(rows, order);
    if (one.empty() || std::find(known.begin(), known.end(), one) != known.end()) return;
    known.push_back(one);
    out.push_back(rows);
  };
  for (const Modes& rows : usual_matricizations(order)) add(rows);
  for (const Modes& rows : further) add(rows);
  return out;
}

std::vector<TensorView> common_tensor_views(const TensorShape& shape, const Settings& settings, const std::vector<Modes>& further) {
  using M = TensorMeasure;
  std::vector<TensorView> out;
  const int order = static_cast<int>(shape.shape.size());
  const auto all = static_cast<double>(entries(shape.shape));
  const auto add = [&](M what, std::string key, std::string label, std::string help, Kind kind, Scale axis = Scale::Linear) -> ViewInfo& {
    out.push_back({{std::move(key), std::move(label), std::move(help), "", kind, axis}, what, {}});
    return out.back().info;
  };
  ViewInfo& tensor = add(M::Completed, "completed", "What it believes", "The end tensor W: its own guess where nothing was observed. Observed entries are marked.", Kind::Tensor);
  tensor.signed_ = tensor.grasp = true;
  if (shape.truth) add(M::Target, "target", "The truth", "The target tensor.", Kind::Tensor).signed_ = true;
  if (shape.truth) add(M::Residual, "residual", "Residual", "What it believes minus the truth.", Kind::Tensor).signed_ = true;
  if (shape.unseen)
    add(M::UnseenShare, "unseen_share", "Error on unseen entries", "Mean square error over the unseen entries, over that of knowing nothing (W = 0).", Kind::Scalar, Scale::Log).unit =
        "share of mean square";
  add(M::Loss, "loss", "Training loss", "What descent lowers.", Kind::Scalar, Scale::Log);
  if (shape.unseen) add(M::TestMse, "test_mse", "Unseen mean square error", "Mean square error over the unseen entries.", Kind::Scalar, Scale::Log);
  if (shape.truth)
    add(M::ReconstructionError, "reconstruction_error", "Relative error", "‖W - W*‖ / ‖W*‖ in Frobenius norm over the known entries.", Kind::Scalar, Scale::Log);
  add(M::FroNorm, "fro_norm", "Frobenius norm", "Root of the sum of squares of W's entries.", Kind::Scalar);
  const auto& optimizer = get<std::string>(settings, "optimizer");
  if (optimizer == "group_rmsprop" || optimizer == "flow")
    add(M::StepTaken, "step_taken", "Step size taken", "What the last step added to flow time.", Kind::Scalar, Scale::Log).unit = "flow time";
  for (const Modes& rows : matricizations_of(order, further)) {
    double height = 1;
    for (int m : rows) height *= static_cast<double>(shape.shape[static_cast<std::size_t>(m)]);
    const double svd = 4 * all * std::min(height, all / height);
    const std::string name = name_of(rows), of = "The matricization with the modes " + name + " as rows, all others as columns. ";
    ViewInfo& spectrum = add(M::SingularValues, "singular_values_" + key_of(rows), "Singular values " + name, of + "Its singular values, largest first.", Kind::Spectrum);
    spectrum.flops = svd, spectrum.grasp = true;
    out.back().rows = rows;
    add(M::EffectiveRank, "effective_rank_" + key_of(rows), "Effective rank " + name, of + "exp of the entropy of σ / Σσ (Roy and Vetterli 2007).", Kind::Scalar).flops = svd;
    out.back().rows = rows;
  }
  return out;
}

}  // namespace rankscope
