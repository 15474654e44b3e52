#include "systems/tucker_system.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/svd.h"
#include "systems/component_lines.h"
#include "systems/tree_series.h"
#include "systems/tucker_map.h"

namespace rankscope {
namespace {

constexpr double kLive = 0.1;  ///< a slice counts from this share of the largest on
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

enum class Own { Core, HigherOrderCore, SliceNorms, ColumnNorms, LiveSlices, LiveSingularValues, Star, Unbalancedness };

struct OwnView {
  ViewInfo info;
  Own what;
  std::size_t mode = 0;
};

std::vector<OwnView> own_views(const Shape& shape) {
  std::vector<OwnView> out;
  double svd = 0;
  for (std::int64_t d : shape) svd += 4 * static_cast<double>(entries(shape)) * static_cast<double>(d);
  out.push_back({{"core", "Core", "The core G as it stands in the weights. Its axes may be turned by any rotations that the factors turn back.", "", Kind::Tensor, Scale::Linear, false, true},
                 Own::Core});
  out.push_back({{"hosvd_core", "Core in its own axes",
                  "The core of W's higher-order SVD: each mode in the directions of its singular vectors, so that the slices are orthogonal and sorted by norm. A slice's norm is a "
                  "singular value of the unfolding.",
                  "", Kind::Tensor, Scale::Linear, false, true, 2 * svd},
                 Own::HigherOrderCore});
  for (std::size_t n = 0; n < shape.size(); ++n) {
    const std::string mode = std::to_string(n + 1);
    out.push_back({{"core_slice_norms_" + mode, "Core slices, mode " + mode, "Frobenius norms of the core's slices along this mode, largest first; a colour is a slice.", "", Kind::Spectrum},
                   Own::SliceNorms, n});
    out.push_back({{"factor_column_norms_" + mode, "Factor columns, mode " + mode, "Norms of the columns of A of this mode, largest first; a colour is a column.", "", Kind::Spectrum},
                   Own::ColumnNorms, n});
    out.push_back({{"live_slices_" + mode, "Live core slices, mode " + mode,
                    "Slices of the core with at least a tenth of the largest one's norm. It depends on the axes that the core happens to stand in.", "", Kind::Scalar},
                   Own::LiveSlices, n});
    out.push_back({{"hosvd_slices_" + mode, "Live slices in its own axes, mode " + mode,
                    "The same after a higher-order SVD: generalised singular values, that is the unfolding's singular values, of at least a tenth of the largest.", "", Kind::Scalar,
                    Scale::Linear, false, false, svd / static_cast<double>(shape.size())},
                   Own::LiveSingularValues, n});
  }
  out.push_back({{"mode_tree", "Star", "The core in the middle, a leaf a mode. Bars: norms of the core's slices. Edges: singular values of the mode's unfolding, and the truth's.", "", Kind::Tree,
                  Scale::Linear, false, false, svd},
                 Own::Star});
  out.push_back({{"unbalancedness", "Unbalancedness",
                  "Largest ‖FᵀF - F'F'ᵀ‖ between neighbours: factors of a mode, and the last of them and the core's unfolding. Each difference is constant under gradient flow.", "",
                  Kind::Scalar, Scale::Log},
                 Own::Unbalancedness});
  return out;
}

class Tucker final : public TensorSystem {
 public:
  explicit Tucker(TensorSetup setup) : TensorSystem(std::move(setup)), views_(own_views(shape())) {}

 private:
  const TuckerMap& tucker() const { return static_cast<const TuckerMap&>(map()); }
  const Shape& shape() const { return problem().layout.shape; }
  const Shape& core() const { return tucker().core(); }

  /// G_(n), c_n x the rest.
  Matrix unfolded(std::size_t mode) const { return matricize(map().block(now(), 0), core(), Modes{static_cast<int>(mode)}); }

  std::vector<double> slice_norms(std::size_t mode) const {
    const Vector norms = unfolded(mode).rowwise().norm();
    return {norms.data(), norms.data() + norms.size()};
  }

