#include "math/spectra.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace rankscope;

namespace {

Vector values(std::initializer_list<double> list) {
  Vector v(static_cast<Eigen::Index>(list.size()));
  std::copy(list.begin(), list.end(), v.begin());
  return v;
}

}  // namespace

TEST_CASE("math: effective rank is the exponential of the entropy of sigma over its sum") {
  CHECK(effective_rank(values({3, 3, 3, 3})) == doctest::Approx(4).epsilon(1e-15));  // k equal values count as k
  CHECK(effective_rank(values({5, 0, 0})) == 1);                                     // zeros count as none
  CHECK(effective_rank(values({0.5, 0.25, 0.25})) ==
        doctest::Approx(std::pow(2.0, 1.5)).epsilon(1e-15));                             // entropy 1.5 bits
  CHECK(effective_rank(values({1e-200, 1e-200})) == doctest::Approx(2).epsilon(1e-15));  // whatever the scale
  CHECK(effective_rank(values({1e200, 1e200})) == doctest::Approx(2).epsilon(1e-15));
  CHECK(effective_rank(values({0, 0})) == 0);
  CHECK(effective_rank(values({})) == 0);
}

TEST_CASE("math: numerical rank counts values above max(rows, cols) eps sigma_1") {
  const double eps = std::numeric_limits<double>::epsilon();
  CHECK(numerical_rank(values({4, 4 * 7.1 * eps, 4 * 6.9 * eps}), 3, 7) == 2);
  CHECK(numerical_rank(values({4, 4 * 7.1 * eps, 4 * 6.9 * eps}), 8, 3) == 1);
  CHECK(numerical_rank(values({1e-300, 1e-301}), 2, 2) == 2);
  CHECK(numerical_rank(values({0, 0}), 2, 2) == 0);
  CHECK(numerical_rank(values({}), 0, 0) == 0);
}

TEST_CASE("math: nuclear and Schatten norms of 3, 4") {
  const Vector s = values({4, 3, 0});
  CHECK(nuclear_norm(s) == 7);
  CHECK(schatten_norm(s, 1) == doctest::Approx(7).epsilon(1e-15));
  CHECK(schatten_norm(s, 2) == doctest::Approx(5).epsilon(1e-15));  // Frobenius
  CHECK(schatten_sum(s, 2) == doctest::Approx(25).epsilon(1e-15));
  CHECK(schatten_sum(s, 2.0 / 3) == doctest::Approx(std::cbrt(16.0) + std::cbrt(9.0)).epsilon(1e-15));
  CHECK(schatten_norm(s, 0.5) == doctest::Approx(std::pow(2 + std::sqrt(3.0), 2)).epsilon(1e-15));
  CHECK(schatten_norm(s, 1000) == doctest::Approx(4).epsilon(1e-15));  // towards the largest, without overflow
  CHECK(schatten_norm(values({0}), 2) == 0);
  CHECK(schatten_norm(values({}), 2) == 0);
}
