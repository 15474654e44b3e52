// Weights: W, column-major, and behind it the layers that are followed beside it, W_1 first. Time is flow time, the sum of step sizes.
#include "systems/end_to_end_system.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "flow/integrator.h"
#include "math/roots.h"
#include "math/spectra.h"
#include "math/svd_values.h"
#include "systems/end_to_end_field.h"
#include "systems/end_to_end_theory.h"
#include "systems/end_to_end_views.h"
#include "systems/landscape.h"
#include "systems/layer_product.h"
#include "systems/nudge.h"
#include "tasks/least_nuclear_norm.h"

namespace rankscope {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// d_0 .. d_N of the layers beside W; empty: there are none.
std::vector<std::int64_t> factor_widths(const Settings& s, const MatrixShape& shape) {
  const double depth = get<double>(s, "depth");
  if (!get<bool>(s, "factors") || depth != std::floor(depth)) return {};
  std::vector<std::int64_t> d(static_cast<std::size_t>(depth) + 1, std::min(shape.rows, shape.cols));
  d.front() = shape.cols;
  d.back() = shape.rows;
  return d;
}

class EndToEnd final : public System {
 public:
  EndToEnd(const Settings& settings, MatrixProblem problem, const MatrixShape& shape, const Matrix& start)
      : settings_(settings), problem_(std::move(problem)), depth_(get<double>(settings, "depth")), views_(end_to_end_views(shape, settings)),
        size_(static_cast<std::size_t>(start.size())), field_(depth_) {
    const auto widths = factor_widths(settings, shape);
    if (!widths.empty()) factors_.emplace(widths);
    weights_.resize(size_ + (factors_ ? factors_->size() : 0));
    gradient_.resize(weights_.size());
    w_gradient_.resize(start.rows(), start.cols());
    std::copy(start.data(), start.data() + start.size(), weights_.begin());
    if (factors_) balance_factors(start);
    integrator_ = make_integrator(settings, weights_.size());
    theory_ = EndToEndTheory(*problem_.task, start, get<std::string>(settings, "loss") == "squared");
    if (size_ == 2) draw_landscape(start);
    if (!problem_.task->observed().empty()) least_.emplace(*problem_.task, problem_.rows, problem_.cols);
  }

  Status step() override {
    loss_ = descend(weights_, gradient_);
    if (first_loss_ < 0) first_loss_ = loss_;
    if (factors_ && depth_ > 1) sensitivity_ = std::max(sensitivity_, sensitivity(field_.singular_values()));
    constexpr double kBlownUp = 1e12;  // far beyond any transient, far below overflow: the last frames can still be drawn
    if (!(loss_ <= kBlownUp * (first_loss_ + 1))) return Status::Diverged;
    eta_ = integrator_->step(weights_, {gradient_, elsewhere_, until_ - time_});
    time_ += eta_;
    return eta_ == 0 ? Status::Diverged : Status::Running;
  }

  double time() const override { return time_; }
  double loss() const override { return loss_; }
  void until(double time) override { until_ = time; }

  Result<void> set(std::string_view key, const Value& value) override {
    settings_[std::string(key)] = value;
    if (is_integrator_param(key)) integrator_->configure(settings_);
    return {};
  }

  /// W's alone.
  std::span<double> weights() override { return std::span(weights_).first(size_); }

  /// W is the state, so it is set. The layers beside it begin again, balanced, from what it is then.
  Result<void> nudge(std::string_view key, std::int64_t entry, double value) override {
    const EndToEndView* view = find_view(views_, key);
    if (auto may = check_grasp(view ? &view->info : nullptr, key, value); !may) return may;
    const bool spectrum = view->measure == EndToEndMeasure::SingularValues;
    if (auto is = check_entry(key, entry, spectrum ? std::min(problem_.rows, problem_.cols) : problem_.rows * problem_.cols); !is) return is;
    if (spectrum) {
      if (auto done = nudge_singular_value(key, weights(), grip_, entry, value); !done) return done;
    } else {
      weights_[static_cast<std::size_t>(entry / problem_.cols + entry % problem_.cols * problem_.rows)] = value;
    }
    perturbed_ = 1;
    recorded_loss_ = problem_.task->evaluate(w(weights_), w_gradient_);
    sensitivity_ = 0;
    if (factors_) balance_factors(w(weights_));
    return {};
  }

