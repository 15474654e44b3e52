// One component of a deep CP factorization: N modes, K factors a mode. If all D = N K factors are equally long, its norm σ obeys
//   dσ/dt = D σ^(2 - 2/D) γ,  γ = -<dL/dW, W/σ>
// because W is homogeneous of degree D in them (science 0.1, 5.2). From an unbalanced start the power is another one.
#include "systems/growth.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/rng.h"
#include "math/roots.h"
#include "systems/deep_component_map.h"
#include "systems/growth_exponent.h"
#include "systems/growth_theory.h"
#include "systems/tensor_entry.h"
#include "systems/tensor_system.h"

namespace rankscope {
namespace {

constexpr std::uint64_t kStart = 15;  ///< stream of the seed

enum Own : std::size_t { kNorm, kExponent, kForce, kUnbalancedness };

int degree_of(const Settings& s, const Shape& shape) { return static_cast<int>(shape.size()) * static_cast<int>(get<std::int64_t>(s, "depth")); }

std::vector<ViewInfo> own_views(const Settings& s, const Shape& shape) {
  const int degree = degree_of(s, shape);
  const std::string d = std::to_string(degree), power = "2 - 2/" + d;
  return {
      {"component_norm", "Norm of the component", "σ = ‖W‖. Theory: the balanced prediction dσ/dt = " + d + " σ^(" + power + ") γ, from the start, or where it was pushed to, and the force measured on the run.", "",
       Kind::Scalar, Scale::Log, true},
      {"growth_exponent", "Growth exponent",
       "The power p in dσ/dt = c σ^p γ, fitted to the growth so far: the slope of ln((Δσ/Δt)/γ) against ln σ, over finite differences between recorded moments. Theory: the balanced "
       "prediction " + power + ".",
       "", Kind::Scalar, Scale::Linear, true},
      {"driving_force", "Driving force", "γ = -<dL/dW, W/σ>: how steeply the loss falls along the component.", "", Kind::Scalar},
      {"unbalancedness", "Unbalancedness", "Largest difference between the squared norms of two factors; constant under gradient flow.", "", Kind::Scalar, Scale::Log},
  };
}

class Growth final : public TensorSystem {
 public:
  explicit Growth(TensorSetup setup) : TensorSystem(std::move(setup)), degree_(degree_of(settings(), problem().layout.shape)), theory_(degree_, 1) {}

 private:
  void pushed() override { fit_.interrupt(), theory_.restart(); }

  /// At s W/σ: the component as it is, of another norm.
  double force_at(double s, double sigma) const {
    moved_ = (s / sigma) * w();
    moved_slope_.resize(moved_.rows(), moved_.cols());
    problem().task->evaluate(moved_, moved_slope_);
    return -(moved_slope_.array() * w().array()).sum() / sigma;
  }
  double force() const {
    const double sigma = w().norm();
    return sigma > 0 ? -(slope().array() * w().array()).sum() / sigma : 0;
  }

  void measure_own(std::size_t own, std::uint32_t v, Frame& frame) const override {
    const auto put = [&](double x, Part part = Part::Measured) { frame.values.push_back({v, part, {}, {x}}); };
    switch (own) {
      case kNorm: return put(w().norm());
      case kExponent: {
        GrowthExponent so_far = fit_;
        so_far.observe(time(), w().norm(), force());
        put(so_far.exponent());
        return put(2 - 2.0 / degree_, Part::Theory);
      }
      case kForce: return put(force());
      case kUnbalancedness: {
        double least = std::numeric_limits<double>::infinity(), most = 0;
        for (std::size_t b = 0; b < map().blocks().size(); ++b) {
          const double square = map().matrix(now(), b).squaredNorm();
          least = std::min(least, square), most = std::max(most, square);
        }
        return put(most - least);
      }
    }
  }

  void record_own(std::size_t own, std::uint32_t v, Frame& frame) override {
    const double sigma = w().norm();
    if (own == kExponent) fit_.observe(time(), sigma, force());
    if (own != kNorm || !(sigma > 0)) return;
    const double here = force();
    double shift = (theory_.started() ? theory_.sigma()[0] : sigma) - sigma;
    if (!(std::abs(shift) > 1e-3 * sigma)) shift = 1e-3 * sigma;
    const double slope = (force_at(sigma + shift, sigma) - here) / shift;
    const std::vector<GrowthForce> force{{here - slope * sigma, slope}};
    if (theory_.started()) theory_.advance(time(), force);
    else theory_.start(time(), {sigma}, force);
    frame.values.push_back({v, Part::Theory, {}, {theory_.sigma()[0]}});
  }

