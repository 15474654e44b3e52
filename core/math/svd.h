// Singular value decomposition by one-sided Jacobi rotations (Hestenes), prepared by two QR decompositions (Drmac and Veselic),
// or started from the right vectors of a nearby matrix. One method of + - * / and sqrt: smaller in the page than Eigen's, and the
// same bits in WebAssembly and in the reference build.
#pragma once
#include "lab/archive.h"
#include "math/matrix.h"

namespace rankscope {

/// a = u diag(s) v^T, thin: u rows x k, v cols x k, k = min(rows, cols); s descending. The largest |entry| of each column of u is
/// positive. The longer side's vectors of a zero value are zero columns.
struct Svd {
  Matrix u, v;
  Vector s;
};

class SvdSolver {
 public:
  /// Singular values to about 1e-15 of the largest, in backward error. False when an entry is not finite.
  bool compute(ConstMatrixRef a);
  const Svd& svd() const { return svd_; }

  /// Later calls start from the vectors of the last one: faster for nearby matrices, the same values to 1e-12 of the largest.
  void keep();
  /// The kept start: with it, the next decomposition has the same bits.
  void archive(Archive& archive);

 private:
  void prepare();
  void rotate();
  void finish(bool turned, double scale);

  Svd svd_;
  Matrix b_, basis_;   ///< b = a basis, with basis orthogonal and the columns of b ever closer to orthogonal
  Matrix start_;       ///< the kept basis; 0 x 0: none
  std::int32_t kept_ = 0;
  Vector norms_;
};

}  // namespace rankscope
