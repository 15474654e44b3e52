// What no tensor can be made of is refused as a run is opened: where, what, and what to do about it.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "lab/run.h"
#include "systems/systems.h"
#include "systems/tensor_runs.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

using List = std::vector<std::int64_t>;

const Entry& entry(const std::string& key) {
  static const auto all = systems();
  for (const Entry& e : all)
    if (e.key == key) return e;
  FAIL("no system " << key);
  return all[0];
}

Data filled(Shape shape, double value = 1) {
  const auto n = static_cast<std::size_t>(entries(shape));
  return share(Dense{std::move(shape), std::vector<double>(n, value)});
}

struct Wrong {
  Settings settings;
  Inputs inputs;
  const char *where, *what, *remedy;  ///< what its text is, or begins with
};

void check(const std::string& system, const Wrong& wrong) {
  CAPTURE(system);
  const std::string wanted = std::string(wrong.where) + ": " + wrong.what;
  CAPTURE(wanted);
  const auto run = try_open(entry(system), wrong.settings, wrong.inputs);
  REQUIRE_FALSE(bool(run));
  const std::string said = run.error().text();
  CAPTURE(said);
  CHECK(run.error().where == wrong.where);
  CHECK(run.error().what.starts_with(wrong.what));
  CHECK(run.error().remedy.starts_with(wrong.remedy));
  CHECK_FALSE(run.error().remedy.empty());
  CHECK(said == run.error().where + ": " + run.error().what + " (" + run.error().remedy + ")");
}

Settings with(Settings a, const Settings& b) {
  for (const auto& [key, value] : b) a[key] = value;
  return a;
}

const Settings kMask = {{"observe", std::string("auto")}};  // one component observes all if it is not told otherwise
const Settings kSmall = {{"sizes", List{3, 2, 4}}}, kSensing = {{"sizes", List{3, 2, 4}}, {"task", std::string("sensing")}, {"measurements", std::int64_t{5}}};

}  // namespace

TEST_CASE("refusals: problems that no factorization can be fitted to") {
  const double gap = std::numeric_limits<double>::quiet_NaN();
  Dense gaps{{3, 2, 4}, std::vector<double>(24, 1.0)};
  gaps.data[5] = gap;
  Dense bad_mask{{3, 2, 4}, std::vector<double>(24, 0.0)};
  bad_mask.data[5] = 1;  // it sees nothing but the gap
  const std::vector<Wrong> all = {
      {{{"sizes", List{5}}}, {}, "sizes", "has 1 mode", "2 to 16 are needed"},
      {{{"sizes", List{}}}, {}, "sizes", "has 0 modes", "2 to 16 are needed"},
      {{{"sizes", List(17, 2)}}, {}, "sizes", "has 17 modes", "2 to 16 are needed"},
      {{{"sizes", List{3, 0, 2}}}, {}, "sizes", "", ""},
      {{{"sizes", List{4096, 4096, 4096}}}, {}, "sizes", "4096 x 4096 x 4096 has more than 2e7 entries", "take fewer modes, or smaller ones"},
      {{{"sizes", List(16, 4096)}}, {}, "sizes", "4096 x", "take fewer modes, or smaller ones"},
      {{}, {{"target", filled({7})}}, "target", "has 1 mode", "2 to 16 are needed"},
      {{}, {{"target", filled({})}}, "target", "has 0 modes", "2 to 16 are needed"},
      {{}, {{"target", filled({3, 0, 4})}}, "target", "has the shape 3 x 0 x 4", "every mode needs at least one entry"},
      {{}, {{"target", filled({2, 3, 2}, gap)}}, "target", "has no finite entry", ""},
      {kMask, {{"target", filled({2, 3, 2})}, {"mask", filled({2, 3})}}, "mask", "is 2 x 3", "the target is 2 x 3 x 2"},
      {kMask, {{"target", filled({2, 3, 2})}, {"mask", filled({3, 2, 2})}}, "mask", "is 3 x 2 x 2", "the target is 2 x 3 x 2"},
      {with(kSmall, kMask), {{"mask", filled({4, 2, 3})}}, "mask", "is 4 x 2 x 3", "the target is 3 x 2 x 4"},
      {with(kSmall, kMask), {{"mask", filled({3, 2, 4}, 0)}}, "mask", "observes no known entry", "non-zero where an entry is observed"},
      {kMask, {{"target", share(gaps)}, {"mask", share(bad_mask)}}, "mask", "observes no known entry", "non-zero where an entry is observed"},
      {with(kSmall, {{"observe", std::string("mask")}}), {}, "mask", "", ""},
      {with(kSmall, {{"observed", 0.0}}), {}, "observed", "", ""},
      {with(kSensing, {{"measurements", std::int64_t{0}}}), {}, "measurements", "", ""},
      {kSensing, {{"measurements", filled({0, 3, 2, 4})}}, "measurements", "holds none", "at least one is needed"},
      {kSensing, {{"measurements", filled({4, 3})}}, "measurements", "has the shape 4 x 3", ""},
      {kSensing, {{"measurements", filled({4, 3, 2})}, {"target", filled({2, 3})}}, "measurements", "are of 3 x 2", ""},
      {kSensing, {{"measurements", filled({4, 3, 2})}, {"targets", filled({3})}}, "targets", "has 3 numbers", ""},
      {kSensing, {{"measurements", filled({1, 3, 2}, gap)}}, "measurements", "has entries that are not finite", ""},
      {kSensing, {{"target", share(gaps)}}, "target", "has gaps", ""},
      {with(kSensing, {{"sizes", List{100, 100, 100}}, {"measurements", std::int64_t{200}}}), {}, "measurements", "asks for more than 5e7 numbers", ""},
      {kSmall, {{"measurements", filled({4, 3, 2})}}, "measurements", "is not used by completion", ""},
      {kSensing, {{"mask", filled({3, 2, 4})}}, "mask", "is not used by sensing", ""},
      {kSmall, {{"tagret", filled({3, 2, 4})}}, "tagret", "is not an input of ", "did you mean 'target'?"},
      {with(kSmall, {{"batch", std::int64_t{4}}, {"optimizer", std::string("flow")}}), {}, "batch", "is set with the optimizer flow", "set batch=0"},
  };
  for (const char* system : {"cp", "hierarchical", "tucker", "tensor_train", "growth"})
    for (const Wrong& wrong : all) check(system, wrong);
}

