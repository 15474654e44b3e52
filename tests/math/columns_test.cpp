#include "math/columns.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "math/rng.h"

using namespace rankscope;

namespace {

std::vector<double> gaussian(std::ptrdiff_t n, Rng& rng) {
  std::vector<double> x(static_cast<std::size_t>(n));
  for (double& value : x) value = rng.normal();
  return x;
}

}  // namespace

// volatile below: one rounding after each operation, whatever the compiler would like to fuse or reorder
TEST_CASE("math: a dot product has its documented order, at every length and offset") {
  Rng rng(1);
  for (std::ptrdiff_t n = 0; n <= 40; ++n)
    for (std::ptrdiff_t offset : {0, 1}) {
      const auto x = gaussian(n + 1, rng), y = gaussian(n + 1, rng);
      volatile double s[8] = {};
      const std::ptrdiff_t whole = n / 8 * 8;
      for (std::ptrdiff_t i = 0; i < whole; ++i) {
        volatile double term = x[i + offset] * y[i + offset];
        s[i % 8] = s[i % 8] + term;
      }
      volatile double a = s[0] + s[2], b = s[4] + s[6], c = s[1] + s[3], d = s[5] + s[7], even = a + b, odd = c + d;
      for (std::ptrdiff_t i = whole; i < n; ++i) {
        volatile double term = x[i + offset] * y[i + offset];
        even = even + term;
      }
      const double expected = even + odd, got = dot(x.data() + offset, y.data() + offset, n);
#if defined(__FMA__)
      CHECK(std::abs(got - expected) < 1e-13);
#else
      CHECK(got == expected);
#endif
    }
}

TEST_CASE("math: a rotation and a subtraction act entry by entry, and on nothing beside") {
  Rng rng(2);
  const double c = 0.8, s = 0.6;
  for (std::ptrdiff_t n = 0; n <= 19; ++n) {
    const auto x = gaussian(n + 1, rng), y = gaussian(n + 1, rng);
    auto rx = x, ry = y, sy = y;
    rotate(rx.data(), ry.data(), c, s, n);
    subtract_multiple(sy.data(), x.data(), 0.3, n);
    double worst = 0;
    for (std::ptrdiff_t i = 0; i < n; ++i)
      worst = std::max({worst, std::abs(rx[i] - (c * x[i] - s * y[i])), std::abs(ry[i] - (s * x[i] + c * y[i])),
                        std::abs(sy[i] - (y[i] - 0.3 * x[i]))});
    CHECK(worst < 1e-15);
    CHECK(rx[n] == x[n]);
    CHECK(ry[n] == y[n]);
    CHECK(sy[n] == y[n]);
  }
}

TEST_CASE("math: two multiples subtracted from many columns, their products with a vector, and a sum of columns") {
  Rng rng(3);
  for (std::ptrdiff_t n = 0; n <= 13; ++n)
    for (std::ptrdiff_t cols : {0, 1, 3, 4, 5, 8, 17}) {
      const std::ptrdiff_t stride = n + 2;
      const auto a = gaussian(stride * cols, rng), x = gaussian(n, rng), y = gaussian(n, rng), v = gaussian(n, rng);
      const auto f = gaussian(cols, rng), g = gaussian(cols, rng);
      auto many = a, one = a, dots = f, sum = x;
      subtract_multiples_and_dot(many.data(), stride, cols, x.data(), dots.data(), y.data(), g.data(), v.data(), n);
      add_product(sum.data(), a.data(), stride, f.data(), cols, n);
      double worst = 0;
      for (std::ptrdiff_t j = 0; j < cols; ++j) {
        subtract_multiples(one.data() + j * stride, x.data(), f[j], y.data(), g[j], n);
        double product = 0;
        for (std::ptrdiff_t i = 0; i < n; ++i) {
          worst = std::max(worst, std::abs(one[j * stride + i] - (a[j * stride + i] - x[i] * f[j] - y[i] * g[j])));
          product += v[i] * one[j * stride + i];
        }
        worst = std::max(worst, std::abs(product - dots[j]));
      }
      for (std::ptrdiff_t i = 0; i < n; ++i) {
        double expected = x[i];
        for (std::ptrdiff_t j = 0; j < cols; ++j) expected += a[j * stride + i] * f[j];
        worst = std::max(worst, std::abs(expected - sum[i]));
      }
      CHECK(worst < 1e-13);
#if !defined(__FMA__)
      CHECK(many == one);
#endif
    }
}
