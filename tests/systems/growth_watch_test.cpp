#include <doctest/doctest.h>

#include "systems/cp.h"
#include "systems/growth_watch.h"
#include "systems/hierarchical.h"
#include "systems/tensor_runs.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

/// A run's largest line, and how far its theory is ever from it, over the largest value, in records `every` steps apart.
double off(const Entry& entry, const Settings& settings, const std::string& view, std::int64_t every, std::int64_t count) {
  Run run = opened(entry, settings, {}, {view}, every);
  const auto id = static_cast<std::uint32_t>(run.view(view));
  double most = 0, worst = 0;
  run.advance(count, [] { return true; }, [&](const Frame& f) {
    const Series *values = f.find(id), *theory = f.find(id, Part::Theory);
    REQUIRE(values);
    REQUIRE(theory);
    for (double x : values->data) most = std::max(most, x);
    for (std::size_t k = 0; k < theory->data.size(); ++k)
      if (!std::isnan(theory->data[k])) worst = std::max(worst, std::abs(theory->data[k] - values->data[k]));
  });
  REQUIRE(run.step() == count);
  return worst / most;
}

const Settings kTensor = {{"sizes", std::vector<std::int64_t>{4, 4, 4, 4}}, {"target_rank", std::int64_t{2}}, {"target_norm", 16.0}, {"observed", 0.6}, {"init", std::string("balanced")},
                          {"init_scale", 0.1}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 0.001}};

Settings with(Settings settings, const Settings& more) {
  for (const auto& [key, value] : more) settings[key] = value;
  return settings;
}

}  // namespace

TEST_CASE("growth_watch: a force is to be measured again once a norm has moved by a twentieth, small ones by that of a twentieth of the largest") {
  GrowthWatch watch;
  CHECK(!watch.due({1, 2}));  // nothing was measured yet
  watch.look({2, 0.01});
  CHECK(!watch.due({2.1, 0.015}));
  CHECK(watch.due({2.11, 0.01}));
  CHECK(watch.due({1.89, 0.01}));
  CHECK(!watch.due({2, 0.015}));
  CHECK(watch.due({2, 0.016}));
}

TEST_CASE("growth_watch: a take-off that is shorter than two records is followed all the same") {
  const auto check = [](const Entry& entry, const Settings& settings, const std::string& view) {
    const double every_step = off(entry, settings, view, 1, 6000), every_hundredth = off(entry, settings, view, 100, 6000);
    CAPTURE(view);
    CAPTURE(every_step);
    CHECK(every_hundredth < 0.25);
    CHECK(every_hundredth < 2 * every_step);
  };
  check(cp_entry(), with(kTensor, {{"components", std::int64_t{12}}, {"target_form", std::string("cp")}}), "component_norms");
  for (const char* node : {"local_component_norms_1_2_3_4", "local_component_norms_1_2"})
    check(hierarchical_entry(), with(kTensor, {{"widths", std::vector<std::int64_t>{6}}, {"target_form", std::string("hierarchical")}}), node);
}

TEST_CASE("growth_watch: what was measured between records is saved") {
  const Settings s = with(kTensor, {{"components", std::int64_t{12}}, {"widths", std::vector<std::int64_t>{6}}, {"init_scale", 0.4}, {"step_size", 0.02}});
  for (const bool tree : {false, true}) {
    const Entry entry = tree ? hierarchical_entry() : cp_entry();
    Settings own = s;
    own.erase(tree ? "components" : "widths");
    Run one = opened(entry, own, {}, {tree ? "local_component_norms_1_2" : "component_norms"}, 50);
    const auto bits = one.bits();
    steps(one, 30);
    CHECK(one.bits() != bits);
    auto other = Run::resume(entry, one.document(), {}, one.save());
    INFO((other ? "" : other.error().text()));
    REQUIRE(bool(other));
    steps(one, 70), steps(*other, 70);
    CHECK(one.bits() == other->bits());
  }
}