TEST_CASE("refusals: trees that do not join every mode once") {
  const auto drawn = [](const char* tree, List sizes = {3, 3, 3, 3}) { return Settings{{"sizes", std::move(sizes)}, {"tree", std::string("drawn")}, {"drawn_tree", std::string(tree)}}; };
  const std::vector<Wrong> all = {
      {drawn("((1,2),4)"), {}, "drawn_tree", "mode 3 is missing", ""},
      {drawn("((1,2),(3,1))"), {}, "drawn_tree", "mode 1 is named twice (character 11)", ""},
      {drawn("((1,2),(3,4)"), {}, "drawn_tree", "the bracket at character 1 is not closed", ""},
      {drawn("((1,2),(3,4)))"), {}, "drawn_tree", "goes on behind the tree (character 14)", ""},
      {drawn("((1,2),(3),4)"), {}, "drawn_tree", "a node with one child ends here", ""},
      {drawn("((1,2),())"), {}, "drawn_tree", "a mode or '(' is needed", ""},
      {drawn(""), {}, "drawn_tree", "is empty", ""},
      {drawn("((1,2),(3,4))", {3, 3, 3}), {}, "drawn_tree", "mode 4 is unknown", ""},
      {drawn("((1,2),3)"), {}, "drawn_tree", "mode 4 is missing", ""},
      {drawn("((1,2),3)", {3, 3}), {}, "drawn_tree", "mode 3 is unknown", ""},
      {with(drawn("((1,2),3)"), {}), {{"target", filled({2, 2, 2, 2, 2})}}, "drawn_tree", "mode 4 is missing", ""},
      {{{"sizes", List{2, 2, 2}}, {"tree", std::string("squares")}}, {}, "tree", "squares needs 4, 16, 64", ""},
      {{{"sizes", List{2, 2, 2}}, {"tree", std::string("halves")}}, {}, "tree", "", ""},
      {{{"sizes", List{2, 2, 2, 2}}, {"widths", List{3, 3, 3}}}, {}, "widths", "has 3 numbers", "one for each of the tree's 2 levels"},
      {{{"sizes", List{2, 2, 2, 2}}, {"widths", List{}}}, {}, "widths", "has 0 numbers", "one for each of the tree's 2 levels"},
      {{{"sizes", List{2, 2, 2, 2}}, {"widths", List{0}}}, {}, "widths", "", ""},
      {{{"sizes", List{20, 20, 20, 20}}, {"widths", List{4096}}}, {}, "widths", "so wide a tree has more than 4e7", "take narrower levels"},
  };
  for (const Wrong& wrong : all) check("hierarchical", wrong);
}

