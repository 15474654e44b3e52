// Matrices that decompositions are tried on, and what a decomposition is.
#pragma once
#include <doctest/doctest.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "math/orthogonal.h"
#include "math/product.h"
#include "math/rng.h"
#include "math/svd.h"

namespace rankscope {

inline Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

/// With these singular values and random singular vectors.
inline Matrix with_spectrum(Eigen::Index rows, Eigen::Index cols, const std::vector<double>& s, Rng& rng) {
  const auto k = static_cast<Eigen::Index>(s.size());
  Matrix u = random_orthogonal(rows, k, rng), v = random_orthogonal(cols, k, rng), a(rows, cols);
  for (Eigen::Index j = 0; j < k; ++j) u.col(j) *= s[static_cast<std::size_t>(j)];
  multiply(a, u, v, Op::None, Op::Transpose);
  return a;
}

struct Named {
  std::string name;
  Matrix a;
};

inline std::vector<Named> matrices() {
  Rng rng(11);
  std::vector<Named> out;
  auto add = [&](std::string name, Matrix a) { out.push_back({std::move(name), std::move(a)}); };
  for (const auto& [m, n] :
       {std::pair{1, 1}, {1, 5}, {5, 1}, {2, 2}, {3, 2}, {7, 9}, {17, 8}, {8, 33}, {40, 40}, {64, 20}, {51, 77}})
    add("gaussian " + std::to_string(m) + " x " + std::to_string(n), gaussian(m, n, rng));
  std::vector<double> graded, clustered, deep;
  for (int k = 0; k < 30; ++k) graded.push_back(std::pow(0.35, k));
  for (int k = 0; k < 30; ++k) clustered.push_back(k < 10 ? 2.0 : k < 25 ? 1.0 + 1e-9 * k : 1e-4);
  for (int k = 0; k < 30; ++k) deep.push_back(k < 5 ? 50.0 - 7 * k : std::pow(10.0, -2 - 0.25 * k));
  add("graded", with_spectrum(35, 30, graded, rng));
  add("clustered", with_spectrum(30, 41, clustered, rng));
  add("five large, the rest small", with_spectrum(30, 30, deep, rng));
  add("of rank 3", with_spectrum(24, 31, {3, 2, 1}, rng));
  add("identity", Matrix::Identity(12, 12));
  add("zero", Matrix::Zero(6, 4));
  add("tiny", 1e-150 * gaussian(9, 12, rng));
  add("huge", 1e150 * gaussian(12, 9, rng));
  add("nearly the largest double",
      std::numeric_limits<double>::max() / 64 * gaussian(6, 6, rng).cwiseMin(2).cwiseMax(-2));
  Matrix scales = gaussian(20, 20, rng);
  for (Eigen::Index j = 0; j < 20; ++j) scales.col(j) *= std::pow(10.0, 7.0 * static_cast<double>(j % 7) - 20);
  add("columns of very different scale", scales);
  Matrix repeated = gaussian(10, 10, rng);
  repeated.col(3) = repeated.col(7);
  repeated.col(5).setZero();
  add("equal columns and a zero one", repeated);
  return out;
}

inline double worst_entry(const Matrix& m) { return m.size() ? m.cwiseAbs().maxCoeff() : 0; }

/// How far the columns that belong to values above 1e-15 s_1 are from orthonormal.
inline double not_orthonormal(const Matrix& q, const Vector& s) {
  const auto k =
      static_cast<Eigen::Index>(std::count_if(s.begin(), s.end(), [&](double x) { return x > 1e-15 * s[0]; }));
  return worst_entry(q.leftCols(k).transpose() * q.leftCols(k) - Matrix::Identity(k, k));
}

inline void check_decomposition(const Matrix& a, const Svd& svd) {
  const Eigen::Index k = std::min(a.rows(), a.cols());
  REQUIRE(svd.u.rows() == a.rows());
  REQUIRE(svd.u.cols() == k);
  REQUIRE(svd.v.rows() == a.cols());
  REQUIRE(svd.v.cols() == k);
  REQUIRE(svd.s.size() == k);
  const double scale = worst_entry(a) > 0 ? worst_entry(a) : 1;  // squares of 1e150 would overflow in the checks too
  const Matrix unit = a / scale;
  const Vector s = svd.s / scale;
  const Vector trusted = Eigen::JacobiSVD<Matrix>(unit).singularValues();
  const double largest = trusted[0] > 0 ? trusted[0] : 1;
  CHECK((s - trusted).cwiseAbs().maxCoeff() < 1e-13 * largest);
  CHECK(std::is_sorted(s.begin(), s.end(), std::greater<>()));
  CHECK(s.minCoeff() >= 0);
  CHECK((svd.u * s.asDiagonal() * svd.v.transpose() - unit).norm() < 1e-13 * largest);
  CHECK(not_orthonormal(svd.u, s) < 1e-12);
  CHECK(not_orthonormal(svd.v, s) < 1e-12);
  const Matrix& shorter = a.rows() < a.cols() ? svd.u : svd.v;
  CHECK(worst_entry(shorter.transpose() * shorter - Matrix::Identity(k, k)) < 1e-12);
  for (Eigen::Index j = 0; j < k; ++j) {
    Eigen::Index at = 0;
    for (Eigen::Index i = 1; i < a.rows(); ++i)
      if (std::abs(svd.u(i, j)) > std::abs(svd.u(at, j))) at = i;
    CHECK(svd.u(at, j) >= 0);
  }
}

}  // namespace rankscope
