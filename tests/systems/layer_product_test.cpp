#include "systems/layer_product.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "allocation_count.h"
#include "math/rng.h"
#include "math/svd_values.h"

using namespace rankscope;

namespace {

/// The same task by way of all of W, as if every entry were read.
class Whole final : public MatrixTask {
 public:
  explicit Whole(MatrixTask& task) : task_(task) {}
  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override { return task_.evaluate(w, gradient, batch); }

 private:
  MatrixTask& task_;
};

struct Problem {
  std::unique_ptr<MatrixTask> task;
  std::vector<double> weights;
};

Problem problem(const LayerProduct& product, std::int64_t rows, std::int64_t cols, std::int64_t entries) {
  Rng rng(41);
  std::vector<std::int64_t> at;
  std::vector<double> values;
  for (std::int64_t k : rng.sample(rows * cols, entries)) {
    at.push_back(k / cols + k % cols * rows);
    values.push_back(rng.normal());
  }
  Loss loss;
  loss.divisor = 1;
  loss.scale = loss.scale_of(entries);
  Problem out{completion_task(rows, cols, std::move(at), std::move(values), loss), std::vector<double>(product.size())};
  for (double& w : out.weights) w = 0.3 * rng.normal();
  return out;
}

}  // namespace

TEST_CASE("layer_product: a gradient at the observed entries has the bits of the one by way of W") {
  for (const auto& widths : std::vector<std::vector<std::int64_t>>{
           {30, 40, 50}, {50, 3, 40}, {33, 10, 10, 71}, {40, 40, 40, 40}, {20, 64, 8, 30, 45}, {60, 1, 60}, {200, 200, 150}}) {
    LayerProduct product(widths), whole(widths);
    CAPTURE(widths.size());
    CAPTURE(widths[1]);
    const std::int64_t rows = widths.back(), cols = widths.front(), entries = rows * cols / 20;
    auto [task, weights] = problem(product, rows, cols, entries);
    REQUIRE(product.by_factors(*task, 0));
    Whole by_way_of_w(*task);
    const std::vector<std::int64_t> some{0, 3, 4, entries / 2, entries - 1};
    for (const std::span<const std::int64_t> batch : {std::span<const std::int64_t>(), std::span<const std::int64_t>(some)}) {
      std::vector<double> one(weights.size(), 7), other(weights.size(), 8);
      const double loss = product.descend(weights, *task, batch, one), expected = whole.descend(weights, by_way_of_w, batch, other);
#if defined(__FMA__)
      CHECK(loss == doctest::Approx(expected).epsilon(1e-12));
      double worst = 0, largest = 0;
      for (std::size_t k = 0; k < one.size(); ++k) worst = std::max(worst, std::abs(one[k] - other[k])), largest = std::max(largest, std::abs(other[k]));
      CHECK(worst <= 1e-12 * largest);
#else
      CHECK(loss == expected);
      CHECK(one == other);
#endif
    }
  }
}

TEST_CASE("layer_product: for 100 000 ratings of 1682 x 943 and width 10 neither W nor its gradient is formed") {
  for (const auto& widths : std::vector<std::vector<std::int64_t>>{{943, 10, 1682}, {943, 10, 10, 1682}}) {
    LayerProduct product(widths);
    auto [task, weights] = problem(product, 1682, 943, 100000);
    std::vector<double> gradient(weights.size());
    product.descend(weights, *task, {}, gradient);
    CHECK(product.end_to_end().size() == 0);
    const auto before = allocation_count();
    product.descend(weights, *task, {}, gradient);
    CHECK(allocation_count() == before);
    CHECK(product.flops(100000) < 0.1 * product.flops(0));
  }
}

TEST_CASE("layer_product: many entries, or one layer, go by way of W") {
  LayerProduct two({30, 40, 50}), one({30, 50});
  auto many = problem(two, 50, 30, 1000), few = problem(one, 50, 30, 20);
  CHECK_FALSE(two.by_factors(*many.task, 0));
  CHECK(two.by_factors(*many.task, 20));  // a batch of them
  CHECK_FALSE(one.by_factors(*few.task, 0));
}

TEST_CASE("layer_product: singular values of a narrow product from its factors are those of the product") {
  Rng rng(42);
  for (const auto& widths : std::vector<std::vector<std::int64_t>>{{60, 5, 50}, {40, 30, 6, 20, 45}, {12, 1, 70}, {30, 15, 14, 33}}) {
    LayerProduct product(widths);
    CAPTURE(widths[1]);
    std::vector<double> weights(product.size());
    for (double& w : weights) w = rng.normal();
    REQUIRE(product.narrow());
    Matrix left, right;
    product.split(weights, left, right);
    const Matrix w = product.forward(weights);
    CHECK((left * right - w).norm() < 1e-12 * w.norm());
    SpectrumSolver thin, full;
    REQUIRE(thin.compute(left, right));
    REQUIRE(full.compute(w));
    REQUIRE(thin.svd().s.size() == full.svd().s.size());
    CHECK((thin.svd().s - full.svd().s).cwiseAbs().maxCoeff() < 1e-14 * full.svd().s[0]);
    thin.vectors(10);
    CHECK(thin.svd().u.cols() == std::min<Eigen::Index>(10, full.svd().s.size()));
    const Eigen::Index k = std::min(left.cols(), thin.svd().u.cols());
    CHECK((w * thin.svd().v.leftCols(k) - thin.svd().u.leftCols(k) * thin.svd().s.head(k).asDiagonal()).norm() < 1e-12 * full.svd().s[0]);
    CHECK((thin.svd().u.leftCols(k).transpose() * thin.svd().u.leftCols(k) - Matrix::Identity(k, k)).norm() < 1e-12);
  }
  CHECK_FALSE(LayerProduct({10, 6, 10}).narrow());
}
