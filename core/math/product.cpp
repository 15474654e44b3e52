#include "math/product.h"

#include <algorithm>
#include <vector>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace rankscope {

#if defined(__wasm_simd128__)
namespace {

constexpr Eigen::Index kTile = 4;     // a 4 x 4 block of c in eight registers
constexpr Eigen::Index kDepth = 256;  // of one packed block: 8 kB a panel stay in the first cache

/// Out of line on purpose: V8 keeps code that is inlined into a long-lived loop in its slow tier for ever.
/// c (4 x 4, column stride 4) += sum over k of a_panel[4k..] b_panel[4k..]^T.
[[gnu::noinline]] void kernel(const double* a, const double* b, Eigen::Index depth, double* c) {
  v128_t c00 = wasm_v128_load(c), c01 = wasm_v128_load(c + 2), c10 = wasm_v128_load(c + 4), c11 = wasm_v128_load(c + 6);
  v128_t c20 = wasm_v128_load(c + 8), c21 = wasm_v128_load(c + 10), c30 = wasm_v128_load(c + 12), c31 = wasm_v128_load(c + 14);
  for (Eigen::Index k = 0; k < depth; ++k, a += 4, b += 4) {
    const v128_t a0 = wasm_v128_load(a), a1 = wasm_v128_load(a + 2);
    const v128_t b0 = wasm_v128_load64_splat(b), b1 = wasm_v128_load64_splat(b + 1);
    const v128_t b2 = wasm_v128_load64_splat(b + 2), b3 = wasm_v128_load64_splat(b + 3);
    c00 = wasm_f64x2_add(c00, wasm_f64x2_mul(a0, b0));
    c01 = wasm_f64x2_add(c01, wasm_f64x2_mul(a1, b0));
    c10 = wasm_f64x2_add(c10, wasm_f64x2_mul(a0, b1));
    c11 = wasm_f64x2_add(c11, wasm_f64x2_mul(a1, b1));
    c20 = wasm_f64x2_add(c20, wasm_f64x2_mul(a0, b2));
    c21 = wasm_f64x2_add(c21, wasm_f64x2_mul(a1, b2));
    c30 = wasm_f64x2_add(c30, wasm_f64x2_mul(a0, b3));
    c31 = wasm_f64x2_add(c31, wasm_f64x2_mul(a1, b3));
  }
  wasm_v128_store(c, c00), wasm_v128_store(c + 2, c01), wasm_v128_store(c + 4, c10), wasm_v128_store(c + 6, c11);
  wasm_v128_store(c + 8, c20), wasm_v128_store(c + 10, c21), wasm_v128_store(c + 12, c30), wasm_v128_store(c + 14, c31);
}

/// Panels of four rows of x (or columns, when `transposed`): out[(panel * depth + k) * 4 + lane], short panels padded with zeros.
[[gnu::noinline]] void pack(const double* x, Eigen::Index stride, bool transposed, Eigen::Index lanes, Eigen::Index from, Eigen::Index depth,
                            double* out) {
  for (Eigen::Index p = 0; p < lanes; p += kTile) {
    const Eigen::Index width = std::min(kTile, lanes - p);
    if (transposed) {  // element (lane, k) lies at k + lane * stride
      for (Eigen::Index l = 0; l < kTile; ++l)
        for (Eigen::Index k = 0; k < depth; ++k) out[k * kTile + l] = l < width ? x[from + k + (p + l) * stride] : 0.0;
    } else {  // at lane + k * stride
      for (Eigen::Index k = 0; k < depth; ++k)
        for (Eigen::Index l = 0; l < kTile; ++l) out[k * kTile + l] = l < width ? x[p + l + (from + k) * stride] : 0.0;
    }
    out += kTile * depth;
  }
}

[[gnu::noinline]] void multiply_packed(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  static thread_local std::vector<double> packed_a, packed_b;
  const Eigen::Index rows = c.rows(), cols = c.cols(), inner = op_a == Op::None ? a.cols() : a.rows();
  const auto panels = [](Eigen::Index n) { return (n + kTile - 1) / kTile; };
  const Eigen::Index depth_most = std::min(inner, kDepth);
  const auto need_a = static_cast<std::size_t>(panels(rows) * kTile * depth_most), need_b = static_cast<std::size_t>(panels(cols) * kTile * depth_most);
  if (packed_a.size() < need_a) packed_a.resize(need_a);
  if (packed_b.size() < need_b) packed_b.resize(need_b);
  const Eigen::Index stride = c.outerStride();
  for (Eigen::Index from = 0; from < inner; from += kDepth) {
    const Eigen::Index depth = std::min(kDepth, inner - from);
    pack(a.data(), a.outerStride(), op_a == Op::Transpose, rows, from, depth, packed_a.data());
    pack(b.data(), b.outerStride(), op_b == Op::None, cols, from, depth, packed_b.data());
    for (Eigen::Index j = 0; j < cols; j += kTile)
      for (Eigen::Index i = 0; i < rows; i += kTile) {
        const Eigen::Index height = std::min(kTile, rows - i), width = std::min(kTile, cols - j);
        alignas(16) double tile[16] = {};
        double* at = c.data() + i + j * stride;
        if (from > 0)  // the sums go on where the last block of depth left them: the order stays that of the plain loop
          for (Eigen::Index y = 0; y < width; ++y)
            for (Eigen::Index x = 0; x < height; ++x) tile[4 * y + x] = at[x + y * stride];
        kernel(packed_a.data() + i * depth, packed_b.data() + j * depth, depth, tile);
        for (Eigen::Index y = 0; y < width; ++y)
          for (Eigen::Index x = 0; x < height; ++x) at[x + y * stride] = tile[4 * y + x];
      }
  }
}

}  // namespace
#endif

