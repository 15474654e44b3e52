#include "systems/cp_system.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "flow/move_to.h"
#include "lab/number.h"
#include "math/product.h"
#include "math/roots.h"
#include "systems/component_lines.h"
#include "systems/cp_map.h"
#include "systems/growth_band.h"
#include "systems/growth_theory.h"
#include "systems/growth_watch.h"
#include "systems/nudge.h"

namespace rankscope {
namespace {

constexpr std::size_t kLines = 10;     ///< component norms that theory, identity and forecasts follow
constexpr std::size_t kFollowed = 16;  ///< components whose force is measured where that takes a whole evaluation each
enum Own : std::size_t { kNorms, kComponents, kCosines, kUnbalancedness, kDrift, kShadow, kLead };

class Cp final : public TensorSystem {
 public:
  explicit Cp(TensorSetup setup)
      : TensorSystem(std::move(setup)), r_(static_cast<std::size_t>(map().inner())), order_(static_cast<int>(problem().layout.shape.size())), lines_(std::min(kLines, r_)),
        theory_(order_, 0), band_(order_), start_squares_(squares_of(now())) {
    if (!get<bool>(settings(), "shadow")) return;
    shadow_.emplace(problem().layout.shape, 1);
    leading_ = first_to_depart();
    shadow_weights_ = balanced(leading_);
    shadow_gradient_.resize(shadow_weights_.size());
  }

  Status step() override {
    const Status status = TensorSystem::step();
    if (shadow_ && status == Status::Running) {
      shadow_->descend(shadow_weights_, *problem().task, {}, shadow_gradient_);
      for (std::size_t i = 0; i < shadow_weights_.size(); ++i) shadow_weights_[i] -= step_taken() * shadow_gradient_[i];
    }
    return status;
  }

  void follow() override {
    if (!theory_.started()) return;
    norms_of(now(), now_squares_, now_norms_);
    if (watch_.due(now_norms_)) look(now_norms_);
  }

 private:
  void archive_own(Archive& a) override {
    lines_.archive(a);
    std::vector<double> followed(followed_.begin(), followed_.end());
    a("theory.followed", followed);
    if (a.reading()) {
      if (std::any_of(followed.begin(), followed.end(), [&](double r) { return !(r >= 0 && r < static_cast<double>(r_)); }))
        a.refuse("theory.followed", "names components that are not there"), followed.clear();
      followed_.assign(followed.begin(), followed.end());
      theory_ = GrowthTheory(order_, followed_.size());
    }
    theory_.archive(a);
    band_.archive(a);
    watch_.archive(a, r_);
    a("start.squares", std::span<double>(start_squares_));
    if (!shadow_) return;
    auto leading = static_cast<std::int64_t>(leading_);
    a("shadow", std::span<double>(shadow_weights_)), a("shadow.component", leading);
    if (a.reading() && (leading < 0 || leading >= static_cast<std::int64_t>(r_))) a.refuse("shadow.component", "is not one of the components"), leading = 0;
    leading_ = static_cast<std::size_t>(leading);
  }

  void pushed() override { theory_.restart(); }

  /// A component's norm: the gradient lies along its own vectors.
  Result<void> nudge_own(std::size_t, std::int64_t entry, double value) override {
    const char* view = "component_norms";
    const auto top = largest(norms(), 2 * kLines);
    if (auto is = check_entry(view, entry, std::ssize(top)); !is) return is;
    if (value < 0) return Error{view, "is to have an entry of " + shortest(value), "a norm is not negative"};
    const std::size_t r = top[static_cast<std::size_t>(entry)];
    return move_to(view, weights(), value,
                   {[&](std::span<const double> weights) { return norms_of(weights)[r]; },
                    [&](std::span<const double> weights, std::span<double> gradient) {
                      std::fill(gradient.begin(), gradient.end(), 0.0);
                      const double sigma = norms_of(weights)[r];
                      const std::vector<double> squares = squares_of(weights);
                      for (int n = 0; n < order_ && sigma > 0; ++n) {
                        const auto row = static_cast<Eigen::Index>(r);
                        map().matrix(gradient, static_cast<std::size_t>(n)).row(row) =
                            sigma / squares[static_cast<std::size_t>(n) * r_ + r] * map().matrix(weights, static_cast<std::size_t>(n)).row(row);
                      }
                    },
                    norms()[top[0]]});
  }

