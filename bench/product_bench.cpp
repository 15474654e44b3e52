// How fast the product and the decomposition are here, one thread, one line a size:
//   rankscope_bench                              natively
//   node --no-experimental-fetch rankscope_bench.js   as WebAssembly
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "math/product.h"
#include "math/rng.h"
#include "math/svd.h"
#include "math/svd_values.h"

#if defined(__EMSCRIPTEN__)
#include <emscripten.h>
#endif

namespace rankscope {
namespace {

/// Of this process's own processor time: neighbours slow the clock on the wall.
double seconds() {
#if defined(__EMSCRIPTEN__)
  return EM_ASM_DOUBLE({
    const used = process.cpuUsage();
    return (used.user + used.system) * 1e-6;
  });
#else
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
#endif
}

/// Seconds a call, the least of several rounds of calls.
template <class Work>
double least_time(Work work) {
  constexpr int kRounds = 9;
  constexpr double kRoundSeconds = 0.02;
  const auto round = [&](int calls) {
    const double start = seconds();
    for (int i = 0; i < calls; ++i) work();
    return seconds() - start;
  };
  int calls = 1;
  while (round(calls) < kRoundSeconds) calls *= 2;
  double best = round(calls);
  for (int i = 1; i < kRounds; ++i) best = std::min(best, round(calls));
  return best / calls;
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
  const auto report = [&](const char* name, Op op_a, Op op_b) {
    std::printf("  %s %6.2f", name, flop / least_time([&] { multiply(c, a, b, op_a, op_b); }));
  };
  report("A B", Op::None, Op::None);
  report("A^T B", Op::Transpose, Op::None);
  report("A B^T", Op::None, Op::Transpose);
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

void decompositions(Eigen::Index n, const char* name, const Matrix& a) {
  SvdSolver rotations;
  SpectrumSolver spectrum;
  std::printf("svd n=%-4d %-9s all vectors %8.3f ms", static_cast<int>(n), name, 1e3 * least_time([&] { (void)rotations.compute(a); }));
  std::printf("  values %8.3f ms", 1e3 * least_time([&] { (void)spectrum.compute(a); }));
  std::printf("  and ten vectors %8.3f ms\n", 1e3 * least_time([&] { (void)spectrum.compute(a), spectrum.vectors(10); }));
}

}  // namespace
}  // namespace rankscope

int main() {
  using namespace rankscope;
  for (const Eigen::Index n : {12, 20, 48, 100, 128, 200}) products(n);
  for (const Eigen::Index n : {20, 64, 100, 128, 200}) {
    Rng rng(2);
    const Matrix full = gaussian(n, n, rng), low = graded(n, rng);
    decompositions(n, "gaussian", full);
    decompositions(n, "graded", low);
  }
}