[[gnu::noinline]] void multiply_plain(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  const Eigen::Index rows = c.rows(), cols = c.cols(), inner = op_a == Op::None ? a.cols() : a.rows();
  static thread_local std::vector<double> turned;  // op(a) with its columns together, so that the inner loop runs along them
  const double* left = a.data();
  Eigen::Index stride = a.outerStride();
  if (op_a == Op::Transpose) {
    const auto need = static_cast<std::size_t>(rows * inner);
    if (turned.size() < need) turned.resize(need);
    for (Eigen::Index i = 0; i < rows; ++i)
      for (Eigen::Index k = 0; k < inner; ++k) turned[static_cast<std::size_t>(i + k * rows)] = a(k, i);
    left = turned.data();
    stride = rows;
  }
  for (Eigen::Index j = 0; j < cols; ++j) {
    double* out = c.data() + j * c.outerStride();
    std::fill(out, out + rows, 0.0);
    for (Eigen::Index k = 0; k < inner; ++k) {
      const double factor = op_b == Op::None ? b(k, j) : b(j, k);
      const double* column = left + k * stride;
      for (Eigen::Index i = 0; i < rows; ++i) out[i] += column[i] * factor;
    }
  }
}

void multiply(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  assert(c.rows() == (op_a == Op::None ? a.rows() : a.cols()) && c.cols() == (op_b == Op::None ? b.cols() : b.rows()));
  assert((op_a == Op::None ? a.cols() : a.rows()) == (op_b == Op::None ? b.rows() : b.cols()));
#if defined(__wasm_simd128__)
  constexpr Eigen::Index kSmall = 8;  // below this, packing costs more than it saves
  if (std::min({c.rows(), c.cols(), op_a == Op::None ? a.cols() : a.rows()}) < kSmall) return multiply_plain(c, a, b, op_a, op_b);
  multiply_packed(c, a, b, op_a, op_b);
#elif defined(EIGEN_DONT_VECTORIZE)  // the reference build
  multiply_plain(c, a, b, op_a, op_b);
#else
  if (op_a == Op::None && op_b == Op::None) c.noalias() = a * b;
  else if (op_a == Op::None) c.noalias() = a * b.transpose();
  else if (op_b == Op::None) c.noalias() = a.transpose() * b;
  else c.noalias() = a.transpose() * b.transpose();
#endif
}

}  // namespace rankscope