  void archive_own(Archive& a) override {
    fit_.archive(a, "growth");
    theory_.archive(a);
  }

  int degree_;
  GrowthExponent fit_;
  GrowthTheory theory_;
  mutable Matrix moved_, moved_slope_;
};

std::vector<Param> params() {
  const std::string g = "Component";
  std::vector<Param> out = tensor_params({
      {"depth", "Factors a mode K", g, "Each vector of the component is a product of K - 1 square matrices and a vector; 1: the vector itself.", "", std::int64_t{1}, {1, 6}, When::Restart, {}, {}},
      {"initial_norm", "Initial norm", g, "σ at the start; the directions are drawn.", "", 1e-3, {1e-9, 1, Scale::Log}, When::Restart, {}, {}, "start"},
      {"imbalance", "Imbalance", g, "The first factor of the first mode is made so much shorter, and all others longer, that the product stays. 1: all equally long.", "", 1.0,
       {1, 1e4, Scale::Log}, When::Restart, {}, {}, "start"},
  });
  for (Param& p : out) {
    if (p.key == "target_rank") p.initial = std::int64_t{1};
    if (p.key == "observe") p.initial = std::string("all");
    if (p.key == "optimizer") p.initial = std::string("flow");
    if (p.key == "tolerance") p.initial = 1e-12;  // the growth is to take some hundred steps
  }
  return out;
}

struct Plan {
  TensorShape shape;
  std::unique_ptr<DeepComponentMap> map;
};

Result<Plan> plan(const Settings& s, const Inputs& in) {
  auto shape = tensor_shape(s, in);
  if (!shape) return shape.error();
  auto map = std::make_unique<DeepComponentMap>(shape->shape, static_cast<int>(get<std::int64_t>(s, "depth")));
  return Plan{std::move(*shape), std::move(map)};
}

/// Each matrix m q q'ᵀ with drawn unit vectors that fit together, the last factor m q: neighbours are balanced. A component that would shrink is turned round.
std::vector<double> drawn_start(const Settings& s, DeepComponentMap& map, MatrixTask& task, std::uint64_t seed) {
  const auto degree = static_cast<int>(map.blocks().size());
  const double imbalance = get<double>(s, "imbalance"), length = nth_root(get<double>(s, "initial_norm"), degree), longer = nth_root(imbalance, degree - 1);
  std::vector<double> out(map.size()), gradient(map.size());
  const std::span<double> weights(out);
  Rng rng(seed, kStart);
  const auto unit = [&](std::int64_t d) {
    Vector q(d);
    for (double& x : q) x = rng.normal();
    return Vector(q / q.norm());
  };
  for (const FactorChain& chain : map.chains()) {
    Vector q = unit(map.blocks()[chain.first()].shape[0]);
    for (std::size_t p = 0; p < chain.count(); ++p) {
      const std::size_t b = chain.first() + p;
      const Vector next = unit(map.blocks()[b].shape[1]);
      const double m = length * (b == 0 ? 1 / imbalance : longer);
      if (p + 1 == chain.count()) map.matrix(weights, b) = m * q.transpose();
      else map.matrix(weights, b) = m * next * q.transpose();
      q = next;
    }
  }
  map.descend(out, task, {}, gradient);
  double along = 0;  // of the first factor, in which W is linear
  const auto first = map.block(weights, 0);
  for (std::size_t i = 0; i < first.size(); ++i) along += gradient[i] * first[i];
  if (along > 0)
    for (double& x : first) x = -x;
  return out;
}

struct GrowthFamily : TensorFamily {
  static Result<Plan> plan(const Settings& s, const Inputs& in) { return rankscope::plan(s, in); }
  static std::vector<ViewInfo> own(const Settings& s, const Plan& plan) { return own_views(s, plan.shape.shape); }
  static std::vector<double> start(const Settings& s, const Plan& plan, MatrixTask& task, std::uint64_t seed) { return drawn_start(s, *plan.map, task, seed); }
  static std::unique_ptr<TensorSystem> system(TensorSetup setup) { return std::make_unique<Growth>(std::move(setup)); }
};

}  // namespace

Entry growth_entry() {
  return tensor_entry<GrowthFamily>(
      "growth",
      "Polynomial growth",
      "Hariz, Kadri, Ayache, Moakher and Artieres 2022 (arXiv 2207.08942); the exponent is derived here",
      "One component of a deep CP factorization grows out of a small start, and the power of its norm that it grows with is measured.", params());
}

}  // namespace rankscope
