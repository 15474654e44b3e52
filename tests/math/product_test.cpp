#include "math/product.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "allocation_count.h"
#include "math/rng.h"

using namespace rankscope;

namespace {

constexpr std::array<Op, 2> kOps = {Op::None, Op::Transpose};

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

double entry(const Matrix& m, Op op, Eigen::Index i, Eigen::Index j) { return op == Op::None ? m(i, j) : m(j, i); }

struct Case {
  Op op_a, op_b;
  Eigen::Index rows, inner, cols;
  Matrix a, b;
  Case(Op oa, Op ob, Eigen::Index m, Eigen::Index k, Eigen::Index n, Rng& rng)
      : op_a(oa),
        op_b(ob),
        rows(m),
        inner(k),
        cols(n),
        a(oa == Op::None ? gaussian(m, k, rng) : gaussian(k, m, rng)),
        b(ob == Op::None ? gaussian(k, n, rng) : gaussian(n, k, rng)) {}
};

/// Calls `check` for every combination of Op, of all small sizes, and of sizes around the kernel's tile and depth.
template <class Check>
void over_cases(Check check) {
  Rng rng(1);
  std::vector<std::array<Eigen::Index, 3>> sizes;
  for (Eigen::Index n = 0; n <= 21; ++n) sizes.push_back({n, n, n});
  for (Eigen::Index m = 1; m <= 17; ++m)
    for (Eigen::Index n = 1; n <= 17; ++n) sizes.push_back({m, 5, n});
  for (Eigen::Index m : {0, 1, 3, 8, 13, 21})
    for (Eigen::Index k : {0, 1, 4, 9, 17})
      for (Eigen::Index n : {1, 2, 7, 8, 12}) sizes.push_back({m, k, n});
  sizes.insert(sizes.end(), {{5, 300, 6}, {33, 257, 18}, {64, 512, 9}, {70, 41, 1}, {1, 41, 70}, {101, 30, 99}, {330, 21, 7}, {9, 310, 20}});
  for (const auto& [m, k, n] : sizes)
    for (Op oa : kOps)
      for (Op ob : kOps) check(Case(oa, ob, m, k, n, rng));
}

}  // namespace

TEST_CASE("math: a product is the product, for every shape and transposition") {
  double worst = 0;
  over_cases([&](const Case& x) {
    Matrix c = Matrix::Constant(x.rows, x.cols, 1e30);  // what was there is overwritten
    multiply(c, x.a, x.b, x.op_a, x.op_b);
    for (Eigen::Index i = 0; i < x.rows; ++i)
      for (Eigen::Index j = 0; j < x.cols; ++j) {
        long double sum = 0, size = 0;
        for (Eigen::Index k = 0; k < x.inner; ++k) {
          const long double term = static_cast<long double>(entry(x.a, x.op_a, i, k)) * entry(x.b, x.op_b, k, j);
          sum += term, size += std::abs(term);
        }
        const double error = static_cast<double>(std::abs(c(i, j) - sum));
        worst = std::max(worst, size > 0 ? error / static_cast<double>(size) : error);
      }
  });
  CHECK(worst < 1e-14);
}

TEST_CASE("math: the plain product adds in order: ((0 + a_i1 b_1j) + a_i2 b_2j) + ...") {
#if !defined(__FMA__)  // with it the compiler may fuse; that build promises 1e-9, not bits
  const auto sum_in_order = [](const Case& x, Eigen::Index i, Eigen::Index j) {
    volatile double sum = 0;  // volatile: one rounding after each operation, whatever the flags
    for (Eigen::Index k = 0; k < x.inner; ++k) {
      volatile double term = entry(x.a, x.op_a, i, k) * entry(x.b, x.op_b, k, j);
      sum = sum + term;
    }
    return sum;
  };
  over_cases([&](const Case& x) {
    Matrix c(x.rows, x.cols);
    multiply_plain(c, x.a, x.b, x.op_a, x.op_b);
    bool same = true;
    for (Eigen::Index i = 0; i < x.rows; ++i)
      for (Eigen::Index j = 0; j < x.cols; ++j) same = same && c(i, j) == sum_in_order(x, i, j);
    CHECK(same);
  });
#endif
}

