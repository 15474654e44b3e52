#include "systems/end_to_end_theory.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/exponential.h"
#include "math/rng.h"
#include "math/svd.h"
#include "systems/end_to_end_field.h"

namespace rankscope {

EndToEndTheory::EndToEndTheory(MatrixTask& task, const Matrix& start, bool squared) : square_(start.rows() == start.cols()) {
  margin_ = std::numeric_limits<double>::quiet_NaN();
  if (!squared) return;
  const Matrix zero = Matrix::Zero(start.rows(), start.cols());
  Matrix at_zero(start.rows(), start.cols()), there = at_zero, direction = at_zero;
  const double loss_at_zero = task.evaluate(zero, at_zero);
  Rng rng(0);
  for (Eigen::Index j = 0; j < direction.cols(); ++j)
    for (Eigen::Index i = 0; i < direction.rows(); ++i) direction(i, j) = rng.normal();
  task.evaluate(direction, there);
  there -= at_zero;  // H R
  const double size = direction.squaredNorm();
  curvature_ = 0.5 * there.cwiseProduct(direction).sum() / size;
  isotropic_ = curvature_ > 0 && (there - 2 * curvature_ * direction).norm() <= 1e-9 * there.norm();
  if (!isotropic_) return;
  const Matrix phi = at_zero / (-2 * curvature_);
  least_ = loss_at_zero - curvature_ * phi.squaredNorm();
  first_ = curvature_ * (start - phi).squaredNorm();
  SvdSolver solver;
  if (!solver.compute(phi)) return;
  margin_ = solver.svd().s[solver.svd().s.size() - 1] - (start - phi).norm();
}

double EndToEndTheory::excess(double loss) const { return isotropic_ && first_ > 0 ? (loss - least_) / first_ : std::numeric_limits<double>::quiet_NaN(); }

double EndToEndTheory::bound(double time, double depth) const {
  if (!(margin_ > 0)) return std::numeric_limits<double>::quiet_NaN();
  return portable_exp(-4 * curvature_ * (square_ ? depth : 1) * end_to_end_power(margin_, depth) * time);
}

}  // namespace rankscope
