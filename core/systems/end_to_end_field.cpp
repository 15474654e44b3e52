#include "systems/end_to_end_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "math/exponential.h"
#include "math/product.h"
#include "math/rng.h"
#include "math/roots.h"

namespace rankscope {
namespace {

bool whole(double depth) { return depth == std::floor(depth); }
bool nothing(double s) { return !(s >= std::numeric_limits<double>::min()); }  // log needs a normal number

/// log(s / t), also where s and t agree in most of their digits.
double log_ratio(double s, double t) {
  const double z = (s - t) / (s + t);
  if (std::abs(z) > 0.1) return portable_log(s / t);
  const double square = z * z;
  double sum = 0;
  for (int k = 17; k >= 1; k -= 2) sum = 1.0 / k + square * sum;  // atanh z / z
  return 2 * z * sum;
}

/// exp(x) - 1 for x <= 0.
double exp_minus_one(double x) {
  if (x < -0.35) return portable_exp(x) - 1;
  double sum = 1;
  for (int n = 18; n >= 2; --n) sum = 1 + sum * x / n;
  return x * sum;
}

}  // namespace

double end_to_end_power(double s, double depth) {
  if (depth == 1) return 1;
  if (whole(depth)) {
    const auto n = static_cast<int>(depth);
    return integer_power(nth_root(s, n), 2 * n - 2);
  }
  return nothing(s) ? 0 : portable_exp((2 - 2 / depth) * portable_log(s));
}

double end_to_end_multiplier(double s, double t, double depth) {
  if (depth == 1) return 1;
  if (s < t) std::swap(s, t);
  if (whole(depth)) {
    const auto n = static_cast<int>(depth);
    const double a = nth_root(s, n), b = nth_root(t, n), x = a * a, y = b * b;
    double sum = 0, power = 1;  // x^(N-1) + x^(N-2) y + ... + y^(N-1), the powers of x from the lowest on
    for (int j = 0; j < n; ++j) {
      sum = sum * y + power;
      power *= x;
    }
    return sum;
  }
  const double largest = end_to_end_power(s, depth);
  if (nothing(t)) return largest;
  const double u = 2 * log_ratio(s, t);
  if (u < 1e-150) return depth * largest;  // equal: the limit
  return largest * (exp_minus_one(-u) / exp_minus_one(-u / depth));
}

bool EndToEndField::apply(ConstMatrixRef w, ConstMatrixRef gradient, MatrixRef out) {
  if (depth_ == 1) {
    out = gradient;
    return w.allFinite();
  }
  if (!svd_.compute(w)) return false;
  const Svd& svd = svd_.svd();
  const Eigen::Index k = svd.s.size(), rows = w.rows(), cols = w.cols();
  constexpr double kRounding = 1e-15;
  const double floor = k > 0 ? kRounding * svd.s[0] : 0;
  auto sigma = [&](Eigen::Index r) { return svd.s[r] > floor ? svd.s[r] : 0.0; };

  // The shorter side's basis is whole and orthonormal; the longer side's misses the vectors of sigma = 0. With d = P(sigma, 0), which is what those
  // get too, F = U d U^T G + U [(P - d 1^T) o (U^T G V)] V^T for a wide W, and the transpose of that for a tall one.
  const bool wide = rows < cols;
  inner_.resize(k, k);
  if (wide) {
    left_.resize(k, cols);
    multiply(left_, svd.u, gradient, Op::Transpose);  // U^T G
    multiply(inner_, left_, svd.v);
  } else {
    left_.resize(rows, k);
    multiply(left_, gradient, svd.v);  // G V
    multiply(inner_, svd.u, left_, Op::Transpose);
  }
  for (Eigen::Index c = 0; c < k; ++c)
    for (Eigen::Index r = 0; r < k; ++r)
      inner_(r, c) *= end_to_end_multiplier(sigma(r), sigma(c), depth_) - end_to_end_power(sigma(wide ? r : c), depth_);
  for (Eigen::Index r = 0; r < k; ++r) {
    const double d = end_to_end_power(sigma(r), depth_);
    if (wide) left_.row(r) *= d;
    else left_.col(r) *= d;
  }
  right_.resize(wide ? k : rows, wide ? cols : k);
  if (wide) {
    multiply(right_, inner_, svd.v, Op::None, Op::Transpose);
    left_ += right_;
    multiply(out, svd.u, left_);
  } else {
    multiply(right_, svd.u, inner_);
    left_ += right_;
    multiply(out, left_, svd.v, Op::None, Op::Transpose);
  }
  return true;
}

Vector EndToEndField::eigenvalues(const Vector& s, std::int64_t rows, std::int64_t cols, double depth) {
  auto sigma = [&](std::int64_t r) { return r < s.size() ? s[r] : 0.0; };
  std::vector<double> all;
  all.reserve(static_cast<std::size_t>(rows * cols));
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < cols; ++j) all.push_back(end_to_end_multiplier(sigma(i), sigma(j), depth));
  std::stable_sort(all.begin(), all.end(), [](double a, double b) { return a > b; });
  return Eigen::Map<const Vector>(all.data(), static_cast<Eigen::Index>(all.size()));
}

}  // namespace rankscope
