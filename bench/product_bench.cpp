// How fast the product and the decomposition are here, one thread, one line a size:
//   rankscope_bench                              natively
//   node --no-experimental-fetch rankscope_bench.js   as WebAssembly
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <tuple>

#include "math/product.h"
#include "math/rng.h"
#include "math/svd.h"

namespace rankscope {
namespace {

double seconds() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

/// Seconds a call, the least of several rounds: what the machine can do when nobody else uses it. Every call is a call of its own
/// (V8 improves a function only between its calls).
template <class Work>
double least_time(Work work, int rounds = 9, double round_seconds = 0.02) {
  work();
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    int calls = 0;
    const double start = seconds();
    double now = start;
    do {
      work();
      ++calls;
      now = seconds();
    } while (now - start < round_seconds);
    best = std::min(best, (now - start) / calls);
  }
  return best;
}

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

void products(Eigen::Index n) {
  Rng rng(1);
  const Matrix a = gaussian(n, n, rng), b = gaussian(n, n, rng);
  Matrix c(n, n);
  const double flop = 2.0 * static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n) * 1e-9;
  std::printf("product n=%-4d", static_cast<int>(n));
  for (const auto& [name, op_a, op_b] : {std::tuple{"A B", Op::None, Op::None}, {"A^T B", Op::Transpose, Op::None}, {"A B^T", Op::None, Op::Transpose}})
    std::printf("  %s %6.2f", name, flop / least_time([&, oa = op_a, ob = op_b] { multiply(c, a, b, oa, ob); }));
  std::printf("  plain %6.2f GFLOP/s\n", flop / least_time([&] { multiply_plain(c, a, b); }));
}

/// Like a network halfway: a few values large, the rest graded down to nothing.
Matrix graded(Eigen::Index n, Rng& rng) {
  Matrix u = gaussian(n, n, rng), v = gaussian(n, n, rng), a(n, n);
  double scale = 1;
  for (Eigen::Index k = 0; k < n; ++k, scale *= k < 5 ? 0.7 : 0.8) u.col(k) *= scale;
  multiply(a, u, v, Op::None, Op::Transpose);
  return a;
}

void decompositions(Eigen::Index n, const char* name, const Matrix& a, Rng& rng) {
  SvdSolver cold;
  const double cold_time = least_time([&] { (void)cold.compute(a); }, 5);
  std::printf("svd n=%-4d %-9s cold %8.3f ms", static_cast<int>(n), name, 1e3 * cold_time);
  for (const double change : {1e-4, 1e-2}) {  // of the Frobenius norm: about one frame of a run, and a fast one
    Matrix moved = gaussian(n, n, rng);
    moved *= change * a.norm() / moved.norm();
    moved += a;
    SvdSolver warm;
    (void)warm.compute(a);
    warm.keep();
    const double warm_time = least_time([&] { (void)warm.compute(moved); }, 5);
    std::printf("  warm(%.0e) %8.3f ms", change, 1e3 * warm_time);
  }
  std::printf("\n");
}

}  // namespace
}  // namespace rankscope

int main() {
  using namespace rankscope;
  for (const Eigen::Index n : {12, 20, 48, 100, 128, 200}) products(n);
  for (const Eigen::Index n : {20, 64, 100, 128, 200}) {
    Rng rng(2);
    const Matrix full = gaussian(n, n, rng), low = graded(n, rng);
    decompositions(n, "gaussian", full, rng);
    decompositions(n, "graded", low, rng);
  }
}
