// The step sizes of the races are the best on a grid of eighths of a decade, and depth wins or does not win on other data too.
#include <doctest/doctest.h>

#include <cmath>

#include "io/samples.h"
#include "lab/run.h"
#include "math/rng.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

constexpr std::int64_t kMost = 6000;

struct Best {
  std::int64_t steps = kMost;
  double step_size = 0;
};

Inputs shipped() {
  Inputs in;
  for (const char* key : {"x", "y"}) {
    auto data = read_sample(*find_sample(std::string("race_") + key));
    REQUIRE(bool(data));
    in[key] = *data;
  }
  return in;
}

/// Another draw of the same: standard normal inputs, the second times 0.3, and the outputs of (1, -1.5).
Inputs drawn(std::uint64_t seed) {
  Rng rng(seed);
  Dense x{{200, 2}, {}}, y{{200, 1}, {}};
  for (int i = 0; i < 200; ++i) {
    const double a = rng.normal(), b = 0.3 * rng.normal();
    x.data.insert(x.data.end(), {a, b});
    y.data.push_back(a - 1.5 * b);
  }
  return {{"x", share(std::move(x))}, {"y", share(std::move(y))}};
}

/// Steps to a loss of 1e-6 of the race's document at its best step size 10^(k/8), k = -8 .. 8.
Best best(const Study& race, double depth, const Inputs& inputs) {
  const Tables tables{systems(), presets()};
  Best out;
  for (int k = 8; k >= -8; --k) {
    auto document = document_of(tables, race);
    REQUIRE(bool(document));
    document->inputs.clear();
    document->settings["depth"] = depth;
    document->settings["step_size"] = std::pow(10.0, k / 8.0);
    document->steps = out.steps;  // no need to be slower than another
    document->every = kMost;
    document->until.loss = 1e-6;
    auto run = Run::open(*tables.system(race.system), *document, inputs);
    REQUIRE(bool(run));
    run->advance(document->steps, [] { return true; }, [](const Frame&) {});
    if (run->ended_by() == Run::Rule::Loss && run->step() <= out.steps) out = {run->step() - 1, std::pow(10.0, k / 8.0)};  // the loss is that before the step
  }
  return out;
}

const Study& study(const char* key) {
  const Study* s = Tables{systems(), presets()}.preset(key);
  REQUIRE(s);
  return *s;
}

}  // namespace

TEST_SUITE("claims") {
  TEST_CASE("race: each run of both races has its best step size") {
    for (const char* key : {"race", "race-square"})
      for (const Variant& v : study(key).runs) {
        const double depth = std::get<double>(v.settings.at("depth")), chosen = std::get<double>(v.settings.at("step_size"));
        const Best found = best(study(key), depth, shipped());
        const std::string name = std::string(key) + " " + v.name;
        INFO(name << ": " << found.steps << " steps at " << found.step_size);
        CHECK(chosen == doctest::Approx(found.step_size).epsilon(1e-12));
        CHECK(found.steps < kMost);
      }
  }
}

TEST_SUITE("long") {
  TEST_CASE("race: on three other draws depth 2 needs at most a third of the steps at p = 4, and about as many at p = 2") {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      CAPTURE(seed);
      const Inputs in = drawn(seed);
      const Best one = best(study("race"), 1, in), two = best(study("race"), 2, in);
      MESSAGE("p = 4: " << one.steps << " and " << two.steps << " steps");
      CHECK(one.steps < kMost);
      CHECK(3 * two.steps <= one.steps);
      const Best square_one = best(study("race-square"), 1, in), square_two = best(study("race-square"), 2, in);
      MESSAGE("p = 2: " << square_one.steps << " and " << square_two.steps << " steps");
      CHECK(10 * square_two.steps >= 8 * square_one.steps);
      CHECK(10 * square_two.steps <= 16 * square_one.steps);
    }
  }
}
