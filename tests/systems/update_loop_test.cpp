#include <doctest/doctest.h>

#include <cmath>

#include "lab/run.h"
#include "systems/update_loop.h"

using namespace rankscope;

namespace {

const Entry& entry() {
  static const Entry e = update_loop_entry();
  return e;
}

Run open(const Settings& settings, std::int64_t steps = 100000) {
  Document d;
  d.settings = settings;
  d.steps = steps;
  auto run = Run::open(entry(), d, {});
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

struct Round {
  double integral, exact;
};

/// All round; exact: NaN where no closed form is known.
Round round(const Settings& settings) {
  Run run = open(settings);
  while (run.time() < 1) run.advance(run.step() + 1, [] { return true; }, [](const Frame&) {});
  const std::uint32_t view[] = {static_cast<std::uint32_t>(run.view("integral"))};
  const Frame frame = run.measure(view);
  const Series* exact = frame.find(view[0], Part::Target);
  return {frame.values[0].data[0], exact ? exact->data[0] : std::nan("")};
}

}  // namespace

TEST_CASE("update_loop: the values that are known, to 1e-9") {
  struct Known {
    Settings settings;
    double value;
  };
  const std::string annulus = "half_annulus", square = "square";
  for (const Known& k : {Known{{{"depth", 1.0}}, 0}, Known{{{"depth", 2.0}}, 0}, Known{{{"depth", 3.0}}, -4.0 / 7}, Known{{{"depth", 4.0}}, -6.0 / 5},
                         Known{{{"depth", 3.0}, {"curve", annulus}}, -0.4580427820}, Known{{{"depth", 2.0}, {"curve", square}, {"curvature", 0.25}}, (std::sqrt(2.0) - 1) / 2},
                         Known{{{"depth", 2.0}, {"curve", square}, {"curvature", 0.25}, {"target_x", -0.3}, {"target_y", 1.7}}, (std::sqrt(2.0) - 1) / 2}}) {
    CAPTURE(k.value);
    CHECK(std::abs(round(k.settings).integral - k.value) < 1e-9);
    CHECK(std::abs(round(k.settings).exact - k.value) < 1e-9);
  }
}

TEST_CASE("update_loop: every closed form that it states, real depth too, and none where there is none") {
  for (double depth : {1.0, 1.3, 1.5, 2.0, 2.5, 3.0, 5.0, 9.7})
    for (const char* curve : {"half_disc", "half_annulus", "square"})
      for (double h : {1.0, 0.25, 4.0})
        for (double x : {1.0, -0.4})
          for (double y : {0.0, 0.8}) {
            const std::string name = curve;
            CAPTURE(depth);
            CAPTURE(name);
            CAPTURE(h);
            const Round r = round({{"depth", depth}, {"curve", name}, {"curvature", h}, {"target_x", x}, {"target_y", y}, {"inner_radius", 0.3}});
            const bool known = depth == 1 || depth == 2 || (h == 1 && name != "square");
            CHECK(std::isnan(r.exact) == !known);
            if (known) CHECK(std::abs(r.integral - r.exact) < 1e-9);
            if (depth == 3 && h != 1 && y == 0) CHECK(std::abs(r.integral) > 1e-3);
          }
}

TEST_CASE("update_loop: the panels join to a closed loop, and once round nothing moves") {
  for (const char* curve : {"half_disc", "half_annulus", "square"}) {
    Run run = open({{"curve", std::string(curve)}, {"panels", std::int64_t{7}}}, 1000);
    const auto v = static_cast<std::uint32_t>(run.view("landscape"));
    const std::uint32_t view[] = {v};
    auto point = [&] { return run.measure(view).find(v, Part::Point)->data; };
    const auto start = point();
    const Frame first = run.measure(view);
    const std::vector<double> route = first.find(v, Part::Route)->data;
    CHECK(route[0] == start[0]);
    CHECK(route[1] == start[1]);
    auto before = start;
    double longest = 0;
    while (run.time() < 1) {
      run.advance(run.step() + 1, [] { return true; }, [](const Frame&) {});
      const auto at = point();
      longest = std::max(longest, std::hypot(at[0] - before[0], at[1] - before[1]));
      before = at;
    }
    CHECK(longest < 0.5);
    CHECK(std::abs(before[0] - start[0]) + std::abs(before[1] - start[1]) < 1e-15);
    const auto bits = run.system().time();
    const std::uint32_t integral[] = {static_cast<std::uint32_t>(run.view("integral"))};
    const double value = run.measure(integral).values[0].data[0];
    run.advance(run.step() + 5, [] { return true; }, [](const Frame&) {});
    CHECK(run.time() == bits);
    CHECK(run.measure(integral).values[0].data[0] == value);
  }
}

TEST_CASE("update_loop: saved half way, it goes on with the same bits") {
  Document d;
  d.settings = {{"depth", 2.5}};
  d.steps = 100;
  auto whole = Run::open(entry(), d, {}), first = Run::open(entry(), d, {});
  REQUIRE(bool(whole));
  REQUIRE(bool(first));
  whole->advance(100, [] { return true; }, [](const Frame&) {});
  first->advance(37, [] { return true; }, [](const Frame&) {});
  auto second = Run::resume(entry(), d, {}, first->save());
  REQUIRE(bool(second));
  second->advance(100, [] { return true; }, [](const Frame&) {});
  CHECK(second->bits() == whole->bits());
}
