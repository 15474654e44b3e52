#include "math/svd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "math/orthogonal.h"
#include "math/product.h"
#include "math/sums.h"

namespace rankscope {
namespace {

double dot(const double* x, const double* y, Eigen::Index n) {
  return ordered_sum(static_cast<std::size_t>(n), [&](std::size_t i) { return x[i] * y[i]; });
}

[[gnu::noinline]] void rotate_columns(double* x, double* y, Eigen::Index n, double c, double s) {
  for (Eigen::Index i = 0; i < n; ++i) {
    const double xi = x[i], yi = y[i];
    x[i] = c * xi - s * yi;
    y[i] = s * xi + c * yi;
  }
}

}  // namespace

bool SvdSolver::compute(ConstMatrixRef a) {
  const bool turned = a.rows() < a.cols();
  const Eigen::Index rows = turned ? a.cols() : a.rows(), cols = turned ? a.rows() : a.cols();
  Matrix scaled = turned ? Matrix(a.transpose()) : Matrix(a);
  double largest = 0;
  for (Eigen::Index k = 0; k < scaled.size(); ++k) {
    const double x = std::abs(scaled.data()[k]);
    if (!(x <= std::numeric_limits<double>::max())) return false;
    largest = std::max(largest, x);
  }
  int exponent = 0;
  if (largest > 0) std::frexp(largest, &exponent);
  for (Eigen::Index k = 0; k < scaled.size(); ++k) scaled.data()[k] = std::ldexp(scaled.data()[k], -exponent);  // squares neither over- nor underflow

  if (start_.rows() == cols && start_.cols() == cols) basis_ = start_;
  else {
    b_ = scaled;
    prepare();
  }
  b_.resize(rows, cols);
  multiply(b_, scaled, basis_);
  rotate();
  finish(turned, std::ldexp(1.0, exponent));
  return true;
}

/// A good basis from cold: a P = Q R and R^T = Q2 R2 give a (P Q2) = Q R2^T, whose columns are graded and nearly orthogonal.
void SvdSolver::prepare() {
  Matrix r, r2;
  Eigen::VectorXi pivot, pivot2;
  pivoted_qr(b_, r, pivot);
  Matrix lower = r.transpose();
  pivoted_qr(lower, r2, pivot2);  // its Q is Q2
  basis_.resize(lower.rows(), lower.cols());
  for (Eigen::Index k = 0; k < pivot.size(); ++k) basis_.row(pivot[k]) = lower.row(k);
}

/// Sweeps until every pair of columns is orthogonal to 1e-15 of the largest value: |b_i . b_j| <= tol sigma_1 max(|b_i|, |b_j|).
void SvdSolver::rotate() {
  constexpr double kTolerance = 1e-15;
  constexpr int kSweeps = 60;  // six are usual from cold, one or two from a start
  const Eigen::Index rows = b_.rows(), cols = b_.cols();
  norms_.resize(cols);
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    double largest = 0;
    for (Eigen::Index j = 0; j < cols; ++j) {
      norms_[j] = dot(&b_(0, j), &b_(0, j), rows);  // afresh each sweep: updates lose what cancels
      largest = std::max(largest, norms_[j]);
    }
    bool rotated = false;
    for (Eigen::Index i = 0; i + 1 < cols; ++i)
      for (Eigen::Index j = i + 1; j < cols; ++j) {
        const double limit = kTolerance * kTolerance * largest * std::max(norms_[i], norms_[j]);
        if (norms_[i] * norms_[j] <= limit) continue;  // even parallel columns this small are within the tolerance
        const double g = dot(&b_(0, i), &b_(0, j), rows);
        if (g * g <= limit) continue;
        rotated = true;
        const double zeta = (norms_[j] - norms_[i]) / (2 * g);
        const double t = (zeta >= 0 ? 1.0 : -1.0) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
        const double c = 1 / std::sqrt(1 + t * t), s = c * t;
        rotate_columns(&b_(0, i), &b_(0, j), rows, c, s);
        rotate_columns(&basis_(0, i), &basis_(0, j), cols, c, s);
        norms_[i] = std::max(0.0, norms_[i] - t * g);
        norms_[j] += t * g;
      }
    if (!rotated) return;
  }
}

void SvdSolver::finish(bool turned, double scale) {
  const Eigen::Index rows = b_.rows(), cols = b_.cols();
  std::vector<Eigen::Index> order(static_cast<std::size_t>(cols));
  std::iota(order.begin(), order.end(), 0);
  for (Eigen::Index j = 0; j < cols; ++j) norms_[j] = std::sqrt(dot(&b_(0, j), &b_(0, j), rows));
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index x, Eigen::Index y) { return norms_[x] > norms_[y]; });
  Matrix& longer = turned ? svd_.v : svd_.u;
  Matrix& shorter = turned ? svd_.u : svd_.v;
  longer.resize(rows, cols);
  shorter.resize(cols, cols);
  svd_.s.resize(cols);
  for (Eigen::Index k = 0; k < cols; ++k) {
    const Eigen::Index j = order[static_cast<std::size_t>(k)];
    svd_.s[k] = norms_[j] * scale;
    const double inverse = norms_[j] > 0 ? 1 / norms_[j] : 0;
    for (Eigen::Index i = 0; i < rows; ++i) longer(i, k) = b_(i, j) * inverse;
    shorter.col(k) = basis_.col(j);
    const Matrix& u = svd_.u;
    Eigen::Index at = 0;
    for (Eigen::Index i = 1; i < u.rows(); ++i)
      if (std::abs(u(i, k)) > std::abs(u(at, k))) at = i;
    if (u(at, k) < 0) {
      longer.col(k) *= -1;
      shorter.col(k) *= -1;
    }
  }
}

void SvdSolver::keep() {
  constexpr std::int32_t kAfresh = 100;  // then once from cold: the rounding of many rotations must not pile up in the basis
  start_ = ++kept_ % kAfresh == 0 ? Matrix() : basis_;
}

void SvdSolver::archive(Archive& a) {
  std::int64_t n = start_.rows();
  a(kept_);
  a(n);
  if (a.reading()) {
    if (n < 0 || n > 4096) n = 0;
    start_.resize(n, n);
  }
  a(std::span<double>(start_.data(), static_cast<std::size_t>(start_.size())));
}

}  // namespace rankscope
