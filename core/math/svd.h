// Singular value decomposition by one-sided Jacobi rotations (Hestenes), prepared by two QR decompositions (Drmac and
// Veselic): all vectors, to high precision. Of + - * / and sqrt: smaller in the page than Eigen's, and the same bits in
// WebAssembly and in the reference build. Where values or a few vectors are enough, SpectrumSolver is ten times faster.
#pragma once
#include <vector>

#include "math/matrix.h"

namespace rankscope {

/// a = u diag(s) v^T, thin: u rows x k, v cols x k, k = min(rows, cols); s descending. The largest |entry| of each
/// column of u (the first of equal ones) is positive. The shorter side's vectors are always orthonormal; the longer
/// side's (u of a square matrix) for values above 1e-15 s_1: below, they are what rounding left, and zero columns for
/// zero values.
struct Svd {
  Matrix u, v;
  Vector s;
};

/// Divides m by the power of two 2^exponent so that squares neither over- nor underflow; false when an entry is not finite.
bool scale_by_power_of_two(Matrix& m, int& exponent);
/// Turns each pair of columns so that the largest |entry| of u's (the first of equal ones) is positive.
void fix_signs(Svd& svd);

class SvdSolver {
 public:
  /// Singular values to about 1e-15 of the largest, in backward error. False when an entry is not finite.
  bool compute(ConstMatrixRef a);
  const Svd& svd() const { return svd_; }

 private:
  void prepare();
  void sweep();
  bool make_orthogonal(Eigen::Index i, Eigen::Index j, double largest);
  void finish(bool turned, int exponent);

  Svd svd_;
  Matrix scaled_;     ///< a, or its transpose, by a power of two; tall
  Matrix b_, basis_;  ///< b = scaled basis, with basis orthogonal and the columns of b ever closer to orthogonal
  Vector norms_;  ///< of the columns of b, squared while sweeping
  std::vector<Eigen::Index> order_;
};

}  // namespace rankscope