  void measure_own(std::size_t own, std::uint32_t v, Frame& frame) const override {
    const OwnView& view = views_[own];
    const auto put = [&](double x) { frame.values.push_back({v, Part::Measured, {}, {x}}); };
    const auto lines = [&](const std::vector<double>& values) {
      std::vector<double> sorted, line;
      for (std::size_t i : largest(values, values.size())) sorted.push_back(values[i]), line.push_back(static_cast<double>(i));
      const auto k = std::ssize(sorted);
      frame.values.push_back({v, Part::Measured, {k}, std::move(sorted)});
      frame.values.push_back({v, Part::Lines, {k}, std::move(line)});
    };
    const auto live = [](const auto& values) {
      const double most = *std::max_element(values.begin(), values.end());
      return static_cast<double>(std::count_if(values.begin(), values.end(), [&](double x) { return x > 0 && x >= kLive * most; }));
    };
    switch (view.what) {
      case Own::Core: {
        const auto core_now = map().block(now(), 0);
        frame.values.push_back({v, Part::Measured, core(), {core_now.begin(), core_now.end()}});
        return;
      }
      case Own::HigherOrderCore: frame.values.push_back({v, Part::Measured, shape(), higher_order_core()}); return;
      case Own::SliceNorms: return lines(slice_norms(view.mode));
      case Own::ColumnNorms: {
        w();
        const Vector norms = tucker().factor(now(), view.mode).rowwise().norm();
        return lines({norms.data(), norms.data() + norms.size()});
      }
      case Own::LiveSlices: return put(live(slice_norms(view.mode)));
      case Own::LiveSingularValues: {
        const Vector& s = singular_values({static_cast<int>(view.mode)});
        return put(live(std::vector<double>(s.data(), s.data() + s.size())));
      }
      case Own::Star: return star(v, frame);
      case Own::Unbalancedness: return put(unbalancedness());
    }
  }

  /// W ×_1 U^1ᵀ ... ×_N U^Nᵀ, U^n the left singular vectors of the n-th unfolding; row-major. A side longer than the rest is padded with zeros.
  std::vector<double> higher_order_core() const {
    std::vector<double> out(tensor().begin(), tensor().end());
    const int order = static_cast<int>(shape().size());
    SvdSolver solver;
    for (int n = 0; n < order; ++n) {
      if (!solver.compute(matricize(tensor(), shape(), Modes{n}))) return std::vector<double>(out.size(), kNone);
      const Matrix& u = solver.svd().u;
      const Matrix before = matricize(out, shape(), Modes{n});
      Matrix after = Matrix::Zero(before.rows(), before.cols());
      after.topRows(u.cols()).noalias() = u.transpose() * before;
      // matricize() stores the mode last: row-major (the others, n)
      Shape stored;
      Modes back(static_cast<std::size_t>(order));
      int at = 0;
      for (int m = 0; m < order; ++m)
        if (m != n) stored.push_back(shape()[static_cast<std::size_t>(m)]), back[static_cast<std::size_t>(m)] = at++;
      stored.push_back(shape()[static_cast<std::size_t>(n)]), back[static_cast<std::size_t>(n)] = at;
      permute({after.data(), out.size()}, stored, back, out);
    }
    return out;
  }

  void star(std::uint32_t v, Frame& frame) const {
    std::vector<TreeNode> nodes(1);
    for (std::size_t n = 0; n < shape().size(); ++n) {
      const Modes mode{static_cast<int>(n)};
      TreeNode leaf{0, mode[0], slice_norms(n), {}, {}};
      std::sort(leaf.bars.rbegin(), leaf.bars.rend());
      const Vector& s = singular_values(mode);
      leaf.edge.assign(s.data(), s.data() + s.size());
      if (const Vector* t = target_singular_values(mode)) leaf.truth.assign(t->data(), t->data() + t->size());
      nodes.push_back(std::move(leaf));
    }
    append_tree(v, nodes, frame);
  }

  double unbalancedness() const {
    double worst = 0;
    for (std::size_t n = 0; n < shape().size(); ++n) {
      const FactorChain& chain = tucker().factors(n);
      worst = std::max(worst, chain.unbalancedness(tucker(), now()));
      worst = std::max(worst, gap(chain.factor(tucker(), now(), chain.count() - 1), unfolded(n).transpose()));
    }
    return worst;
  }

  std::vector<OwnView> views_;
};

}  // namespace

std::vector<ViewInfo> tucker_views(const Shape& shape) {
  std::vector<ViewInfo> out;
  for (OwnView& v : own_views(shape)) out.push_back(std::move(v.info));
  return out;
}

std::unique_ptr<TensorSystem> tucker_system(TensorSetup setup) { return std::make_unique<Tucker>(std::move(setup)); }

}  // namespace rankscope
