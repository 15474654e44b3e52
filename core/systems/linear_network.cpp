#include "systems/linear_network.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "math/product.h"
#include "math/roots.h"
#include "math/svd_values.h"
#include "systems/corner.h"
#include "systems/deep_matrix.h"
#include "systems/notes_measures.h"
#include "systems/quasi_static.h"
#include "systems/scalar_landscape.h"
#include "tasks/matrix_problem.h"

namespace rankscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr Eigen::Index kPerLayer = 3;  ///< singular values of each layer that are shown

const Entry& network() {
  static const Entry entry = deep_matrix_entry();
  return entry;
}

enum class Measure { Plane, Determinant, LayerSpectra, Drift, Conservation, SharedSpectra, Entry11, EntryBound, RankOneBound };

struct View {
  ViewInfo info;
  Measure measure;
};

/// What decides which views there are.
struct Shape {
  std::vector<std::int64_t> widths;
  std::optional<Corner> corner;
  bool scalar = false, square = false;
};

Result<Shape> shape_of(const Settings& s, const Inputs& in) {
  auto widths = deep_matrix_widths(s, in);
  if (!widths) return widths.error();
  Shape out{std::move(*widths), get<std::string>(s, "task") == "completion" ? corner_of(in) : std::nullopt};
  out.square = std::all_of(out.widths.begin(), out.widths.end(), [&](auto d) { return d == out.widths[0]; });
  out.scalar = out.square && out.widths[0] == 1 && out.widths.size() > 2 && get<std::string>(s, "task") == "completion";
  return out;
}

ScalarPlane plane_of(const Settings& s, const Shape& shape, double target) {
  const auto& how = get<std::string>(s, "normalisation");  // of one residual
  const double scale = how == "half_sum" || how == "half_mean" ? 0.5 : how == "custom" ? get<double>(s, "loss_scale") : 1;
  return {static_cast<int>(shape.widths.size()) - 1, get<std::string>(s, "plane") == "monkey", scale, target};
}

std::vector<View> own_views(const Settings& s, const Shape& shape) {
  std::vector<View> out;
  auto add = [&](Measure m, const char* key, const char* label, const char* help, Kind kind, Scale axis = Scale::Linear) -> ViewInfo& {
    out.push_back({{key, label, help, "", kind, axis, false, false, 0}, m});
    return out.back().info;
  };
  if (shape.scalar) {
    const ScalarPlane plane = plane_of(s, shape, 1);
    ViewInfo& v = add(Measure::Plane, "landscape", "Landscape", "The loss on a plane through the weights, and where the run stands on it.", Kind::Landscape);
    v.x = plane.x(), v.y = plane.y();
  }
  if (shape.square)
    add(Measure::Determinant, "determinant", "Determinant",
        "det W, as the product of the layers' determinants. Under gradient flow from a balanced start it never changes its sign.", Kind::Scalar)
        .signed_ = true;
  if (shape.widths.size() > 2) {
    add(Measure::LayerSpectra, "layer_spectra", "Singular values of the layers", "The three largest of every layer: balanced layers share them.", Kind::Spectrum);
    add(Measure::Drift, "drift", "Drift of the invariants",
        "How far W_{j+1}ᵀW_{j+1} - W_j W_jᵀ has moved from where it began, in Frobenius norm, the worst layer. Gradient flow conserves it.", Kind::Scalar, Scale::Log);
    ViewInfo& flat = add(Measure::Conservation, "conservation", "Conservation",
                         "Under gradient flow W_{j+1}ᵀW_{j+1} - W_j W_jᵀ does not move. The right side is what the integrator's tolerance lets it move.", Kind::Claim, Scale::Log);
    flat.claim = {"drift of the invariants", "what the tolerance allows", true, 0, {"gradient flow (optimizer flow)"}};
    ViewInfo& shared = add(Measure::SharedSpectra, "shared_spectra", "Layers share their spectra",
                           "Squared singular values of any two layers differ by at most the sum of the layers' unbalancedness (Weyl's inequality).", Kind::Claim, Scale::Log);
    shared.claim = {"largest difference of σ² between layers", "sum of ‖W_{j+1}ᵀW_{j+1} - W_j W_jᵀ‖", true, 1e-14, {}};
  }
  if (shape.corner) {
    ViewInfo& entry = add(Measure::Entry11, "entry_11", "Size of the unseen entry", "|W_11|, which no observation fixes. Theory: the quasi-static curve, the entry that the present loss allows at rank one.",
                          Kind::Scalar, Scale::Log);
    entry.theory = shape.corner->plain();
    if (shape.corner->plain()) {
      const std::vector<std::string> hypotheses = {"loss below 1/2", "positive determinant"};
      add(Measure::EntryBound, "entry_bound", "The unseen entry must grow", "Every norm is at least a constant times |W_11|, so all of them go to infinity as the loss falls.", Kind::Claim, Scale::Log)
          .claim = {"|W_11|", "(1 - √(2l))² / √(2l)", false, 0, hypotheses};
      add(Measure::RankOneBound, "rank_one_bound", "While the rank falls", "The distance of W from the matrices of rank one is its second singular value.", Kind::Claim, Scale::Log)
          .claim = {"distance from rank one", "√(2l)", true, 0, hypotheses};
    }
  }
  return out;
}

