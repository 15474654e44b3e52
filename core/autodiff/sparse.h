// A constant matrix of few entries, such as the neighbours of a graph's vertices, and its product with a dense one.
#pragma once
#include <cstdint>
#include <vector>

#include "math/matrix.h"
#include "math/product.h"

namespace rankscope {

/// By rows: entries start[i] .. start[i + 1] - 1 are those of row i, columns ascending.
struct SparseMatrix {
  Eigen::Index rows = 0, cols = 0;
  std::vector<std::int64_t> start, column;
  std::vector<double> value;
};

struct SparseEntry {
  std::int64_t row = 0, column = 0;
  double value = 0;
};

/// In any order; entries of one place are added, in the order given.
SparseMatrix sparse_matrix(Eigen::Index rows, Eigen::Index cols, std::vector<SparseEntry> entries);

/// c = op(a) b; every entry is a sum over a's rows or columns in ascending order. c must not share memory with b.
void multiply(MatrixRef c, const SparseMatrix& a, ConstMatrixRef b, Op op_a = Op::None);

}  // namespace rankscope
