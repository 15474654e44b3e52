#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "allocation_count.h"
#include "lab/run.h"
#include "systems/systems.h"

using namespace rankscope;

#ifndef __EMSCRIPTEN__
TEST_CASE("deep_matrix: a large narrow completion is made, stepped and recorded without a matrix of its size") {
  Triplets ratings{4000, 3500, {}, {}, {}, {}, {}};
  for (std::int64_t k = 0; k < 100000; ++k) {
    ratings.row.push_back(k / 25);
    ratings.col.push_back((k * 139) % 3500);
    ratings.value.push_back(static_cast<double>(k % 5));
  }
  const Inputs in = {{"target", share(std::move(ratings))}};
  for (const std::int64_t depth : {2, 3}) {
    const std::int64_t before = allocated_bytes();
    reset_peak();
    Document d;
    d.settings = {{"width", std::int64_t{10}}, {"depth", depth}, {"observe", std::string("fraction")}, {"observed", 0.9}, {"init", std::string("gaussian")}};
    d.steps = 3;
    d.every = 1;
    d.record = {"loss", "singular_values", "effective_rank", "test_mse", "unseen_share", "unbalancedness"};
    auto run = Run::open(systems()[0], d, in);
    REQUIRE(run);
    run->advance(3, [] { return true; }, [](const Frame&) {});
    CHECK(run->step() == 3);
    CHECK(allocated_peak() - before < 8 * 4000 * 3500 / 3);
  }
}
#endif
