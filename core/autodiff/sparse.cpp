#include "autodiff/sparse.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace rankscope {

SparseMatrix sparse_matrix(Eigen::Index rows, Eigen::Index cols, std::vector<SparseEntry> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const SparseEntry& a, const SparseEntry& b) { return std::pair(a.row, a.column) < std::pair(b.row, b.column); });
  SparseMatrix out{rows, cols, std::vector<std::int64_t>(static_cast<std::size_t>(rows) + 1, 0), {}, {}};
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const SparseEntry& e = entries[k];
    assert(e.row >= 0 && e.row < rows && e.column >= 0 && e.column < cols);
    if (k > 0 && entries[k - 1].row == e.row && entries[k - 1].column == e.column) {
      out.value.back() += e.value;
      continue;
    }
    out.column.push_back(e.column);
    out.value.push_back(e.value);
    ++out.start[static_cast<std::size_t>(e.row) + 1];
  }
  for (std::size_t i = 1; i < out.start.size(); ++i) out.start[i] += out.start[i - 1];
  return out;
}

void multiply(MatrixRef c, const SparseMatrix& a, ConstMatrixRef b, Op op_a) {
  assert(c.rows() == (op_a == Op::None ? a.rows : a.cols) && b.rows() == (op_a == Op::None ? a.cols : a.rows) && c.cols() == b.cols());
  const std::int64_t* start = a.start.data();
  for (Eigen::Index j = 0; j < c.cols(); ++j) {
    double* out = c.data() + j * c.outerStride();
    const double* in = b.data() + j * b.outerStride();
    if (op_a == Op::Transpose) std::fill(out, out + c.rows(), 0.0);
    for (Eigen::Index i = 0; i < a.rows; ++i) {
      if (op_a == Op::None) {
        double sum = 0;
        for (std::int64_t k = start[i]; k < start[i + 1]; ++k) sum += a.value[static_cast<std::size_t>(k)] * in[a.column[static_cast<std::size_t>(k)]];
        out[i] = sum;
      } else {
        for (std::int64_t k = start[i]; k < start[i + 1]; ++k) out[a.column[static_cast<std::size_t>(k)]] += a.value[static_cast<std::size_t>(k)] * in[i];
      }
    }
  }
}

}  // namespace rankscope
