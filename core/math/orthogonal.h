// Orthonormal bases by Householder reflections, and random orthogonal matrices.
#pragma once
#include "math/matrix.h"
#include "math/rng.h"

namespace rankscope {

/// a P = Q R with column pivoting, rows >= cols. On return `a` holds the thin Q (rows x cols, orthonormal whatever the
/// rank), `r` the upper triangle with |r_00| >= |r_11| >= ... and r_kk >= 0; column k of a P is column pivot[k] of a.
void pivoted_qr(Matrix& a, Matrix& r, Eigen::VectorXi& pivot);

/// Replaces the columns of a (rows >= cols) by an orthonormal basis of their span, Q of a = Q R with r_kk > 0; false
/// when they are linearly dependent to working precision, or not finite.
bool orthonormal_columns(Matrix& a);

/// Haar-distributed; semi-orthogonal where not square: the shorter side's vectors are orthonormal.
Matrix random_orthogonal(std::int64_t rows, std::int64_t cols, Rng& rng);

}  // namespace rankscope
