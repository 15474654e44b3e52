#include "math/svd_values.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "io/file.h"
#include "io/npz.h"
#include "lab/hash.h"
#include "math/decompositions.h"

using namespace rankscope;

namespace {

/// How many of the vectors are not what rounding left: vectors of vanishing values need not be, u's may be zero.
Eigen::Index meaning(const Svd& svd) {
  return std::count_if(svd.s.begin(), svd.s.begin() + svd.u.cols(), [&](double s) { return s > 1e-13 * svd.s[0]; });
}

/// Largest deviation of A v = s u and A^T u = s v, relative to the largest value.
double residual(const Matrix& a, const Svd& svd) {
  const Eigen::Index k = meaning(svd);
  const double scale = worst_entry(a) > 0 ? worst_entry(a) : 1;
  const Matrix unit = a / scale;
  const Vector s = svd.s.head(k) / scale;
  const double largest = s.size() && s[0] > 0 ? s[0] : 1;
  return std::max(worst_entry(unit * svd.v.leftCols(k) - svd.u.leftCols(k) * s.asDiagonal()),
                  worst_entry(unit.transpose() * svd.u.leftCols(k) - svd.v.leftCols(k) * s.asDiagonal())) / largest;
}

void check_leading(const Matrix& a, const Svd& svd, Eigen::Index k) {
  REQUIRE(svd.u.rows() == a.rows());
  REQUIRE(svd.v.rows() == a.cols());
  REQUIRE(svd.u.cols() == k);
  REQUIRE(svd.v.cols() == k);
  for (Eigen::Index j = 0; j < meaning(svd); ++j) {
    CHECK(worst_entry(svd.u.leftCols(j + 1).transpose() * svd.u.col(j) - Vector::Unit(j + 1, j)) < 1e-12);
    CHECK(worst_entry(svd.v.leftCols(j + 1).transpose() * svd.v.col(j) - Vector::Unit(j + 1, j)) < 1e-12);
    Eigen::Index at = 0;
    svd.u.col(j).cwiseAbs().maxCoeff(&at);
    CHECK(svd.u(at, j) > 0);
  }
}

}  // namespace

TEST_CASE("math: singular values are those of Eigen's JacobiSVD, whatever the matrix") {
  SpectrumSolver solver;
  for (const Named& one : matrices()) {
    CAPTURE(one.name);
    REQUIRE(solver.compute(one.a));
    const double scale = worst_entry(one.a) > 0 ? worst_entry(one.a) : 1;
    const Vector trusted = Eigen::JacobiSVD<Matrix>(one.a / scale).singularValues();
    REQUIRE(solver.svd().s.size() == trusted.size());
    CHECK((solver.svd().s / scale - trusted).cwiseAbs().maxCoeff() <= 1e-13 * trusted[0]);
    CHECK(std::is_sorted(solver.svd().s.begin(), solver.svd().s.end(), std::greater<>()));
    CHECK(solver.svd().s.minCoeff() >= 0);
  }
}

TEST_CASE("math: singular values agree with LAPACK's within 1e-14 of the largest, along real runs and where it is hard") {
  const auto bytes = read_file(RANKSCOPE_TEST_DATA "/math/spectra.npz");
  REQUIRE(bytes);
  const auto names = npz_names(*bytes, "spectra.npz");
  REQUIRE(names);
  int found = 0;
  SpectrumSolver solver;
  for (const std::string& name : *names) {
    if (name.ends_with(".values")) continue;
    CAPTURE(name);
    const auto array = read_npz(*bytes, "spectra.npz", name), values = read_npz(*bytes, "spectra.npz", name + ".values");
    REQUIRE(array);
    REQUIRE(values);
    const Matrix a = Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(array->data.data(), array->shape[0], array->shape[1]);
    const Vector lapack = Eigen::Map<const Vector>(values->data.data(), std::ssize(values->data));
    for (const Matrix& m : {a, Matrix(a.transpose())}) {
      REQUIRE(solver.compute(m));
      CHECK((solver.svd().s - lapack).cwiseAbs().maxCoeff() <= 1e-14 * lapack[0]);
      solver.vectors(10);
      CHECK(residual(m, solver.svd()) < 1e-13);
      check_leading(m, solver.svd(), 10);
    }
    ++found;
  }
  CHECK(found == 10);
}

