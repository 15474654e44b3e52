#include "math/svd_bidiagonal.h"

#include <algorithm>
#include <cmath>

#include "math/columns.h"

namespace rankscope {
namespace {

using Index = Eigen::Index;

/// H = I - beta v v^T with H x = (value, 0, ...); v replaces x.
struct Reflector {
  double beta = 0, value = 0;
};

Reflector reflect(double* x, Index n) {
  constexpr double kNothing = 1e-140;  // squares below would be denormal
  const double norm = std::sqrt(dot(x, x, n));
  if (!(norm > kNothing)) return {};
  const double value = x[0] > 0 ? -norm : norm;  // no cancellation in x_0 - value
  x[0] -= value;
  return {2 / dot(x, x, n), value};
}

void apply(double beta, const double* v, Index n, double* x) {
  if (beta != 0) subtract_multiple(x, v, beta * dot(v, x, n), n);
}

}  // namespace

void Bidiagonal::reduce(const Matrix& a) {
  const Index rows = a.rows(), cols = a.cols();
  assert(rows >= cols);
  a_ = a;
  right_.setZero(cols, cols);
  d_.setZero(cols);
  e_.setZero(std::max<Index>(cols - 1, 0));
  beta_.setZero(cols);
  gamma_.setZero(cols);
  x_.resize(rows);
  y_.setZero(cols);
  for (Index k = 0; k < cols; ++k) {
    // Columns k.. hold the matrix before the last step's update a_j -= v y_j + x w_j, which is done on the way.
    const Index height = rows - k;
    const double *before = k ? &a_(k, k - 1) : nullptr, *w = k ? &right_(0, k - 1) : nullptr;
    double* v = &a_(k, k);
    if (k) subtract_multiples(v, before, y_[k], x_.data() + k, w[k], height);
    const Reflector left = reflect(v, height);
    d_[k] = left.value;
    beta_[k] = left.beta;
    if (k + 1 == cols) break;
    if (k)
      subtract_multiples_and_dot(&a_(k, k + 1), rows, cols - k - 1, before, y_.data() + k + 1, x_.data() + k, w + k + 1, v,
                                 height);
    else
      for (Index j = 1; j < cols; ++j) y_[j] = dot(v, &a_(0, j), height);
    double* next = &right_(0, k);
    for (Index j = k + 1; j < cols; ++j) {
      y_[j] *= left.beta;
      next[j] = a_(k, j) - v[0] * y_[j];  // row k once the reflector has been applied
    }
    const Index width = cols - k - 1;
    double right_beta = 0;
    if (width > 1) {
      const Reflector right = reflect(next + k + 1, width);
      e_[k] = right.value;
      right_beta = right.beta;
    } else {
      e_[k] = next[k + 1];
      next[k + 1] = 0;
    }
    gamma_[k] = right_beta;
    // x = gamma (A - v y^T) w
    double* x = x_.data() + k + 1;
    std::fill(x, x_.data() + rows, 0.0);
    if (right_beta != 0) {
      add_product(x, &a_(k + 1, k + 1), rows, next + k + 1, width, height - 1);
      subtract_multiple(x, v + 1, dot(y_.data() + k + 1, next + k + 1, width), height - 1);
      for (Index i = 0; i < height - 1; ++i) x[i] *= right_beta;
    }
  }
}

Matrix Bidiagonal::left(const Matrix& x) const {
  Matrix out = Matrix::Zero(a_.rows(), x.cols());
  out.topRows(x.rows()) = x;
  for (Index k = a_.cols() - 1; k >= 0; --k)
    for (Index j = 0; j < x.cols(); ++j) apply(beta_[k], &a_(k, k), a_.rows() - k, &out(k, j));
  return out;
}

Matrix Bidiagonal::right(const Matrix& x) const {
  Matrix out = x;
  for (Index k = a_.cols() - 2; k >= 0; --k)
    for (Index j = 0; j < x.cols(); ++j) apply(gamma_[k], &right_(k + 1, k), a_.cols() - k - 1, &out(k + 1, j));
  return out;
}

}  // namespace rankscope