  /// ‖w_r^n‖², at n R + r.
  void squares_of(std::span<const double> weights, std::vector<double>& out) const {
    out.assign(static_cast<std::size_t>(order_) * r_, 0.0);
    for (int n = 0; n < order_; ++n) {
      const auto a = map().matrix(weights, static_cast<std::size_t>(n));
      double* sums = out.data() + static_cast<std::size_t>(n) * r_;
      for (Eigen::Index i = 0; i < a.cols(); ++i)
        for (std::size_t r = 0; r < r_; ++r) sums[r] += a(static_cast<Eigen::Index>(r), i) * a(static_cast<Eigen::Index>(r), i);
    }
  }
  std::vector<double> squares_of(std::span<const double> weights) const {
    std::vector<double> out;
    squares_of(weights, out);
    return out;
  }

  /// `squares`, of every vector, are made on the way.
  void norms_of(std::span<const double> weights, std::vector<double>& squares, std::vector<double>& out) const {
    squares_of(weights, squares);
    out.assign(r_, 1.0);
    for (std::size_t k = 0; k < squares.size(); ++k) out[k % r_] *= std::sqrt(squares[k]);
  }
  std::vector<double> norms() const { return norms_of(now()); }
  std::vector<double> norms_of(std::span<const double> weights) const {
    std::vector<double> squares, out;
    norms_of(weights, squares, out);
    return out;
  }

  /// gamma_r = -<dL/dW, outer product of the unit vectors>: as W is linear in each vector, that is -<dL/dw_r^1, w_r^1> / sigma_r.
  double gamma(std::span<const double> gradient, std::size_t r, double sigma) const {
    const auto a = map().matrix(now(), 0), g = map().matrix(gradient, 0);
    double sum = 0;
    for (Eigen::Index i = 0; i < a.cols(); ++i) sum += a(static_cast<Eigen::Index>(r), i) * g(static_cast<Eigen::Index>(r), i);
    return sigma > 0 ? -sum / sigma : 0;
  }

  /// How soon each component would take off under the force of this moment, sigma^(-(1 - 2/N)) / gamma for N >= 3 (science 0.1): smaller is sooner.
  std::vector<double> times(const std::vector<double>& sigma, std::span<const double> gradient) const {
    std::vector<double> out;
    const double level = *std::max_element(sigma.begin(), sigma.end()) * 10;  // one for all
    for (std::size_t r = 0; r < r_; ++r) {
      const double t = time_to_reach(sigma[r], order_, gamma(gradient, r, sigma[r]), level);
      out.push_back(std::isfinite(t) ? t : std::numeric_limits<double>::infinity());
    }
    return out;
  }

  /// The component that departs first if dL/dW stays what it is at W = 0: then every component moves on its own, and the flow of all of them is
  /// followed, in steps of a twentieth of the fastest one's growth, until one is a hundred times as large as the largest is now.
  std::size_t first_to_depart() const {
    Matrix at_zero = Matrix::Zero(w().rows(), w().cols()), slope(w().rows(), w().cols());
    problem().task->evaluate(at_zero, slope);
    std::vector<double> weights(now().begin(), now().end()), gradient(weights.size());
    const std::vector<double> start = norms();
    const double level = 100 * *std::max_element(start.begin(), start.end());
    constexpr int kMostSteps = 2000;
    for (int k = 0; k < kMostSteps; ++k) {
      map().evaluate(weights);
      map().backward_from(weights, slope, gradient);
      double fastest = 0;
      const std::vector<double> sizes = squares_of(weights), slopes = squares_of(gradient);
      for (std::size_t i = 0; i < sizes.size(); ++i)
        if (sizes[i] > 0) fastest = std::max(fastest, std::sqrt(slopes[i] / sizes[i]));
      if (!(fastest > 0)) break;
      for (std::size_t i = 0; i < weights.size(); ++i) weights[i] -= 0.05 / fastest * gradient[i];
      const std::vector<double> grown = norms_of(weights);
      const auto most = std::max_element(grown.begin(), grown.end());
      if (*most > level) return static_cast<std::size_t>(most - grown.begin());
    }
    return largest(norms_of(weights), 1)[0];
  }

