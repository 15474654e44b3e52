#include <doctest/doctest.h>

#include <cmath>

#include "systems/growth_theory.h"

using namespace rankscope;

TEST_CASE("growth_theory: closed forms for constant gamma") {
  // science 0.1: D = 1 linear, D = 2 exponential, D >= 3 blow-up at t* = sigma0^-(1-2/D) / ((D-2) g)
  CHECK(grown(0.2, 1, 0.3) == doctest::Approx(0.5));
  CHECK(grown(0.2, 2, 0.3) == doctest::Approx(0.2 * std::exp(0.6)));
  for (int d = 3; d <= 10; ++d) {
    const double q = 1 - 2.0 / d, s0 = 1e-3, star = std::pow(s0, -q) / (d - 2);
    CAPTURE(d);
    const double t = 0.9 * star;
    CHECK(grown(s0, d, t) == doctest::Approx(std::pow(std::pow(s0, -q) - (d - 2) * t, -1 / q)).epsilon(1e-10));
    CHECK(std::isinf(grown(s0, d, 1.001 * star)));
    // and it satisfies the equation: d sigma/dt = D sigma^(2-2/D) g
    const double h = 1e-6 * star, g = 1;
    const double slope = (grown(s0, d, 0.5 * star + h) - grown(s0, d, 0.5 * star - h)) / (2 * h);
    CHECK(slope == doctest::Approx(d * std::pow(grown(s0, d, 0.5 * star), 2 - 2.0 / d) * g).epsilon(1e-6));
  }
  CHECK(grown(0, 3, 5) == 0);
}

TEST_CASE("growth_theory: time to reach a level inverts the growth") {
  for (int d = 1; d <= 6; ++d) {
    CAPTURE(d);
    const double t = time_to_reach(1e-2, d, 0.7, 0.5);
    CHECK(grown(1e-2, d, 0.7 * t) == doctest::Approx(0.5).epsilon(1e-9));
  }
  CHECK(std::isnan(time_to_reach(1e-2, 3, -1, 0.5)));
  CHECK(time_to_reach(0.6, 3, 1, 0.5) == 0);
}

TEST_CASE("growth_theory: a saturating force gives the logistic at D = 2 and the exponential approach at D = 1") {
  for (int d : {1, 2}) {
    GrowthTheory theory(d, 1);
    const double s = 1.5, s0 = 1e-2;
    const std::vector<GrowthTheory::Force> force = {{s, -1}};  // gamma = s* - sigma
    theory.start(0, {s0}, force);
    for (int i = 1; i <= 30; ++i) theory.advance(0.1 * i, force);
    const double t = 3;
    const double expected = d == 1 ? s - (s - s0) * std::exp(-t) : s * std::exp(2 * s * t) / (std::exp(2 * s * t) - 1 + s / s0);
    CHECK(theory.sigma()[0] == doctest::Approx(expected).epsilon(1e-4));
  }
}

TEST_CASE("growth_theory: a coarse step past a blow-up settles where the force vanishes, never beyond") {
  GrowthTheory theory(3, 1);
  const std::vector<GrowthTheory::Force> force = {{2, -1}};
  theory.start(0, {1e-6}, force);
  for (int i = 1; i <= 50; ++i) theory.advance(20.0 * i, force);
  CHECK(theory.sigma()[0] == doctest::Approx(2).epsilon(1e-3));
}

TEST_CASE("growth_theory: far above the balance the theory comes down to it, however stiff that is") {
  // from a take-off between two measurements, whose force bends back only at the second one
  for (int degree : {2, 3, 4}) {
    GrowthTheory theory(degree, 1);
    theory.start(0, {1e9}, {{1, -1}});
    theory.advance(50, {{1, -1}});
    CHECK(theory.sigma()[0] == doctest::Approx(1).epsilon(1e-12));
  }
}

TEST_CASE("growth_theory: a balance that moves is followed over any length of time") {
  for (int degree : {1, 2, 3, 4, 7}) {
    CAPTURE(degree);
    GrowthTheory theory(degree, 1);
    theory.start(0, {3}, {{3, -1}});
    theory.advance(1e6, {{5, -1}});
    CHECK(theory.sigma()[0] == doctest::Approx(5).epsilon(0.02));  // it lags by the last of the steps
    theory.advance(2e6, {{5, -1}});
    CHECK(theory.sigma()[0] == doctest::Approx(5).epsilon(1e-9));
  }
}

TEST_CASE("growth_theory: a take-off within one interval is where many short intervals have it") {
  for (int degree : {2, 3, 4, 7}) {
    CAPTURE(degree);
    const double s0 = 1e-5, end = time_to_reach(s0, degree, 2, 1);  // the force of W = 0 would have taken it to half of the balance
    GrowthTheory coarse(degree, 1), fine(degree, 1);
    const std::vector<GrowthForce> force = {{2, -1}};
    coarse.start(0, {s0}, force), fine.start(0, {s0}, force);
    for (int i = 1; i <= 20000; ++i) fine.advance(end * i / 20000, force);
    coarse.advance(end, force);
    CHECK(fine.sigma()[0] > 0.1);
    CHECK(coarse.sigma()[0] == doctest::Approx(fine.sigma()[0]).epsilon(0.02));
  }
}
