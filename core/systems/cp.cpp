// W = sum over R components of the outer product of one vector a mode (Razin, Maman and Cohen 2021).
#include "systems/cp.h"

#include <algorithm>
#include <cmath>

#include "math/rng.h"
#include "math/roots.h"
#include "systems/cp_map.h"
#include "systems/cp_system.h"
#include "systems/tensor_entry.h"

namespace rankscope {
namespace {

constexpr std::int64_t kMostComponents = 4096;
constexpr double kMostWeights = 2e7;
constexpr std::uint64_t kStart = 15;  ///< stream of the seed

/// R as set; 0: what any tensor of this shape can be written with, all sizes but the largest multiplied.
Result<std::int64_t> components_of(const Settings& s, const TensorShape& shape) {
  std::int64_t r = get<std::int64_t>(s, "components");
  if (r == 0) r = std::min(entries(shape.shape) / *std::max_element(shape.shape.begin(), shape.shape.end()), kMostComponents);
  double sum = 0;
  for (std::int64_t d : shape.shape) sum += static_cast<double>(d);
  if (sum * static_cast<double>(r) > kMostWeights) return Error{"components", std::to_string(r) + " of them have more than 2e7 weights", "take fewer"};
  return r;
}

std::vector<double> drawn_start(const Settings& s, const CpMap& map, std::uint64_t seed) {
  const double scale = get<double>(s, "init_scale"), unbalance = get<double>(s, "unbalance");
  const bool balanced = get<std::string>(s, "init") == "balanced";
  std::vector<double> out(map.size());
  Rng rng(seed, kStart);
  for (double& x : out) x = scale * rng.normal();
  const std::size_t order = map.blocks().size();
  const std::span<double> weights(out);
  for (Eigen::Index r = 0; r < map.inner(); ++r) {
    double product = 1;
    for (std::size_t n = 0; n < order; ++n) product *= map.matrix(weights, n).row(r).norm();
    for (std::size_t n = 0; n < order; ++n) {
      auto a = map.matrix(weights, n).row(r);
      if (balanced) a *= nth_root(product, static_cast<int>(order)) / a.norm();
      if (n < 2) a *= n == 0 ? unbalance : 1 / unbalance;
    }
  }
  return out;
}

std::vector<Param> params() {
  const std::string g = "Factorization";
  return tensor_params({
      {"components", "Components R", g, "How many there are; 0: as many as any tensor of this shape can need, all sizes but the largest multiplied (at most 4096).", "", std::int64_t{0},
       {0, kMostComponents}, When::Restart, {}, {}, "", "full"},
      {"init", "Start", g, "gaussian: every weight N(0, s²). balanced: the same directions and component norms, all vectors of a component equally long.", "", std::string("gaussian"), {},
       When::Restart, {"gaussian", "balanced"}, {}, "start"},
      {"init_scale", "Initial scale s", g, "Standard deviation of every weight; a component's norm begins near (s √d)^N.", "", 0.01, {1e-5, 2, Scale::Log}, When::Restart, {}, {}, "start"},
      {"unbalance", "Unbalanced by", g, "The first mode's vectors are made so much longer, the second's shorter: the component norms stay.", "", 1.0, {1, 100, Scale::Log}, When::Restart, {}, {},
       "start"},
      {"shadow", "Rank-one shadow", g, "A single balanced component beside the run that takes the same steps.", "", false, {}, When::Restart, {}, {}},
  });
}

struct Plan {
  TensorShape shape;
  std::unique_ptr<CpMap> map;
};

Result<Plan> plan(const Settings& s, const Inputs& in) {
  auto shape = tensor_shape(s, in);
  if (!shape) return shape.error();
  const auto components = components_of(s, *shape);
  if (!components) return components.error();
  auto map = std::make_unique<CpMap>(shape->shape, *components);
  return Plan{std::move(*shape), std::move(map)};
}

struct CpFamily : TensorFamily {
  static Result<Plan> plan(const Settings& s, const Inputs& in) { return rankscope::plan(s, in); }
  static std::vector<ViewInfo> own(const Settings& s, const Plan& plan) { return cp_views(plan.shape, s); }
  static std::vector<double> start(const Settings& s, const Plan& plan, MatrixTask&, std::uint64_t seed) { return drawn_start(s, *plan.map, seed); }
  static std::unique_ptr<TensorSystem> system(TensorSetup setup) { return cp_system(std::move(setup)); }
};

}  // namespace

Entry cp_entry() {
  return tensor_entry<CpFamily>(
      "cp",
      "CP tensor factorization",
      "Razin, Maman and Cohen 2021 (arXiv 2102.09972)",
      "A tensor written as a sum of outer products and fitted by gradient descent from a small start: its components depart from zero one after another.", params());
}

}  // namespace rankscope
