#include "systems/tucker.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "systems/tensor_runs.h"
#include "systems/tucker_map.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

const Entry& entry() {
  static const Entry e = tucker_entry();
  return e;
}

Settings with(const Settings& some = {}) {
  Settings out = some;
  const Settings small = {{"sizes", std::vector<std::int64_t>{5, 4, 6}}, {"target_form", std::string("tucker")}, {"target_rank", std::int64_t{2}}, {"target_norm", 8.0}, {"observed", 0.6},
                          {"alpha", 0.05}, {"optimizer", std::string("gd")}, {"step_size", 0.02}, {"normalisation", std::string("half_sum")}};
  out.insert(small.begin(), small.end());
  return out;
}

/// Norms of the slices of a row-major tensor along a mode.
std::vector<double> slices(const std::vector<double>& tensor, const Shape& shape, int mode) {
  const Vector norms = matricize(tensor, shape, Modes{mode}).rowwise().norm();
  return {norms.data(), norms.data() + norms.size()};
}

}  // namespace

TEST_CASE("tucker: the slices of the core in its own axes have the singular values as norms, and are orthogonal") {
  for (const std::vector<std::int64_t>& sizes : {std::vector<std::int64_t>{5, 4, 6}, {2, 9, 3}, {3, 2, 4, 3}, {4, 7}}) {
    CAPTURE(sizes.size());
    Run run = opened(entry(), with({{"sizes", sizes}, {"target_rank", std::int64_t{1}}}));
    steps(run, 50);
    const Series core = measured(run, "hosvd_core");
    CHECK(core.shape == sizes);
    for (int n = 0; n < static_cast<int>(sizes.size()); ++n) {
      const std::string mode = std::to_string(n + 1);
      const std::vector<double> values = measured(run, run.view("singular_values_" + mode) >= 0 ? "singular_values_" + mode : "singular_values_1").data, norms = slices(core.data, sizes, n);
      for (std::size_t i = 0; i < norms.size(); ++i) CHECK(norms[i] == doctest::Approx(i < values.size() ? values[i] : 0).epsilon(1e-10).scale(values[0]));
      const Matrix unfolded = matricize(core.data, sizes, Modes{n});
      Matrix gram = unfolded * unfolded.transpose();
      gram.diagonal().setZero();
      CHECK(gram.norm() < 1e-12 * values[0] * values[0]);
      const auto live = std::count_if(values.begin(), values.end(), [&](double x) { return x >= 0.1 * values[0]; });
      CHECK(measured(run, "hosvd_slices_" + mode).data[0] == static_cast<double>(live));
    }
  }
}

TEST_CASE("tucker: slices and columns are sorted, and each keeps the name of its index") {
  Run run = opened(entry(), with({{"core", std::vector<std::int64_t>{3, 4, 2}}, {"depth", std::int64_t{2}}}));
  const TuckerMap map({5, 4, 6}, {3, 4, 2}, 2);
  const auto core = map.block(std::span<const double>(run.weights()), 0);
  for (int n = 0; n < 3; ++n) {
    const std::string mode = std::to_string(n + 1);
    const std::vector<double> norms = slices({core.begin(), core.end()}, {3, 4, 2}, n);
    const Series sorted = measured(run, "core_slice_norms_" + mode), lines = measured(run, "core_slice_norms_" + mode, Part::Lines);
    REQUIRE(sorted.data.size() == norms.size());
    CHECK(std::is_sorted(sorted.data.rbegin(), sorted.data.rend()));
    for (std::size_t i = 0; i < norms.size(); ++i) CHECK(sorted.data[i] == doctest::Approx(norms[static_cast<std::size_t>(lines.data[i])]).epsilon(1e-14));
    // A = F_1 F_2, its columns
    const auto b = static_cast<std::size_t>(1 + 2 * n);
    const Matrix a_t = map.matrix(std::span<const double>(run.weights()), b + 1) * map.matrix(std::span<const double>(run.weights()), b);
    const Series columns = measured(run, "factor_column_norms_" + mode), names = measured(run, "factor_column_norms_" + mode, Part::Lines);
    for (std::size_t i = 0; i < columns.data.size(); ++i) CHECK(columns.data[i] == doctest::Approx(a_t.row(static_cast<Eigen::Index>(names.data[i])).norm()).epsilon(1e-12));
    const double most = *std::max_element(norms.begin(), norms.end());
    CHECK(measured(run, "live_slices_" + mode).data[0] == static_cast<double>(std::count_if(norms.begin(), norms.end(), [&](double x) { return x >= 0.1 * most; })));
  }
}

