// The two-sided Householder reduction of a tall matrix to upper bidiagonal form, A = U B V^T (Golub and Kahan 1965).
#pragma once
#include <vector>

#include "math/matrix.h"

namespace rankscope {

class Bidiagonal {
 public:
  /// a: rows x cols, rows >= cols. 8/3 n^3 operations for n x n, in two passes over what is left of the matrix a column.
  void reduce(const Matrix& a);
  const Vector& diagonal() const { return d_; }         ///< cols
  const Vector& superdiagonal() const { return e_; }    ///< cols - 1 (none: 0)
  /// x (cols x k) of B's left vectors becomes U x (rows x k); of its right vectors V x.
  Matrix left(const Matrix& x) const;
  Matrix right(const Matrix& x) const;

 private:
  Matrix a_;      ///< below the diagonal the left reflectors, each from its own diagonal entry on
  Matrix right_;  ///< column k: the right reflector over columns k+1.. of the k-th step
  Vector d_, e_, beta_, gamma_;
  Vector x_, y_;
};

}  // namespace rankscope
