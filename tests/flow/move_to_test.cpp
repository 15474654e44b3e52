#include "flow/move_to.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace rankscope;

namespace {

/// A product of the weights: a scalar network.
Held product_of_all(double largest = 0) {
  return {[](std::span<const double> w) {
            double out = 1;
            for (double x : w) out *= x;
            return out;
          },
          [](std::span<const double> w, std::span<double> gradient) {
            for (std::size_t i = 0; i < w.size(); ++i) {
              gradient[i] = 1;
              for (std::size_t j = 0; j < w.size(); ++j)
                if (j != i) gradient[i] *= w[j];
            }
          },
          largest};
}

}  // namespace

TEST_CASE("move_to: a product of weights takes any value that can be reached without passing zero, over twenty orders of magnitude") {
  for (std::size_t n : {1, 2, 3, 5, 12})
    for (double start : {1e-3, 0.2, 1.0, 7.0})
      for (double wanted : {1e-12, 1e-3, 0.9, 1.0, 30.0, 1e8}) {
        CAPTURE(n);
        CAPTURE(start);
        CAPTURE(wanted);
        std::vector<double> w(n, start);
        w[0] *= 1.3;
        const auto done = move_to("w", w, wanted, product_of_all());
        INFO((done ? "" : done.error().text()));
        REQUIRE(bool(done));
        CHECK(std::abs(product_of_all().value(w) - wanted) <= 1e-10 * wanted);
      }
}

TEST_CASE("move_to: what few trials reach takes few") {
  int asked = 0;
  Held held = product_of_all();
  const auto inner = held.value;
  held.value = [&](std::span<const double> w) { return ++asked, inner(w); };
  std::vector<double> w{0.9, 1.1, 1.0};
  REQUIRE(bool(move_to("w", w, 1.2, held)));
  CHECK(asked <= 12);
}

TEST_CASE("move_to: the move is a multiple of the gradient where one line is enough") {
  std::vector<double> w{0.5, 2.0, 1.5}, gradient(3);
  product_of_all().gradient(w, gradient);
  std::vector<double> moved = w;
  REQUIRE(bool(move_to("w", moved, 2.1, product_of_all())));
  const double a = (moved[0] - w[0]) / gradient[0];
  CHECK(a > 0);
  for (std::size_t i = 1; i < 3; ++i) CHECK(moved[i] - w[i] == doctest::Approx(a * gradient[i]).epsilon(1e-12));
}

TEST_CASE("move_to: where the number turns back on the line it goes on along the gradient there") {
  // w_1 w_2 along (w_2, w_1) from (2, 1) has its least value at -1/4 (of a square that is 9/4 at 0); on the way down it is followed further
  std::vector<double> w{2, 1};
  REQUIRE(bool(move_to("w", w, -50, product_of_all())));
  CHECK(std::abs(w[0] * w[1] + 50) <= 50e-10);
}

TEST_CASE("move_to: what is not reached leaves the weights as they were") {
  const auto refused = [](std::vector<double> w, double wanted, const Held& held) {
    const std::vector<double> before = w;
    const auto done = move_to("w", w, wanted, held);
    return !done && done.error().where == "w" && w == before ? done.error().what : "it was done";
  };
  CHECK(refused({0, 0}, 1, product_of_all()).find("its gradient is zero") != std::string::npos);
  CHECK(refused({1, 1}, -1, product_of_all()).find("cannot be brought from 1 to -1") != std::string::npos);  // equal weights stay equal: a square
  const Held bounded{[](std::span<const double> w) { return w[0] / (1 + w[0] * w[0]); },
                     [](std::span<const double> w, std::span<double> g) { g[0] = (1 - w[0] * w[0]) / ((1 + w[0] * w[0]) * (1 + w[0] * w[0])); }, 0};
  CHECK(refused({0.1}, 0.6, bounded).find("cannot be brought") != std::string::npos);
  const Held broken{[](std::span<const double>) { return std::numeric_limits<double>::quiet_NaN(); }, [](std::span<const double>, std::span<double> g) { g[0] = 1; }, 0};
  CHECK(refused({0.1}, 0.6, broken).find("cannot be brought") != std::string::npos);
}

TEST_CASE("move_to: a value that is only touched is reached too") {
  std::vector<double> w{1, 1};
  REQUIRE(bool(move_to("w", w, 0, product_of_all(1))));
  CHECK(std::abs(w[0] * w[1]) <= 1e-10);
}
