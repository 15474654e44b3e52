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

std::optional<std::array<double, 2>> least_of_two(MatrixTask& task, const Matrix& start) {
  Matrix at = start, gradient = start, moved = start, there = start;
  double loss = task.evaluate(at, gradient);
  for (int i = 0; i < 200; ++i) {
    double h[2][2];
    for (int k = 0; k < 2; ++k) {
      const double step = 1e-4 * std::max(1.0, std::abs(at.data()[k]));
      moved = at;
      moved.data()[k] += step;
      task.evaluate(moved, there);
      for (int j = 0; j < 2; ++j) h[j][k] = (there.data()[j] - gradient.data()[j]) / step;
    }
    const double a = h[0][0], b = 0.5 * (h[0][1] + h[1][0]), c = h[1][1], determinant = a * c - b * b, trace = a + c;
    if (i == 0 && !(trace > 0 && determinant > 1e-10 * trace * trace)) return {};
    const double ridge = 1e-9 * std::abs(trace) + 1e-300, inverse = 1 / ((a + ridge) * (c + ridge) - b * b);
    const double x = -inverse * ((c + ridge) * gradient.data()[0] - b * gradient.data()[1]), y = -inverse * ((a + ridge) * gradient.data()[1] - b * gradient.data()[0]);
    double share = 1, next = loss;
    for (int half = 0; half < 40; ++half, share *= 0.5) {
      moved = at;
      moved.data()[0] += share * x;
      moved.data()[1] += share * y;
      next = task.evaluate(moved, there);
      if (next < loss) break;
    }
    if (!(next < loss)) break;
    at = moved, gradient = there, loss = next;
  }
  return std::array<double, 2>{at.data()[0], at.data()[1]};
}

}  // namespace rankscope
