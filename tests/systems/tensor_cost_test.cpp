// What a gradient costs beside the loss: a few products, not one a mode.
#include <doctest/doctest.h>

#include <ctime>
#include <functional>
#include <string>

#include "lab/study.h"
#include "math/rng.h"
#include "presets/presets.h"
#include "systems/cp_map.h"
#include "systems/systems.h"
#include "systems/tensor_gradients.h"

using namespace rankscope;

namespace {

constexpr double kDense = 2.5, kObserved = 4;  // times the loss

double ratio(const Entry& entry, const Settings& settings, const Inputs& inputs = {}) {
  const double forward = entry.forward_cost(settings, inputs);
  return (entry.cost(settings, inputs) - forward) / forward;
}

#ifdef NDEBUG
/// Least processor time of several rounds, by turns.
std::pair<double, double> least(const std::function<void()>& a, const std::function<void()>& b) {
  const auto time = [](const std::function<void()>& work) {
    const std::clock_t start = std::clock();
    for (int i = 0; i < 4; ++i) work();
    return static_cast<double>(std::clock() - start);
  };
  std::pair<double, double> out{1e300, 1e300};
  for (int round = 0; round < 15; ++round) out = {std::min(out.first, time(a)), std::min(out.second, time(b))};
  return out;
}
#endif

}  // namespace

TEST_CASE("tensor cost: a gradient is counted at most 2.5 times the loss of a dense completion, 4 times that of an observed-only one") {
  const Tables tables{systems(), presets()};
  const std::pair<const char*, Settings> kinds[] = {{"cp", {}},
                                                    {"hierarchical", {}},
                                                    {"hierarchical", {{"tree", std::string("half")}, {"widths", std::vector<std::int64_t>{40}}}},
                                                    {"tucker", {}},
                                                    {"tucker", {{"depth", std::int64_t{3}}}},
                                                    {"tensor_train", {}},
                                                    {"tensor_train", {{"depth", std::int64_t{3}}}},
                                                    {"growth", {{"depth", std::int64_t{2}}}}};
  for (const auto& kind : kinds) {
    const Entry& entry = *tables.system(kind.first);
    REQUIRE(bool(entry.forward_cost));
    const std::vector<std::int64_t> sides = {40, 12, 8, 6, 5};
    for (std::size_t order = 2; order <= 6; ++order) {
      const std::vector<std::int64_t> sizes(order, sides[order - 2]);
      const std::string who = std::string(kind.first) + " of order " + std::to_string(order);
      CAPTURE(who);
      double last = 0;
      for (const double observed : {0.001, 0.01, 0.1, 0.5, 1.0}) {
        Settings some = kind.second;
        some["sizes"] = sizes, some["observe"] = std::string("fraction"), some["observed"] = observed;
        const auto settings = complete(entry.params, some);
        REQUIRE(settings);
        const double found = ratio(entry, *settings);
        CHECK(found > 1);
        CHECK(found <= (observed == 1 ? kDense : kObserved));
        const double cost = entry.cost(*settings, {});
        CHECK(cost > last);  // what is not observed is not paid for
        last = cost;
      }
    }
  }
  for (const Study& study : presets()) {
    const Entry& entry = *tables.system(study.system);
    if (!entry.forward_cost || !study.inputs.empty()) continue;
    for (const Variant& v : study.runs) {
      const auto document = document_of(tables, study, v.name);
      REQUIRE(document);
      const Entry& own = *tables.system(document->system);
      if (!own.forward_cost) continue;
      INFO(study.key << " " << v.name);
      CHECK(ratio(own, document->settings) <= kObserved);
    }
  }
}

#if defined(NDEBUG) && !defined(__EMSCRIPTEN__)  // the clock judges the builds that are fast, where it is fine enough
TEST_CASE("tensor cost: measured, a dense gradient takes far less than a product of the whole tensor a mode") {
  const Shape shape(6, 5);  // six products more than the loss's own would be six times its time
  CpMap map(shape, 100);
  std::vector<double> weights(map.size()), gradient(map.size());
  Rng rng(1);
  for (double& w : weights) w = rng.normal();
  const auto task = test::drawn_task(map.layout(), test::Measured::Entries, {});
  test::Whole whole(*task);
  const auto& w = map.forward(weights);
  Matrix slope(w.rows(), w.cols());
  const auto times = least([&] { task->evaluate(map.forward(weights), slope, {}); }, [&] { map.descend(weights, whole, {}, gradient); });
  const double loss = times.first, gradient_alone = times.second - times.first;
  INFO("the gradient takes " << gradient_alone / loss << " times as long as the loss");
  CHECK(gradient_alone < 4 * loss);
}

TEST_CASE("tensor cost: measured, the gradient at few entries takes far less than one over all of them") {
  const Shape shape(4, 12);
  CpMap map(shape, 200);
  std::vector<double> weights(map.size()), gradient(map.size());
  Rng rng(1);
  for (double& w : weights) w = rng.normal();
  const std::int64_t rows = map.layout().rows(), cols = map.layout().cols();
  std::vector<std::int64_t> offsets;
  for (std::int64_t i = 0; i < rows; ++i) offsets.push_back(i + (7 * i % cols) * rows);
  const auto task = completion_task(rows, cols, offsets, std::vector<double>(offsets.size(), 1.0), {});
  REQUIRE(task->sampled(0));
  test::Whole whole(*task);
  const auto times = least([&] { map.descend(weights, *task, {}, gradient); }, [&] { map.descend(weights, whole, {}, gradient); });
  INFO("all of W takes " << times.second / times.first << " times as long");
  CHECK(times.first < 0.7 * times.second);
}
#endif
