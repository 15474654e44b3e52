// The band of an unbalanced start: a run stays inside it, and would not stay in a narrower one or in that of another exponent. Which component departs first.
#include "systems/growth_band.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "systems/cp.h"
#include "systems/cp_map.h"
#include "systems/tensor_runs.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

const Entry& entry() {
  static const Entry e = cp_entry();
  return e;
}

std::string text(const char* words) { return words; }

/// One component of order 3 that is fitted to a whole tensor by gradient flow, its first vector so much shorter and the others so much longer that its norm stays: for the rest of W
/// is 0, its force at the norm s is <T, W/‖W‖> - s. Beside it a band of each (degree, share of the true eps).
struct Beside {
  int degree;
  double share;
  double furthest = 0;  ///< how far the run has been outside, over its norm; negative: never
};
void follow(double shorter, std::uint64_t seed, std::vector<Beside>& bands) {
  const Shape shape{4, 3, 5};
  Run run = opened(entry(), {{"sizes", shape}, {"target_rank", std::int64_t{1}}, {"observe", text("all")}, {"components", std::int64_t{1}}, {"init", text("balanced")}, {"init_scale", 0.1},
                             {"optimizer", text("flow")}, {"tolerance", 1e-7}, {"normalisation", text("half_sum")}},
                   {}, {}, 1, seed);
  CpMap map(shape, 1);
  const std::span<double> weights = run.weights();
  for (std::size_t n = 0; n < 3; ++n) map.matrix(weights, n) *= n == 0 ? 1 / shorter : std::sqrt(shorter);
  const std::vector<double> truth = measured(run, "target").data;
  double sigma = 0, along = 0;
  const auto look = [&] {
    const std::vector<double> w = measured(run, "completed").data;
    sigma = measured(run, "fro_norm").data[0], along = 0;
    for (std::size_t k = 0; k < w.size(); ++k) along += truth[k] * w[k] / sigma;
  };
  look();
  if (along < 0) map.matrix(weights, 0) *= -1, look();
  const double eps = map.matrix(weights, 1).squaredNorm() - map.matrix(weights, 0).squaredNorm();
  std::vector<GrowthBand> made;
  for (Beside& b : bands) {
    made.emplace_back(b.degree);
    made.back().start(0, {sigma}, {b.share * eps}, {{along, -1}});
    b.furthest = -1e9;
  }
  const double end = 0.9 * along;  // from there on all come together
  for (int k = 0; k < 3000 && sigma < end; ++k) {
    steps(run, 1);
    look();
    for (std::size_t i = 0; i < bands.size(); ++i) {
      made[i].advance(run.time(), {{along, -1}});
      bands[i].furthest = std::max({bands[i].furthest, (made[i].lower()[0] - sigma) / sigma, (sigma - made[i].upper()[0]) / sigma});
    }
  }
  CHECK(sigma >= end);
}

}  // namespace

TEST_CASE("growth_band: the run stays inside under gradient flow, whatever the start's unbalancedness, the order and the draw") {
  for (const Shape& shape : {Shape{5, 4, 6}, Shape{4, 3, 4, 3}})
    for (const double unbalance : {1.0, 1.3, 2.0, 5.0})
      for (std::uint64_t seed = 1; seed <= 2; ++seed) {
        CAPTURE(shape.size());
        CAPTURE(unbalance);
        CAPTURE(seed);
        Run run = opened(entry(), {{"sizes", shape}, {"target_rank", std::int64_t{2}}, {"observed", 0.6}, {"optimizer", text("flow")}, {"tolerance", 1e-8}, {"normalisation", text("half_sum")},
                                   {"components", std::int64_t{4}}, {"init", text("balanced")}, {"init_scale", 0.2}, {"unbalance", unbalance}},
                         {}, {"component_norms"}, 1, seed);
        double outside = 0, most = 0, apart = 0;
        run.advance(250, [] { return true; }, [&](const Frame& f) {
          const auto &now = f.find(0)->data, &band = f.find(0, Part::Bound)->data, &theory = f.find(0, Part::Theory)->data;
          REQUIRE(theory.size() == 4);
          REQUIRE(band.size() == 8);
          most = std::max(most, now[0]);
          for (std::size_t r = 0; r < 4; ++r) {
            const double off = std::max(band[2 * r] - now[r], now[r] - band[2 * r + 1]);
            if (!(off <= outside)) outside = off;  // a NaN too
            apart = std::max(apart, std::abs(now[r] - theory[r]));
          }
        });
        CHECK(most > 0.3);  // it has learned
        // balanced, the band is a curve: what is left is how the force is read between two moments
        CHECK(outside < (unbalance == 1 ? 2e-3 : 2e-6) * most);
        if (unbalance >= 2) CHECK(apart > 0.03 * most);  // it does not follow the balanced curve
      }
}

TEST_CASE("growth_band: the run leaves a band of half the unbalancedness, and the bands of other exponents") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    // The upper side is nearest where one vector is far shorter than the others: the norm grows with eps^(N-1) there, the band's upper side with N eps^(N-1)
    std::vector<Beside> bands = {{3, 1}, {3, 0.5}};
    follow(30, seed, bands);
    CHECK(bands[0].furthest < 1e-6);
    CHECK(bands[1].furthest > 0.05);
    // Nearly balanced it is narrow, and another exponent is seen
    std::vector<Beside> others = {{3, 1}, {2, 1}, {4, 1}};
    follow(1.05, seed, others);
    CHECK(others[0].furthest < 1e-6);
    CHECK(others[1].furthest > 0.1);
    CHECK(others[2].furthest > 0.1);
  }
}

TEST_CASE("growth_band: the component that is predicted to depart first does, in at least 17 of 20 draws") {
  int all = 0;
  for (const char* init : {"gaussian", "balanced"})
    for (const Shape& shape : {Shape{6, 6, 6}, Shape{5, 5, 5, 5}})
      for (const double scale : {0.03, 0.1}) {
        CAPTURE(shape.size());
        CAPTURE(scale);
        int right = 0;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
          Run run = opened(entry(), {{"sizes", shape}, {"target_rank", std::int64_t{3}}, {"observed", 0.3}, {"optimizer", text("group_rmsprop")}, {"step_size", 0.01}, {"epsilon", 1e-12},
                                     {"components", std::int64_t{30}}, {"init", text(init)}, {"init_scale", scale}, {"shadow", true}},
                           {}, {}, 1, seed);
          for (int k = 0; k < 3000 && measured(run, "component_norms").data[0] < 0.1; ++k) steps(run, 5);
          CHECK(measured(run, "component_norms").data[0] >= 0.1);
          right += measured(run, "predicted_lead").data[0] == 1;
        }
        CHECK(right >= 17);
        all += right;
      }
  MESSAGE("of 160 draws it was right in " << all);
  CHECK(all >= 150);
}
