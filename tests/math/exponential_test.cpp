#include "math/exponential.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "math/rng.h"

using namespace rankscope;

TEST_CASE("math: the exponential made of + - * / is the exponential") {
  Rng rng(1);
  double worst = 0;
  for (int i = 0; i < 50000; ++i) {
    const double x = (i % 2 ? 1400.0 : 2.0) * (rng.uniform() - 0.5);
    const long double exact = std::exp(static_cast<long double>(x));
    worst = std::max(worst, static_cast<double>(std::abs((portable_exp(x) - exact) / exact)));
  }
  CHECK(worst < 1e-15);
  CHECK(portable_exp(0) == 1);
  CHECK(std::isinf(portable_exp(710)));
  CHECK(portable_exp(-1000) == 0);
  CHECK(std::isnan(portable_exp(std::nan(""))));
}
