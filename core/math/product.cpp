#include "math/product.h"

#include <algorithm>
#include <vector>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace rankscope {

#if defined(__wasm_simd128__)
namespace {

using Index = Eigen::Index;

constexpr Index kTile = 4;     // a 4 x 4 block of c in eight registers
constexpr Index kDepth = 256;  // of one packed block: 8 kB a panel stay in the first cache

/// c (4 x 4, columns c_stride apart) = sum over k of a[k a_step + 0..3] b[k b_step + (0..3) b_lane]^T; with `more`, c
/// itself is the first term. Out of line on purpose: V8 keeps code that is inlined into a long-lived loop in its slow
/// tier for ever (and called from two places: emcc inlines a function of one caller whatever its attributes).
[[gnu::noinline]] void kernel(const double* a, Index a_step, const double* b, Index b_step, Index b_lane, Index depth,
                              double* c, Index c_stride, bool more) {
  double *c0 = c, *c1 = c + c_stride, *c2 = c1 + c_stride, *c3 = c2 + c_stride;
  v128_t c00 = wasm_f64x2_splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  if (more) {
    c00 = wasm_v128_load(c0), c01 = wasm_v128_load(c0 + 2), c10 = wasm_v128_load(c1), c11 = wasm_v128_load(c1 + 2);
    c20 = wasm_v128_load(c2), c21 = wasm_v128_load(c2 + 2), c30 = wasm_v128_load(c3), c31 = wasm_v128_load(c3 + 2);
  }
  const double *b1 = b + b_lane, *b2 = b1 + b_lane, *b3 = b2 + b_lane;
  for (Index k = 0; k < depth; ++k, a += a_step, b += b_step, b1 += b_step, b2 += b_step, b3 += b_step) {
    const v128_t a0 = wasm_v128_load(a), a1 = wasm_v128_load(a + 2);
    v128_t x = wasm_v128_load64_splat(b);
    c00 = wasm_f64x2_add(c00, wasm_f64x2_mul(a0, x)), c01 = wasm_f64x2_add(c01, wasm_f64x2_mul(a1, x));
    x = wasm_v128_load64_splat(b1);
    c10 = wasm_f64x2_add(c10, wasm_f64x2_mul(a0, x)), c11 = wasm_f64x2_add(c11, wasm_f64x2_mul(a1, x));
    x = wasm_v128_load64_splat(b2);
    c20 = wasm_f64x2_add(c20, wasm_f64x2_mul(a0, x)), c21 = wasm_f64x2_add(c21, wasm_f64x2_mul(a1, x));
    x = wasm_v128_load64_splat(b3);
    c30 = wasm_f64x2_add(c30, wasm_f64x2_mul(a0, x)), c31 = wasm_f64x2_add(c31, wasm_f64x2_mul(a1, x));
  }
  wasm_v128_store(c0, c00), wasm_v128_store(c0 + 2, c01), wasm_v128_store(c1, c10), wasm_v128_store(c1 + 2, c11);
  wasm_v128_store(c2, c20), wasm_v128_store(c2 + 2, c21), wasm_v128_store(c3, c30), wasm_v128_store(c3 + 2, c31);
}

/// One operand: element (lane, k) at x[lane * by_lane + k * by_k], a lane being a row of op(a) or a column of op(b).
struct Side {
  const double* x;
  Index lanes, by_lane, by_k;
};

/// A panel of four lanes side by side, out[4 k + l], from lane `lane` and k `from` on; zeros stand for lanes that are
/// not there.
[[gnu::noinline]] void pack(const Side& s, Index lane, Index from, Index depth, double* out) {
  const double* x = s.x + lane * s.by_lane + from * s.by_k;
  const Index width = s.lanes - lane;
  if (width >= kTile) {
    const double *x1 = x + s.by_lane, *x2 = x1 + s.by_lane, *x3 = x2 + s.by_lane;
    for (Index k = 0, at = 0; k < depth; ++k, at += s.by_k, out += kTile)
      out[0] = x[at], out[1] = x1[at], out[2] = x2[at], out[3] = x3[at];
    return;
  }
  for (Index k = 0; k < depth; ++k)
    for (Index l = 0; l < kTile; ++l) *out++ = l < width ? x[l * s.by_lane + k * s.by_k] : 0.0;
}

/// The panels of a side for one block of depth: packed, or in place where they can be read there.
class Panels {
 public:
  void prepare(const Side& s, bool in_place, Index from, Index depth) {
    side_ = s, in_place_ = in_place, from_ = from, depth_ = depth;
    const Index whole = s.lanes / kTile * kTile, packed_from = in_place ? whole : 0;
    const auto need = static_cast<std::size_t>((s.lanes - packed_from + kTile - 1) / kTile * kTile * depth);
    if (packed_.size() < need) packed_.resize(need);
    first_packed_ = packed_from;
    for (Index lane = packed_from; lane < s.lanes; lane += kTile)
      pack(s, lane, from, depth, packed_.data() + (lane - packed_from) * depth);
  }
  struct Panel {
    const double* x;
    Index by_k, by_lane;
  };
  Panel at(Index lane) const {
    if (lane >= first_packed_) return {packed_.data() + (lane - first_packed_) * depth_, kTile, 1};
    return {side_.x + lane * side_.by_lane + from_ * side_.by_k, side_.by_k, side_.by_lane};
  }

