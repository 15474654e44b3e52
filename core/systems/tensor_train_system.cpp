#include "systems/tensor_train_system.h"

#include <algorithm>
#include <numeric>

#include "math/spectra.h"
#include "systems/component_lines.h"
#include "systems/tensor_train_map.h"
#include "systems/tree_series.h"

namespace rankscope {
namespace {

enum class Own { SingularValues, EffectiveRank, CoreNorms, Chain, Unbalancedness };

struct OwnView {
  ViewInfo info;
  Own what;
  std::size_t bond = 0;
};

/// The modes to the left of a bond.
Modes leading(std::size_t bond) {
  Modes out(bond + 1);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

std::vector<OwnView> own_views(const Shape& shape) {
  std::vector<OwnView> out;
  double before = 1, svd = 0;
  const auto all = static_cast<double>(entries(shape));
  for (std::size_t k = 0; k + 1 < shape.size(); ++k) {
    before *= static_cast<double>(shape[k]);
    const double one = 4 * all * std::min(before, all / before);
    svd += one;
    const std::string bond = std::to_string(k + 1), of = "The unfolding at bond " + bond + ": the modes up to " + bond + " as rows, all others as columns. ";
    out.push_back({{"bond_singular_values_" + bond, "Bond " + bond, of + "Its singular values, largest first; as many as are not 0 is the least rank that the bond can have.", "", Kind::Spectrum,
                    Scale::Linear, false, false, one, {}, {}, {}, true},
                   Own::SingularValues, k});
    out.push_back({{"bond_effective_rank_" + bond, "Effective rank of bond " + bond, of + "exp of the entropy of σ / Σσ (Roy and Vetterli 2007).", "", Kind::Scalar, Scale::Linear, false, false, one},
                   Own::EffectiveRank, k});
  }
  out.push_back({{"core_norms", "Core norms", "Frobenius norms of G_1 … G_N, largest first; a colour is a core.", "", Kind::Spectrum}, Own::CoreNorms});
  out.push_back({{"mode_tree", "Chain",
                  "The train: each node parts one mode from all that come after it. Bars: what goes over the bond between the two, the unfolding's singular values there. Edges: singular values of the "
                  "modes under them, and the truth's.",
                  "", Kind::Tree, Scale::Linear, false, false, svd},
                 Own::Chain});
  out.push_back({{"unbalancedness", "Unbalancedness",
                  "Largest ‖G_kᵀG_k - G_{k+1}G_{k+1}ᵀ‖ over the bonds (G_k without its right index, G_{k+1} without its left one), or between the matrices on a bond and their neighbours. Each "
                  "difference is constant under gradient flow.",
                  "", Kind::Scalar, Scale::Log},
                 Own::Unbalancedness});
  return out;
}

class TensorTrain final : public TensorSystem {
 public:
  explicit TensorTrain(TensorSetup setup) : TensorSystem(std::move(setup)), views_(own_views(problem().layout.shape)) {}

 private:
  const TensorTrainMap& train() const { return static_cast<const TensorTrainMap&>(map()); }

  void measure_own(std::size_t own, std::uint32_t v, Frame& frame) const override {
    const OwnView& view = views_[own];
    const auto put = [&](double x, Part part = Part::Measured) { frame.values.push_back({v, part, {}, {x}}); };
    const auto spectrum = [&](const Vector& s, Part part) { frame.values.push_back({v, part, {s.size()}, {s.data(), s.data() + s.size()}}); };
    const Modes modes = leading(view.bond);
    switch (view.what) {
      case Own::SingularValues:
        spectrum(singular_values(modes), Part::Measured);
        if (const Vector* t = target_singular_values(modes)) spectrum(*t, Part::Target);
        return;
      case Own::EffectiveRank:
        put(effective_rank(singular_values(modes)));
        if (const Vector* t = target_singular_values(modes)) put(effective_rank(*t), Part::Target);
        return;
      case Own::CoreNorms: return core_norms(v, frame);
      case Own::Chain: return chain(v, frame);
      case Own::Unbalancedness: {
        double worst = 0;
        for (std::size_t k = 0; k < train().bonds(); ++k) {
          const FactorChain& right = train().right_of(k);
          worst = std::max({worst, right.unbalancedness(train(), now()), gap(train().left_of(now(), k), right.factor(train(), now(), 0))});
        }
        return put(worst);
      }
    }
  }

  Result<void> nudge_own(std::size_t own, std::int64_t entry, double value) override {
    return nudge_singular_value(views_[own].info.key, leading(views_[own].bond), entry, value);
  }

  void core_norms(std::uint32_t v, Frame& frame) const {
    std::vector<double> norms{train().left_of(now(), 0).norm()}, sorted, line;
    for (std::size_t k = 0; k < train().bonds(); ++k) norms.push_back(train().right_of(k).factor(train(), now(), train().right_of(k).count() - 1).norm());
    for (std::size_t i : largest(norms, norms.size())) sorted.push_back(norms[i]), line.push_back(static_cast<double>(i));
    const auto n = std::ssize(norms);
    frame.values.push_back({v, Part::Measured, {n}, std::move(sorted)});
    frame.values.push_back({v, Part::Lines, {n}, std::move(line)});
  }

  /// Leaf 1 beside the node of all others, leaf 2 beside the node of all after it, and so on: a node's bond is the one between its two children.
  void chain(std::uint32_t v, Frame& frame) const {
    std::vector<TreeNode> nodes(1);
    int above = 0;
    for (std::size_t k = 0; k < train().bonds(); ++k) {
      const Vector& bond = singular_values(leading(k));
      nodes[static_cast<std::size_t>(above)].bars.assign(bond.data(), bond.data() + bond.size());
      nodes.push_back(node(above, static_cast<int>(k), Modes{static_cast<int>(k)}));
      const bool last = k + 1 == train().bonds();
      nodes.push_back(node(above, last ? static_cast<int>(k) + 1 : -1, leading(k)));  // the modes after the bond: the same values
      above = static_cast<int>(nodes.size()) - 1;
    }
    append_tree(v, nodes, frame);
  }

  TreeNode node(int parent, int mode, const Modes& rows) const {
    const Vector& s = singular_values(rows);
    TreeNode out{parent, mode, {}, {s.data(), s.data() + s.size()}, {}};
    if (const Vector* t = target_singular_values(rows)) out.truth.assign(t->data(), t->data() + t->size());
    return out;
  }

  std::vector<OwnView> views_;
};

}  // namespace

std::vector<ViewInfo> tensor_train_views(const Shape& shape) {
  std::vector<ViewInfo> out;
  for (OwnView& v : own_views(shape)) out.push_back(std::move(v.info));
  return out;
}

std::unique_ptr<TensorSystem> tensor_train_system(TensorSetup setup) { return std::make_unique<TensorTrain>(std::move(setup)); }

}  // namespace rankscope
