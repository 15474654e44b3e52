// W = G x_1 A^1 ... x_N A^N, of a core and a matrix a mode; deep: each matrix a product (Milanesi, Kadri, Ayache and Artieres 2021; Hariz et al. 2024).
#include "systems/tucker.h"

#include <algorithm>
#include <cmath>

#include "math/rng.h"
#include "math/roots.h"
#include "systems/tensor_entry.h"
#include "systems/tucker_map.h"
#include "systems/tucker_system.h"

namespace rankscope {
namespace {

constexpr double kMostWeights = 2e7;
constexpr std::uint64_t kStart = 15;  ///< stream of the seed

std::vector<Param> params() {
  const std::string g = "Factorization";
  return tensor_params({
      {"depth", "Depth P", g, "Matrices a mode: A = F_1 F_2 … F_P. 1 is Tucker, more is deep Tucker.", "per mode", std::int64_t{1}, {1, 6}, When::Restart, {}, {}},
      {"core", "Core", g, "Sizes of the core, one a mode; empty: as large as the tensor, so that nothing but descent bounds the rank.", "", std::vector<std::int64_t>{}, {1, 256}, When::Restart,
       {}, {}},
      {"widths", "Widths", g, "Sizes between the matrices of a mode, P - 1 for each mode, mode by mode; empty: as the core's.", "", std::vector<std::int64_t>{}, {1, 256}, When::Restart, {}, {}},
      {"init", "Start", g,
       "gaussian: every weight N(0, s²), s such that the end tensor's entries have deviation α. hariz: a core N(0, s²) with s = σ P ln(P + 1), and each column of each factor as long "
       "as the core's slice that it meets (Hariz et al. 2024, from their code; there every column has matrices of its own).",
       "", std::string("gaussian"), {}, When::Restart, {"gaussian", "hariz"}, {}, "start"},
      {"alpha", "Initial scale α", g, "Standard deviation of the end tensor's entries at the start.", "", 1e-3, {1e-12, 1, Scale::Log}, When::Restart, {}, {"init", {"gaussian"}}, "start"},
      {"std_init", "Initial scale σ", g, "Of the start `hariz`.", "", 1e-2, {1e-6, 1, Scale::Log}, When::Restart, {}, {"init", {"hariz"}}, "start"},
  });
}

struct Plan {
  TensorShape shape;
  std::unique_ptr<TuckerMap> map;
};

Result<Plan> plan(const Settings& s, const Inputs& in) {
  auto shape = tensor_shape(s, in);
  if (!shape) return shape.error();
  const std::size_t order = shape->shape.size();
  Shape core = get<std::vector<std::int64_t>>(s, "core");
  if (core.empty()) core = shape->shape;
  if (core.size() != order)
    return Error{"core", "has " + std::to_string(core.size()) + " sizes", "one a mode is needed: " + std::to_string(order) + "; or none, for the tensor's own"};
  const auto depth = static_cast<std::size_t>(get<std::int64_t>(s, "depth"));
  const auto& widths = get<std::vector<std::int64_t>>(s, "widths");
  if (!widths.empty() && widths.size() != order * (depth - 1))
    return Error{"widths", "has " + std::to_string(widths.size()) + " sizes", std::to_string(depth - 1) + " a mode are needed: " + std::to_string(order * (depth - 1)) + "; or none, for the core's"};
  if (!widths.empty() && !in.count("start") && get<std::string>(s, "init") == "hariz")
    return Error{"widths", "are not for the start `hariz`", "its columns are as long as the core's slices: take none, or init = gaussian"};
  double weights = 1;
  for (std::int64_t c : core) weights *= static_cast<double>(c);
  double stage = weights;
  for (std::size_t n = order; n-- > 1; weights = std::max(weights, stage)) stage = stage / static_cast<double>(core[n]) * static_cast<double>(shape->shape[n]);
  if (weights > kMostWeights) return Error{"core", "leads through more than 2e7 numbers", "take a smaller one"};
  auto map = std::make_unique<TuckerMap>(shape->shape, core, static_cast<int>(depth), widths);
  return Plan{std::move(*shape), std::move(map)};
}

/// The deviation of every weight that gives the end tensor's entries deviation alpha: their variance is s^(2 (1 + N P)) times every inner size, c_n^P each or
/// c_n and the widths.
double gaussian_deviation(double alpha, const Shape& core, int depth, const std::vector<std::int64_t>& widths) {
  double inner = 1;
  for (std::int64_t c : core) inner *= integer_power(static_cast<double>(c), widths.empty() ? depth : 1);
  for (std::int64_t w : widths) inner *= static_cast<double>(w);
  return nth_root(alpha / std::sqrt(inner), 1 + static_cast<int>(core.size()) * depth);
}

std::vector<double> drawn_start(const Settings& s, const TuckerMap& map, std::uint64_t seed) {
  const auto depth = static_cast<int>(get<std::int64_t>(s, "depth"));
  const Shape& core = map.core();
  std::vector<double> out(map.size());
  const std::span<double> weights(out);
  Rng rng(seed, kStart);
  if (get<std::string>(s, "init") == "gaussian") {
    const double deviation = gaussian_deviation(get<double>(s, "alpha"), core, depth, get<std::vector<std::int64_t>>(s, "widths"));
    for (double& x : out) x = deviation * rng.normal();
    return out;
  }
  const double deviation = get<double>(s, "std_init") * depth * portable_log(depth + 1.0);
  for (double& x : map.block(weights, 0)) x = deviation * rng.normal();
  std::size_t b = 1;
  for (std::size_t n = 0; n < core.size(); ++n) {
    const Vector norms = matricize(map.block(weights, 0), core, Modes{static_cast<int>(n)}).rowwise().norm();
    for (int p = 0; p < depth; ++p, ++b) {
      auto factor = map.matrix(weights, b);  // a column of F is a row here
      for (double& x : map.block(weights, b)) x = rng.normal();
      for (Eigen::Index j = 0; j < factor.rows(); ++j) factor.row(j) *= norms[j] / factor.row(j).norm();
    }
  }
  return out;
}

struct TuckerFamily : TensorFamily {
  static Result<Plan> plan(const Settings& s, const Inputs& in) { return rankscope::plan(s, in); }
  static std::vector<ViewInfo> own(const Settings&, const Plan& plan) { return tucker_views(plan.shape.shape); }
  static std::vector<double> start(const Settings& s, const Plan& plan, MatrixTask&, std::uint64_t seed) { return drawn_start(s, *plan.map, seed); }
  static std::unique_ptr<TensorSystem> system(TensorSetup setup) { return tucker_system(std::move(setup)); }
};

}  // namespace

Entry tucker_entry() {
  return tensor_entry<TuckerFamily>(
      "tucker",
      "Tucker factorization",
      "Milanesi, Kadri, Ayache and Artieres 2021 (arXiv 2105.01346); Hariz et al. 2024",
      "A tensor written as a core with a matrix for each mode, and fitted by gradient descent from a small start: the singular values of every unfolding rise one after another.", params());
}

}  // namespace rankscope