class LinearNetwork final : public System {
 public:
  LinearNetwork(const Settings& settings, const Inputs& inputs, Shape shape, std::unique_ptr<System> inner)
      : shape_(std::move(shape)), network_(std::move(inner)), inherited_(network().views(settings, inputs).size()), own_(own_views(settings, shape_)),
        tolerance_(get<std::string>(settings, "optimizer") == "flow" ? get<double>(settings, "tolerance") : kNone) {
    unbalance(get<double>(settings, "layer_ratio"));
    begun_ = invariants(layers());
    if (!shape_.scalar) return;
    const auto target = make_matrix_problem(settings, inputs, 0);  // its sign depends on no seed where it is given
    const ScalarPlane plane = plane_of(settings, shape_, target && !target->seen.value.empty() ? target->seen.value[0] : 1);
    plane_ = plane;
    landscape_ = plane.landscape();
  }

  Status step() override {
    ++steps_;
    return network_->step();
  }
  double time() const override { return network_->time(); }
  double loss() const override { return network_->loss(); }
  void until(double time) override { network_->until(time); }
  Result<void> set(std::string_view key, const Value& value) override {
    if (key == "tolerance" && !std::isnan(tolerance_)) tolerance_ = std::max(tolerance_, std::get<double>(value));
    return network_->set(key, value);
  }
  Result<void> nudge(std::string_view view, std::int64_t entry, double value) override {
    auto done = network_->nudge(view, entry, value);
    if (done) perturbed_ = 1;
    return done;
  }
  std::span<double> weights() override { return network_->weights(); }
  std::string trouble() const override { return network_->trouble(); }
  std::string remark() const override { return network_->remark(); }
  void archive(Archive& a) override {
    network_->archive(a);
    a("steps_made", steps_), a("perturbed", perturbed_);
    if (!std::isnan(tolerance_)) a("largest_tolerance", tolerance_);
  }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    network_->measure(inherited(wanted), frame);
    for (const std::uint32_t v : wanted)
      if (v >= inherited_) measure_own(v, own_[v - inherited_].measure, frame);
  }
  void record(std::span<const std::uint32_t> recorded, Frame& frame) override { network_->record(inherited(recorded), frame); }

 private:
  std::vector<std::uint32_t> inherited(std::span<const std::uint32_t> wanted) const {
    std::vector<std::uint32_t> out;
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(out), [&](auto v) { return v < inherited_; });
    return out;
  }

  std::vector<ConstMatrixMap> layers() const { return layers_of(network_->weights(), shape_.widths); }

  /// W_1 times c and the others by c^(-1/(N-1)): W stays, the balance goes.
  void unbalance(double c) {
    const auto n = static_cast<int>(shape_.widths.size()) - 1;
    if (c == 1 || n == 1) return;
    const auto first = static_cast<std::size_t>(shape_.widths[0] * shape_.widths[1]);
    const double others = 1 / nth_root(c, n - 1);
    const std::span<double> w = network_->weights();
    for (std::size_t i = 0; i < w.size(); ++i) w[i] *= i < first ? c : others;
  }

  Matrix end_to_end() const {
    const auto all = layers();
    Matrix w = all[0];
    for (std::size_t j = 1; j < all.size(); ++j) {
      Matrix next(all[j].rows(), w.cols());
      multiply(next, all[j], w);
      w = std::move(next);
    }
    return w;
  }

  double drift() const {
    const auto now = invariants(layers());
    double worst = 0;
    for (std::size_t j = 0; j < now.size(); ++j) worst = std::max(worst, (now[j] - begun_[j]).norm());
    return worst;
  }

  /// A step moves each weight by at most the tolerance times its layer's size beside the flow, and W^T W by twice that times ||W||.
  double allowed_drift() const {
    double largest = 0;
    for (const auto& w : layers()) largest = std::max(largest, w.squaredNorm());
    return 4 * tolerance_ * static_cast<double>(steps_) * largest;
  }

  void measure_own(std::uint32_t v, Measure what, Frame& frame) const {
    auto put = [&](double x, Part part = Part::Measured) { frame.values.push_back({v, part, {}, {x}}); };
    auto hypotheses = [&](std::vector<double> hold) {
      const auto n = static_cast<std::int64_t>(hold.size());
      frame.values.push_back({v, Part::Hypotheses, {n}, std::move(hold)});
    };
    switch (what) {
      case Measure::Plane: {
        const auto [x, y] = plane_->point(network_->weights());
        return landscape_.put(v, frame, x, y);
      }
      case Measure::Determinant: return put(determinant(layers()));
      case Measure::LayerSpectra: return put_spectra(v, frame);
      case Measure::Drift: return put(drift());
      case Measure::Conservation: return put(drift()), put(allowed_drift(), Part::Bound), hypotheses({std::isnan(tolerance_) || perturbed_ ? 0.0 : 1.0});
      case Measure::SharedSpectra: {
        double sum = 0;
        for (const Matrix& d : invariants(layers())) sum += d.norm();
        return put(spectra_apart(layer_spectra(layers()))), put(sum, Part::Bound);
      }
      case Measure::Entry11: {
        const Matrix w = end_to_end();
        put(std::abs(w(0, 0)));
        if (const double limit = shape_.corner->limit(); !std::isnan(limit)) put(std::abs(limit), Part::Target);
        if (shape_.corner->plain()) put(determinant(layers()) > 0 ? quasi_static::a_of(corner_loss(w)) : kNone, Part::Theory);
        return;
      }
      case Measure::EntryBound:
      case Measure::RankOneBound: {
        const Matrix w = end_to_end();
        const double loss = corner_loss(w);
        if (what == Measure::EntryBound) {
          put(std::abs(w(0, 0))), put(quasi_static::lower_bound(loss), Part::Bound);
        } else {
          SpectrumSolver solver;
          solver.compute(w);
          put(solver.svd().s[1]), put(std::sqrt(2 * loss), Part::Bound);
        }
        return hypotheses({loss < 0.5 ? 1.0 : 0.0, determinant(layers()) > 0 ? 1.0 : 0.0});
      }
    }
  }

  void put_spectra(std::uint32_t v, Frame& frame) const {
    const auto spectra = layer_spectra(layers());
    std::vector<std::pair<double, double>> lines;  // minus the value, identity
    for (std::size_t j = 0; j < spectra.size(); ++j)
      for (Eigen::Index r = 0; r < std::min(kPerLayer, spectra[j].size()); ++r)
        lines.emplace_back(-spectra[j][r], static_cast<double>(r) * static_cast<double>(spectra.size()) + static_cast<double>(j));
    std::sort(lines.begin(), lines.end());
    Series values{v, Part::Measured, {std::ssize(lines)}, {}}, names{v, Part::Lines, {std::ssize(lines)}, {}};
    for (const auto& [minus, name] : lines) values.data.push_back(-minus), names.data.push_back(name);
    frame.values.push_back(std::move(values));
    frame.values.push_back(std::move(names));
  }

  Shape shape_;
  std::unique_ptr<System> network_;
  std::size_t inherited_;
  std::vector<View> own_;
  double tolerance_;  ///< the largest so far; NaN: not the flow
  std::vector<Matrix> begun_;
  std::optional<ScalarPlane> plane_;
  Landscape landscape_;
  std::int64_t steps_ = 0;
  std::int64_t perturbed_ = 0;  ///< 1: an entry has been moved by hand, so that the whole run is no gradient flow
};

