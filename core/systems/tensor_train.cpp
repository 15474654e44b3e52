// W_{i_1 ... i_N} = G_1[i_1] ... G_N[i_N]; deep: with square matrices on the bonds (Milanesi, Kadri, Ayache and Artieres 2021).
#include "systems/tensor_train.h"

#include <algorithm>
#include <cmath>

#include "math/rng.h"
#include "math/roots.h"
#include "systems/tensor_entry.h"
#include "systems/tensor_train_map.h"
#include "systems/tensor_train_system.h"

namespace rankscope {
namespace {

constexpr std::int64_t kMostRank = 256;
constexpr double kMostWeights = 2e7;
constexpr std::uint64_t kStart = 15;  ///< stream of the seed

std::vector<Param> params() {
  const std::string g = "Factorization";
  return tensor_params({
      {"depth", "Depth P", g, "1: a tensor train. More: P - 1 square matrices more on every bond.", "", std::int64_t{1}, {1, 6}, When::Restart, {}, {}},
      {"ranks", "Ranks", g, "One a bond; empty: what any tensor of this shape can need, at most 256, so that nothing but descent bounds the rank.", "", std::vector<std::int64_t>{},
       {1, static_cast<double>(kMostRank)}, When::Restart, {}, {}},
      {"alpha", "Initial scale α", g, "Every weight is N(0, s²), s such that the end tensor's entries have deviation α at the start.", "", 1e-3, {1e-12, 1, Scale::Log}, When::Restart, {}, {},
       "start"},
  });
}

/// r_k as set, or the smaller side of the unfolding.
Result<Shape> ranks_of(const Settings& s, const Shape& shape) {
  Shape ranks = get<std::vector<std::int64_t>>(s, "ranks");
  const std::size_t bonds = shape.size() - 1;
  if (!ranks.empty() && ranks.size() != bonds)
    return Error{"ranks", "has " + std::to_string(ranks.size()), "one a bond is needed: " + std::to_string(bonds) + "; or none, for the full ones"};
  const std::int64_t all = entries(shape);
  std::int64_t before = 1;
  double weights = 0, largest = 0;
  for (std::size_t k = 0; k < bonds; ++k) {
    before *= shape[k];
    if (ranks.size() == k) ranks.push_back(std::min({before, all / before, kMostRank}));
    const auto r = static_cast<double>(ranks[k]);
    weights += r * static_cast<double>(shape[k]) * (k > 0 ? static_cast<double>(ranks[k - 1]) : 1.0);
    largest = std::max(largest, r * static_cast<double>(std::max(before, all / before)));
  }
  if (std::max(weights, largest) > kMostWeights) return Error{"ranks", "lead through more than 2e7 numbers", "take smaller ones"};
  return ranks;
}

struct Plan {
  TensorShape shape;
  Shape ranks;
  std::unique_ptr<TensorTrainMap> map;
};

Result<Plan> plan(const Settings& s, const Inputs& in) {
  auto shape = tensor_shape(s, in);
  if (!shape) return shape.error();
  auto ranks = ranks_of(s, shape->shape);
  if (!ranks) return ranks.error();
  auto map = std::make_unique<TensorTrainMap>(shape->shape, *ranks, static_cast<int>(get<std::int64_t>(s, "depth")));
  return Plan{std::move(*shape), std::move(*ranks), std::move(map)};
}

/// Deviation s of every weight: an entry of W has the variance s^(2 (N + (N-1)(P-1))) times every inner size, r_k^P a bond.
std::vector<double> drawn_start(const Settings& s, const Plan& plan, std::uint64_t seed) {
  const auto depth = static_cast<int>(get<std::int64_t>(s, "depth"));
  const auto bonds = static_cast<int>(plan.ranks.size());
  double inner = 1;
  for (std::int64_t r : plan.ranks) inner *= integer_power(static_cast<double>(r), depth);
  const double deviation = nth_root(get<double>(s, "alpha") / std::sqrt(inner), bonds * depth + 1);
  std::vector<double> out(plan.map->size());
  Rng rng(seed, kStart);
  for (double& x : out) x = deviation * rng.normal();
  return out;
}

struct TensorTrainFamily : TensorFamily {
  static Result<Plan> plan(const Settings& s, const Inputs& in) { return rankscope::plan(s, in); }
  static std::vector<ViewInfo> own(const Settings&, const Plan& plan) { return tensor_train_views(plan.shape.shape); }
  static std::vector<double> start(const Settings& s, const Plan& plan, MatrixTask&, std::uint64_t seed) { return drawn_start(s, plan, seed); }
  static std::unique_ptr<TensorSystem> system(TensorSetup setup) { return tensor_train_system(std::move(setup)); }
};

}  // namespace

Entry tensor_train_entry() {
  return tensor_entry<TensorTrainFamily>(
      "tensor_train",
      "Tensor train",
      "Milanesi, Kadri, Ayache and Artieres 2021 (arXiv 2105.01346)",
      "A tensor written as a chain of cores, one a mode, and fitted by gradient descent from a small start: what goes over each bond rises one singular value after another.", params());
}

}  // namespace rankscope