TEST_CASE("tucker: the star has a leaf a mode, with the slices as bars and the unfoldings' singular values as edges") {
  Run run = opened(entry(), with());
  CHECK(measured(run, "mode_tree", Part::Parents).data == std::vector<double>{-1, 0, 0, 0});
  CHECK(measured(run, "mode_tree", Part::Modes).data == std::vector<double>{-1, 0, 1, 2});
  const Series bars = measured(run, "mode_tree"), edges = measured(run, "mode_tree", Part::Edges), truth = measured(run, "mode_tree", Part::Target);
  REQUIRE(bars.shape == std::vector<std::int64_t>{4, 6});
  REQUIRE(edges.shape == std::vector<std::int64_t>{4, 6});
  CHECK(truth.shape == edges.shape);
  for (std::size_t n = 0; n < 3; ++n) {
    const std::string mode = std::to_string(n + 1);
    const std::vector<double> slice = measured(run, "core_slice_norms_" + mode).data, s = measured(run, "singular_values_" + mode).data,
                              t = measured(run, "singular_values_" + mode, Part::Target).data;
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK((i < slice.size() ? bars.data[(n + 1) * 6 + i] == slice[i] : std::isnan(bars.data[(n + 1) * 6 + i])));
      CHECK((i < s.size() ? edges.data[(n + 1) * 6 + i] == s[i] : std::isnan(edges.data[(n + 1) * 6 + i])));
      CHECK((i < t.size() ? truth.data[(n + 1) * 6 + i] == t[i] : std::isnan(truth.data[(n + 1) * 6 + i])));
    }
  }
  CHECK(std::isnan(bars.data[0]));
}

TEST_CASE("tucker: the end tensor starts with the deviation that is asked, whatever the depth and the widths") {
  using List = std::vector<std::int64_t>;
  const std::pair<std::int64_t, List> cases[] = {{1, {}}, {2, {}}, {3, {}}, {3, {4, 20, 9, 2, 12, 5}}};
  for (const auto& one : cases) {
    const std::int64_t depth = one.first;
    CAPTURE(depth);
    double squares = 0;
    constexpr int kSeeds = 40;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const Run run = opened(entry(), with({{"depth", depth}, {"widths", one.second}, {"alpha", 1e-3}, {"sizes", List{9, 9, 9}}}), {}, {}, 1, seed);
      const double norm = measured(run, "fro_norm").data[0];
      squares += norm * norm / (9 * 9 * 9);
    }
    CHECK(std::sqrt(squares / kSeeds) == doctest::Approx(1e-3).epsilon(0.2));
  }
}

TEST_CASE("tucker: at the start `hariz` a factor's column is as long as the core's slice that it meets") {
  Run run = opened(entry(), with({{"init", std::string("hariz")}, {"std_init", 0.01}, {"depth", std::int64_t{2}}, {"core", std::vector<std::int64_t>{3, 4, 2}}}));
  const TuckerMap map({5, 4, 6}, {3, 4, 2}, 2);
  const std::span<const double> weights(run.weights());
  const auto core = map.block(weights, 0);
  double squares = 0;
  for (double x : core) squares += x * x;
  CHECK(std::sqrt(squares / static_cast<double>(core.size())) == doctest::Approx(0.01 * 2 * std::log(3.0)).epsilon(0.4));
  for (int n = 0; n < 3; ++n) {
    const std::vector<double> norms = slices({core.begin(), core.end()}, {3, 4, 2}, n);
    for (std::size_t p = 0; p < 2; ++p)
      for (std::size_t j = 0; j < norms.size(); ++j)
        CHECK(map.matrix(weights, static_cast<std::size_t>(1 + 2 * n) + p).row(static_cast<Eigen::Index>(j)).norm() == doctest::Approx(norms[j]).epsilon(1e-12));
  }
}

TEST_CASE("tucker: what does not fit is refused by name") {
  using List = std::vector<std::int64_t>;
  CHECK(refusal(entry(), with({{"core", List{2, 2}}})).starts_with("core: has 2 sizes"));
  CHECK(refusal(entry(), with({{"core", List{2, 2, 0}}})).starts_with("core"));
  CHECK(refusal(entry(), with({{"depth", std::int64_t{3}}, {"widths", List{2, 2, 2}}})) == "widths: has 3 sizes (2 a mode are needed: 6; or none, for the core's)");
  CHECK(refusal(entry(), with({{"depth", std::int64_t{2}}, {"widths", List{2, 2, 2}}, {"init", std::string("hariz")}})).starts_with("widths: are not for the start"));
  CHECK(refusal(entry(), with({{"sizes", List{4, 4, 4, 4}}, {"core", List{256, 256, 256, 256}}})).starts_with("core: leads through more than"));
  CHECK(refusal(entry(), with({{"batch", std::int64_t{4}}, {"optimizer", std::string("flow")}})).starts_with("batch"));
}

TEST_CASE("tucker: a resumed run has the same bits, and a step allocates nothing") {
  check_resume(entry(), with({{"depth", std::int64_t{2}}, {"optimizer", std::string("adam")}}), {"singular_values_1", "unbalancedness"});
  Run run = opened(entry(), with({{"depth", std::int64_t{2}}}));
  steps(run, 3);
  const std::int64_t before = allocation_count();
  for (int k = 0; k < 5; ++k) CHECK(run.system().step() == Status::Running);
  CHECK(allocation_count() == before);
}

#if defined(NDEBUG) && !defined(RANKSCOPE_BIT_EXACT)  // the fast build
TEST_SUITE("long") {  // by the clock, which a loaded machine disturbs
  TEST_CASE("tucker: the gradient takes at most 2.5 times as long as W, with a margin of a half") {
    for (const auto& [side, depth] : std::vector<std::pair<std::int64_t, int>>{{25, 1}, {25, 2}}) {
      TuckerMap map({side, side, side}, {side, side, side}, depth);
      CHECK(time_ratio(map) < 1.5 * 2.5);
    }
  }
}
#endif
