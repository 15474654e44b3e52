#include "systems/iterations_curve.h"

#include <doctest/doctest.h>

#include <cmath>

#include "lab/run.h"

using namespace rankscope;

namespace {

const Entry kCurve = iterations_curve_entry();  // a Run points to its Entry
const Inputs kOne = {{"target", share(Dense{{1, 1}, {1}})}};
const Settings kEscape = {{"depth", std::int64_t{3}}, {"init", std::string("identity")}, {"from", 1e-1}, {"to", 1e-3}, {"points", std::int64_t{5}}, {"tolerated", 0.25}, {"step_size", 0.02}};

std::vector<Frame> curve(Settings settings, const Inputs& inputs, std::int64_t steps) {
  Document d;
  d.system = "iterations_curve";
  d.settings = std::move(settings);
  d.steps = steps, d.every = 1;
  d.record = {"iterations", "slope", "final_loss"};
  auto run = Run::open(kCurve, d, inputs);
  REQUIRE(bool(run));
  std::vector<Frame> frames;
  run->advance(steps, [] { return true; }, [&](const Frame& f) { frames.push_back(f); });
  return frames;
}

}  // namespace

TEST_CASE("iterations curve: the flow time of a scalar network against its closed forms") {
  // depth 1: dw/dt = 1 - w. depth 2, in W = w^2: dW/dt = 2 W (1 - W)
  CHECK(scalar_flow_time(1, 0.1, 0.7) == doctest::Approx(std::log(0.9 / 0.3)).epsilon(1e-9));
  CHECK(scalar_flow_time(2, 1e-4, 0.5) == doctest::Approx(0.5 * std::log((1 - 1e-4) / 1e-4)).epsilon(1e-6));
  // far below 1 the weight obeys dw/dt = w^(N-1): t = (w0^-(N-2) - w1^-(N-2)) / (N - 2)
  CHECK(scalar_flow_time(3, 1e-12, 1e-9) == doctest::Approx(1e4 - 1e3).epsilon(1e-4));
  CHECK(scalar_flow_time(4, 1e-12, 1e-8) == doctest::Approx((1e6 - 1e4) / 2).epsilon(1e-4));
}

TEST_CASE("iterations curve: a point is what the network itself takes") {
  const auto frames = curve(kEscape, kOne, 5);
  REQUIRE(frames.size() == 6);
  CHECK(std::isnan(frames[0].values[0].data[0]));
  double scale = 0.1;
  for (std::size_t i = 1; i < frames.size(); ++i, scale /= std::sqrt(10.0)) {
    CHECK(frames[i].time == doctest::Approx(std::log10(scale)));
    double w = std::cbrt(scale);
    int steps = 0;  // gradient descent on 1/2 (w^3 - 1)^2 over three equal weights
    const double start = 0.5 * std::pow(scale - 1, 2);
    while (0.5 * std::pow(w * w * w - 1, 2) > 0.25 * start) w -= 0.02 * (w * w * w - 1) * w * w, ++steps;
    CHECK(frames[i].values[0].data[0] == doctest::Approx(steps));
    const Series* theory = frames[i].find(0, Part::Theory);
    REQUIRE(theory);
    CHECK(frames[i].values[0].data[0] == doctest::Approx(theory->data[0]).epsilon(0.05));
  }
}

TEST_CASE("iterations curve: ends where it was told to, and a point that does not get there has no value") {
  Settings s = kEscape;
  s["most"] = std::int64_t{50};
  const auto frames = curve(s, kOne, 9);
  CHECK(frames[8].time == frames[5].time);
  CHECK(std::isnan(frames.back().values[0].data[0]));
  s = kEscape;
  s["swept"] = std::string("step_size"), s["alpha"] = 0.5, s["from"] = 1e-2, s["to"] = 1e2;
  const auto rates = curve(s, kOne, 5);
  CHECK(rates[1].values[0].data[0] > rates[2].values[0].data[0]);
  CHECK(std::isnan(rates[5].values[0].data[0]));  // a step of 100 diverges
  Document bad;
  bad.system = "iterations_curve";
  bad.settings = {{"from", 1e-2}, {"to", 1e-2}};
  CHECK_FALSE(Run::open(kCurve, bad, {}));
  bad.settings = {{"rows", std::int64_t{100}}, {"cols", std::int64_t{100}}, {"rank", std::int64_t{5}}, {"most", std::int64_t{200000}}};
  const auto long_one = Run::open(kCurve, bad, {});
  REQUIRE_FALSE(long_one);
  CHECK(long_one.error().where == "most");
}