std::vector<Param> params() {
  std::vector<Param> out = network().params;
  const auto place = std::find_if(out.begin(), out.end(), [](const Param& p) { return p.key == "det_sign"; }) + 1;
  out.insert(place, {{"layer_ratio", "Layer ratio c", "Network", "Unbalances the start: W_1 is multiplied by c, the other layers by c^(-1/(N-1)), so that W is the same.", "",
                      1.0, {1e-2, 1e2, Scale::Log}, When::Restart, {}, {}, "start"},
                     {"plane", "Plane", "Network", "Of a scalar network's landscape. layers: w_1 against the others. monkey: at depth 3, w_1 + w_2 + w_3 = 0.", "",
                      std::string("layers"), {}, When::Restart, {"layers", "monkey"}, {"depth", {"3"}}}});
  return out;
}

}  // namespace

Entry linear_network_entry() {
  Entry entry = network();
  entry.key = "linear_network";
  entry.title = "Deep linear network";
  entry.paper = "Cohen and Razin 2024 (arXiv 2408.13767)";
  entry.summary = "x -> W_N ... W_1 x, with the theorems of the lecture notes beside the run: conservation, shared spectra, the landscape, and what the norms do.";
  entry.params = params();
  entry.views = [](const Settings& s, const Inputs& in) {
    std::vector<ViewInfo> out = network().views(s, in);
    auto shape = shape_of(s, in);
    if (!shape || out.empty()) return out;
    for (View& v : own_views(s, *shape)) out.push_back(std::move(v.info));
    return out;
  };
  entry.make = [](const Settings& s, const Inputs& in, std::uint64_t seed) -> Result<std::unique_ptr<System>> {
    auto shape = shape_of(s, in);
    if (!shape) return shape.error();
    auto inner = network().make(s, in, seed);
    if (!inner) return inner.error();
    return std::unique_ptr<System>(std::make_unique<LinearNetwork>(s, in, std::move(*shape), std::move(*inner)));
  };
  return entry;
}

}  // namespace rankscope