  void archive(Archive& a) override {
    a("W", std::span(weights_).first(size_), problem_.rows, problem_.cols);
    for (int j = 1; factors_ && j <= factors_->depth(); ++j) {
      auto layer = factors_->layer(factor_weights(), j);
      a("W_" + std::to_string(j), std::span<double>(layer.data(), static_cast<std::size_t>(layer.size())), layer.rows(), layer.cols());
    }
    a("time", time_), a("step_taken", eta_), a("loss", loss_), a("first_loss", first_loss_), a("recorded_loss", recorded_loss_), a("sensitivity", sensitivity_);
    a("perturbed", perturbed_);
    integrator_->archive(a);
    if (least_) {
      a("baseline.earned", earned_), a("baseline.earned_to", earned_to_);
      least_->archive(a);
    }
  }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    const double loss = problem_.task->evaluate(w(weights_), w_gradient_);
    if (std::any_of(wanted.begin(), wanted.end(), [&](auto v) { return views_[v].needs_svd(); })) svd_.compute(w(weights_));
    for (std::uint32_t v : wanted) measure_one(v, loss, frame);
  }

  void record(std::span<const std::uint32_t> recorded, Frame& frame) override {
    recorded_loss_ = problem_.task->evaluate(w(weights_), w_gradient_);
    const auto norm = std::find_if(recorded.begin(), recorded.end(), [&](auto v) { return views_[v].measure == EndToEndMeasure::NuclearNorm; });
    if (norm != recorded.end() && least_) record_baseline(*norm, frame);
  }

  std::string trouble() const override {
    char loss[32];
    std::snprintf(loss, sizeof loss, "%.2g", loss_);
    if (eta_ == 0) return "no step is short enough for the tolerance; raise tolerance (now " + to_text(settings_.at("tolerance")) + ")";
    return std::string("the training loss blew up to ") + loss + "; lower step_size (now " + to_text(settings_.at("step_size")) + ")";
  }

 private:
  ConstMatrixMap w(std::span<const double> weights) const { return {weights.data(), static_cast<Eigen::Index>(problem_.rows), static_cast<Eigen::Index>(problem_.cols)}; }
  std::span<double> factor_weights() { return std::span(weights_).subspan(size_); }

  /// The bounds of the least nuclear norm, which get a twelfth of what the steps cost: a decomposition with all vectors each time the field is asked.
  void record_baseline(std::uint32_t view, Frame& frame) {
    constexpr double kShare = 0.08;
    const double asked = get<std::string>(settings_, "optimizer") == "flow" ? 7 : 1;
    earned_ += kShare * asked * static_cast<double>(frame.step - earned_to_) * decomposition_flops(problem_.rows, problem_.cols, std::min(problem_.rows, problem_.cols));
    earned_to_ = frame.step;
    if (problem_.task->entries() && !least_->started()) least_->advance(least_solver_);
    while (!least_->done() && least_->work() + decomposition_flops(problem_.rows, problem_.cols, 0) <= earned_) least_->advance(least_solver_);
    if (least_->lower() <= least_->upper() && least_->started()) frame.values.push_back({view, Part::Baseline, {2}, {least_->lower(), least_->upper()}});
  }

  /// The loss at W, and what W and the layers move against.
  double descend(std::span<const double> weights, std::span<double> out) const {
    const double loss = problem_.task->evaluate(w(weights), w_gradient_);
    if (!field_.apply(w(weights), w_gradient_, MatrixMap(out.data(), problem_.rows, problem_.cols))) return kUnknown;
    if (factors_) factors_->descend(weights.subspan(size_), *problem_.task, {}, out.subspan(size_));
    return loss;
  }

  /// W_1 = S^(1/N) V^T, S^(1/N) between, W_N = U S^(1/N).
  void balance_factors(const Matrix& start) {
    SvdSolver solver;
    solver.compute(start);
    const Svd& svd = solver.svd();
    const int n = factors_->depth();
    for (int j = 1; j <= n; ++j) {
      auto layer = factors_->layer(factor_weights(), j);
      layer.setZero();
      if (n == 1) layer = start;
      for (Eigen::Index r = 0; n > 1 && r < svd.s.size(); ++r) {
        const double share = nth_root(svd.s[r], n);
        if (j == 1) layer.row(r) = share * svd.v.col(r).transpose();
        else if (j == n) layer.col(r) = share * svd.u.col(r);
        else layer(r, r) = share;
      }
    }
  }

