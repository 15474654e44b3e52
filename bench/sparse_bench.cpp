// Observed entries only against the whole product: one gradient of a completion both ways, timed in turn, the least of each.
// sparse_bench [ROWS COLS WIDTH DEPTH SHARE]; without arguments the table of docs/performance.md.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "math/rng.h"
#include "systems/layer_product.h"

namespace rankscope {
namespace {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// The same task by way of the whole W and dL/dW.
class Whole final : public MatrixTask {
 public:
  explicit Whole(MatrixTask& task) : task_(task) {}
  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override { return task_.evaluate(w, gradient, batch); }

 private:
  MatrixTask& task_;
};

/// The same task at its entries, however many they are.
class Sampled final : public MatrixTask {
 public:
  explicit Sampled(MatrixTask& task) : task_(task) {}
  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override { return task_.evaluate(w, gradient, batch); }
  bool sampled(std::int64_t) const override { return true; }
  double evaluate(const Factors& w, const FactorGradients& gradient, std::span<const std::int64_t> batch) override {
    return task_.evaluate(w, gradient, batch);
  }

 private:
  MatrixTask& task_;
};

void compare(std::int64_t rows, std::int64_t cols, std::int64_t width, int depth, double share) {
  Rng rng(1);
  std::vector<std::int64_t> widths{cols}, at;
  for (int j = 1; j < depth; ++j) widths.push_back(width);
  widths.push_back(rows);
  std::vector<double> values;
  for (std::int64_t k : rng.sample(rows * cols, std::llround(share * static_cast<double>(rows * cols)))) {
    at.push_back(k / cols + k % cols * rows);
    values.push_back(rng.normal());
  }
  const auto entries = std::ssize(at);
  const auto task = completion_task(rows, cols, std::move(at), std::move(values), Loss{});
  Whole whole(*task);
  Sampled sampled(*task);
  LayerProduct one(widths), other(widths);
  std::vector<double> weights(one.size()), gradient(one.size()), other_gradient(one.size());
  for (double& w : weights) w = 0.1 * rng.normal();
  double least[2] = {1e9, 1e9};
  const double end = seconds() + 1;
  constexpr int kTurn = 5;  // one way leaves the caches to itself for a few steps
  while (seconds() < end || least[1] > 1e8)
    for (int k = 0; k < 2 * kTurn; ++k) {
      const double t = seconds();
      if (k < kTurn)
        one.descend(weights, whole, {}, gradient);
      else
        other.descend(weights, sampled, {}, other_gradient);
      least[k / kTurn] = std::min(least[k / kTurn], seconds() - t);
    }
  std::printf("%5d x %-5d width %-4d depth %d  %6.2f %% observed  whole %9.3f ms  entries %9.3f ms  %6.2f times  %s %s\n", static_cast<int>(rows),
              static_cast<int>(cols), static_cast<int>(width), depth, 100 * share, 1e3 * least[0], 1e3 * least[1], least[0] / least[1],
              few_entries(entries, rows, cols) ? "(entries are chosen)" : "", gradient == other_gradient ? "" : "(other last bits)");
}

}  // namespace
}  // namespace rankscope

int main(int argc, char** argv) {
  using rankscope::compare;
  if (argc == 6) return compare(std::atoll(argv[1]), std::atoll(argv[2]), std::atoll(argv[3]), std::atoi(argv[4]), std::atof(argv[5])), 0;
  for (const int n : {100, 200, 300, 500})
    for (const int depth : {2, 3}) compare(n, n, n, depth, 0.05);
  for (const double share : {0.02, 0.1, 0.2, 0.3, 0.5}) compare(200, 200, 200, 2, share);
  for (const int depth : {2, 3}) compare(200, 200, 10, depth, 0.05);
  for (const int depth : {2, 3}) compare(1682, 943, 10, depth, 100000.0 / (1682 * 943));
}
