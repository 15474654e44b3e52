#include "math/svd.h"

#include <doctest/doctest.h>

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lab/hash.h"
#include "math/orthogonal.h"
#include "math/product.h"
#include "math/rng.h"

using namespace rankscope;

namespace {

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

/// With these singular values and random singular vectors.
Matrix with_spectrum(Eigen::Index rows, Eigen::Index cols, const std::vector<double>& s, Rng& rng) {
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

std::vector<Named> matrices() {
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

double worst_entry(const Matrix& m) { return m.size() ? m.cwiseAbs().maxCoeff() : 0; }

/// How far the columns that belong to values above 1e-15 s_1 are from orthonormal.
double not_orthonormal(const Matrix& q, const Vector& s) {
  const auto k =
      static_cast<Eigen::Index>(std::count_if(s.begin(), s.end(), [&](double x) { return x > 1e-15 * s[0]; }));
  return worst_entry(q.leftCols(k).transpose() * q.leftCols(k) - Matrix::Identity(k, k));
}

void check_decomposition(const Matrix& a, const Svd& svd) {
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

bool same_bits(const Matrix& a, const Matrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

}  // namespace

TEST_CASE("math: a decomposition has the values of Eigen's, orthonormal vectors, and gives the matrix back") {
  SvdSolver solver;
  for (const Named& one : matrices()) {
    CAPTURE(one.name);
    const Matrix& a = one.a;
    REQUIRE(solver.compute(a));
    check_decomposition(a, solver.svd());
  }
}

TEST_CASE("math: a decomposition started from a nearby one, or from any other, is as good as from cold") {
  Rng rng(12);
  for (const Named& one : matrices()) {
    CAPTURE(one.name);
    const Matrix& a = one.a;
    SvdSolver cold;
    REQUIRE(cold.compute(a));
    for (double change : {0.0, 1e-8, 1e-3, 1.0, 1e6}) {
      CAPTURE(change);
      SvdSolver warm;
      const double size = change * (worst_entry(a) > 0 ? worst_entry(a) : 1);
      if (!std::isfinite(100 * size)) continue;
      REQUIRE(warm.compute(a + size * gaussian(a.rows(), a.cols(), rng)));
      warm.keep();
      REQUIRE(warm.compute(a));
      check_decomposition(a, warm.svd());
      CHECK((warm.svd().s - cold.svd().s).cwiseAbs().maxCoeff() <= 1e-13 * cold.svd().s[0]);
    }
  }
}

TEST_CASE("math: many kept starts do not add up their rounding") {
  Rng rng(13);
  Matrix a = gaussian(20, 16, rng);
  SvdSolver warm, cold;
  for (int step = 0; step < 250; ++step) {
    a += 1e-2 * gaussian(20, 16, rng);
    REQUIRE(warm.compute(a));
    warm.keep();
  }
  check_decomposition(a, warm.svd());
  REQUIRE(cold.compute(a));
  CHECK((warm.svd().s - cold.svd().s).cwiseAbs().maxCoeff() < 1e-14 * cold.svd().s[0]);
}

TEST_CASE("math: without keep, what was decomposed before does not matter to the bit") {
  Rng rng(14);
  const Matrix a = gaussian(9, 6, rng), b = gaussian(9, 6, rng);
  SvdSolver fresh, used;
  REQUIRE(fresh.compute(a));
  REQUIRE(used.compute(b));
  REQUIRE(used.compute(a));
  CHECK(same_bits(fresh.svd().u, used.svd().u));
  CHECK(same_bits(fresh.svd().v, used.svd().v));
}

TEST_CASE("math: an archived start gives the bits of the original") {
  Rng rng(15);
  const Matrix a = gaussian(10, 7, rng), next = a + 1e-3 * gaussian(10, 7, rng);
  SvdSolver one;
  REQUIRE(one.compute(a));
  one.keep();
  Archive writer;
  one.archive(writer);
  SvdSolver two;
  Archive reader(writer.state());
  two.archive(reader);
  CHECK(reader.whole());
  REQUIRE(one.compute(next));
  REQUIRE(two.compute(next));
  CHECK(same_bits(one.svd().u, two.svd().u));
  CHECK(same_bits(one.svd().s, two.svd().s));
  SvdSolver cold;  // and the start is in use: from cold the last bits differ
  REQUIRE(cold.compute(next));
  CHECK_FALSE((same_bits(cold.svd().u, two.svd().u) && same_bits(cold.svd().s, two.svd().s)));
}

TEST_CASE("math: what is not finite is not decomposed, and does no harm to the next") {
  Rng rng(16);
  Matrix a = gaussian(5, 5, rng);
  for (double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                     -std::numeric_limits<double>::infinity()}) {
    SvdSolver solver;
    Matrix broken = a;
    broken(2, 3) = bad;
    CHECK_FALSE(solver.compute(broken));
    REQUIRE(solver.compute(a));
    check_decomposition(a, solver.svd());
  }
}

#ifdef RANKSCOPE_BIT_EXACT
TEST_CASE("math: a decomposition has the same bits in WebAssembly and in the reference build") {
  Rng rng(17);
  Matrix a(40, 33);
  for (Eigen::Index k = 0; k < a.size(); ++k) a.data()[k] = rng.normal();
  SvdSolver solver;
  REQUIRE(solver.compute(a));
  solver.keep();
  REQUIRE(solver.compute(0.99 * a));
  Hash hash;
  for (const Matrix* m : {&solver.svd().u, &solver.svd().v})
    hash.bytes(m->data(), sizeof(double) * static_cast<std::size_t>(m->size()));
  hash.bytes(solver.svd().s.data(), sizeof(double) * 33);
  CHECK(hash.hex() == "8bc3b68d41c826fb");  // whoever changes the method on purpose writes the new one
}
#endif
