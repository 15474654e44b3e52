#include "ui/history.h"

#include <doctest/doctest.h>

#include <cmath>

#include "lab/claim.h"

using namespace rankscope;
using namespace rankscope::ui;

namespace {

const std::vector<ViewInfo> kViews = [] {
  std::vector<ViewInfo> views(2);
  views[0].key = "sigma", views[0].kind = Kind::Spectrum;
  views[1].key = "loss", views[1].kind = Kind::Scalar;
  return views;
}();

Frame frame(std::int64_t step, std::vector<double> sigma, std::vector<double> lines, double loss) {
  const auto n = static_cast<std::int64_t>(sigma.size());
  return {step,
          0.1 * static_cast<double>(step),
          {{0, Part::Measured, {n}, sigma}, {0, Part::Lines, {n}, lines}, {1, Part::Measured, {}, {loss}}}};
}

}  // namespace

TEST_CASE("ui: a line keeps its identity when two singular values cross") {
  History h;
  h.add(frame(0, {2, 1}, {0, 1}, 5), kViews);
  h.add(frame(10, {3, 2.5}, {1, 0}, 4), kViews);  // line 1 has overtaken line 0
  const Track* t = h.track(0);
  REQUIRE(t);
  CHECK(t->measured.at(0) == Curve{2, 2.5});
  CHECK(t->measured.at(1) == Curve{1, 3});
  CHECK(h.times() == std::vector<double>{0, 1});
}

TEST_CASE("ui: going back forgets what came after") {
  History h;
  for (int step = 0; step <= 50; step += 10) h.add(frame(step, {1.0 + step, 1}, {0, 1}, step), kViews);
  h.add(frame(20, {7, 1}, {0, 1}, -1), kViews);
  CHECK(h.steps() == std::vector<double>{0, 10, 20});
  CHECK(h.track(1)->measured.at(0) == Curve{0, 10, -1});
  CHECK(h.track(0)->measured.at(0).back() == 7);
}

TEST_CASE("ui: a view that appears later has gaps before, and one that disappears gaps after") {
  History h;
  h.add({0, 0, {{0, Part::Measured, {1}, {1}}}}, kViews);
  h.add({1, 0, {{1, Part::Measured, {}, {2}}}}, kViews);
  CHECK(std::isnan(h.track(1)->measured.at(0)[0]));
  CHECK(h.track(1)->measured.at(0)[1] == 2);
  CHECK(std::isnan(h.track(0)->measured.at(0)[1]));
}

TEST_CASE("ui: a long run is thinned evenly and stays within its budget, first and newest frame kept") {
  History h;
  std::vector<double> sigma(128, 1.0), lines(128);
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i] = static_cast<double>(i);
  for (int step = 0; step < 20000; ++step) h.add(frame(step, sigma, lines, step), kViews);
  CHECK(h.bytes() <= 12u << 20);
  CHECK(h.steps().front() == 0);
  CHECK(h.steps().back() == 19999);
  for (std::size_t i = 0; i < h.steps().size(); ++i) CHECK_MESSAGE(h.track(1)->measured.at(0)[i] == h.steps()[i], i);
}

TEST_CASE("ui: the leading lines are those that reach highest, and theory's deviation is relative to the run") {
  History h;
  h.add(frame(0, {3, 2, 1}, {5, 0, 2}, 0), kViews);
  CHECK(h.leading(0, 2) == std::vector<int>{0, 5});
  CHECK(std::isnan(h.deviation(0)));
  Frame with = frame(1, {4, 2, 1}, {5, 0, 2}, 0);
  with.values.push_back({0, Part::Theory, {3}, {4.4, 2.2, 1.1}});
  for (with.step = 1; with.step < 4; ++with.step) h.add(with, kViews);
  CHECK(h.deviation(0) == doctest::Approx(0.1 / 1.1));
}

