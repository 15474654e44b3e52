#include "math/svd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "math/columns.h"
#include "math/orthogonal.h"
#include "math/product.h"

namespace rankscope {

bool scale_by_power_of_two(Matrix& m, int& exponent) {
  double largest = 0;
  for (Eigen::Index k = 0; k < m.size(); ++k) {
    const double x = std::abs(m.data()[k]);
    if (!(x <= std::numeric_limits<double>::max())) return false;
    largest = std::max(largest, x);
  }
  exponent = 0;
  if (largest > 0) std::frexp(largest, &exponent);
  constexpr int kPlain = 1000;  // beyond, 2^-exponent is no number of its own
  if (std::abs(exponent) < kPlain)
    m *= std::ldexp(1.0, -exponent);
  else
    for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = std::ldexp(m.data()[k], -exponent);
  return true;
}

void fix_signs(Svd& svd) {
  for (Eigen::Index k = 0; k < svd.u.cols(); ++k) {
    Eigen::Index at = 0;
    for (Eigen::Index i = 1; i < svd.u.rows(); ++i)
      if (std::abs(svd.u(i, k)) > std::abs(svd.u(at, k))) at = i;
    if (svd.u(at, k) < 0) {
      svd.u.col(k) *= -1;
      svd.v.col(k) *= -1;
    }
  }
}

bool SvdSolver::compute(ConstMatrixRef a) {
  const bool turned = a.rows() < a.cols();
  if (turned)
    scaled_ = a.transpose();
  else
    scaled_ = a;
  int exponent = 0;
  if (!scale_by_power_of_two(scaled_, exponent)) return false;

  prepare();
  b_.resize(scaled_.rows(), scaled_.cols());
  multiply(b_, scaled_, basis_);
  sweep();
  finish(turned, exponent);
  return true;
}

/// A good basis: a P = Q R and R^T = Q2 R2 give a (P Q2) = Q R2^T, whose columns are graded and nearly
/// orthogonal.
void SvdSolver::prepare() {
  Matrix r, r2;
  Eigen::VectorXi pivot, pivot2;
  b_ = scaled_;
  pivoted_qr(b_, r, pivot);
  Matrix lower = r.transpose();
  pivoted_qr(lower, r2, pivot2);  // its Q is Q2
  basis_.resize(lower.rows(), lower.cols());
  for (Eigen::Index k = 0; k < pivot.size(); ++k) basis_.row(pivot[k]) = lower.row(k);
}

/// Sweeps over all pairs of columns, block by block so that they are met in the cache, until a sweep rotates none.
void SvdSolver::sweep() {
  constexpr int kSweeps = 60;  // seven or eight are usual
  constexpr Eigen::Index kBlock = 8;
  const Eigen::Index rows = b_.rows(), cols = b_.cols();
  norms_.resize(cols);
  bool rotated = true;
  for (int count = 0; rotated && count < kSweeps; ++count) {
    for (Eigen::Index j = 0; j < cols; ++j)
      norms_[j] = dot(&b_(0, j), &b_(0, j), rows);  // afresh: updates lose what cancels
    const double largest = cols > 0 ? norms_.maxCoeff() : 0;
    rotated = false;
    for (Eigen::Index first = 0; first < cols; first += kBlock)
      for (Eigen::Index second = first; second < cols; second += kBlock)
        for (Eigen::Index i = first; i < std::min(cols, first + kBlock); ++i)
          for (Eigen::Index j = std::max(i + 1, second); j < std::min(cols, second + kBlock); ++j)
            if (make_orthogonal(i, j, largest)) rotated = true;
  }
}

/// One rotation of b_i and b_j, unless |b_i . b_j| is at most 1e-13 |b_i| |b_j| (the columns of u are orthogonal) and
/// at most 1e-15 sigma_1 max(|b_i|, |b_j|) (so are the values, in backward error). Columns below 1e-15 sigma_1 are
/// rounding errors.
bool SvdSolver::make_orthogonal(Eigen::Index i, Eigen::Index j, double largest) {
  constexpr double kOrthogonal = 1e-13 * 1e-13, kBackward = 1e-15 * 1e-15;  // everything here is squared
  const double less = std::min(norms_[i], norms_[j]), more = std::max(norms_[i], norms_[j]);
  if (less <= kBackward * largest) return false;
  const Eigen::Index rows = b_.rows(), cols = b_.cols();
  const double g = dot(&b_(0, i), &b_(0, j), rows);
  if (g * g <= more * std::min(kBackward * largest, kOrthogonal * less)) return false;
  const double zeta = (norms_[j] - norms_[i]) / (2 * g);
  const double t = (zeta >= 0 ? 1.0 : -1.0) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
  const double c = 1 / std::sqrt(1 + t * t), s = c * t;
  rotate(&b_(0, i), &b_(0, j), c, s, rows);
  rotate(&basis_(0, i), &basis_(0, j), c, s, cols);
  norms_[i] = std::max(0.0, norms_[i] - t * g);
  norms_[j] += t * g;
  return true;
}

void SvdSolver::finish(bool turned, int exponent) {
  const Eigen::Index rows = b_.rows(), cols = b_.cols();
  for (Eigen::Index j = 0; j < cols; ++j) {
    // 1 but for what many rotations have added up, in b too
    const double length = std::sqrt(dot(&basis_(0, j), &basis_(0, j), cols));
    basis_.col(j) /= length;
    norms_[j] = std::sqrt(dot(&b_(0, j), &b_(0, j), rows)) / length;
    b_.col(j) /= length;
  }
  order_.resize(static_cast<std::size_t>(cols));
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(), [&](Eigen::Index x, Eigen::Index y) { return norms_[x] > norms_[y]; });
  Matrix& longer = turned ? svd_.v : svd_.u;
  Matrix& shorter = turned ? svd_.u : svd_.v;
  longer.resize(rows, cols);
  shorter.resize(cols, cols);
  svd_.s.resize(cols);
  for (Eigen::Index k = 0; k < cols; ++k) {
    const Eigen::Index j = order_[static_cast<std::size_t>(k)];
    svd_.s[k] = std::ldexp(norms_[j], exponent);
    longer.col(k) = b_.col(j) * (norms_[j] > 0 ? 1 / norms_[j] : 0);
    shorter.col(k) = basis_.col(j);
  }
  fix_signs(svd_);
}

}  // namespace rankscope
