// A link of several runs, opened elsewhere: the same runs, shown in the same way, to the bit.
#include <doctest/doctest.h>

#include "ui/desk.h"

using namespace rankscope;
using namespace rankscope::ui;
using namespace rankscope::ui::test;

TEST_CASE("ui: who opens a shared link sees the runs beside, their names, colours and charts as they were, at the moment") {
  Desk here;
  here.open(kSmall);
  here.model.step(20);
  here.rest();
  here.model.pin();
  here.rest();
  here.model.rename(1, "as it was");
  here.model.set("step_size", 0.2);
  here.model.step(15);
  here.rest();
  here.model.look.arrange = Arrange::Multiples;
  here.model.look.map = "viridis";
  here.model.look.layout = "x3000(study+*numbers,curve.loss);100,-20,300,400=fan.singular_values";
  here.model.share(true);
  here.rest();
  REQUIRE(here.model.shared);
  CHECK(here.model.shared->link.front() == '#');
  CHECK(here.model.shared->command.find("rankscope run") == 0);
  CHECK(here.model.shared->bibtex.find("@misc{arora2019implicit") != std::string::npos);
  CHECK(here.model.shared->left_out.empty());

  Desk there;
  there.open(here.model.shared->link);
  REQUIRE(there.model.slots().size() == 2);
  CHECK(there.model.look.arrange == Arrange::Multiples);
  CHECK(there.model.look.map == "viridis");
  CHECK(there.model.look.layout == here.model.look.layout);
  CHECK(there.model.main().step() == here.model.main().step());
  CHECK(there.bits() == here.bits());
  CHECK(there.model.slots()[1].name == "as it was");
  CHECK(there.model.slots()[1].color == here.model.slots()[1].color);
  CHECK(there.bits(there.model.slots()[1].lane) == here.bits(here.model.slots()[1].lane));

  here.model.share(false);
  here.rest();
  REQUIRE(here.model.shared);
  Desk later;
  later.open(here.model.shared->link);
  CHECK(later.model.main().step() == 0);
}