  /// The vectors of a component, made equally long.
  std::vector<double> balanced(std::size_t r) const {
    const std::vector<double> all = squares_of(now());
    const double sigma = norms()[r];
    std::vector<double> out;
    for (int n = 0; n < order_; ++n) {
      const auto a = map().matrix(now(), static_cast<std::size_t>(n));
      const double scale = nth_root(sigma, order_) / std::sqrt(all[static_cast<std::size_t>(n) * r_ + r]);
      for (Eigen::Index i = 0; i < a.cols(); ++i) out.push_back(scale * a(static_cast<Eigen::Index>(r), i));
    }
    return out;
  }

  /// The driving force of each followed component as a function of its norm, the rest of W as it is: through its value here and at the
  /// theory's norm; where the two agree, by a difference quotient.
  std::vector<GrowthForce> forces(const std::vector<double>& sigma) const {
    const auto halves = (w(), map().halves());
    const double most = *std::max_element(sigma.begin(), sigma.end()), scale = most > 0 ? most : 1;
    const Matrix left = halves.left_t.transpose(), right = halves.right.transpose();  // a column a component
    const bool entries = problem().task->entries();
    if (entries) problem().task->read(halves);
    const auto gradient = this->gradient();
    Matrix moved, moved_slope;
    std::vector<GrowthForce> out;
    for (std::size_t k = 0; k < followed_.size(); ++k) {
      const std::size_t r = followed_[k];
      const double here = gamma(gradient, r, sigma[r]);
      double shift = (theory_.started() ? theory_.sigma()[k] : sigma[r]) - sigma[r];
      if (!(std::abs(shift) > 1e-3 * scale)) shift = 1e-3 * scale;
      const auto column = static_cast<Eigen::Index>(r);
      const double u_norm = left.col(column).norm(), v_norm = right.col(column).norm();
      if (!(u_norm > 0) || !(v_norm > 0)) {
        out.push_back({0, 0});
        continue;
      }
      const Vector u = left.col(column) / u_norm, v = right.col(column) / v_norm;
      double there = 0;
      if (entries) {
        there = -problem().task->along(u, v, shift);
      } else {
        moved = w() + (shift * u) * v.transpose();
        moved_slope.resize(moved.rows(), moved.cols());
        problem().task->evaluate(moved, moved_slope);
        there = -u.dot(moved_slope * v);
      }
      const double slope = (there - here) / shift;
      out.push_back({here - slope * sigma[r], slope});
    }
    return out;
  }

