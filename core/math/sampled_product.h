// A product where only few of its entries are asked (sampled dense-dense product), and the way back from them. The same bits as
// `multiply` gives with the whole matrices: the sums run in the same order, and terms that are 0 are left out of them.
#pragma once
#include <cstdint>
#include <span>

#include "math/matrix.h"

namespace rankscope {

/// Entries of a matrix, row by row, columns ascending.
struct Entries {
  std::span<const std::int32_t> row, col;
};

/// out = in^T, in tiles: a column of one is a row of the other.
void transpose(MatrixRef out, ConstMatrixRef in);

/// out_e = sum over k of left_t(k, row_e) right(k, col_e): entry e of L R, with left_t = L^T.
void sampled_product(std::span<double> out, ConstMatrixRef left_t, ConstMatrixRef right, const Entries& entries);

/// For the matrix G that is g_e at entry e and 0 elsewhere: left_gradient_t = (G R^T)^T and right_gradient = L^T G.
void sampled_backward(MatrixRef left_gradient_t, MatrixRef right_gradient, ConstMatrixRef left_t, ConstMatrixRef right, const Entries& entries,
                      std::span<const double> g);

}  // namespace rankscope
