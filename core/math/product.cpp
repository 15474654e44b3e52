#include "math/product.h"

#include <algorithm>
#include <vector>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace rankscope {

#if !defined(EIGEN_DONT_VECTORIZE)
namespace {

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
// Up to kNear strided reads stay in a near cache: packing costs more than it saves. V8 gains more by packing, from the
// fixed offsets in packed operands.
#if defined(__wasm_simd128__)
constexpr Index kNear = 100;
#else
constexpr Index kNear = 200;
#endif
constexpr Index kDepth = 256;  // of one packed block: a panel stays in the first cache

// Vectors of the compiler's own: elementwise + and *, loaded from any double's address.
typedef double Lanes __attribute__((vector_size(kLanes * sizeof(double)), aligned(alignof(double)), may_alias));
typedef double Quad __attribute__((vector_size(4 * sizeof(double)), aligned(alignof(double)), may_alias));

Lanes load(const double* x) { return *reinterpret_cast<const Lanes*>(x); }
#if defined(__wasm_simd128__)
Lanes factor(const double* x) { return reinterpret_cast<Lanes>(wasm_v128_load64_splat(x)); }
#else
double factor(const double* x) { return *x; }
#endif
void store(double* x, Lanes v) { *reinterpret_cast<Lanes*>(x) = v; }
// By reference: a Quad by value has no calling convention without AVX.
const Quad& four(const double* x) { return *reinterpret_cast<const Quad*>(x); }
Quad& four(double* x) { return *reinterpret_cast<Quad*>(x); }

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
[[gnu::noinline]] void packed_kernel(const double* a, const double* b, Index depth, double* c, Index c_stride,
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

/// The kernel for V = vectors and C = kWide or half of it.
auto kernel_for(Index vectors, bool whole) {
  constexpr int kMost = kTall / kLanes, kHalf = kWide / 2;
  if (vectors == 1) return whole ? kernel<1, kWide> : kernel<1, kHalf>;
  if (vectors == 2) return whole ? kernel<2, kWide> : kernel<2, kHalf>;
  return whole ? kernel<kMost, kWide> : kernel<kMost, kHalf>;
}

/// One operand: element (lane, k) at x[lane * by_lane + k * by_k], a lane being a row of op(a) or a column of op(b).
struct Side {
  const double* x;
  Index lanes, by_lane, by_k;
};

/// out[step k + l] = x_l[k] for l, k = 0..3.
void transpose(const double* x0, const double* x1, const double* x2, const double* x3, double* out, Index step) {
  const Quad r0 = four(x0), r1 = four(x1), r2 = four(x2), r3 = four(x3);
  const Quad a = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), b = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
  const Quad c = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), d = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
  four(out) = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  four(out + step) = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  four(out + 2 * step) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  four(out + 3 * step) = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

/// out[step k + l] = lane `lane` + l at k `from` + k, for l < width and k < depth.
[[gnu::noinline]] void pack(const Side& s, Index lane, Index width, Index from, Index depth, double* out, Index step) {
  const double* x = s.x + lane * s.by_lane + from * s.by_k;
  Index l = 0;
  for (; l + 4 <= width; l += 4) {
    const double *x0 = x + l * s.by_lane, *x1 = x0 + s.by_lane, *x2 = x1 + s.by_lane, *x3 = x2 + s.by_lane;
    double* to = out + l;
    Index k = 0;
    if (s.by_k == 1)
      for (; k + 4 <= depth; k += 4, to += 4 * step) transpose(x0 + k, x1 + k, x2 + k, x3 + k, to, step);
    for (; k < depth; ++k, to += step) {
      const Index at = k * s.by_k;
      to[0] = x0[at], to[1] = x1[at], to[2] = x2[at], to[3] = x3[at];
    }
  }
  for (; l < width; ++l)
    for (Index k = 0; k < depth; ++k) out[k * step + l] = x[l * s.by_lane + k * s.by_k];
}

/// Where operands fit a near cache: read where they are (a turned first, where its rows are not side by side). At the
/// edges a tile reaches back over entries that are done already, and writes the same bits again.
[[gnu::noinline]] void multiply_near(double* c, Index stride, Side a, const Side& b, Index inner) {
  static thread_local std::vector<double> turned;
  if (a.by_lane != 1) {
    turned.resize(std::max(turned.size(), static_cast<std::size_t>(a.lanes * inner)));
    pack(a, 0, a.lanes, 0, inner, turned.data(), a.lanes);
    a = {turned.data(), a.lanes, 1, a.lanes};
  }
  for (Index j = 0; j < b.lanes;) {
    const bool whole = b.lanes - j >= kWide;
    j = std::min(j, b.lanes - kWide / 2);
    for (Index i = 0; i < a.lanes;) {
      const Index vectors = std::clamp<Index>((a.lanes - i) / kLanes, 1, kTall / kLanes);
      i = std::min(i, a.lanes - kLanes);
      kernel_for(vectors, whole)(a.x + i, a.by_k, b.x + j * b.by_lane, b.by_k, b.by_lane, inner, c + i + j * stride,
                                 stride);
      i += vectors * kLanes;
    }
    j += whole ? kWide : kWide / 2;
  }
}

/// All of a side for one block of depth, in panels of `tile` lanes: lane l of panel p at k in [(p depth + k) tile + l],
/// zeros where there is none.
const double* pack_panels(const Side& s, Index tile, Index from, Index depth, std::vector<double>& panels) {
  panels.resize(std::max(panels.size(), static_cast<std::size_t>((s.lanes + tile - 1) / tile * tile * depth)));
  for (Index lane = 0; lane < s.lanes; lane += tile) {
    double* out = panels.data() + lane * depth;
    if (s.lanes - lane < tile) std::fill(out, out + tile * depth, 0.0);
    pack(s, lane, std::min(tile, s.lanes - lane), from, depth, out, tile);
  }
  return panels.data();
}

[[gnu::noinline]] void multiply_far(double* c, Index stride, const Side& a, const Side& b, Index inner) {
  static thread_local std::vector<double> space_a, space_b;
  for (Index from = 0; from < inner; from += kDepth) {
    const Index depth = std::min(kDepth, inner - from);
    const double* panels_a = pack_panels(a, kTall, from, depth, space_a);
    const double* panels_b = pack_panels(b, kWide, from, depth, space_b);
    for (Index j = 0; j < b.lanes; j += kWide)
      for (Index i = 0; i < a.lanes; i += kTall) {
        const Index height = std::min(kTall, a.lanes - i), width = std::min(kWide, b.lanes - j);
        double* at = c + i + j * stride;
        // After the first block the sums go on where the last one left them: the order stays that of the plain loop.
        const auto run = [&](double* to, Index to_stride) {
          packed_kernel(panels_a + i * depth, panels_b + j * depth, depth, to, to_stride, from > 0);
        };
        if (height == kTall && width == kWide) {
          run(at, stride);
          continue;
        }
        double tile[kTall * kWide] = {};
        for (Index y = 0; y < width; ++y) std::copy(at + y * stride, at + y * stride + height, tile + kTall * y);
        run(tile, kTall);
        for (Index y = 0; y < width; ++y) std::copy(tile + kTall * y, tile + kTall * y + height, at + y * stride);
      }
  }
}

}  // namespace
#endif

