// The innermost part of the product: tiles of c kept in registers. For product*.cpp and the benchmark, which measures what
// a tile can do when nothing else has to be done.
#pragma once
#include <Eigen/Core>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace rankscope::tile {

using Index = Eigen::Index;

// A tile of c, kTall x kWide, is kept in registers while k runs: in 24 of 32 with AVX-512, 12 of 16 with AVX, 8 of 16
// elsewhere (V8 keeps some for itself).
#if defined(__AVX512F__)
constexpr Index kLanes = 8, kTall = 24, kWide = 8;
#elif defined(__AVX__)
constexpr Index kLanes = 4, kTall = 12, kWide = 4;
#else
constexpr Index kLanes = 2, kTall = 4, kWide = 4;
#endif
constexpr Index kDepth = 256;  // of one packed block: a panel stays in the first cache

// Vectors of the compiler's own: elementwise + and *, loaded from any double's address.
typedef double Lanes __attribute__((vector_size(kLanes * sizeof(double)), aligned(alignof(double)), may_alias));
typedef double Quad __attribute__((vector_size(4 * sizeof(double)), aligned(alignof(double)), may_alias));

inline Lanes load(const double* x) { return *reinterpret_cast<const Lanes*>(x); }
#if defined(__wasm_simd128__)
inline Lanes factor(const double* x) { return reinterpret_cast<Lanes>(wasm_v128_load64_splat(x)); }
#else
inline double factor(const double* x) { return *x; }
#endif
inline void store(double* x, Lanes v) { *reinterpret_cast<Lanes*>(x) = v; }
// Pointers: clang takes a reference for aligned as the vector is, whatever its typedef says; and a Quad by value has no calling
// convention without AVX.
inline const Quad* four(const double* x) { return reinterpret_cast<const Quad*>(x); }
inline Quad* four(double* x) { return reinterpret_cast<Quad*>(x); }

/// c (V kLanes x C, columns c_stride apart) = sum over k of a[k a_step + lane] b[k b_step + (0..C-1) b_lane]. Out of
/// line on purpose: V8 keeps code inlined into a long-lived loop in its slow tier for ever (and called from two
/// places or by address: emcc inlines a function of one caller whatever its attributes).
template <int V, int C>
[[gnu::noinline]] void kernel(const double* a, Index a_step, const double* b, Index b_step, Index b_lane, Index depth,
                              double* c, Index c_stride) {
  Lanes sum[C][V] = {};
  for (Index k = 0; k < depth; ++k, a += a_step, b += b_step) {
    Lanes x[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) x[v] = load(a + v * kLanes);
#pragma GCC unroll 8
    for (int y = 0; y < C; ++y) {
      const auto f = factor(b + y * b_lane);
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) sum[y][v] += x[v] * f;
    }
  }
  for (int y = 0; y < C; ++y)
    for (int v = 0; v < V; ++v) store(c + y * c_stride + v * kLanes, sum[y][v]);
}

/// The same for packed panels, a[kTall k + lane] and b[kWide k + column], and a whole tile; with `more`, c itself is
/// the first term.
[[gnu::noinline]] inline void packed_kernel(const double* a, const double* b, Index depth, double* c, Index c_stride,
                                     bool more) {
  constexpr int V = kTall / kLanes, C = kWide;
  Lanes sum[C][V] = {};
  if (more)
    for (int y = 0; y < C; ++y)
      for (int v = 0; v < V; ++v) sum[y][v] = load(c + y * c_stride + v * kLanes);
  for (Index k = 0; k < depth; ++k, a += kTall, b += kWide) {
    Lanes x[V];
#pragma GCC unroll 8
    for (int v = 0; v < V; ++v) x[v] = load(a + v * kLanes);
#pragma GCC unroll 8
    for (int y = 0; y < C; ++y) {
      const auto f = factor(b + y);
#pragma GCC unroll 8
      for (int v = 0; v < V; ++v) sum[y][v] += x[v] * f;
    }
  }
  for (int y = 0; y < C; ++y)
    for (int v = 0; v < V; ++v) store(c + y * c_stride + v * kLanes, sum[y][v]);
}

}  // namespace rankscope::tile
