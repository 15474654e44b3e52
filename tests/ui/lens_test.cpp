// The rank lens behind its panel: what it says of what the core found.
#include "ui/lens.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "desk.h"

using namespace rankscope;
using namespace rankscope::ui;

namespace {

CpSearch searched(std::int64_t lower, std::int64_t upper, bool found, double error = 0, double longest = 0) {
  CpSearch out;
  out.lower = lower, out.upper = upper, out.done = true, out.found = found, out.error = error, out.longest = longest;
  return out;
}

}  // namespace

TEST_CASE("what is said of a CP rank: how it is known, and when components cancel") {
  LensModel lens;
  lens.file = true;
  CHECK(lens.cp_words() == "Not searched for.");
  lens.cp = searched(3, 3, true, 0.008);
  CHECK(lens.cp_rank() == "3");
  CHECK(lens.cp_words() == "3 outer products fit to 0.00800 of the norm; fewer than 3 cannot.");
  lens.cp = searched(1, 1, true, 0.25, 1);
  CHECK(lens.cp_words() == "1 outer product fits to 0.250 of the norm.");
  lens.cp = searched(2, 2, true, 0.01, 40);
  CHECK(lens.cp_words().find("They cancel each other, the longest is 40.0 times the array") != std::string::npos);
  lens.cp = searched(4, 16, false);
  CHECK(lens.cp_rank() == "4 to 16");
  CHECK(lens.cp_words() == "16 slices always fit, no fewer do so far; fewer than 4 cannot.");
  lens.cp = searched(1, 1, false);  // sides of one
  CHECK(lens.cp_words() == "1 slice always fits.");
  lens.cp = searched(0, 0, true);
  CHECK(lens.cp_words() == "Zero is near enough.");
}

TEST_CASE("the lens on a run over a tree: this run's own, every number by its modes, and a threshold that all follow") {
  test::Desk desk;
  desk.open(R"({"system":"hierarchical","settings":{"sizes":[3,3,3,3],"tree":"half","widths":[4]},"steps":60,"every":5})");
  desk.model.look_through(false, "target");
  desk.rest();
  LensModel& lens = desk.model.lens;
  REQUIRE(lens.measured());
  const auto own = std::find_if(lens.info.notions.begin(), lens.info.notions.end(), [](const LensNotion& n) { return n.label == "Hierarchical, this run's"; });
  REQUIRE(own != lens.info.notions.end());
  CHECK(own->definition.find("((1,3),(2,4))") != std::string::npos);
  std::string names;
  for (const LensMember& m : own->members) names += m.rows;
  CHECK(names == "{1,3}{2,4}{1}{3}{2}{4}");
  for (const LensNotion& n : lens.info.notions) CHECK(!n.definition.empty());
  // one threshold for all: at the top none counts, at the foot all
  lens.threshold = 1;
  for (const LensNotion& n : lens.info.notions)
    for (const LensMember& m : n.members) CHECK(lens.rank(m.at) == 0);
  lens.threshold = 1e-15;
  for (const LensNotion& n : lens.info.notions)
    for (const LensMember& m : n.members) CHECK(lens.rank(m.at) >= 3);
}

TEST_CASE("tolerance and starts of the search are what is asked for") {
  test::Desk desk;
  desk.open(R"({"system":"cp","settings":{"sizes":[3,3,3],"components":4},"steps":60,"every":5})");
  desk.model.look_through(false, "target");
  desk.rest();
  LensModel& lens = desk.model.lens;
  CHECK(lens.cp.done);
  const std::int64_t upper = lens.cp.upper;
  lens.starts = 0;  // out of range: refused, by name
  desk.model.search_cp(true);
  desk.rest();
  CHECK(lens.no_search.rfind("starts: ", 0) == 0);
  lens.starts = 3;
  desk.model.search_cp(true);
  desk.rest();
  CHECK(lens.no_search.empty());
  CHECK(lens.cp.upper == upper);
  desk.model.search_cp(false);
  CHECK_FALSE(lens.searching);
}
