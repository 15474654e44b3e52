// How fast the product and the decomposition are here, one thread, one line a size:
//   rankscope_bench [products | M K N]           natively; with an argument products alone, or the M x K times K x N one
//   node --no-experimental-fetch rankscope_bench.js   as WebAssembly
#include <cstdio>
#include <cstdlib>

#include "math/product.h"
#include "math/product_tile.h"
#include "math/rng.h"
#include "math/svd.h"
#include "math/svd_values.h"
#include "timing.h"

namespace rankscope {
namespace {

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

/// What the tile's kernel does with packed panels of the same shape, and nothing else.
class Panels {
 public:
  Panels(Eigen::Index m, Eigen::Index n, Eigen::Index k, Rng& rng)
      : tall_((m + tile::kTall - 1) / tile::kTall), wide_((n + tile::kWide - 1) / tile::kWide), depth_(k),
        a_(gaussian(tile::kTall, tall_ * k, rng)), b_(gaussian(tile::kWide, wide_ * k, rng)),
        c_(tall_ * tile::kTall, wide_ * tile::kWide) {}

  double flops() const { return 2.0 * static_cast<double>(c_.size() * depth_); }

  void run() {
    for (Eigen::Index from = 0; from < depth_; from += tile::kDepth)
      for (Eigen::Index j = 0; j < wide_; ++j)
        for (Eigen::Index i = 0; i < tall_; ++i)
          tile::packed_kernel(a_.data() + (i * depth_ + from) * tile::kTall, b_.data() + (j * depth_ + from) * tile::kWide,
                              std::min(tile::kDepth, depth_ - from), &c_(i * tile::kTall, j * tile::kWide), c_.rows(), from > 0);
  }

 private:
  Eigen::Index tall_, wide_, depth_;
  Matrix a_, b_, c_;
};

/// GFLOP/s of the kernel alone and of whole products, with their share of the kernel's rate.
void products(Eigen::Index m, Eigen::Index n, Eigen::Index k) {
  Rng rng(1);
  const Matrix a = gaussian(m, k, rng), b = gaussian(k, n, rng), at = a.transpose(), bt = b.transpose();
  Matrix c(m, n);
  Panels panels(m, n, k, rng);
  const auto best = bench::least_times({[&] { panels.run(); }, [&] { multiply(c, a, b); },
                                        [&] { multiply(c, at, b, Op::Transpose, Op::None); },
                                        [&] { multiply(c, a, bt, Op::None, Op::Transpose); },
                                        [&] { multiply_plain(c, a, b); }});
  const double flop = 2e-9 * static_cast<double>(m * n * k), kernel = panels.flops() * 1e-9 / best[0];
  std::printf("product %4dx%4dx%4d  kernel %6.2f", static_cast<int>(m), static_cast<int>(k), static_cast<int>(n), kernel);
  const char* names[] = {"A B", "A^T B", "A B^T"};
  for (std::size_t i = 0; i < 3; ++i) std::printf("  %s %6.2f (%.2f)", names[i], flop / best[i + 1], flop / best[i + 1] / kernel);
  std::printf("  plain %6.2f GFLOP/s\n", flop / best[4]);
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
  const auto best = bench::least_times({[&] { (void)rotations.compute(a); }, [&] { (void)spectrum.compute(a); },
                                        [&] { (void)spectrum.compute(a), spectrum.vectors(10); }});
  std::printf("svd n=%-4d %-9s all vectors %8.3f ms  values %8.3f ms  and ten vectors %8.3f ms\n", static_cast<int>(n), name,
              1e3 * best[0], 1e3 * best[1], 1e3 * best[2]);
}

}  // namespace
}  // namespace rankscope

int main(int argc, char** argv) {
  using namespace rankscope;
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 12);
  if (argc == 4) return products(std::atoi(argv[1]), std::atoi(argv[3]), std::atoi(argv[2])), 0;
  for (const Eigen::Index n : {2, 3, 4, 5, 6, 8, 10, 12, 13, 16, 20, 48, 64, 100, 128, 200, 256}) products(n, n, n);
  products(943, 1682, 10);
  products(200, 10, 200);
  if (argc > 1) return 0;
  for (const Eigen::Index n : {20, 64, 100, 128, 200}) {
    Rng rng(2);
    const Matrix full = gaussian(n, n, rng), low = graded(n, rng);
    decompositions(n, "gaussian", full);
    decompositions(n, "graded", low);
  }
}
