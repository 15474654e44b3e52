#include "systems/tensor_train.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "math/spectra.h"
#include "math/svd_values.h"
#include "systems/deep_matrix.h"
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

std::vector<Matrix> differences(const TensorTrainMap& map, std::span<const double> weights) {
  std::vector<Matrix> out;
  for (std::size_t k = 0; k < map.bonds(); ++k) {
    const FactorChain& right = map.right_of(k);
    out.push_back(gram_difference(map.left_of(weights, k), right.factor(map, weights, 0)));
    for (std::size_t p = 0; p + 1 < right.count(); ++p) out.push_back(gram_difference(right.factor(map, weights, p), right.factor(map, weights, p + 1)));
  }
  return out;
}

}  // namespace

TEST_CASE("tensor_train: both sides of a bond keep their difference under gradient flow") {
  for (const int depth : {1, 2, 3}) {
    CAPTURE(depth);
    TensorTrainMap map({3, 4, 2, 3}, {3, 5, 2}, depth);
    check_conservation(map, [&](std::span<const double> w) { return differences(map, w); });
  }
}

TEST_CASE("tensor_train: the view of unbalancedness is the largest of the differences") {
  for (const std::int64_t depth : {1, 3}) {
    Run run = opened(entry(), with({{"depth", depth}, {"ranks", std::vector<std::int64_t>{3, 6, 5}}}));
    const TensorTrainMap map({3, 4, 2, 5}, {3, 6, 5}, static_cast<int>(depth));
    double worst = 0;
    for (const Matrix& m : differences(map, run.weights())) worst = std::max(worst, m.norm());
    CHECK(measured(run, "unbalancedness").data[0] == doctest::Approx(worst).epsilon(1e-12));
  }
}

TEST_CASE("tensor_train: two modes are matrix factorization, P matrices a bond one of depth P + 1") {
  const Entry matrix = deep_matrix_entry();
  Rng rng(8);
  Dense target{{6, 5}, std::vector<double>(30)}, turned{{5, 6}, std::vector<double>(30)}, mask{{6, 5}, std::vector<double>(30)}, turned_mask{{5, 6}, std::vector<double>(30)};
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 5; ++j) {
      turned.data[j * 6 + i] = target.data[i * 5 + j] = rng.normal();
      turned_mask.data[j * 6 + i] = mask.data[i * 5 + j] = rng.uniform() < 0.6;
    }
  for (const std::int64_t depth : {1, 2, 3}) {
    CAPTURE(depth);
    const Settings both = {{"observe", std::string("mask")}, {"optimizer", std::string("gd")}, {"step_size", 0.02}, {"normalisation", std::string("half_sum")}};
    Settings train = both, factors = both;
    train["depth"] = depth, train["ranks"] = std::vector<std::int64_t>{4}, train["alpha"] = 0.3;
    factors["depth"] = depth + 1, factors["width"] = std::int64_t{4};
    Run a = opened(entry(), train, {{"target", share(target)}, {"mask", share(mask)}});
    // W of the layers takes the first mode's index and gives the second's: W_1 = G_1^T, W_j = B^T, W_N = G_2^T
    Inputs inputs = {{"target", share(turned)}, {"mask", share(turned_mask)}};
    const TensorTrainMap map({6, 5}, {4}, static_cast<int>(depth));
    for (std::size_t b = 0; b < map.blocks().size(); ++b) {
      const auto w = map.matrix(std::span<const double>(a.weights()), b);
      Dense layer{{w.rows(), w.cols()}, {}};
      for (Eigen::Index i = 0; i < w.rows(); ++i)
        for (Eigen::Index j = 0; j < w.cols(); ++j) layer.data.push_back(w(i, j));
      inputs["w" + std::to_string(b + 1)] = share(layer);
    }
    Run b = opened(matrix, factors, inputs);
    steps(a, 300), steps(b, 300);
    const std::vector<double> one = measured(a, "completed").data, other = measured(b, "completed").data;
    double off = 0, largest = 0;
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < 5; ++j) off = std::max(off, std::abs(one[i * 5 + j] - other[j * 6 + i])), largest = std::max(largest, std::abs(one[i * 5 + j]));
    CHECK(off < 1e-12 * largest);
    CHECK(measured(a, "loss").data[0] == doctest::Approx(measured(b, "loss").data[0]).epsilon(1e-11));
  }
}

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