TEST_CASE("refusals: sizes of a factorization that do not fit the tensor") {
  check("cp", {{{"sizes", List{4096, 4096}}, {"components", std::int64_t{4096}}}, {}, "components", "4096 of them have more than 2e7 weights", "take fewer"});
  check("tucker", {with(kSmall, {{"core", List{2, 2}}}), {}, "core", "has 2 sizes", "one a mode is needed: 3"});
  check("tucker", {with(kSmall, {{"core", List{2, 0, 2}}}), {}, "core", "", ""});
  check("tucker", {{{"sizes", List{4, 4, 4, 4}}, {"core", List(4, 256)}}, {}, "core", "leads through more than 2e7 numbers", "take a smaller one"});
  check("tensor_train", {with(kSmall, {{"ranks", List{2}}}), {}, "ranks", "has 1", "one a bond is needed: 2"});
  check("tensor_train", {with(kSmall, {{"ranks", List{2, 0}}}), {}, "ranks", "", ""});
  check("tensor_train", {{{"sizes", List{400, 400, 100}}, {"ranks", List{256, 256}}}, {}, "ranks", "lead through more than 2e7 numbers", "take smaller ones"});
}

TEST_CASE("refusals: a start whose blocks are missing, of another shape, or no numbers") {
  struct Start {
    const char* system;
    Settings settings;
    std::vector<std::pair<const char*, Shape>> blocks;
  };
  const Start starts[] = {
      {"cp", with(kSmall, {{"components", std::int64_t{2}}}), {{"A_1", {3, 2}}, {"A_2", {2, 2}}, {"A_3", {4, 2}}}},
      {"hierarchical", with(kSmall, {{"widths", List{2}}}), {{"U_1", {3, 2}}, {"U_2", {2, 2}}, {"U_3", {4, 2}}, {"V_1_2", {2, 2}}, {"o", {2}}}},
      {"tucker", with(kSmall, {{"core", List{2, 2, 2}}}), {{"core", {2, 2, 2}}, {"A_1_1", {3, 2}}, {"A_2_1", {2, 2}}, {"A_3_1", {4, 2}}}},
      {"tensor_train", with(kSmall, {{"ranks", List{2, 3}}}), {{"G_1", {3, 2}}, {"G_2", {2, 2, 3}}, {"G_3", {3, 4}}}},
  };
  for (const Start& s : starts) {
    const auto made = [&](std::size_t odd, const auto& change) {
      State out;
      for (std::size_t b = 0; b < s.blocks.size(); ++b) {
        Field f{s.blocks[b].first, Field::Type::F64, s.blocks[b].second, s.blocks[b].second.size() == 2, {}};
        std::vector<double> numbers(static_cast<std::size_t>(entries(f.shape)), 0.5);
        if (b == odd) change(f, numbers);
        f.bytes.resize(8 * numbers.size());
        std::memcpy(f.bytes.data(), numbers.data(), f.bytes.size());
        if (!f.name.empty()) out.push_back(std::move(f));
      }
      return Inputs{{"start", share(out)}};
    };
    CAPTURE(s.system);
    const auto good = try_open(entry(s.system), s.settings, made(99, [](Field&, auto&) {}));
    INFO((good ? "" : good.error().text()));
    REQUIRE(bool(good));
    for (std::size_t b = 0; b < s.blocks.size(); ++b) {
      const std::string name = s.blocks[b].first, missing = "holds no " + name, shape = name + " is ", numbers = name + " has entries that are not finite";
      check(s.system, {s.settings, made(b, [](Field& f, auto&) { f.name.clear(); }), "start", missing.c_str(), "an array of "});
      check(s.system, {s.settings, made(b, [](Field& f, auto& x) { f.shape[0] += 1, x.resize(static_cast<std::size_t>(entries(f.shape)), 1.0); }), "start", shape.c_str(), ""});
      check(s.system, {s.settings, made(b, [](Field&, auto& x) { x[0] = std::numeric_limits<double>::infinity(); }), "start", numbers.c_str(), "every weight must be a number"});
    }
  }
  // one of another tensor's run
  Run other = opened(entry("cp"), {{"sizes", List{3, 2, 5}}, {"components", std::int64_t{2}}});
  check("cp", {with(kSmall, {{"components", std::int64_t{2}}}), {{"start", share(other.save())}}, "start", "A_3 is 5 x 2", "4 x 2 is needed"});
}
