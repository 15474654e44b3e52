#include "systems/tensor_train.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "math/spectra.h"
#include "math/svd_values.h"
#include "systems/tensor_runs.h"
#include "systems/tensor_train_map.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

const Entry& entry() {
  static const Entry e = tensor_train_entry();
  return e;
}

Settings with(const Settings& some = {}) {
  Settings out = some;
  const Settings small = {{"sizes", std::vector<std::int64_t>{3, 4, 2, 5}}, {"target_form", std::string("tensor_train")}, {"target_rank", std::int64_t{2}}, {"target_norm", 8.0},
                          {"observed", 0.6}, {"alpha", 0.05}, {"optimizer", std::string("gd")}, {"step_size", 0.02}, {"normalisation", std::string("half_sum")}};
  out.insert(small.begin(), small.end());
  return out;
}

}  // namespace

TEST_CASE("tensor_train: a bond's spectrum is that of the unfolding there, of the truth too") {
  Run run = opened(entry(), with());
  steps(run, 20);
  const std::vector<double> w = measured(run, "completed").data, truth = measured(run, "target").data;
  for (const auto& [tensor, part] : {std::pair(w, Part::Measured), std::pair(truth, Part::Target)})
    for (int k = 1; k <= 3; ++k) {
      const Modes before = k == 1 ? Modes{0} : k == 2 ? Modes{0, 1} : Modes{0, 1, 2};
      SpectrumSolver solver;
      REQUIRE(solver.compute(matricize(tensor, std::vector<std::int64_t>{3, 4, 2, 5}, before)));
      const Vector& s = solver.svd().s;
      const std::vector<double> seen = measured(run, "bond_singular_values_" + std::to_string(k), part).data;
      CHECK(largest_difference(seen, {s.data(), static_cast<std::size_t>(s.size())}) < 1e-13 * s[0]);
      CHECK(measured(run, "bond_effective_rank_" + std::to_string(k), part).data[0] == doctest::Approx(effective_rank(s)).epsilon(1e-10));
    }
}

TEST_CASE("tensor_train: the chain has a node a bond, with what goes over it as bars, and the unfoldings as edges") {
  Run run = opened(entry(), with({{"ranks", std::vector<std::int64_t>{3, 6, 5}}}));
  CHECK(measured(run, "mode_tree", Part::Parents).data == std::vector<double>{-1, 0, 0, 2, 2, 4, 4});
  CHECK(measured(run, "mode_tree", Part::Modes).data == std::vector<double>{-1, 0, -1, 1, -1, 2, 3});
  const Series bars = measured(run, "mode_tree"), edges = measured(run, "mode_tree", Part::Edges), truth = measured(run, "mode_tree", Part::Target);
  REQUIRE(bars.shape == std::vector<std::int64_t>{7, 10});
  REQUIRE(edges.shape == bars.shape);
  REQUIRE(truth.shape == bars.shape);
  const auto same = [](const Series& table, std::size_t node, const std::vector<double>& row) {
    for (std::size_t i = 0; i < 10; ++i) CHECK((i < row.size() ? table.data[node * 10 + i] == row[i] : std::isnan(table.data[node * 10 + i])));
  };
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string key = "bond_singular_values_" + std::to_string(k + 1);
    same(bars, 2 * k, measured(run, key).data);
    same(edges, 2 * k + 2, measured(run, key).data);
    same(truth, 2 * k + 2, measured(run, key, Part::Target).data);
    same(edges, 2 * k + 1, measured(run, "singular_values_" + std::to_string(k + 1)).data);
  }
  for (std::size_t leaf : {1, 3, 5, 6}) same(bars, leaf, {});
  same(edges, 0, {});
}

TEST_CASE("tensor_train: the end tensor starts with the deviation that is asked, whatever the depth") {
  for (const std::int64_t depth : {1, 2, 3}) {
    CAPTURE(depth);
    double squares = 0;
    constexpr int kSeeds = 60;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const double norm = measured(opened(entry(), with({{"depth", depth}, {"alpha", 1e-3}, {"sizes", std::vector<std::int64_t>{6, 6, 6}}}), {}, {}, 1, seed), "fro_norm").data[0];
      squares += norm * norm / (6 * 6 * 6);
    }
    CHECK(std::sqrt(squares / kSeeds) == doctest::Approx(1e-3).epsilon(0.2));
  }
}

TEST_CASE("tensor_train: what does not fit is refused by name") {
  using List = std::vector<std::int64_t>;
  CHECK(refusal(entry(), with({{"ranks", List{2, 2}}})).starts_with("ranks: has 2"));
  CHECK(refusal(entry(), with({{"ranks", List{2, 0, 2}}})).starts_with("ranks"));
  CHECK(refusal(entry(), with({{"sizes", List{100, 100, 100}}, {"ranks", List{256, 256}}})).empty());
  CHECK(refusal(entry(), with({{"sizes", List{400, 400, 100}}, {"ranks", List{256, 256}}})).starts_with("ranks: lead through more than"));
  CHECK(refusal(entry(), with({{"batch", std::int64_t{4}}, {"optimizer", std::string("flow")}})).starts_with("batch"));
}

TEST_CASE("tensor_train: a resumed run has the same bits, and a step allocates nothing") {
  check_resume(entry(), with({{"depth", std::int64_t{2}}, {"optimizer", std::string("adam")}}), {"bond_singular_values_1", "unbalancedness"});
  Run run = opened(entry(), with({{"depth", std::int64_t{2}}}));
  steps(run, 3);
  const std::int64_t before = allocation_count();
  for (int k = 0; k < 5; ++k) CHECK(run.system().step() == Status::Running);
  CHECK(allocation_count() == before);
}

#if defined(NDEBUG) && !defined(RANKSCOPE_BIT_EXACT)  // the fast build
TEST_SUITE("long") {  // by the clock, which a loaded machine disturbs
  TEST_CASE("tensor_train: the gradient takes at most 2.5 times as long as W, with a margin of a half") {
    for (const int depth : {1, 2}) {
      TensorTrainMap map({12, 12, 12, 12}, {12, 40, 12}, depth);
      CHECK(time_ratio(map) < 1.5 * 2.5);
    }
  }
}
#endif
