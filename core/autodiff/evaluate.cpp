// The values of the operations. Matrices are kept columns first and without gaps.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "autodiff/tape.h"
#include "math/exponential.h"
#include "math/rng.h"

namespace rankscope {
namespace {

using Index = Eigen::Index;

double log_of(double x) {
  if (x > 0) return x <= std::numeric_limits<double>::max() ? portable_log(x) : x;
  return x == 0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
}

/// Sums of the columns, each from top to bottom; four at a time, so that they do not wait for each other.
void sum_columns(const double* in, Index rows, Index cols, double* out) {
  Index j = 0;
  for (; j + 4 <= cols; j += 4) {
    const double *x0 = in + j * rows, *x1 = x0 + rows, *x2 = x1 + rows, *x3 = x2 + rows;
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (Index i = 0; i < rows; ++i) s0 += x0[i], s1 += x1[i], s2 += x2[i], s3 += x3[i];
    out[j] = s0, out[j + 1] = s1, out[j + 2] = s2, out[j + 3] = s3;
  }
  for (; j < cols; ++j) {
    double s = 0;
    for (Index i = 0; i < rows; ++i) s += in[i + j * rows];
    out[j] = s;
  }
}

template <class F>
void each(const double* in, Index size, double* out, F f) {
  for (Index k = 0; k < size; ++k) out[k] = f(in[k]);
}

template <class F>
void each(const double* a, const double* b, Index size, double* out, F f) {
  for (Index k = 0; k < size; ++k) out[k] = f(a[k], b[k]);
}

}  // namespace

void Tape::evaluate(const Node& n, double* out) const {
  const Node& from = nodes_[static_cast<std::size_t>(n.a)];
  const double* a = from.value;
  const double* b = n.b < 0 ? nullptr : nodes_[static_cast<std::size_t>(n.b)].value;
  const Index rows = n.rows, cols = n.cols, size = rows * cols, tall = from.rows;
  switch (n.operation) {
    case Operation::Add: return each(a, b, size, out, [](double x, double y) { return x + y; });
    case Operation::Subtract: return each(a, b, size, out, [](double x, double y) { return x - y; });
    case Operation::Multiply: return each(a, b, size, out, [](double x, double y) { return x * y; });
    case Operation::Divide: return each(a, b, size, out, [](double x, double y) { return x / y; });
    case Operation::Scale: return each(a, size, out, [f = n.number](double x) { return f * x; });
    case Operation::Shift: return each(a, size, out, [f = n.number](double x) { return x + f; });
    case Operation::Product: return multiply(MatrixMap(out, rows, cols), matrix(n.a), matrix(n.b), n.op_a, n.op_b);
    case Operation::SparseProduct: return multiply(MatrixMap(out, rows, cols), *n.sparse, matrix(n.a), n.op_a);
    case Operation::ColumnSums: return sum_columns(a, tall, cols, out);
    case Operation::RowSums:
      std::fill(out, out + rows, 0.0);
      for (Index j = 0; j < from.cols; ++j)
        for (Index i = 0; i < rows; ++i) out[i] += a[i + j * rows];
      return;
    case Operation::RepeatRows:
      for (Index j = 0; j < cols; ++j) std::fill(out + j * rows, out + (j + 1) * rows, a[j]);
      return;
    case Operation::RepeatColumns:
      for (Index j = 0; j < cols; ++j) std::copy(a, a + rows, out + j * rows);
      return;
    case Operation::Relu: return each(a, size, out, [](double x) { return x > 0 ? x : x <= 0 ? 0.0 : x; });  // NaN stays
    case Operation::Step: return each(a, size, out, [](double x) { return x > 0 ? 1.0 : 0.0; });
    case Operation::Abs: return each(a, size, out, [](double x) { return std::abs(x); });
    case Operation::Sign: return each(a, size, out, [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; });
    case Operation::Sqrt: return each(a, size, out, [](double x) { return std::sqrt(x); });
    case Operation::Reciprocal: return each(a, size, out, [](double x) { return 1 / x; });
    case Operation::Exp: return each(a, size, out, [](double x) { return portable_exp(x); });
    case Operation::Log: return each(a, size, out, [](double x) { return log_of(x); });
    case Operation::RowMaxima:
      std::copy(a, a + rows, out);
      for (Index j = 1; j < from.cols; ++j)
        for (Index i = 0; i < rows; ++i) out[i] = std::max(out[i], a[i + j * rows]);
      return;
    case Operation::Transpose:
      for (Index j = 0; j < cols; ++j)
        for (Index i = 0; i < rows; ++i) out[i + j * rows] = a[j + i * tall];
      return;
    case Operation::Slice:
      for (Index j = 0; j < cols; ++j) std::copy_n(a + n.row + (n.col + j) * tall, rows, out + j * rows);
      return;
    case Operation::Place:
      std::fill(out, out + size, 0.0);
      for (Index j = 0; j < from.cols; ++j) std::copy_n(a + j * tall, tall, out + n.row + (n.col + j) * rows);
      return;
    case Operation::GatherRows:
      for (Index j = 0; j < cols; ++j)
        for (Index i = 0; i < rows; ++i) {
          const std::int64_t k = n.places[static_cast<std::size_t>(i)];
          out[i + j * rows] = k < 0 ? 0.0 : a[k + j * tall];
        }
      return;
    case Operation::ScatterRows:
      std::fill(out, out + size, 0.0);
      for (Index j = 0; j < cols; ++j)
        for (Index i = 0; i < tall; ++i)
          if (const std::int64_t k = n.places[static_cast<std::size_t>(i)]; k >= 0) out[k + j * rows] += a[i + j * tall];
      return;
    case Operation::GatherColumns:
      for (Index j = 0; j < cols; ++j) {
        const std::int64_t k = n.places[static_cast<std::size_t>(j)];
        if (k < 0) std::fill_n(out + j * rows, rows, 0.0);
        else std::copy_n(a + k * rows, rows, out + j * rows);
      }
      return;
    case Operation::ScatterColumns:
      std::fill(out, out + size, 0.0);
      for (Index j = 0; j < from.cols; ++j)
        if (const std::int64_t k = n.places[static_cast<std::size_t>(j)]; k >= 0)
          for (Index i = 0; i < rows; ++i) out[i + k * rows] += a[i + j * rows];
      return;
    case Operation::Given:
    case Operation::Reshape: assert(false); return;  // their value is another's
  }
}

}  // namespace rankscope