namespace {

const std::vector<ViewInfo> kTheorems = [] {
  std::vector<ViewInfo> views(3);
  views[0].kind = Kind::Landscape;
  views[1].kind = Kind::Claim, views[1].claim.hypotheses = {"square loss", "a small step"};
  views[2].kind = Kind::Scalar;
  return views;
}();

Frame theorem(std::int64_t step, double left, double right, bool applies) {
  return {step,
          0,
          {{0, Part::Measured, {2, 2}, {1, 2, 3, 4}},
           {0, Part::Point, {2}, {0.1 * static_cast<double>(step), -1}},
           {0, Part::Ellipse, {3}, {1, 0.5, 2}},
           {1, Part::Measured, {}, {left}},
           {1, Part::Bound, {}, {right}},
           {1, Part::Hypotheses, {2}, {1, applies ? 1.0 : 0.0}},
           {2, Part::Measured, {}, {7}},
           {2, Part::Baseline, {2}, {5, 5.1 + static_cast<double>(step)}}}};
}

double state(ClaimState s) { return static_cast<double>(s); }

}  // namespace

TEST_CASE("ui: a landscape keeps the way of its point and no grid, a claim both sides and its state, a scalar its last baseline") {
  History h;
  h.add(theorem(0, 1, 2, true), kTheorems);
  h.add(theorem(10, 3, 2, false), kTheorems);
  h.add(theorem(20, 1, 2, true), kTheorems);
  CHECK(h.track(0)->measured.at(0) == Curve{0, 1, 2});
  CHECK(h.track(0)->measured.at(1) == Curve{-1, -1, -1});
  CHECK(h.track(0)->measured.size() == 2);
  CHECK(h.track(0)->ellipse.at(2) == Curve{2, 2, 2});
  CHECK(h.track(1)->measured.at(0) == Curve{1, 3, 1});
  CHECK(h.track(1)->bound == Curve{2, 2, 2});
  CHECK(h.track(1)->state == Curve{state(ClaimState::Holds), state(ClaimState::NotApplicable), state(ClaimState::Holds)});
  CHECK_FALSE(h.track(1)->violated);
  CHECK(h.track(2)->baseline == Curve{5, 25.1});
}

TEST_CASE("ui: the first step at which a claim was violated outlives thinning, and goes with the past it belongs to") {
  History h;
  std::vector<ViewInfo> views = kTheorems;
  for (int step = 0; step < 400000; ++step) {
    const bool over = step == 12345 || step == 30001;
    h.add({step, 0, {{1, Part::Measured, {}, {over ? 3.0 : 1.0}}, {1, Part::Bound, {}, {2}}}}, views);
  }
  CHECK(h.steps().size() < 400000);
  CHECK(h.track(1)->violated == 12345.0);
  h.add({20000, 0, {{1, Part::Measured, {}, {1}}, {1, Part::Bound, {}, {2}}}}, views);
  CHECK(h.track(1)->violated == 12345.0);
  CHECK(h.track(1)->bound.size() == h.steps().size());
  h.add({12000, 0, {{1, Part::Measured, {}, {1}}, {1, Part::Bound, {}, {2}}}}, views);
  CHECK_FALSE(h.track(1)->violated);
}

TEST_CASE("history: the edges of a theory's band go with their line, and are forgotten with the rest") {
  std::vector<ViewInfo> views(1);
  views[0].key = "norms", views[0].kind = Kind::Spectrum, views[0].theory = true;
  History h;
  for (const std::int64_t step : {0, 10, 20}) {
    const double t = static_cast<double>(step);
    h.add({step, t, {{0, Part::Measured, {2}, {5, 3}}, {0, Part::Lines, {2}, {4, 1}}, {0, Part::Theory, {2}, {5, 3}}, {0, Part::Bound, {2, 2}, {t, t + 1, t + 2, t + 3}}}}, views);
  }
  const Track* t = h.track(0);
  REQUIRE(t);
  REQUIRE(t->lower.size() == 2);
  CHECK(t->lower.at(4) == Curve{0, 10, 20});
  CHECK(t->upper.at(4) == Curve{1, 11, 21});
  CHECK(t->upper.at(1) == Curve{3, 13, 23});
  CHECK(t->bound.empty());
  h.add({10, 10, {{0, Part::Measured, {2}, {5, 3}}}}, views);
  CHECK(h.track(0)->lower.at(4).size() == 2);
}