  /// The plane of the two weights about the origin, the start and where the loss is least.
  void draw_landscape(const Matrix& start) {
    const auto least = least_of_two(*problem_.task, start);
    double reach = std::max({0.1, std::abs(start.data()[0]), std::abs(start.data()[1])});
    if (least) reach = std::max({reach, std::abs((*least)[0]), std::abs((*least)[1])});
    reach *= 1.25;
    Matrix at(problem_.rows, problem_.cols), unused = at;
    landscape_ = Landscape(-reach, reach, -reach, reach, [&](double x, double y) {
      at.data()[0] = x, at.data()[1] = y;
      return problem_.task->evaluate(at, unused);
    });
    if (least) landscape_.mark((*least)[0], (*least)[1], Landscape::Minimum);
  }

  /// The preconditioner at the point, of W = (w_1, w_2): its columns are what it makes of the unit vectors.
  std::array<double, 3> ellipse() const {
    Matrix unit = Matrix::Zero(problem_.rows, problem_.cols), first = unit, second = unit;
    unit.data()[0] = 1;
    field_.apply(w(weights_), unit, first);
    unit.data()[0] = 0, unit.data()[1] = 1;
    field_.apply(w(weights_), unit, second);
    return {first.data()[0], 0.5 * (first.data()[1] + second.data()[0]), second.data()[1]};
  }

  /// An error e in a singular value s at some moment is e (S / s)^(2 - 2/N) when the value has become S (the closed form of its equation for a constant
  /// force). Errors are a tolerance of the largest value; relative to it when it is S, they are at most S^(1 - 2/N) times this.
  double sensitivity(const Vector& s) const { return s[0] / end_to_end_power(s[s.size() - 1], depth_); }

  /// How far apart two integrations within the tolerance may be, over the norm of W; NaN where W is of deficient rank.
  double factor_room(const Vector& s) const {
    const double tolerances = kFactorTolerances * get<double>(settings_, "tolerance");
    if (depth_ == 1) return tolerances;
    const double room = tolerances * end_to_end_power(s[0], depth_) / s[0] * std::max(sensitivity_, sensitivity(s));
    return std::isfinite(room) ? room : kUnknown;
  }

  double factor_distance() const {
    if (!factors_) return kUnknown;
    const Matrix& product = factors_->forward(std::span<const double>(weights_).subspan(size_));
    return (w(weights_) - product).norm() / w(weights_).norm();
  }

  const Vector* target_spectrum() const {
    if (!problem_.truth_complete()) return nullptr;
    if (target_spectrum_.size() == 0) {
      SpectrumSolver solver;
      if (!solver.compute(problem_.truth_in_model())) return nullptr;
      target_spectrum_ = solver.svd().s;
    }
    return &target_spectrum_;
  }

  Vector rates() const {
    const Svd& svd = svd_.svd();
    Vector out(svd.s.size());
    for (Eigen::Index r = 0; r < svd.s.size(); ++r)
      out[r] = -depth_ * end_to_end_power(svd.s[r], depth_) * svd.u.col(r).dot(w_gradient_ * svd.v.col(r));
    return out;
  }

