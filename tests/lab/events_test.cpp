#include <doctest/doctest.h>

#include "lab/events.h"
#include "lab/run.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

const std::vector<ViewInfo> views = toy::views({}, {});
constexpr std::uint32_t recorded[] = {0, 1};

Frame frame(std::int64_t step, std::vector<double> values, std::vector<double> lines = {}) {
  Frame f{step, 0.1 * static_cast<double>(step), {}};
  const auto k = static_cast<std::int64_t>(values.size());
  f.values.push_back({1, Part::Measured, {k}, std::move(values)});
  if (!lines.empty()) f.values.push_back({1, Part::Lines, {k}, std::move(lines)});
  return f;
}

}  // namespace

TEST_CASE("events: a line takes off once, when it passes a tenth of the largest value") {
  const Frame frames[] = {frame(0, {1, 0.9, 0.8}), frame(1, {50, 0.9, 0.8}), frame(2, {100, 9.9, 0.8}),
                          frame(3, {100, 10.1, 0.8}), frame(4, {100, 60, 30})};
  const auto events = events_of(views, recorded, frames);
  REQUIRE(events.size() == 3);
  CHECK(events[0].step == 1);
  CHECK(events[0].line == 0);
  CHECK(events[0].kind == "take-off");
  CHECK(events[0].text == "Values: line 1 takes off");
  CHECK(events[1].step == 3);
  CHECK(events[1].time == doctest::Approx(0.3));
  CHECK(events[1].line == 1);
  CHECK(events[2].step == 4);
  CHECK(events[2].line == 2);
}

TEST_CASE("events: the identity of the line counts, not its place") {
  const Frame frames[] = {frame(0, {1, 0.9}, {0, 1}), frame(1, {50, 1}, {1, 0}), frame(2, {50, 40}, {0, 1})};
  const auto events = events_of(views, recorded, frames);
  REQUIRE(events.size() == 2);
  CHECK(events[0].line == 1);
  CHECK(events[1].line == 0);
}

TEST_CASE("events: values that are large from the start, or of both signs, do not take off") {
  const Frame frames[] = {frame(0, {10, 9}), frame(5, {12, 8}), frame(9, {11, 10})};
  CHECK(events_of(views, recorded, frames).empty());
  auto signs = views;
  signs[1].signed_ = true;
  const Frame growing[] = {frame(0, {1}), frame(1, {50})};
  CHECK(events_of(views, recorded, growing).size() == 1);
  CHECK(events_of(signs, recorded, growing).empty());
  constexpr std::uint32_t scalars[] = {0};
  CHECK(events_of(views, scalars, growing).empty());
}

TEST_CASE("events: a known target sets the scale before anything has grown") {
  Frame frames[] = {frame(0, {0.1}), frame(1, {1}), frame(2, {6})};
  for (Frame& f : frames) f.values.push_back({1, Part::Target, {1}, {50.0}});
  const auto events = events_of(views, recorded, frames);
  REQUIRE(events.size() == 1);
  CHECK(events[0].step == 2);
}

TEST_CASE("events: a run's lines take off in the order of their strength") {
  auto document = document_of(toy::tables(), toy::study());
  REQUIRE(document);
  auto run = Run::open(toy::tables().systems[0], *document, {});
  REQUIRE(run);
  std::vector<Frame> frames;
  run->advance(
      200, [] { return true; }, [&](const Frame& f) { frames.push_back(f); });
  const auto events = events_of(run->views(), run->recorded(), frames);
  REQUIRE(events.size() == 3);
  for (int r = 0; r < 3; ++r) CHECK(events[static_cast<std::size_t>(r)].line == r);
  CHECK(events[0].step < events[1].step);
  CHECK(events[1].step < events[2].step);
}
