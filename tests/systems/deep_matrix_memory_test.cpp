// What a run says it needs, against what malloc gave while it was made and run.
#include <doctest/doctest.h>

#include <string>

#include "allocation_count.h"
#include "lab/run.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

const Entry& entry() { return systems()[0]; }

Document document(const Settings& settings, const Inputs& inputs) {
  Document d;
  d.settings = settings;
  d.steps = 2;
  d.every = 1;
  for (const ViewInfo& v : entry().views(*complete(entry().params, settings), inputs))
    if (v.kind == Kind::Scalar || v.kind == Kind::Spectrum) d.record.push_back(v.key);
  return d;
}

}  // namespace

TEST_CASE("deep_matrix: a run that needs more memory than it may take is refused, and takes none") {
  const Settings large = {{"rows", std::int64_t{4096}}, {"cols", std::int64_t{4096}}, {"width", std::int64_t{4096}}, {"depth", std::int64_t{10}}};
  Document d;
  d.settings = large;
#ifndef __EMSCRIPTEN__
  const std::int64_t before = allocated_bytes();
  reset_peak();
#endif
  auto run = Run::open(entry(), d, {}, 2e9);
  REQUIRE(!run);
  CHECK(run.error().where == "memory");
  CHECK(run.error().what.find(" GB, and 2 GB are free") != std::string::npos);
  CHECK(!run.error().remedy.empty());
#ifndef __EMSCRIPTEN__
  CHECK(allocated_peak() - before < 1000000);
#endif
  const double need = entry().memory(*complete(entry().params, large), {});
  CHECK(need > 8.0 * 4096 * 4096 * 30);  // ten layers as drawn, kept, and their gradients
  d.settings = {{"rows", std::int64_t{9}}, {"cols", std::int64_t{9}}};
  CHECK(bool(Run::open(entry(), d, {}, 1e6)));
  CHECK(!Run::open(entry(), d, {}, 1e3));
}

#ifndef __EMSCRIPTEN__
TEST_CASE("deep_matrix: the memory it asks for is within a factor of two of what it takes") {
  using Word = std::string;
  const auto n = [](std::int64_t x) { return Value(x); };
  Dense target{{150, 120}, {}}, mask{{150, 120}, {}};
  Triplets ratings{150, 120, {}, {}, {}, {}, {}};
  for (std::int64_t k = 0; k < 150 * 120; ++k) {
    target.data.push_back(0.1 * static_cast<double>(k % 37));
    mask.data.push_back(k % 10 == 0);
    if (k % 20 == 0) ratings.row.push_back(k / 120), ratings.col.push_back(k % 120), ratings.value.push_back(1 + static_cast<double>(k % 5));
  }
  Triplets many{700, 600, {}, {}, {}, {}, {}};
  for (std::int64_t k = 0; k < 700 * 600; k += 40) many.row.push_back(k / 600), many.col.push_back(k % 600), many.value.push_back(1 + static_cast<double>(k % 3));
  struct Case {
    const char* name;
    Settings settings;
    Inputs inputs;
  };
  const Case cases[] = {
      {"completion, depth 3", {{"rows", n(150)}, {"cols", n(120)}}, {}},
      {"depth 1", {{"rows", n(150)}, {"cols", n(120)}, {"depth", n(1)}}, {}},
      {"depth 10, adam", {{"rows", n(60)}, {"cols", n(60)}, {"depth", n(10)}, {"optimizer", Word("adam")}}, {}},
      {"gradient flow", {{"rows", n(100)}, {"cols", n(100)}, {"optimizer", Word("flow")}}, {}},
      {"momentum, balanced", {{"rows", n(150)}, {"cols", n(150)}, {"optimizer", Word("momentum")}, {"init", Word("balanced")}}, {}},
      {"wide", {{"rows", n(20)}, {"cols", n(20)}, {"width", n(200)}, {"depth", n(2)}}, {}},
      {"a bottleneck", {{"rows", n(200)}, {"cols", n(200)}, {"width", n(4)}, {"observed", 1.0}}, {}},
      {"sensing", {{"rows", n(30)}, {"cols", n(30)}, {"task", Word("sensing")}, {"measurements", n(400)}}, {}},
      {"regression", {{"rows", n(30)}, {"cols", n(40)}, {"task", Word("regression")}, {"samples", n(3000)}, {"whiten", true}}, {}},
      {"a mask", {}, {{"target", share(target)}, {"mask", share(mask)}}},
      {"ratings", {}, {{"target", share(ratings)}}},
      {"ratings through a narrow layer", {{"width", n(5)}, {"depth", n(2)}}, {{"target", share(many)}}},
  };
  for (const Case& c : cases) {
    const Document d = document(c.settings, c.inputs);
    const auto settings = complete(entry().params, c.settings);
    REQUIRE(settings);
    const double asked = entry().memory(*settings, c.inputs);
    const std::int64_t before = allocated_bytes();
    reset_peak();
    {
      auto run = Run::open(entry(), d, c.inputs);
      REQUIRE(run);
      run->advance(2, [] { return true; }, [](const Frame&) {});
    }
    const auto taken = static_cast<double>(allocated_peak() - before);
    INFO(std::string(c.name) << ": asked " << asked / 1e6 << " MB, taken " << taken / 1e6 << " MB, ratio " << asked / taken);
    CHECK(asked > taken / 2);
    CHECK(asked < 2 * taken);
  }
}
#endif
