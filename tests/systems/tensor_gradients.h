// The gradient that a map of weights to W gives, by either way through the task, against central differences of the loss.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "allocation_count.h"
#include "math/rng.h"
#include "systems/tensor_map.h"

namespace rankscope::test {

/// The same task by way of all of W, as if every entry were read.
class Whole final : public MatrixTask {
 public:
  explicit Whole(MatrixTask& task) : task_(task) {}
  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override { return task_.evaluate(w, gradient, batch); }

 private:
  MatrixTask& task_;
};

/// And by way of the factors.
class Sampled final : public MatrixTask {
 public:
  explicit Sampled(MatrixTask& task) : task_(task) {}
  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override { return task_.evaluate(w, gradient, batch); }
  bool sampled(std::int64_t) const override { return true; }
  double evaluate(const Factors& w, const FactorGradients& gradient, std::span<const std::int64_t> batch) override { return task_.evaluate(w, gradient, batch); }

 private:
  MatrixTask& task_;
};

/// A third of the entries, all of them, dense measurements, measurements of rank one.
enum class Measured { Entries, All, Dense, RankOne };
constexpr Measured kMeasured[] = {Measured::Entries, Measured::All, Measured::Dense, Measured::RankOne};

/// Squared, Huber's, l_1 and l_4.
inline std::vector<Loss> losses() {
  Loss squared, huber, absolute, fourth;
  huber.kind = Loss::Kind::Huber, huber.delta = 0.5;
  absolute.kind = fourth.kind = Loss::Kind::Lp, absolute.p = 1, fourth.p = 4;
  return {squared, huber, absolute, fourth};
}

inline std::unique_ptr<MatrixTask> drawn_task(const Layout& layout, Measured how, Loss loss, std::uint64_t seed = 5) {
  Rng rng(seed);
  const std::int64_t rows = layout.rows(), cols = layout.cols(), m = how == Measured::All ? rows * cols : std::max<std::int64_t>(3, rows * cols / 3);
  Vector y(m);
  for (double& x : y) x = rng.normal();
  const auto normals = [&](std::int64_t a, std::int64_t b) {
    Matrix out(a, b);
    for (Eigen::Index k = 0; k < out.size(); ++k) out.data()[k] = rng.normal();
    return out;
  };
  if (how == Measured::Dense) return sensing_task(normals(rows * cols, m), y, loss);
  if (how == Measured::RankOne) {
    const Matrix left = normals(rows, m), right = normals(cols, m);
    return rank_one_sensing_task(left, right, y, loss);
  }
  std::vector<std::int64_t> at;
  std::vector<double> values;
  for (std::int64_t k : rng.sample(rows * cols, std::min(m, rows * cols))) {
    at.push_back(k / cols + k % cols * rows);
    values.push_back(y[std::ssize(values)]);
  }
  return completion_task(rows, cols, std::move(at), std::move(values), loss);
}

inline std::vector<double> drawn_weights(const auto& map, double deviation = 0.7, std::uint64_t seed = 3) {
  Rng rng(seed);
  std::vector<double> out(map.size());
  for (double& w : out) w = deviation * rng.normal();
  return out;
}

/// The largest difference between the gradient and central differences of the loss by every `stride`-th weight, over the gradient's largest entry. Fourth order
/// in the step h.
inline double gradient_error(auto& map, MatrixTask& task, std::vector<double> weights, double h = 1e-3, std::size_t stride = 1) {
  std::vector<double> gradient(map.size()), rest(map.size());
  map.descend(weights, task, {}, gradient);
  double worst = 0, largest = 0;
  for (double g : gradient) largest = std::max(largest, std::abs(g));
  for (std::size_t k = 0; k < weights.size(); k += stride) {
    const double kept = weights[k];
    const auto at = [&](double shift) {
      weights[k] = kept + shift;
      return map.descend(weights, task, {}, rest);
    };
    const double near = at(h) - at(-h), far = at(2 * h) - at(-2 * h);
    weights[k] = kept;
    const double off = std::abs((8 * near - far) / (12 * h) - gradient[k]);
    if (!(off <= worst)) worst = off;  // a NaN too
  }
  return worst / largest;
}

/// By every task and every loss, and by both ways where entries are observed; and that none of it allocates. Returns how many pairs of a task and a loss.
/// W is affine in each single weight, so that the loss is a polynomial of it of at most the fourth degree, or for Huber's and l_1 one by pieces, whose
/// borders a short step does not meet: only rounding is left. Losses differ in dL/dW alone, so that every third weight sees those after the first.
inline int check_gradients(auto& map, const Layout& layout) {
  const std::vector<double> weights = drawn_weights(map);
  std::vector<double> one(map.size()), other(map.size());
  int pairs = 0;
  for (const Measured how : kMeasured)
    for (const Loss& loss : losses()) {
      CAPTURE(static_cast<int>(how));
      CAPTURE(static_cast<int>(loss.kind));
      CAPTURE(loss.p);
      const auto task = drawn_task(layout, how, loss);
      const bool pieces = loss.kind == Loss::Kind::Huber || loss.p == 1;
      CHECK(gradient_error(map, *task, weights, pieces ? 1e-6 : 1e-3, loss.kind == Loss::Kind::Squared ? 1 : 3) < (pieces ? 1e-6 : 1e-9));
      ++pairs;
      if (how != Measured::Entries && how != Measured::All) continue;
      Whole whole(*task);
      Sampled sampled(*task);
      const double a = map.descend(weights, whole, {}, one), b = map.descend(weights, sampled, {}, other);
      CHECK(a == doctest::Approx(b).epsilon(1e-13));
      double off = 0, largest = 0;
      for (std::size_t k = 0; k < one.size(); ++k) off = std::max(off, std::abs(one[k] - other[k])), largest = std::max(largest, std::abs(one[k]));
      CHECK(off <= 1e-12 * largest);
      const std::int64_t before = allocation_count();
      map.descend(weights, whole, {}, one);
      map.descend(weights, sampled, {}, other);
      CHECK(allocation_count() == before);
    }
  return pairs;
}
inline int check_gradients(TensorMap& map) { return check_gradients(map, map.layout()); }

}  // namespace rankscope::test
