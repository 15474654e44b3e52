#include "math/product_small.h"

#include <array>
#include <utility>

namespace rankscope::tile {
#if !defined(EIGEN_DONT_VECTORIZE)
namespace {

template <int L>
struct Vector {
  typedef double type __attribute__((vector_size(L * sizeof(double)), aligned(alignof(double)), may_alias));
};

struct Product {
  const double* a;  ///< row i at k in a[k a_step + i]
  Index a_step;
  Index last;  ///< first row of the last vector; it reaches back over rows of the one before
  const double* b;  ///< column j at k in b[k b_step + j b_lane]
  Index b_step, b_lane, cols, inner;
  double* c;
  Index stride;
};

/// V vectors of L rows and C columns at a time; the last columns reach back like the last rows.
template <int L, int V, int C>
[[gnu::noinline]] void product(const Product& p) {
  using X = typename Vector<L>::type;
  for (Index j = 0;; j = std::min(j + C, p.cols - C)) {
    X sum[C][V] = {};
    const double *a = p.a, *b = p.b + j * p.b_lane;
    for (Index k = 0; k < p.inner; ++k, a += p.a_step, b += p.b_step) {
      X x[V];
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) x[v] = *reinterpret_cast<const X*>(a + (v + 1 < V ? v * L : p.last));
#pragma GCC unroll 8
      for (int y = 0; y < C; ++y) {
        const auto f = factor(b + y * p.b_lane);
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) sum[y][v] += x[v] * f;
      }
    }
    double* c = p.c + j * p.stride;
    for (int y = 0; y < C; ++y)
      for (int v = 0; v < V; ++v) *reinterpret_cast<X*>(c + y * p.stride + (v + 1 < V ? v * L : p.last)) = sum[y][v];
    if (j + C == p.cols) return;
  }
}

constexpr int kColumns = 8;
#if defined(__AVX512F__)
constexpr int kSums = 16;  // of 32 registers
#else
constexpr int kSums = 10;  // of 16
#endif
constexpr int most_columns(int vectors) { return std::clamp(kSums / vectors, 1, kColumns); }

using Function = void (*)(const Product&);

template <int L, int V, int C>
constexpr Function function_for() {
  if constexpr (C <= most_columns(V)) return product<L, V, C>;
  else return nullptr;
}

/// The functions for V vectors of L rows: [C - 1].
template <int L, int V, std::size_t... C>
constexpr std::array<Function, kColumns> row(std::index_sequence<C...>) {
  return {function_for<L, V, static_cast<int>(C) + 1>()...};
}

/// [V - 1][C - 1].
template <int L, std::size_t... V>
constexpr std::array<std::array<Function, kColumns>, sizeof...(V)> table(std::index_sequence<V...>) {
  return {row<L, static_cast<int>(V) + 1>(std::make_index_sequence<kColumns>())...};
}

/// Runs the product in vectors of L rows, for L <= rows <= L Most.
template <int L, int Most>
void run(Product& p, Index rows) {
  static constexpr auto kTable = table<L>(std::make_index_sequence<Most>());
  const Index vectors = (rows + L - 1) / L, most = most_columns(static_cast<int>(vectors));
  const Index turns = (p.cols + most - 1) / most, columns = (p.cols + turns - 1) / turns;
  p.last = rows - L;
  kTable[static_cast<std::size_t>(vectors - 1)][static_cast<std::size_t>(columns - 1)](p);
}

}  // namespace

void multiply_small(double* c, Index stride, const Side& a, const Side& b, Index inner) {
  double turned[kSmall * kSmall];
  Product p{a.x, a.by_k, 0, b.x, b.by_k, b.by_lane, b.lanes, inner, c, stride};
  if (a.by_lane != 1) {
    pack(a, 0, a.lanes, 0, inner, turned, a.lanes);
    p.a = turned, p.a_step = a.lanes;
  }
#if defined(__AVX512F__)
  if (a.lanes >= 8) return run<8, 2>(p, a.lanes);
  if (a.lanes >= 4) return run<4, 2>(p, a.lanes);
  run<2, 2>(p, a.lanes);
#elif defined(__AVX__)
  if (a.lanes >= 4) return run<4, 4>(p, a.lanes);
  run<2, 2>(p, a.lanes);
#else
  run<2, 8>(p, a.lanes);
#endif
}
#endif

}  // namespace rankscope::tile
