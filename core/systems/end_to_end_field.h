// What gradient flow on balanced layers does to their product W = W_N ... W_1 (Arora, Cohen and Hazan 2018):
//   dW/dt = -F(W, G),  F = sum_{j=1..N} (W W^T)^((N-j)/N) G (W^T W)^((j-1)/N),  G = dL/dW, 0^0 = 1.
// In the singular bases of W entry (r, r') of U^T G V is multiplied by P(sigma_r, sigma_r'), a function that makes sense for every real N >= 1.
#pragma once
#include "math/matrix.h"
#include "math/svd.h"

namespace rankscope {

/// s^(2 - 2/N) for s >= 0: P(s, 0). Of roots where N is whole, of exp and log made of + - * / where it is not.
double end_to_end_power(double s, double depth);

/// P(s, t) = sum_j s^(2(N-j)/N) t^(2(j-1)/N), for real N (s^2 - t^2) / (s^(2/N) - t^(2/N)); symmetric; N s^(2 - 2/N) at t = s, and 0 at s = t = 0
/// unless N = 1.
double end_to_end_multiplier(double s, double t, double depth);

/// The powers come from the singular value decomposition of W, never from eigenvalues of W^T W, whose squares would cost half the digits. Singular values below
/// 1e-15 of the largest are rounding and count as 0.
class EndToEndField {
 public:
  explicit EndToEndField(double depth) : depth_(depth) {}

  /// F into `out`, not `gradient` itself. False when W has entries that are not finite.
  bool apply(ConstMatrixRef w, ConstMatrixRef gradient, MatrixRef out);

  /// Of the W that was last applied at, descending; empty at depth 1, which needs none.
  const Vector& singular_values() const { return svd_.svd().s; }

  /// Eigenvalues of G -> F, the preconditioner, descending: P of every pair of singular values of W, those that a rectangular W misses being 0.
  static Vector eigenvalues(const Vector& s, std::int64_t rows, std::int64_t cols, double depth);

 private:
  double depth_;
  SvdSolver svd_;
  Matrix inner_, left_, right_;
};

}  // namespace rankscope
