#include <doctest/doctest.h>

#include <cmath>

#include "ui/prediction.h"

using namespace rankscope::ui;

TEST_CASE("a drawn curve runs straight between the pointer's places, on either axis") {
  Prediction p(1000);
  CHECK(p.empty());
  CHECK(std::isnan(p.at(300)));
  p.draw(200, 1, 600, 3, false);
  CHECK_FALSE(p.empty());
  CHECK(p.at(400) == doctest::Approx(2).epsilon(0.01));
  CHECK(std::isnan(p.at(100)));
  CHECK(std::isnan(p.at(700)));
  p.draw(600, 3, 400, 100, false);  // back over it, from right to left
  CHECK(p.at(500) == doctest::Approx(51.5).epsilon(0.02));
  CHECK(p.at(300) == doctest::Approx(1.5).epsilon(0.02));

  Prediction q(1000);
  q.draw(0, 1, 1000, 1e-4, true);
  CHECK(q.at(500) == doctest::Approx(1e-2).epsilon(0.05));
  CHECK(q.at(0) == 1);
  CHECK(q.at(1000) == doctest::Approx(1e-4));
  CHECK(std::isnan(q.at(1001)));
}

TEST_CASE("how far off a drawn curve was is the mean distance, and the geometric mean of the factors") {
  Prediction p(100);
  p.draw(0, 2, 100, 2, false);
  const std::vector<double> steps{0, 25, 50, 75, 100};
  Miss miss;
  miss.see(p, steps, {1, 1, 4, 4, 100}, 75);  // what comes after the moment does not count
  CHECK(miss.points == 4);
  CHECK(miss.distance == doctest::Approx((1 + 1 + 2 + 2) / 4.0));
  CHECK(miss.factor == doctest::Approx(2));
  CHECK(miss.above == doctest::Approx(0.5));
  CHECK(told(miss, "", false) == "Your curve was 1.50 off on average.");
  CHECK(told(miss, "", true) == "Your curve was 1.50 off on average, a factor of 2.00.");
  CHECK(told(miss, "share of variance", false) == "Your curve was 150 % of variance off on average.");

  miss.see(p, steps, {1, std::nan(""), 1, 1, 1}, 100);  // another line; a gap is no point
  CHECK(miss.points == 8);
  CHECK(miss.distance == doctest::Approx((6 + 4) / 8.0));
}

TEST_CASE("mostly too high, mostly too low, and nothing to say") {
  Prediction p(10);
  CHECK(told(Miss{}, "", true).empty());
  Miss none;
  none.see(p, {0, 5, 10}, {1, 1, 1}, 10);
  CHECK(none.points == 0);
  p.draw(0, 3, 10, 3, false);
  Miss high, low;
  high.see(p, {0, 5, 10}, {1, 1, 1}, 10);
  low.see(p, {0, 5, 10}, {9, 9, 9}, 10);
  CHECK(told(high, "", false).find("too high") != std::string::npos);
  CHECK(told(low, "", false).find("too low") != std::string::npos);
}