 private:
  std::vector<double> packed_;
  Side side_{};
  bool in_place_ = false;
  Index from_ = 0, depth_ = 0, first_packed_ = 0;
};

[[gnu::noinline]] void multiply_tiles(double* c, Index stride, const Side& a, const Side& b, Index inner) {
  constexpr Index kNear = 100;  // up to here strided reads stay in the first cache: packing costs more than it saves
  static thread_local Panels panels_a, panels_b;
  const bool near = inner <= kNear && a.lanes <= kNear && b.lanes <= kNear;
  for (Index from = 0; from < inner; from += kDepth) {
    const Index depth = std::min(kDepth, inner - from);
    panels_a.prepare(a, near && a.by_lane == 1, from, depth);
    panels_b.prepare(b, near, from, depth);
    for (Index j = 0; j < b.lanes; j += kTile) {
      const auto pb = panels_b.at(j);
      for (Index i = 0; i < a.lanes; i += kTile) {
        const auto pa = panels_a.at(i);
        const Index height = std::min(kTile, a.lanes - i), width = std::min(kTile, b.lanes - j);
        double* at = c + i + j * stride;
        // After the first block the sums go on where the last one left them: the order stays that of the plain loop.
        if (height == kTile && width == kTile) {
          kernel(pa.x, pa.by_k, pb.x, pb.by_k, pb.by_lane, depth, at, stride, from > 0);
          continue;
        }
        double tile[kTile * kTile] = {};
        for (Index y = 0; y < width; ++y) std::copy(at + y * stride, at + y * stride + height, tile + kTile * y);
        kernel(pa.x, pa.by_k, pb.x, pb.by_k, pb.by_lane, depth, tile, kTile, from > 0);
        for (Index y = 0; y < width; ++y) std::copy(tile + kTile * y, tile + kTile * y + height, at + y * stride);
      }
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

#if !defined(__wasm_simd128__) && !defined(EIGEN_DONT_VECTORIZE)
namespace {

/// Eigen's packing space, kept from call to call: its own is allocated anew by every product that does not fit on the
/// stack.
class Blocking : public Eigen::internal::level3_blocking<double, double> {
 public:
  void fit(Eigen::Index rows, Eigen::Index cols, Eigen::Index inner) {
    m_mc = rows, m_nc = cols, m_kc = inner;
    Eigen::internal::computeProductBlockingSizes<double, double>(m_kc, m_mc, m_nc);
    if (a_.size() < m_mc * m_kc) a_.resize(m_mc * m_kc);
    if (b_.size() < m_kc * m_nc) b_.resize(m_kc * m_nc);
    m_blockA = a_.data(), m_blockB = b_.data();
  }

 private:
  Vector a_, b_;
};

template <int OrderA, int OrderB>
void multiply_blocked(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Eigen::Index inner) {
  static thread_local Blocking blocking;
  blocking.fit(c.rows(), c.cols(), inner);
  c.setZero();
  using Product = Eigen::internal::general_matrix_matrix_product<Eigen::Index, double, OrderA, false, double, OrderB,
                                                                 false, Eigen::ColMajor, 1>;
  Product::run(c.rows(), c.cols(), inner, a.data(), a.outerStride(), b.data(), b.outerStride(), c.data(), 1,
               c.outerStride(), 1.0, blocking, nullptr);
}

void multiply_native(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  constexpr int kColumns = Eigen::ColMajor, kRows = Eigen::RowMajor;  // a transposed matrix is one stored by rows
  constexpr Eigen::Index kSmall = 20;  // Eigen's own threshold for its product without packing
  const Eigen::Index inner = op_a == Op::None ? a.cols() : a.rows();
  const bool small = c.rows() == 1 || c.cols() == 1 || inner == 0 || c.rows() + c.cols() + inner < kSmall;
  if (op_a == Op::None && op_b == Op::None) {
    if (small)
      c.noalias() = a * b;
    else
      multiply_blocked<kColumns, kColumns>(c, a, b, inner);
  } else if (op_a == Op::None) {
    if (small)
      c.noalias() = a * b.transpose();
    else
      multiply_blocked<kColumns, kRows>(c, a, b, inner);
  } else if (op_b == Op::None) {
    if (small)
      c.noalias() = a.transpose() * b;
    else
      multiply_blocked<kRows, kColumns>(c, a, b, inner);
  } else {
    if (small)
      c.noalias() = a.transpose() * b.transpose();
    else
      multiply_blocked<kRows, kRows>(c, a, b, inner);
  }
}

}  // namespace
#endif

void multiply(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  assert(c.rows() == (op_a == Op::None ? a.rows() : a.cols()) && c.cols() == (op_b == Op::None ? b.cols() : b.rows()));
  assert((op_a == Op::None ? a.cols() : a.rows()) == (op_b == Op::None ? b.rows() : b.cols()));
#if defined(__wasm_simd128__)
  constexpr Eigen::Index kSmall = 4;  // narrower products have no use for tiles
  const Eigen::Index inner = op_a == Op::None ? a.cols() : a.rows();
  if (std::min({c.rows(), c.cols(), inner}) < kSmall) return multiply_plain(c, a, b, op_a, op_b);
  const Eigen::Index sa = a.outerStride(), sb = b.outerStride();
  multiply_tiles(c.data(), c.outerStride(),
                 op_a == Op::None ? Side{a.data(), c.rows(), 1, sa} : Side{a.data(), c.rows(), sa, 1},
                 op_b == Op::None ? Side{b.data(), c.cols(), sb, 1} : Side{b.data(), c.cols(), 1, sb}, inner);
#elif defined(EIGEN_DONT_VECTORIZE)  // the reference build
  multiply_plain(c, a, b, op_a, op_b);
#else
  multiply_native(c, a, b, op_a, op_b);
#endif
}

}  // namespace rankscope