TEST_CASE("math: vectors of the largest values, few or all, are as good as the rotations'") {
  SpectrumSolver solver;
  for (const Named& one : matrices())
    for (const Eigen::Index wanted : {1, 3, 10, 1000}) {
      CAPTURE(one.name);
      CAPTURE(wanted);
      REQUIRE(solver.compute(one.a));
      const Vector s = solver.svd().s;
      solver.vectors(wanted);
      CHECK(solver.svd().s == s);
      CHECK(residual(one.a, solver.svd()) < 1e-13);
      check_leading(one.a, solver.svd(), std::min({wanted, one.a.rows(), one.a.cols()}));
    }
}

TEST_CASE("math: equal and vanishing values of a large matrix have vectors too") {
  Rng rng(21);
  SpectrumSolver solver;
  for (const auto& s : std::vector<std::vector<double>>{std::vector<double>(60, 1.0), {3, 2, 1}, {1, 1, 1, 1e-9, 1e-9, 1e-12}, {1, 1e-7, 1e-7, 1e-14}}) {
    const Matrix a = with_spectrum(70, 60, s, rng);
    REQUIRE(solver.compute(a));
    solver.vectors(10);
    CHECK(residual(a, solver.svd()) < 1e-13);
    check_leading(a, solver.svd(), 10);
  }
  const Matrix eye = Matrix::Identity(64, 64);
  REQUIRE(solver.compute(eye));
  solver.vectors(10);
  check_leading(eye, solver.svd(), 10);
}

TEST_CASE("math: the squares of a bidiagonal matrix give its values to high precision, in any grading") {
  // the squares fall to 3e-18 of the first, from either end
  for (const bool turned : {false, true}) {
    std::vector<double> q, e;
    for (int i = 0; i < 30; ++i) q.push_back(std::pow(0.25, i));
    for (int i = 0; i + 1 < 30; ++i) e.push_back(q[static_cast<std::size_t>(i)] / 64);
    if (turned) std::reverse(q.begin(), q.end()), std::reverse(e.begin(), e.end());
    Dqds dqds;
    REQUIRE(dqds.compute(q, e));
    std::vector<double> found = dqds.values();
    std::sort(found.begin(), found.end());
    double product = 1, expected = 1;  // the determinant: that of the factors
    for (double x : found) product *= std::sqrt(x);
    for (double x : q) expected *= std::sqrt(x);
    CHECK(found.front() > 0);
    CHECK(product == doctest::Approx(expected).epsilon(1e-10));
  }
}

TEST_CASE("math: what is not finite has no values, and does no harm to the next") {
  Rng rng(22);
  const Matrix a = gaussian(50, 50, rng);
  for (double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    SpectrumSolver solver;
    Matrix broken = a;
    broken(2, 3) = bad;
    CHECK_FALSE(solver.compute(broken));
    CHECK(std::isnan(solver.svd().s[0]));
    solver.vectors(3);
    CHECK(solver.svd().v.cols() == 3);
    REQUIRE(solver.compute(a));
    solver.vectors(3);
    CHECK(residual(a, solver.svd()) < 1e-13);
  }
}

#ifdef RANKSCOPE_BIT_EXACT
TEST_CASE("math: singular values and leading vectors have the same bits in WebAssembly and in the reference build") {
  Rng rng(23);
  SpectrumSolver solver;
  Hash hash;
  for (const auto& [rows, cols] : {std::pair{61, 53}, {53, 61}, {47, 47}}) {
    const Matrix a = gaussian(rows, cols, rng);
    REQUIRE(solver.compute(a));
    solver.vectors(7);
    for (const Matrix* m : {&solver.svd().u, &solver.svd().v})
      hash.bytes(m->data(), sizeof(double) * static_cast<std::size_t>(m->size()));
    hash.bytes(solver.svd().s.data(), sizeof(double) * static_cast<std::size_t>(solver.svd().s.size()));
  }
  CHECK(hash.hex() == "7af7b5c272809fe8");  // whoever changes the method on purpose writes the new one
}
#endif