  void measure_one(std::uint32_t v, double loss, Frame& frame) const {
    using M = EndToEndMeasure;
    const Vector& s = svd_.svd().s;
    auto put = [&](double x, Part part = Part::Measured) { frame.values.push_back({v, part, {}, {x}}); };
    auto spectrum = [&](const Vector& x, Part part = Part::Measured) { frame.values.push_back({v, part, {x.size()}, {x.data(), x.data() + x.size()}}); };
    auto matrix = [&](ConstMatrixRef m) {
      Series out{v, Part::Measured, {m.rows(), m.cols()}, {}};
      for (Eigen::Index i = 0; i < m.rows(); ++i)
        for (Eigen::Index j = 0; j < m.cols(); ++j) out.data.push_back(m(i, j));
      frame.values.push_back(std::move(out));
    };
    auto of_spectrum = [&](double (*f)(const Vector&)) {
      put(f(s));
      if (const Vector* t = target_spectrum()) put(f(*t), Part::Target);
    };
    auto claim = [&](double left, double right, std::vector<double> hypotheses) {
      put(left), put(right, Part::Bound);
      const auto k = std::ssize(hypotheses);
      frame.values.push_back({v, Part::Hypotheses, {k}, std::move(hypotheses)});
    };
    const double flow = get<std::string>(settings_, "optimizer") == "flow" ? 1 : 0, whole_flow = perturbed_ ? 0 : flow;
    const double share = first_loss_ > 0 ? 1 / first_loss_ : 1;
    switch (views_[v].measure) {
      case M::Landscape: return landscape_.put(v, frame, weights_[0], weights_[1], ellipse());
      case M::SingularValues:
        spectrum(s);
        if (const Vector* t = target_spectrum()) spectrum(*t, Part::Target);
        return;
      case M::Loss: return put(loss);
      case M::UnseenShare: return put(problem_.test_mse(w(weights_)) / problem_.unseen_power());
      case M::TestMse: return put(problem_.test_mse(w(weights_)));
      case M::ReconstructionError: return put(problem_.reconstruction_error(w(weights_)));
      case M::EffectiveRank: return of_spectrum([](const Vector& x) { return effective_rank(x); });
      case M::NuclearNorm: return of_spectrum([](const Vector& x) { return nuclear_norm(x); });
      case M::FroNorm: {
        put(w(weights_).norm());
        if (const Vector* t = target_spectrum()) put(t->norm(), Part::Target);
        return;
      }
      case M::Preconditioner: {
        const Vector all = EndToEndField::eigenvalues(s, problem_.rows, problem_.cols, depth_);
        return spectrum(all.head(std::min<Eigen::Index>(all.size(), kShownEigenvalues)));
      }
      case M::ConvergenceBound:
        return claim(theory_.excess(loss), theory_.bound(time_, depth_), {static_cast<double>(theory_.isotropic()), static_cast<double>(theory_.margin() > 0), whole_flow});
      case M::Margin: return claim(s[s.size() - 1], theory_.margin(), {static_cast<double>(theory_.isotropic()), static_cast<double>(theory_.margin() > 0), whole_flow});
      case M::LossNeverIncreases: return claim(share * loss, share * recorded_loss_, {flow});
      case M::FactorDistance: return claim(factor_distance(), factor_room(s), {static_cast<double>(factors_.has_value()), flow});
      case M::StepTaken: return put(eta_);
      case M::RejectedSteps: return put(static_cast<double>(integrator_->rejected()));
      case M::SingularValueRates: return spectrum(rates());
      case M::EndToEnd: return matrix(w(weights_));
      case M::Target: return matrix(problem_.truth_matrix());
      case M::Residual: return matrix(problem_.completed(w(weights_)) - problem_.truth_matrix());
    }
  }

  Settings settings_;
  MatrixProblem problem_;
  double depth_;
  std::vector<EndToEndView> views_;
  std::size_t size_;                              ///< of W
  std::vector<double> weights_;
  mutable std::vector<double> gradient_;          ///< workspace, as what follows
  mutable Matrix w_gradient_;
  mutable EndToEndField field_;
  mutable std::optional<LayerProduct> factors_;   ///< weights aside, everything in it is workspace
  mutable Matrix held_;
  const Grip grip_{[this](std::span<const double> weights) -> const Matrix& { return held_ = w(weights); },
                   [](std::span<const double>, const Matrix& slope, std::span<double> gradient) { std::copy(slope.data(), slope.data() + slope.size(), gradient.begin()); }};
  std::unique_ptr<Integrator> integrator_;
  const std::function<void(std::span<const double>, std::span<double>)> elsewhere_ = [this](std::span<const double> weights, std::span<double> out) {
    if (const double loss = descend(weights, out); loss != loss) std::fill(out.begin(), out.end(), kUnknown);  // the step is too long
  };
  double until_ = std::numeric_limits<double>::infinity();
  double time_ = 0, eta_ = 0, loss_ = kUnknown, first_loss_ = -1, recorded_loss_ = kUnknown;
  double sensitivity_ = 0;  ///< the largest since the layers began
  std::int64_t perturbed_ = 0;  ///< 1: an entry has been moved by hand, so that the whole run is no gradient flow
  EndToEndTheory theory_;
  Landscape landscape_;
  mutable SvdSolver svd_;
  mutable Vector target_spectrum_;
  std::optional<LeastNuclearNorm> least_;  ///< of completion and sensing
  SpectrumSolver least_solver_;
  double earned_ = 0;
  std::int64_t earned_to_ = 0;
};

}  // namespace

std::unique_ptr<System> end_to_end_system(const Settings& settings, MatrixProblem problem, const MatrixShape& shape, const Matrix& start) {
  return std::make_unique<EndToEnd>(settings, std::move(problem), shape, start);
}

}  // namespace rankscope
