// The least nuclear norm among all matrices that agree with the observations <A_i, X> = y_i (completion, sensing), between two bounds that
// hold at every moment, whatever has converged.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "lab/archive.h"
#include "math/svd_values.h"
#include "tasks/matrix_task.h"

namespace rankscope {

/// The relaxed primal-dual method (Chambolle and Pock 2011; where single entries are observed, that of Douglas and Rachford):
///   X' = shrink(X + t A^T p, t),  p' = p + s (y - A(2 X' - X)),  and (X, p) moves 1.8 times the way to (X', p').
/// shrink lowers each singular value by t, and t s ||A||^2 = 1. Any p gives a lower bound, <y, p> / ||A^T p||_2, because ||X||_* >= <X, D>
/// where ||D||_2 = 1; any X an upper one, the nuclear norm of the matrix nearest to X that agrees with all observations (by conjugate
/// gradients of A A^T; for entries it is the identity). The best of each is kept. Only + - * / and square roots.
class LeastNuclearNorm {
 public:
  /// `task` must outlive it, and observe something.
  LeastNuclearNorm(const MatrixTask& task, std::int64_t rows, std::int64_t cols) : task_(&task), rows_(rows), cols_(cols) {}

  /// Does the next piece: the start, a step, or new bounds. For entries the start takes no matrix of the size of W. `solver` is workspace.
  void advance(SpectrumSolver& solver);
  bool started() const { return steps_ >= 0; }
  /// Floating-point operations so far, a decomposition's as those of the products that take as long.
  double work() const { return work_; }

  /// 0 and infinity before the start; not a number when no matrix agrees with the observations.
  double lower() const { return lower_; }
  double upper() const { return upper_; }
  /// Whether the bounds agree to `tolerance` of the upper one, or never will.
  bool done(double tolerance = 1e-6) const { return started() && !(upper_ - lower_ > tolerance * upper_); }
  /// The matrix nearest to the present X that agrees with the observations.
  Matrix feasible();

  void archive(Archive& archive);

 private:
  Vector multipliers(Vector residual);
  bool agrees(const Matrix& x);
  void start();
  void step(SpectrumSolver& solver);
  void bound(SpectrumSolver& solver);

  const MatrixTask* task_;
  std::int64_t rows_, cols_;
  Vector p_, read_;        ///< read_: A X
  std::vector<double> x_;  ///< empty before the first step
  std::int64_t steps_ = -1, bound_at_ = 1;
  double shrink_ = 0, norm_ = 1, lower_ = 0, upper_ = std::numeric_limits<double>::infinity(), work_ = 0;  ///< shrink_: t; norm_: ||A||^2
};

}  // namespace rankscope
