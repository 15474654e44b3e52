#include "systems/growth.h"

#include <doctest/doctest.h>

#include <cmath>

#include "math/roots.h"
#include "systems/deep_component_map.h"
#include "systems/growth_exponent.h"
#include "systems/growth_theory.h"
#include "systems/tensor_runs.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

const Entry& entry() {
  static const Entry e = growth_entry();
  return e;
}

Settings of(std::vector<std::int64_t> sizes, std::int64_t depth, double imbalance = 1, double norm = 1e-3) {
  return {{"sizes", std::move(sizes)}, {"depth", depth}, {"initial_norm", norm}, {"imbalance", imbalance}, {"tolerance", 1e-10}, {"normalisation", std::string("half_sum")}};
}

double fitted(const Settings& settings, std::uint64_t seed = 1) {
  Run run = opened(entry(), settings, {}, {"growth_exponent", "component_norm"}, 1, seed);
  for (int k = 0; k < 60 && !(measured(run, "component_norm").data[0] > 0.95); ++k) steps(run, 10);
  CHECK(measured(run, "component_norm").data[0] > 0.5);  // its growth is over
  CHECK(measured(run, "growth_exponent", Part::Theory).data.size() == 1);
  return measured(run, "growth_exponent").data[0];
}

}  // namespace

TEST_CASE("growth: the exponent of a pure power law is found") {
  for (const int degree : {2, 3, 4, 6}) {
    CAPTURE(degree);
    GrowthExponent fit;
    double sigma = 1e-3;
    // equal factors of 1.3 in sigma, the times by the closed form; the force falls off at the end, where nothing may be added
    for (double t = 0; sigma < 0.5;) {
      fit.observe(t, sigma, 0.7);
      const double next = 1.3 * sigma;
      t += time_to_reach(sigma, degree, 0.7, next);
      sigma = next;
    }
    CHECK(fit.exponent() == doctest::Approx(2 - 2.0 / degree).epsilon(1e-10));
    fit.observe(1e9, 1.3 * sigma, 0.1);
    CHECK(fit.exponent() == doctest::Approx(2 - 2.0 / degree).epsilon(1e-10));
  }
  // whatever the factors, up to the largest that is taken
  Rng rng(4);
  GrowthExponent uneven;
  double sigma = 1e-3;
  for (double t = 0; sigma < 0.5;) {
    uneven.observe(t, sigma, 0.7);
    const double next = sigma * (1.1 + 0.9 * rng.uniform());
    t += time_to_reach(sigma, 3, 0.7, next);
    sigma = next;
  }
  CHECK(std::abs(uneven.exponent() - 4.0 / 3) < 0.003);
  GrowthExponent short_one;
  short_one.observe(0, 1, 1), short_one.observe(1, 1.2, 1), short_one.observe(2, 1.4, 1);
  CHECK(std::isnan(short_one.exponent()));
}

TEST_CASE("growth: from a balanced start the power approaches 2 - 2/(N K) as the start gets smaller, for N modes with K factors each") {
  for (std::size_t modes = 2; modes <= 5; ++modes)
    for (std::int64_t depth = 1; depth <= 4; ++depth) {
      const std::vector<std::int64_t> sizes(modes, 3);
      const double predicted = 2 - 2 / (static_cast<double>(modes) * static_cast<double>(depth));
      CAPTURE(modes);
      CAPTURE(depth);
      const auto off = [&](double norm, std::uint64_t seed) { return std::abs(fitted(of(sizes, depth, 1, norm), seed) - predicted); };
      const auto seed = static_cast<std::uint64_t>(depth);
      const double coarse = off(1e-2, seed), fine = off(1e-4, seed);
      CHECK(coarse < 0.02);
      CHECK(fine < 0.006);
      CHECK(fine < coarse);
    }
}