#ifdef RANKSCOPE_BIT_EXACT
TEST_CASE("math: the fast product has the bits of the plain one") {
  over_cases([&](const Case& x) {
    Matrix fast(x.rows, x.cols), plain(x.rows, x.cols);
    multiply(fast, x.a, x.b, x.op_a, x.op_b);
    multiply_plain(plain, x.a, x.b, x.op_a, x.op_b);
    CHECK((fast.size() == 0 ||
           std::memcmp(fast.data(), plain.data(), sizeof(double) * static_cast<std::size_t>(fast.size())) == 0));
  });
}
#endif

#ifdef RANKSCOPE_BLAS
TEST_CASE("math: a product that the BLAS does is the plain one to 1e-13 of its sum of magnitudes, in parts of larger matrices too") {
  Rng rng(4);
  for (Op oa : kOps)
    for (Op ob : kOps) {
      const Case x(oa, ob, 401, 397, 389, rng);
      Matrix c = Matrix::Constant(410, 400, 7), plain(401, 389), size(401, 389);
      multiply(c.block(3, 2, 401, 389), x.a, x.b, oa, ob);
      multiply_plain(plain, x.a, x.b, oa, ob);
      multiply_plain(size, x.a.cwiseAbs(), x.b.cwiseAbs(), oa, ob);
      CHECK(((c.block(3, 2, 401, 389) - plain).cwiseAbs().array() / size.array()).maxCoeff() < 1e-13);
      CHECK((c.block(3, 2, 401, 389) - plain).norm() > 0);  // or the BLAS was not asked
      c.block(3, 2, 401, 389).setConstant(7);
      CHECK((c.array() == 7).all());
    }
}
#endif

TEST_CASE("math: a product reads and writes parts of larger matrices") {
  Rng rng(2);
  const Matrix a = gaussian(30, 25, rng), b = gaussian(30, 27, rng);
  Matrix c = Matrix::Constant(40, 40, 7), expected(11, 13);
  multiply(c.block(3, 5, 11, 13), a.block(2, 1, 17, 11), b.block(4, 6, 17, 13), Op::Transpose);
  multiply(expected, Matrix(a.block(2, 1, 17, 11)), Matrix(b.block(4, 6, 17, 13)), Op::Transpose);
  CHECK(c.block(3, 5, 11, 13) == expected);
  c.block(3, 5, 11, 13).setConstant(7);
  CHECK((c.array() == 7).all());  // nothing beside the part was touched
}

TEST_CASE("math: a product carries what is not finite") {
  Matrix a = Matrix::Ones(20, 20), b = Matrix::Ones(20, 20), c(20, 20);
  a(3, 4) = std::numeric_limits<double>::infinity();
  b(5, 6) = std::numeric_limits<double>::quiet_NaN();
  multiply(c, a, b);
  CHECK(std::isinf(c(3, 0)));
  CHECK(std::isnan(c(0, 6)));
  CHECK(c(0, 0) == 20);
}

TEST_CASE("math: a second product of the same sizes allocates nothing") {
  Rng rng(3);
  for (Op oa : kOps)
    for (Op ob : kOps)
      for (const auto& [m, k, n] : {std::array<Eigen::Index, 3>{5, 6, 7},
                                    {20, 20, 20},
                                    {48, 300, 30},
                                    {100, 100, 1},
                                    {128, 128, 128},
                                    {200, 200, 200}}) {
        const Case x(oa, ob, m, k, n, rng);
        Matrix c(m, n);
        multiply(c, x.a, x.b, oa, ob);
        const std::int64_t before = allocation_count();
        multiply(c, x.a, x.b, oa, ob);
        CHECK(allocation_count() == before);
      }
}
