#include "math/sampled_product.h"

#include <algorithm>

namespace rankscope {
namespace {

using Index = Eigen::Index;

// Both ways go through the depth in slices that are short enough for all of a slice of `right` to stay in a near cache.
#if defined(__AVX__)
constexpr Index kSlice = 16;
#else
constexpr Index kSlice = 128;
#endif
constexpr int kQuads = 4;  // of one pass on the way back

typedef double Quad __attribute__((vector_size(4 * sizeof(double)), aligned(alignof(double)), may_alias));

// Pointers: clang takes a reference for aligned as the vector is, whatever its typedef says.
const Quad* four(const double* x) { return reinterpret_cast<const Quad*>(x); }
Quad* four(double* x) { return reinterpret_cast<Quad*>(x); }

#if defined(__AVX__)
// Four entries a vector: four terms of each are turned on the way. Without wide shuffles that costs more than it saves.
constexpr int kGroup = 4;

void add_terms(double* out, const double* const* x, const double* left, Index depth) {
  Quad sum = *four(out);
  Index k = 0;
  for (; k + 4 <= depth; k += 4) {
    const Quad r0 = *four(x[0] + k), r1 = *four(x[1] + k), r2 = *four(x[2] + k), r3 = *four(x[3] + k);
    const Quad a = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), b = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
    const Quad c = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), d = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
    sum += __builtin_shufflevector(a, c, 0, 1, 4, 5) * left[k];
    sum += __builtin_shufflevector(b, d, 0, 1, 4, 5) * left[k + 1];
    sum += __builtin_shufflevector(a, c, 2, 3, 6, 7) * left[k + 2];
    sum += __builtin_shufflevector(b, d, 2, 3, 6, 7) * left[k + 3];
  }
  for (; k < depth; ++k) sum += Quad{x[0][k], x[1][k], x[2][k], x[3][k]} * left[k];
  *four(out) = sum;
}
#else
constexpr int kGroup = 8;  // sums that do not wait for each other

void add_terms(double* out, const double* const* x, const double* left, Index depth) {
  const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3], *x4 = x[4], *x5 = x[5], *x6 = x[6], *x7 = x[7];
  double s0 = out[0], s1 = out[1], s2 = out[2], s3 = out[3], s4 = out[4], s5 = out[5], s6 = out[6], s7 = out[7];
  for (Index k = 0; k < depth; ++k) {
    const double f = left[k];
    s0 += x0[k] * f, s1 += x1[k] * f, s2 += x2[k] * f, s3 += x3[k] * f;
    s4 += x4[k] * f, s5 += x5[k] * f, s6 += x6[k] * f, s7 += x7[k] * f;
  }
  out[0] = s0, out[1] = s1, out[2] = s2, out[3] = s3, out[4] = s4, out[5] = s5, out[6] = s6, out[7] = s7;
}
#endif

/// `count` entries of one row, `depth` terms of each sum: out_e goes on where the last call left it.
[[gnu::noinline]] void entries_of_row(double* out, const double* left, const double* right, Index stride, const std::int32_t* col, Index count,
                                      Index depth) {
  Index e = 0;
  for (; e + kGroup <= count; e += kGroup) {
    const double* x[kGroup];
    for (int i = 0; i < kGroup; ++i) x[i] = right + col[e + i] * stride;
    add_terms(out + e, x, left, depth);
  }
  for (; e + 2 <= count; e += 2) {
    const double *x0 = right + col[e] * stride, *x1 = right + col[e + 1] * stride;
    double s0 = out[e], s1 = out[e + 1];
    for (Index k = 0; k < depth; ++k) s0 += x0[k] * left[k], s1 += x1[k] * left[k];
    out[e] = s0, out[e + 1] = s1;
  }
  if (e < count) {
    const double* x = right + col[e] * stride;
    double sum = out[e];
    for (Index k = 0; k < depth; ++k) sum += x[k] * left[k];
    out[e] = sum;
  }
}

/// `count` entries of one row, V quads of depth.
template <int V>
[[gnu::noinline]] void back_of_row(double* left_gradient, double* right_gradient, Index gradient_stride, const double* left, const double* right,
                                   Index stride, const std::int32_t* col, const double* g, Index count) {
  Quad a[V], sum[V] = {};
  for (int v = 0; v < V; ++v) a[v] = *four(left + 4 * v);
  for (Index e = 0; e < count; ++e) {
    const double* x = right + col[e] * stride;
    double* to = right_gradient + col[e] * gradient_stride;
    const double f = g[e];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      sum[v] += *four(x + 4 * v) * f;
      *four(to + 4 * v) += a[v] * f;
    }
  }
  for (int v = 0; v < V; ++v) *four(left_gradient + 4 * v) = sum[v];
}

