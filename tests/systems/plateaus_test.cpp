// Plateaus and escapes of real runs, against the times that the equation of singular values predicts.
#include <doctest/doctest.h>

#include <cmath>

#include "lab/events.h"
#include "lab/run.h"
#include "lab/study.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

/// Depth 3 from 1e-4 times the identity to diag(3, 1.5, 0.7), L = 1/2 ||W - W*||^2: each singular value by itself.
std::vector<Event> run(std::int64_t depth, double alpha, std::int64_t steps) {
  Document d = document_of(systems()[0]);
  d.settings["task"] = Value(std::string("regression"));
  d.settings["depth"] = Value(depth);
  d.settings["whiten"] = Value(true);
  d.settings["samples"] = Value(std::int64_t{3});
  d.settings["init"] = Value(std::string("identity"));
  d.settings["alpha"] = Value(alpha);
  d.settings["normalisation"] = Value(std::string("half_mean"));
  d.settings["optimizer"] = Value(std::string("gd"));
  d.settings["step_size"] = Value(0.01);
  d.inputs["target"] = {"modes", ""};
  d.steps = steps;
  d.every = 10;
  d.record = {"loss", "singular_values"};
  auto made = Run::open(systems()[0], d, {{"target", share(Dense{{3, 3}, {3, 0, 0, 0, 1.5, 0, 0, 0, 0.7}})}});
  REQUIRE(bool(made));
  std::vector<Frame> frames;
  made->advance(steps, [] { return true; }, [&](const Frame& f) { frames.push_back(f); });
  std::vector<Event> out;
  for (Event& e : events_of(made->views(), made->recorded(), frames))
    if (e.kind != "take-off") out.push_back(std::move(e));
  return out;
}

}  // namespace

TEST_CASE("plateaus: three modes are escaped from in order, at the times predicted") {
  constexpr double kAlpha = 1e-4, kModes[] = {3, 1.5, 0.7};
  const auto events = run(3, kAlpha, 4000);
  REQUIRE(events.size() == 6);
  double left = 0;
  for (double s : kModes) left += s * s;
  for (std::size_t r = 0; r < 3; ++r) {
    const double s = kModes[r];
    CHECK(events[2 * r].kind == "plateau");
    const Event& escape = events[2 * r + 1];
    CHECK(escape.kind == "escape");
    CHECK(escape.line == static_cast<int>(r));
    // An escape is seen when the loss is a tenth below a stretch that itself is at most a tenth below the plateau's first: when the mode has
    // taken 9 % (10 less the flat 1) to 19 % off the sum of the squares that are left, s^2 - (s - sigma)^2. With gamma between s - sigma and s the
    // equation d sigma / dt = 3 sigma^(4/3) gamma gets there after sigma0^(-1/3) - sigma^(-1/3), over s or over s - sigma. Descent adds up to
    // 2 % by its steps of 0.01, and the record a Frame.
    const auto reached = [&](double share) { return s * (1 - std::sqrt(1 - share * left / (s * s))); };
    const auto after = [&](double sigma) { return std::cbrt(1 / kAlpha) - std::cbrt(1 / sigma); };
    const double early = reached(0.09), late = reached(0.19);
    CHECK(escape.time > after(early) / s);
    CHECK(escape.time < 1.02 * after(late) / (s - late) + 0.1);
    const double predicted = std::cbrt(1 / kAlpha) / s;  // t*, the blow-up at constant gamma
    CHECK(escape.time == doctest::Approx(predicted).epsilon(0.15));
    left -= s * s;
  }
}

TEST_CASE("plateaus: from a large start, and at depth 1, there are none") {
  CHECK(run(1, 1e-4, 3000).empty());
  CHECK(run(2, 0.3, 3000).empty());
}
