#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "lab/events.h"

using namespace rankscope;

namespace {

std::vector<ViewInfo> views() {
  std::vector<ViewInfo> out(2);
  out[0].key = "loss";
  out[1].key = "values", out[1].label = "Values", out[1].kind = Kind::Spectrum;
  return out;
}
constexpr std::uint32_t recorded[] = {0, 1};

Frame frame(std::int64_t step, double loss, std::vector<double> values = {}) {
  Frame f{step, 0.1 * static_cast<double>(step), {}};
  f.values.push_back({0, Part::Measured, {}, {loss}});
  if (!values.empty()) f.values.push_back({1, Part::Measured, {std::ssize(values)}, values});
  return f;
}

/// Plateaus and escapes of a loss over `count` Frames, a Frame each `every` steps.
std::vector<Event> found(int count, std::int64_t every, const std::function<double(double step)>& loss,
                         const std::function<std::vector<double>(double step)>& values = {}) {
  Events events(views(), recorded);
  std::vector<Event> out;
  for (int i = 0; i < count; ++i) {
    const auto step = every * i;
    const auto x = static_cast<double>(step);
    for (Event& e : events.observe(frame(step, loss(x), values ? values(x) : std::vector<double>())))
      if (e.kind != "take-off") out.push_back(std::move(e));
  }
  return out;
}

/// A mode of this strength that is learned around `at`.
double learned(double strength, double at, double width, double step) { return strength / (1 + std::exp(-(step - at) / width)); }

}  // namespace

TEST_CASE("plateaus: a staircase of three modes has three plateaus and three escapes, each naming its mode") {
  const double strength[] = {3, 1.5, 0.7}, at[] = {300, 800, 1900};
  const auto values = [&](double s) {
    std::vector<double> out;
    for (int r = 0; r < 3; ++r) out.push_back(1e-6 + learned(strength[r], at[r], 12, s));
    return out;
  };
  const auto loss = [&](double s) {
    double sum = 0;
    for (int r = 0; r < 3; ++r) sum += 0.5 * std::pow(strength[r] - learned(strength[r], at[r], 12, s), 2);
    return sum;
  };
  const auto events = found(260, 10, loss, values);
  REQUIRE(events.size() == 6);
  const double level[] = {5.87, 1.37, 0.245};
  for (std::size_t r = 0; r < 3; ++r) {
    const Event &plateau = events[2 * r], &escape = events[2 * r + 1];
    CHECK(plateau.kind == "plateau");
    CHECK(plateau.line == -1);
    CHECK(escape.kind == "escape");
    CHECK(escape.line == static_cast<int>(r));
    CHECK(escape.step > at[r] - 60);
    CHECK(escape.step < at[r]);
    CHECK(escape.time == doctest::Approx(0.1 * static_cast<double>(escape.step)));
    CHECK(escape.text.find("mode " + std::to_string(r + 1) + " is being learned") != std::string::npos);
    CHECK(std::stod(escape.text.substr(escape.text.find("loss ") + 5)) == doctest::Approx(level[r]).epsilon(0.02));
  }
  CHECK(events[0].text == "On a plateau at loss 5.87 since step 0");
  CHECK(events[0].step == 70);
}

TEST_CASE("plateaus: a loss that falls smoothly has none, whatever the law") {
  CHECK(found(300, 10, [](double s) { return std::exp(-s / 300); }).empty());      // an e-fold in 30 Frames
  CHECK(found(300, 10, [](double s) { return std::exp(-s / 3000); }).empty());     // in all of them
  CHECK(found(2000, 1, [](double s) { return 1 / (1 + s); }).empty());
  CHECK(found(2000, 1, [](double s) { return 1 / std::sqrt(1 + s / 10); }).empty());
  CHECK(found(300, 10, [](double s) { return std::max(1 - s / 2000, 0.0); }).empty());
}

TEST_CASE("plateaus: where the fall is steady there is no escape, even when the Frames are dense enough for a plateau") {
  for (const Event& e : found(20000, 1, [](double s) { return std::exp(-s / 3000); })) CHECK(e.kind != "escape");
}

TEST_CASE("plateaus: an optimizer that bounces at the end escapes nothing; a floor that it rests on is a plateau") {
  const auto bounce = [](double s) { return 10 * std::exp(-s / 50) + 1e-5 * (1 + std::sin(s) + (static_cast<int>(s) % 400 < 200 ? 0 : 3)); };
  CHECK(found(600, 10, bounce).empty());
  const auto floor = found(600, 10, [](double s) { return 10 * std::exp(-s / 50) + 0.3; });
  REQUIRE(floor.size() == 1);
  CHECK(floor[0].kind == "plateau");
  // a bounce above the watched share of the first loss that comes back to where it was
  const auto spikes = found(600, 10, [](double s) { return 0.3 + 5 * std::exp(-s / 50) + (static_cast<int>(s) % 700 == 0 ? 2 : 0); });
  for (const Event& e : spikes) CHECK(e.kind == "plateau");
}

TEST_CASE("plateaus: a run that diverges from one, a loss that is no number, and runs without a loss or a spectrum") {
  const auto up = found(100, 10, [](double s) { return s < 400 ? 1.0 : std::exp((s - 400) / 20); });
  REQUIRE(up.size() == 1);
  CHECK(up[0].kind == "plateau");
  const auto lost = found(100, 10, [](double s) { return s < 400 ? 1.0 : std::numeric_limits<double>::quiet_NaN(); });
  CHECK(lost.size() == 1);
  const auto bare = found(100, 10, [](double s) { return s < 600 ? 1.0 : 0.2; });
  REQUIRE(bare.size() == 3);
  CHECK(bare[2].kind == "plateau");
  CHECK(bare[1].text == "Leaves the plateau at loss 1 after 590 steps");
  CHECK(bare[1].line == -1);
  Events none(views(), std::span(recorded).subspan(1));
  for (int i = 0; i < 50; ++i) CHECK(none.observe(frame(i, 1.0)).empty());
}

TEST_CASE("plateaus: a drift of less than a tenth stays the same plateau, and the same Frames give the same events again") {
  const auto drifting = [](double s) { return s < 1000 ? 1 - 0.00005 * s : 0.3; };
  const auto events = found(150, 10, drifting);
  REQUIRE(events.size() == 3);  // and the floor
  CHECK(events[1].kind == "escape");
  CHECK(events[1].step == 1000);
  const auto again = found(150, 10, drifting);
  REQUIRE(again.size() == 3);
  CHECK(again[1].text == events[1].text);
}
