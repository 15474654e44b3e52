#include "systems/bit_product.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "math/rng.h"

using namespace rankscope;

namespace {

struct Case {
  std::int64_t pixels, rank;
  BitImages images;
  std::vector<double> factors;
  std::vector<std::int64_t> rows;

  Case(std::int64_t pixels_, std::int64_t rank_, std::int64_t count, std::uint64_t seed) : pixels(pixels_), rank(rank_), images(count, pixels_), factors(static_cast<std::size_t>(2 * pixels_ * rank_)) {
    Rng rng(seed);
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t n = 0; n < pixels; ++n)
        if (rng.bits() >> 63) images.set(i, n);
    for (double& a : factors) a = 1 + 0.3 * rng.normal();
    rows.resize(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
  }
  double& entry(std::int64_t n, std::int64_t x, std::int64_t r) { return factors[static_cast<std::size_t>((2 * n + x) * rank + r)]; }

  /// The product over all pixels but `without`, in long double.
  long double product(std::int64_t i, std::int64_t r, std::int64_t without = -1) {
    long double out = 1;
    for (std::int64_t n = 0; n < pixels; ++n)
      if (n != without) out *= entry(n, images.at(i, n), r);
    return out;
  }

  /// Largest error of the outputs and of the gradient of sum_i slope_i y_i, over the size of what is compared.
  std::pair<double, double> errors() {
    BitProduct product_of(pixels, rank);
    std::vector<double> y(rows.size()), again(rows.size()), slopes(rows.size()), gradient(factors.size(), 0.0);
    product_of.predict(factors, images, rows, y);
    product_of.predict_to_learn(factors, images, rows, again);
    CHECK(y == again);
    for (std::size_t i = 0; i < slopes.size(); ++i) slopes[i] = 0.5 - 0.25 * static_cast<double>(i % 5);
    product_of.pull_back(factors, images, rows, slopes, gradient);
    double worst = 0, worst_slope = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      long double sum = 0, size = 0;
      for (std::int64_t r = 0; r < rank; ++r) sum += product(rows[i], r), size += std::abs(product(rows[i], r));
      worst = std::max(worst, static_cast<double>(std::abs(sum - static_cast<long double>(y[i])) / (size > 0 ? size : 1)));
    }
    for (std::int64_t n = 0; n < pixels; ++n)
      for (std::int64_t x = 0; x < 2; ++x)
        for (std::int64_t r = 0; r < rank; ++r) {
          long double sum = 0, size = 0;
          for (std::size_t i = 0; i < rows.size(); ++i)
            if (images.at(rows[i], n) == (x == 1)) {
              const long double part = static_cast<long double>(slopes[i]) * product(rows[i], r, n);
              sum += part, size += std::abs(part);
            }
          const auto found = static_cast<long double>(gradient[product_of.at(n, x, r)]);
          worst_slope = std::max(worst_slope, static_cast<double>(std::abs(sum - found) / (size > 0 ? size : 1)));
        }
    return {worst, worst_slope};
  }
};

}  // namespace

TEST_CASE("bit product: outputs and gradient are those of the plain product, for every shape of block, segment and group") {
  for (const std::int64_t pixels : {1, 2, 7, 8, 9, 63, 64, 65, 130, 196})
    for (const std::int64_t rank : {1, 2, 4, 5, 7, 8, 9}) {
      CAPTURE(pixels);
      CAPTURE(rank);
      Case c(pixels, rank, 13, 7);
      const auto [worst, worst_slope] = c.errors();
      CHECK(worst < 1e-13);
      CHECK(worst_slope < 1e-13);
    }
}

TEST_CASE("bit product: entries may be zero, nearly zero and negative") {
  Case c(100, 3, 40, 3);
  for (std::int64_t n = 0; n < c.pixels; n += 3) c.entry(n, n % 2, 1) *= -1;
  c.entry(5, 0, 0) = 0;   // a product with one zero has one slope left,
  c.entry(70, 1, 0) = 0;  // with two it has none
  c.entry(8, 1, 2) = 1e-200;
  c.entry(9, 0, 1) = -0.0;
  const auto [worst, worst_slope] = c.errors();
  CHECK(worst < 1e-13);
  CHECK(worst_slope < 1e-13);
}

TEST_CASE("bit product: halves of a product may be beyond the range of a double") {
  // long double reaches 1e4932
  const auto check = [](auto size_of) {
    Case c(784, 2, 6, 5);
    for (std::int64_t n = 0; n < c.pixels; ++n)
      for (std::int64_t x = 0; x < 2; ++x)
        for (std::int64_t r = 0; r < 2; ++r) c.entry(n, x, r) *= size_of(n, r) / 1.1;
    const auto [worst, worst_slope] = c.errors();
    CHECK(worst < 1e-12);
    CHECK(worst_slope < 1e-12);
  };
  check([](std::int64_t n, std::int64_t r) { return (n < 392) == (r == 0) ? 100.0 : 0.01; });  // 1e784 and back, and the other way
  check([](std::int64_t n, std::int64_t) { return n < 64 ? 1e-4 : n < 128 ? 1e4 : 1.0; });
}
