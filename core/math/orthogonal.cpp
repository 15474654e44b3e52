#include "math/orthogonal.h"

#include <cmath>
#include <limits>

#include "math/columns.h"

namespace rankscope {
namespace {

/// Householder QR in place. With `pivot` the column of the largest remaining norm goes first.
void householder(Matrix& a, Matrix& r, Eigen::VectorXi* pivot) {
  const Eigen::Index rows = a.rows(), cols = a.cols();
  assert(rows >= cols);
  Vector beta(cols);
  if (pivot) {
    pivot->resize(cols);
    for (Eigen::Index k = 0; k < cols; ++k) (*pivot)[k] = static_cast<int>(k);
  }
  r.setZero(cols, cols);
  for (Eigen::Index k = 0; k < cols; ++k) {
    if (pivot) {
      Eigen::Index best = k;
      double most = -1;
      for (Eigen::Index j = k; j < cols; ++j) {
        const double norm = dot(&a(k, j), &a(k, j), rows - k);
        if (norm > most) most = norm, best = j;
      }
      if (best != k) {
        a.col(k).swap(a.col(best));
        std::swap((*pivot)[k], (*pivot)[best]);
        r.col(k).head(k).swap(r.col(best).head(k));
      }
    }
    double* x = &a(k, k);
    const Eigen::Index n = rows - k;
    constexpr double kNothing = 1e-140;  // squares below would be denormal; a rank-deficient rest decays to this
    const double norm = std::sqrt(dot(x, x, n));
    beta[k] = 0;
    if (norm > kNothing) {
      r(k, k) = x[0] > 0 ? -norm : norm;
      x[0] -= r(k, k);  // v = x - r_kk e_1, no cancellation
      beta[k] = 2 / dot(x, x, n);
    }
    for (Eigen::Index j = k + 1; j < cols; ++j) {
      double* y = &a(k, j);
      subtract_multiple(y, x, beta[k] * dot(x, y, n), n);
      r(k, j) = y[0];
    }
  }
  // Q = H_0 H_1 ... applied to the first columns of the identity, the last reflection first
  Matrix q = Matrix::Identity(rows, cols);
  for (Eigen::Index k = cols - 1; k >= 0; --k) {
    const double* x = &a(k, k);
    for (Eigen::Index j = k; j < cols; ++j) {
      double* y = &q(k, j);
      subtract_multiple(y, x, beta[k] * dot(x, y, rows - k), rows - k);
    }
  }
  for (Eigen::Index k = 0; k < cols; ++k)
    if (r(k, k) < 0) {
      r.row(k) *= -1;
      q.col(k) *= -1;
    }
  a = std::move(q);
}

}  // namespace

void pivoted_qr(Matrix& a, Matrix& r, Eigen::VectorXi& pivot) { householder(a, r, &pivot); }

bool orthonormal_columns(Matrix& a) {
  if (!a.allFinite()) return false;
  Matrix r;
  householder(a, r, nullptr);
  const double largest = r.diagonal().maxCoeff(), least = r.diagonal().minCoeff();
  return least > static_cast<double>(a.rows()) * std::numeric_limits<double>::epsilon() * largest;
}

Matrix random_orthogonal(std::int64_t rows, std::int64_t cols, Rng& rng) {
  const bool tall = rows >= cols;
  Matrix a(tall ? rows : cols, tall ? cols : rows);
  do {
    for (Eigen::Index i = 0; i < a.rows(); ++i)
      for (Eigen::Index j = 0; j < a.cols(); ++j) a(i, j) = rng.normal();
  } while (!orthonormal_columns(a));  // r_kk > 0 makes the distribution uniform (Mezzadri 2007)
  return tall ? a : Matrix(a.transpose());
}

}  // namespace rankscope