  void measure_own(std::size_t own, std::uint32_t v, Frame& frame) const override {
    const std::vector<double> sigma = norms();
    const auto top = largest(sigma, own == kNorms ? 2 * kLines : kLines);
    const auto k = static_cast<std::int64_t>(top.size());
    const auto put = [&](double x) { frame.values.push_back({v, Part::Measured, {}, {x}}); };
    switch (own) {
      case kNorms: {
        std::vector<double> values;
        for (std::size_t r : top) values.push_back(sigma[r]);
        frame.values.push_back({v, Part::Measured, {k}, std::move(values)});
        if (const auto& target = problem().components; !target.empty()) frame.values.push_back({v, Part::Target, {std::ssize(target)}, target});
        return;
      }
      case kComponents: {
        Series norms{v, Part::Measured, {k}, {}}, sizes{v, Part::Sizes, {order_}, {}}, vectors{v, Part::Vectors, {k, 0}, {}};
        for (std::int64_t d : problem().layout.shape) sizes.data.push_back(static_cast<double>(d)), vectors.shape[1] += d;
        for (std::size_t r : top) {
          norms.data.push_back(sigma[r]);
          for (int n = 0; n < order_; ++n)
            for (double x : unit(n, r)) vectors.data.push_back(x);
        }
        for (Series* s : {&norms, &vectors, &sizes}) frame.values.push_back(std::move(*s));
        frame.values.push_back({v, Part::Lines, {k}, lines_.lines_of(top)});
        return;
      }
      case kCosines: {
        Matrix cosines = Matrix::Ones(k, k);
        for (int n = 0; n < order_; ++n) {
          std::vector<Vector> units;
          for (std::size_t r : top) units.push_back(unit(n, r));
          for (Eigen::Index i = 0; i < k; ++i)
            for (Eigen::Index j = 0; j < k; ++j) cosines(i, j) *= units[static_cast<std::size_t>(i)].dot(units[static_cast<std::size_t>(j)]);
        }
        frame.values.push_back({v, Part::Measured, {k, k}, {cosines.data(), cosines.data() + cosines.size()}});
        return;
      }
      case kUnbalancedness: return put(spread(squares_of(now()), {}));
      case kDrift: return put(spread(squares_of(now()), start_squares_));
      case kShadow: {
        const Matrix& rank_one = shadow_->forward(shadow_weights_);
        return put((w() - rank_one).norm());
      }
      case kLead: return put(sigma[leading_] / sigma[top[0]]);
    }
  }

  Vector unit(int mode, std::size_t r) const {
    const auto a = map().matrix(now(), static_cast<std::size_t>(mode));
    Vector out = a.row(static_cast<Eigen::Index>(r)).transpose();
    if (const double norm = out.norm(); norm > 0) out /= norm;
    return out;
  }

  /// Largest difference, over components and pairs of modes, of the squared norms (less those of the start).
  double spread(const std::vector<double>& now, const std::vector<double>& before) const {
    double worst = 0;
    for (std::size_t r = 0; r < r_; ++r) {
      double least = std::numeric_limits<double>::infinity(), most = -least;
      for (std::size_t at = r; at < now.size(); at += r_) {
        const double x = now[at] - (before.empty() ? 0 : before[at]);
        least = std::min(least, x), most = std::max(most, x);
      }
      worst = std::max(worst, most - least);
    }
    return worst;
  }

  void record_own(std::size_t own, std::uint32_t v, Frame& frame) override {
    if (own != kNorms) return;
    const std::vector<double> sigma = norms();
    if (!theory_.started()) begin(sigma);
    const std::vector<GrowthForce> force = look(sigma);
    const auto top = lines_.follow(sigma);
    std::vector<double> predicted, forecast, bounds;
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    const double most = sigma[top.component[0]];
    for (std::size_t r : top.component) {
      const auto it = std::find(followed_.begin(), followed_.end(), r);
      const auto k = static_cast<std::size_t>(it - followed_.begin());
      const bool known = it != followed_.end();
      predicted.push_back(known ? theory_.sigma()[k] : kUnknown);
      forecast.push_back(known ? take_off_step(sigma[r], order_, force[k], frame.step, step_taken(), most) : kUnknown);
      bounds.push_back(known ? band_.lower()[k] : kUnknown), bounds.push_back(known ? band_.upper()[k] : kUnknown);
    }
    const auto n = std::ssize(top.line);
    frame.values.push_back({v, Part::Theory, {n}, std::move(predicted)});
    frame.values.push_back({v, Part::Lines, {n}, top.line});
    frame.values.push_back({v, Part::Forecast, {n}, std::move(forecast)});
    frame.values.push_back({v, Part::Bound, {n, 2}, std::move(bounds)});
  }

