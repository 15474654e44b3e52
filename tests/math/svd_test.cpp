#include "math/svd.h"

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "lab/hash.h"
#include "math/decompositions.h"

using namespace rankscope;

namespace {

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

TEST_CASE("math: what was decomposed before does not matter to the bit") {
  Rng rng(14);
  const Matrix a = gaussian(9, 6, rng), b = gaussian(9, 6, rng);
  SvdSolver fresh, used;
  REQUIRE(fresh.compute(a));
  REQUIRE(used.compute(b));
  REQUIRE(used.compute(a));
  CHECK(same_bits(fresh.svd().u, used.svd().u));
  CHECK(same_bits(fresh.svd().v, used.svd().v));
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
  Hash hash;
  for (const Matrix* m : {&solver.svd().u, &solver.svd().v})
    hash.bytes(m->data(), sizeof(double) * static_cast<std::size_t>(m->size()));
  hash.bytes(solver.svd().s.data(), sizeof(double) * 33);
  CHECK(hash.hex() == "39c8b2098dd8cb0f");  // whoever changes the method on purpose writes the new one
}
#endif