TEST_CASE("growth: an unbalanced start lowers the power, the more so the more unbalanced it is") {
  for (std::size_t modes = 2; modes <= 5; ++modes)
    for (std::int64_t depth = 1; depth <= 3; ++depth) {
      const std::vector<std::int64_t> sizes(modes, 3);
      CAPTURE(modes);
      CAPTURE(depth);
      double last = 2 - 2 / (static_cast<double>(modes) * static_cast<double>(depth)) - 0.004;
      for (const double imbalance : {2.0, 4.0, 30.0}) {
        const double power = fitted(of(sizes, depth, imbalance, 1e-4));
        CHECK(power < last);
        last = power - 0.02;
      }
      CHECK(last < 2 - 2 / (static_cast<double>(modes) * static_cast<double>(depth)) - 0.3);
    }
}

TEST_CASE("growth: the power is there while the component grows, not only at the end") {
  Run run = opened(entry(), of({3, 3, 3}, 2), {}, {"growth_exponent", "component_norm"});
  const auto exponent = static_cast<std::uint32_t>(run.view("growth_exponent")), norm = static_cast<std::uint32_t>(run.view("component_norm"));
  int unknown = 0, known = 0;
  run.advance(300, [] { return true; }, [&](const Frame& f) {
    const double sigma = f.find(norm)->data[0], power = f.find(exponent)->data[0];
    if (sigma < 1.33e-3) {  // three factors of 1.1
      unknown += std::isnan(power);
      return;
    }
    if (sigma < 2e-3) return;
    CHECK(std::abs(power - 5.0 / 3) < 0.03);
    known += sigma < 0.5;
  });
  CHECK(unknown > 0);
  CHECK(known > 20);
}

TEST_CASE("growth: recorded at every tenth step, as the system's own document does, the power is there too") {
  Run run = opened(entry(), {}, {}, {"growth_exponent"}, 10);
  steps(run, 1000);
  CHECK(std::abs(measured(run, "growth_exponent").data[0] - 4.0 / 3) < 0.03);
}

TEST_CASE("growth: the prediction stays on the run from a balanced start") {
  Run run = opened(entry(), of({5, 5, 5}, 2), {}, {"component_norm"}, 1);
  std::vector<Frame> frames;
  run.advance(250, [] { return true; }, [&](const Frame& f) { frames.push_back(f); });
  const auto v = static_cast<std::uint32_t>(run.view("component_norm"));
  double worst = 0;
  for (const Frame& f : frames) worst = std::max(worst, std::abs(std::log(f.find(v, Part::Theory)->data[0] / f.find(v)->data[0])));
  CHECK(frames.back().find(v)->data[0] > 0.9);
  CHECK(worst < 0.05);
}

TEST_CASE("growth: the start is balanced, or as unbalanced as asked, and of the norm asked") {
  for (const double imbalance : {1.0, 5.0}) {
    Run run = opened(entry(), of({4, 3, 5}, 2, imbalance));
    CHECK(measured(run, "component_norm").data[0] == doctest::Approx(1e-3).epsilon(1e-12));
    const DeepComponentMap map({4, 3, 5}, 2);
    const double length = nth_root(1e-3, 6), first = length / imbalance, other = length * nth_root(imbalance, 5);
    for (std::size_t b = 0; b < map.blocks().size(); ++b)
      CHECK(map.matrix(std::span<const double>(run.weights()), b).norm() == doctest::Approx(b == 0 ? first : other).epsilon(1e-12));
    CHECK(measured(run, "unbalancedness").data[0] == doctest::Approx(other * other - first * first).epsilon(1e-9).scale(length * length));
    for (const FactorChain& chain : map.chains())
      CHECK(chain.unbalancedness(map, run.weights()) == doctest::Approx(chain.first() == 0 ? other * other - first * first : 0).epsilon(1e-12).scale(1));
    CHECK(measured(run, "driving_force").data[0] > 0);
  }
}

TEST_CASE("growth: the gradient is the one of central differences") {
  for (const auto& [shape, depth] : std::vector<std::pair<Shape, int>>{{{4, 3}, 1}, {{3, 4, 2}, 2}, {{2, 3, 2, 2}, 3}}) {
    DeepComponentMap map(shape, depth);
    CAPTURE(map.blocks().size());
    check_gradients(map);
  }
}

TEST_CASE("growth: a resumed run has the same bits, its fit among them") {
  check_resume(entry(), of({4, 4, 4}, 2), {"growth_exponent", "component_norm"});
}