  /// Measures the forces and takes the theory and its band to this moment.
  std::vector<GrowthForce> look(const std::vector<double>& sigma) {
    std::vector<GrowthForce> force = forces(sigma);
    if (theory_.started()) {
      theory_.advance(time(), force), band_.advance(time(), force);
    } else {
      std::vector<double> followed, eps;
      for (std::size_t r : followed_) followed.push_back(sigma[r]), eps.push_back(eps_of(r));
      theory_.start(time(), followed, force);
      band_.start(time(), followed, eps, force);
    }
    watch_.look(sigma);
    return force;
  }

  /// Which components the theory follows: all where their force is read at the observed entries, else those that are predicted to take off first.
  void begin(const std::vector<double>& sigma) {
    followed_.clear();
    if (problem().task->entries()) {
      for (std::size_t r = 0; r < r_; ++r) followed_.push_back(r);
    } else {
      std::vector<double> soon = times(sigma, gradient());
      for (double& t : soon) t = -t;
      followed_ = largest(soon, kFollowed);
      std::sort(followed_.begin(), followed_.end());
    }
    theory_ = GrowthTheory(order_, followed_.size());
  }

  double eps_of(std::size_t r) const {
    const std::vector<double> all = squares_of(now());
    double least = all[r], most = all[r];
    for (std::size_t at = r; at < all.size(); at += r_) least = std::min(least, all[at]), most = std::max(most, all[at]);
    return most - least;
  }

  std::size_t r_;
  int order_;
  ComponentLines lines_;
  std::vector<std::size_t> followed_;
  GrowthTheory theory_;
  GrowthBand band_;
  GrowthWatch watch_;
  std::vector<double> now_squares_, now_norms_;  ///< of follow(): workspace
  std::vector<double> start_squares_;
  mutable std::optional<CpMap> shadow_;
  std::size_t leading_ = 0;  ///< the component that the shadow starts from
  std::vector<double> shadow_weights_, shadow_gradient_;
};

}  // namespace

std::vector<ViewInfo> cp_views(const TensorShape& shape, const Settings& settings) {
  const auto order = std::to_string(shape.shape.size());
  std::vector<ViewInfo> out;
  out.push_back({"component_norms", "Component norms",
                 "σ = ‖a¹‖ … ‖aᴺ‖ of each component, largest first. Theory: dσ/dt = N σ^(2-2/N) γ, here N = " + order +
                     "; the band holds every solution with as unbalanced a start. Ghost lines: the norms of the target's own components.",
                 "", Kind::Spectrum, Scale::Linear, true});
  out.back().grasp = true;
  out.push_back({"components", "Components", "The largest components, each an outer product of one vector a mode: as thick as its norm.", "", Kind::Components});
  out.push_back({"component_cosines", "Cosines between components", "Of the ten largest components: the product over the modes of the cosines of their vectors.", "", Kind::Matrix,
                 Scale::Linear, false, true});
  out.push_back({"unbalancedness", "Unbalancedness", "Largest difference between the squared norms of a component's vectors; constant under gradient flow.", "", Kind::Scalar, Scale::Log});
  out.push_back({"unbalancedness_drift", "Drift of balancedness", "Largest change since the start of a difference between the squared norms of a component's vectors; 0 under gradient flow.", "",
                 Kind::Scalar, Scale::Log});
  if (!get<bool>(settings, "shadow")) return out;
  out.push_back({"shadow_distance", "Distance to the shadow",
                 "‖W - S‖, S a single balanced component that starts along the one that is predicted to depart first and takes the same steps (theorem on rank-one trajectories, from memory of the paper).", "",
                 Kind::Scalar, Scale::Log});
  out.push_back({"predicted_lead", "Lead of the predicted", "The norm of the component that was predicted to depart first, over the largest: 1 once it leads. Predicted from the flow with dL/dW as it is at W = 0.",
                 "", Kind::Scalar});
  return out;
}

std::unique_ptr<TensorSystem> cp_system(TensorSetup setup) { return std::make_unique<Cp>(std::move(setup)); }

}  // namespace rankscope