[[gnu::noinline]] void multiply_plain(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  const Eigen::Index rows = c.rows(), cols = c.cols(), inner = op_a == Op::None ? a.cols() : a.rows();
  const Eigen::Index stride = a.outerStride(), by_k = op_b == Op::None ? 1 : b.outerStride(),
                     by_j = op_b == Op::None ? b.outerStride() : 1;
  for (Eigen::Index j = 0; j < cols; ++j) {
    double* out = c.data() + j * c.outerStride();
    const double* factor = b.data() + j * by_j;
    std::fill(out, out + rows, 0.0);
    if (op_a == Op::None) {
      for (Eigen::Index k = 0; k < inner; ++k)
        for (Eigen::Index i = 0; i < rows; ++i) out[i] += a.data()[i + k * stride] * factor[k * by_k];
      continue;
    }
    Eigen::Index i = 0;
    for (; i + 4 <= rows; i += 4) {  // four sums at a time, each in order: they do not wait for each other
      const double *x0 = a.data() + i * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
      double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
      for (Eigen::Index k = 0; k < inner; ++k) {
        const double f = factor[k * by_k];
        s0 += x0[k] * f, s1 += x1[k] * f, s2 += x2[k] * f, s3 += x3[k] * f;
      }
      out[i] = s0, out[i + 1] = s1, out[i + 2] = s2, out[i + 3] = s3;
    }
    for (; i < rows; ++i)
      for (Eigen::Index k = 0; k < inner; ++k) out[i] += a.data()[k + i * stride] * factor[k * by_k];
  }
}

void multiply(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  assert(c.rows() == (op_a == Op::None ? a.rows() : a.cols()) && c.cols() == (op_b == Op::None ? b.cols() : b.rows()));
  assert((op_a == Op::None ? a.cols() : a.rows()) == (op_b == Op::None ? b.rows() : b.cols()));
#if !defined(EIGEN_DONT_VECTORIZE)  // else it is the reference build
  constexpr Eigen::Index kSmall = 4;  // narrower products have no use for tiles
  const Eigen::Index inner = op_a == Op::None ? a.cols() : a.rows(), sa = a.outerStride(), sb = b.outerStride();
  const Side left = op_a == Op::None ? Side{a.data(), c.rows(), 1, sa} : Side{a.data(), c.rows(), sa, 1};
  const Side right = op_b == Op::None ? Side{b.data(), c.cols(), sb, 1} : Side{b.data(), c.cols(), 1, sb};
  if (std::min({c.rows(), c.cols(), inner}) >= kSmall) {
    const bool near = std::max({c.rows(), c.cols(), inner}) <= kNear && c.rows() >= kLanes;
    if (near) multiply_near(c.data(), c.outerStride(), left, right, inner);
    else multiply_far(c.data(), c.outerStride(), left, right, inner);
    return;
  }
#endif
  multiply_plain(c, a, b, op_a, op_b);
}

}  // namespace rankscope
