#include "math/orthogonal.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

using namespace rankscope;

namespace {

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

double distance_from_identity(const Matrix& m) {
  return (m - Matrix::Identity(m.rows(), m.cols())).cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("math: random orthogonal matrices are orthogonal, semi-orthogonal where not square") {
  Rng rng(1);
  for (const auto& [m, n] : {std::pair{1, 1}, {2, 2}, {7, 7}, {9, 4}, {4, 9}, {1, 6}, {6, 1}, {60, 60}}) {
    const Matrix q = random_orthogonal(m, n, rng);
    REQUIRE(q.rows() == m);
    REQUIRE(q.cols() == n);
    CHECK(distance_from_identity(m >= n ? Matrix(q.transpose() * q) : Matrix(q * q.transpose())) < 1e-14);
  }
}

TEST_CASE("math: random orthogonal matrices are evenly distributed: no direction and no sign is preferred") {
  constexpr int kDraws = 20000;
  Rng rng(2);
  Matrix mean = Matrix::Zero(3, 3), square = Matrix::Zero(3, 3), fourth = Matrix::Zero(3, 3);
  int turning = 0;
  for (int i = 0; i < kDraws; ++i) {
    const Matrix q = random_orthogonal(3, 3, rng);
    mean += q / kDraws;
    square += q.cwiseAbs2() / kDraws;
    fourth += q.cwiseAbs2().cwiseAbs2() / kDraws;
    const Eigen::Vector3d a = q.col(0), b = q.col(1), c = q.col(2);
    const double determinant =
        a(0) * (b(1) * c(2) - b(2) * c(1)) - a(1) * (b(0) * c(2) - b(2) * c(0)) + a(2) * (b(0) * c(1) - b(1) * c(0));
    turning += determinant > 0;
  }
  // Haar: E q = 0, E q^2 = 1/3, E q^4 = 1/5 for every entry; bounds of 4.5 deviations
  const double root = std::sqrt(double(kDraws));
  CHECK(mean.cwiseAbs().maxCoeff() < 4.5 * std::sqrt(1.0 / 3) / root);
  CHECK((square.array() - 1.0 / 3).abs().maxCoeff() < 4.5 * std::sqrt(1.0 / 5 - 1.0 / 9) / root);
  CHECK((fourth.array() - 1.0 / 5).abs().maxCoeff() < 4.5 * std::sqrt(1.0 / 9 - 1.0 / 25) / root);
  CHECK(std::abs(turning - kDraws / 2) < 4.5 * root / 2);
}

TEST_CASE("math: a seed is one orthogonal matrix") {
  Rng a(3), b(3), c(4);
  const Matrix q = random_orthogonal(5, 5, a);
  CHECK(q == random_orthogonal(5, 5, b));
  CHECK(q != random_orthogonal(5, 5, c));
}

TEST_CASE("math: pivoted QR gives the matrix back, its diagonal descends, and Q is orthonormal whatever the rank") {
  Rng rng(5);
  for (const auto& [m, n, rank] : {std::tuple{1, 1, 1}, {6, 6, 6}, {9, 5, 5}, {12, 8, 3}, {10, 10, 1}, {7, 4, 0}}) {
    const Matrix a = gaussian(m, rank, rng) * gaussian(rank, n, rng);
    Matrix q = a, r;
    Eigen::VectorXi pivot;
    pivoted_qr(q, r, pivot);
    CHECK(distance_from_identity(q.transpose() * q) < 1e-14);
    Matrix back = q * r, ordered(m, n);
    for (int k = 0; k < n; ++k) ordered.col(k) = a.col(pivot[k]);
    CHECK((back - ordered).cwiseAbs().maxCoeff() < 1e-13);
    for (int k = 0; k < n; ++k) {
      CHECK(r(k, k) >= 0);
      if (k > 0) CHECK(r(k, k) <= r(k - 1, k - 1) * (1 + 1e-14));
      if (k >= rank) CHECK(r(k, k) < 1e-13);
      for (int i = k + 1; i < n; ++i) CHECK(r(i, k) == 0);
    }
  }
}

TEST_CASE("math: an orthonormal basis spans what the columns span, and dependent columns are told") {
  Rng rng(6);
  const Matrix a = gaussian(8, 5, rng);
  Matrix q = a;
  REQUIRE(orthonormal_columns(q));
  CHECK(distance_from_identity(q.transpose() * q) < 1e-14);
  CHECK((q * (q.transpose() * a) - a).cwiseAbs().maxCoeff() < 1e-14 * 10);
  const Matrix r = q.transpose() * a;
  for (int k = 0; k < 5; ++k) {
    CHECK(r(k, k) > 0);
    for (int i = k + 1; i < 5; ++i) CHECK(std::abs(r(i, k)) < 1e-14 * 10);
  }
  Matrix dependent = a;
  dependent.col(2) = dependent.col(0) - 2 * dependent.col(1);
  CHECK_FALSE(orthonormal_columns(dependent));
  Matrix broken = a;
  broken(1, 1) = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(orthonormal_columns(broken));
}
