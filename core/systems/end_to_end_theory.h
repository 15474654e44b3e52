// What convergence theory says of the end-to-end flow (Arora, Cohen, Golowich and Hu 2019, for flow): when the loss is l* + k ||W - Phi||_F^2 and the start
// has a deficiency margin c = sigma_min(Phi) - ||W(0) - Phi||_F > 0, then sigma_min(W(t)) >= c and, by the least eigenvalue of the preconditioner there,
//   l(t) - l* <= (l(0) - l*) exp(-4 k N c^(2-2/N) t)   (square W; a rectangular one keeps one term of the N).
#pragma once
#include <array>
#include <optional>

#include "math/matrix.h"
#include "tasks/matrix_task.h"

namespace rankscope {

class EndToEndTheory {
 public:
  EndToEndTheory() = default;
  /// From the loss itself: Phi and k come from its gradient, and whether it has this form from one random direction R, which H R = 2 k R holds for
  /// with the Hessian H of no other quadratic loss but with probability 0. `squared`: the loss is quadratic at all.
  EndToEndTheory(MatrixTask& task, const Matrix& start, bool squared);

  bool isotropic() const { return isotropic_; }
  double margin() const { return margin_; }  ///< c, of whatever sign; NaN where the loss has another form
  /// (loss - l*) / (l(0) - l*)
  double excess(double loss) const;
  /// exp(-rate t); NaN where c is not positive.
  double bound(double time, double depth) const;

 private:
  bool isotropic_ = false, square_ = false;
  double curvature_ = 0, least_ = 0, first_ = 0, margin_ = 0;
};

/// Where a convex loss of two weights is least, for a map of it: Newton's method with halved steps, second derivatives by differences of the gradient, to about
/// three digits where the loss is flat at its minimum. Empty where it is flat in a whole direction at the start.
std::optional<std::array<double, 2>> least_of_two(MatrixTask& task, const Matrix& start);

}  // namespace rankscope
