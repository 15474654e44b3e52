#include "math/roots.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "math/rng.h"

using namespace rankscope;

namespace {

long double power(long double x, int n) {
  long double out = 1;
  for (int i = 0; i < n; ++i) out *= x;
  return out;
}

}  // namespace

TEST_CASE("math: N-th roots are within one unit in the last place, from 1e-300 to 1e300") {
  Rng rng(1);
  int beyond = 0;
  for (int n = 1; n <= 16; ++n)
    for (int i = 0; i < 3000; ++i) {
      const double x = (1 + rng.uniform()) * std::ldexp(1.0, static_cast<int>(rng.below(2000)) - 1000);
      const double root = nth_root(x, n);
      beyond += power(std::nextafter(root, 0), n) > x || power(std::nextafter(root, 1e308), n) < x;
    }
  CHECK(beyond == 0);
}

TEST_CASE("math: whole roots are exact, zero is its own root, denormal numbers too have roots") {
  for (int n = 1; n <= 16; ++n) {
    CHECK(nth_root(1.0, n) == 1);
    CHECK(nth_root(0.0, n) == 0);
    for (int base : {2, 3, 7}) CHECK(nth_root(integer_power(base, n), n) == base);
    const double tiny = std::numeric_limits<double>::denorm_min();
    CHECK(nth_root(tiny, n) == doctest::Approx(std::pow(tiny, 1.0 / n)).epsilon(1e-14));
  }
  CHECK(std::isinf(nth_root(std::numeric_limits<double>::infinity(), 3)));
  CHECK(std::isnan(nth_root(std::numeric_limits<double>::quiet_NaN(), 3)));
}

TEST_CASE("math: whole powers") {
  CHECK(integer_power(1.5, 0) == 1);
  CHECK(integer_power(0.0, 0) == 1);
  CHECK(integer_power(-2.0, 5) == -32);
  CHECK(integer_power(3.0, 20) == 3486784401.0);
  Rng rng(2);
  for (int i = 0; i < 1000; ++i) {
    const double x = 0.5 + rng.uniform();
    const int n = static_cast<int>(rng.below(31));
    CHECK(integer_power(x, n) == doctest::Approx(std::pow(x, n)).epsilon(1e-14));
  }
}
