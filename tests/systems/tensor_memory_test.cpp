// What a run of these factorizations says it needs, against what malloc gave while it was made and run.
#include <doctest/doctest.h>

#include <string>

#include "systems/growth.h"
#include "systems/tensor_runs.h"
#include "systems/tensor_train.h"
#include "systems/tucker.h"

using namespace rankscope;
using namespace rankscope::test;

#ifndef __EMSCRIPTEN__
TEST_CASE("tensor_memory: the memory that Tucker, tensor train and growth ask for is within a factor of two of what they take, and asking takes none") {
  using Word = std::string;
  using List = std::vector<std::int64_t>;
  const Value few = 0.05, adam = Word("adam"), cube = List{40, 40, 40}, four = List{16, 16, 16, 16};
  const std::vector<std::pair<Entry, Settings>> cases = {
      {tucker_entry(), {{"sizes", cube}}},
      {tucker_entry(), {{"sizes", cube}, {"depth", std::int64_t{2}}, {"optimizer", adam}}},
      {tucker_entry(), {{"sizes", cube}, {"core", List{4, 4, 4}}, {"observed", few}}},
      {tucker_entry(), {{"sizes", four}}},
      {tucker_entry(), {{"sizes", four}, {"optimizer", Word("flow")}}},
      {tensor_train_entry(), {{"sizes", cube}}},
      {tensor_train_entry(), {{"sizes", four}, {"ranks", List{10, 20, 10}}, {"observed", few}}},
      {tensor_train_entry(), {{"sizes", four}, {"depth", std::int64_t{3}}, {"optimizer", adam}}},
      {growth_entry(), {{"sizes", cube}, {"depth", std::int64_t{2}}}},
  };
  for (const auto& one : cases) {
    const Entry& entry = one.first;
    CAPTURE(entry.key);
    CAPTURE(&one - cases.data());
    Document d;
    d.settings = *complete(entry.params, one.second), d.steps = 2, d.every = 1;
    const std::int64_t before = allocated_bytes();
    reset_peak();
    const double asked = entry.memory(d.settings, {});
    const auto views = entry.views(d.settings, {});
    entry.cost(d.settings, {});
    CHECK(allocated_peak() - before < 200000);
    for (const ViewInfo& v : views)
      if (v.kind == Kind::Scalar || v.kind == Kind::Spectrum) d.record.push_back(v.key);
    reset_peak();
    auto run = Run::open(entry, d, {});
    REQUIRE(bool(run));
    steps(*run, 2);
    const auto taken = static_cast<double>(allocated_peak() - before);
    CHECK(asked > 0.5 * taken);
    CHECK(asked < 2 * taken);
  }
}
#endif