void back_of_row_one(double* left_gradient, double* right_gradient, Index gradient_stride, const double* left, const double* right, Index stride,
                     const std::int32_t* col, const double* g, Index count) {
  double sum = 0;
  for (Index e = 0; e < count; ++e) {
    sum += right[col[e] * stride] * g[e];
    right_gradient[col[e] * gradient_stride] += *left * g[e];
  }
  *left_gradient = sum;
}

/// Where the entries of e's row end.
Index end_of_row(const Entries& entries, Index e) {
  const auto n = static_cast<Index>(entries.row.size());
  const std::int32_t row = entries.row[static_cast<std::size_t>(e)];
  while (e < n && entries.row[static_cast<std::size_t>(e)] == row) ++e;
  return e;
}

}  // namespace

[[gnu::noinline]] void transpose(MatrixRef out, ConstMatrixRef in) {
  assert(out.rows() == in.cols() && out.cols() == in.rows());
  constexpr Index kTile = 8;
  const Index rows = in.rows(), cols = in.cols(), from = in.outerStride(), to = out.outerStride();
  for (Index j = 0; j < cols; j += kTile)
    for (Index i = 0; i < rows; i += kTile) {
      const Index high = std::min(kTile, rows - i), wide = std::min(kTile, cols - j);
      const double* x = in.data() + i + j * from;
      double* y = out.data() + j + i * to;
      if (high == kTile && wide == kTile) {
        for (Index a = 0; a < kTile; ++a)
          for (Index b = 0; b < kTile; ++b) y[b + a * to] = x[a + b * from];
        continue;
      }
      for (Index a = 0; a < high; ++a)
        for (Index b = 0; b < wide; ++b) y[b + a * to] = x[a + b * from];
    }
}

void sampled_product(std::span<double> out, ConstMatrixRef left_t, ConstMatrixRef right, const Entries& entries) {
  assert(left_t.rows() == right.rows() && out.size() == entries.row.size() && entries.col.size() == entries.row.size());
  const auto n = static_cast<Index>(entries.row.size());
  std::fill(out.begin(), out.end(), 0.0);
  for (Index k = 0; k < right.rows(); k += kSlice)
    for (Index e = 0; e < n;) {
      const Index end = end_of_row(entries, e), row = entries.row[static_cast<std::size_t>(e)];
      entries_of_row(out.data() + e, left_t.data() + row * left_t.outerStride() + k, right.data() + k, right.outerStride(), entries.col.data() + e,
                     end - e, std::min(kSlice, right.rows() - k));
      e = end;
    }
}

void sampled_backward(MatrixRef left_gradient_t, MatrixRef right_gradient, ConstMatrixRef left_t, ConstMatrixRef right, const Entries& entries,
                      std::span<const double> g) {
  assert(left_t.rows() == right.rows() && left_gradient_t.rows() == right.rows() && right_gradient.rows() == right.rows());
  left_gradient_t.setZero();
  right_gradient.setZero();
  const auto n = static_cast<Index>(entries.row.size());
  for (Index from = 0; from < right.rows(); from += kSlice) {
    const Index to = std::min(from + kSlice, right.rows());
    for (Index e = 0; e < n;) {
      const Index end = end_of_row(entries, e), row = entries.row[static_cast<std::size_t>(e)];
      const auto pass = [&](auto kernel, Index k) {
        kernel(left_gradient_t.data() + row * left_gradient_t.outerStride() + k, right_gradient.data() + k, right_gradient.outerStride(),
               left_t.data() + row * left_t.outerStride() + k, right.data() + k, right.outerStride(), entries.col.data() + e, g.data() + e, end - e);
      };
      Index k = from;
      for (; k + 4 * kQuads <= to; k += 4 * kQuads) pass(back_of_row<kQuads>, k);
      for (; k + 4 <= to; k += 4) pass(back_of_row<1>, k);
      for (; k < to; ++k) pass(back_of_row_one, k);
      e = end;
    }
  }
}

}  // namespace rankscope
