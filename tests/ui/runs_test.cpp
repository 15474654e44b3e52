// Runs beside the first one, with a real session behind them.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "ui/look.h"
#include "ui/desk.h"

using namespace rankscope;
using namespace rankscope::ui;
using rankscope::ui::test::Desk;
using rankscope::ui::test::kSmall;

namespace {

double last(const Slot& slot, const char* view) {
  const int v = slot.show.view(view);
  REQUIRE(v >= 0);
  const Track* t = slot.history.track(static_cast<std::uint32_t>(v));
  REQUIRE(t);
  return t->measured.at(0).back();
}

std::set<int> colors(const Model& model) {
  std::set<int> out;
  for (const Slot& s : model.slots()) out.insert(s.color);
  return out;
}

}  // namespace

TEST_CASE("a pinned run goes on beside the first with the same bits") {
  Desk desk;
  desk.open(kSmall);
  desk.model.seek(40);
  desk.rest();
  desk.model.pin();
  desk.rest();
  REQUIRE(desk.model.slots().size() == 2);
  const int lane = desk.model.slots()[1].lane;
  CHECK(lane == 1);
  CHECK(desk.model.label_of(desk.model.main()) == "this run");
  CHECK(desk.model.label_of(desk.model.slots()[1]) == "this run (2)");
  CHECK(desk.model.slots()[1].history.steps() == desk.model.main().history.steps());
  CHECK(desk.bits(0) == desk.bits(lane));
  desk.model.seek(120);
  desk.rest();
  CHECK(desk.model.slots()[0].step() == 120);
  CHECK(desk.model.slots()[1].step() == 120);
  CHECK(desk.model.slots()[1].reached() == 120);
  CHECK(desk.bits(0) == desk.bits(lane));
  CHECK(desk.refused.empty());
}

TEST_CASE("a change of a past moment begins a branch, and the run before it stays") {
  Desk desk;
  desk.open(kSmall);
  desk.model.seek(150);
  desk.rest();
  const double before = last(desk.model.main(), "loss");
  desk.model.seek(50);
  desk.rest();
  CHECK(desk.model.scrubbed());
  CHECK(desk.model.main().reached() == 150);
  desk.model.set("step_size", 0.1);
  desk.rest();
  REQUIRE(desk.model.slots().size() == 2);
  const Slot& old = desk.model.slots()[1];
  CHECK(old.reached() == 150);
  CHECK(last(old, "loss") == before);
  CHECK(desk.model.main().reached() == 50);
  CHECK(old.color != desk.model.main().color);
  desk.model.seek(150);
  desk.rest();
  CHECK(last(desk.model.main(), "loss") != before);
  CHECK(desk.model.label_of(desk.model.main()) == "Step size η 0.1 from step 50");
  CHECK(desk.model.label_of(old) == "as before");  // nothing but the branch's edit tells them apart

  Desk fresh;  // the branch is the run of its document
  fresh.open(desk.model.main().text);
  fresh.model.seek(150);
  fresh.rest();
  CHECK(fresh.bits() == desk.bits());

  desk.model.set("step_size", 0.2);  // at the end of what is recorded there is nothing to branch from
  desk.rest();
  CHECK(desk.model.slots().size() == 2);
}

TEST_CASE("a change of a run that plays is no branch, though what it recorded arrives before the moment that shows it") {
  Desk desk;
  desk.open(kSmall);
  desk.late_moments = true;
  desk.model.play(true);
  while (desk.model.main().reached() == 0) desk.pump(10);
  CHECK(desk.model.main().step() < desk.model.main().reached());
  CHECK_FALSE(desk.model.scrubbed());
  desk.model.set("step_size", 0.1);
  desk.pump();
  CHECK(desk.model.slots().size() == 1);
}

TEST_CASE("a slider drawn over several values in the past makes one branch") {
  Desk desk;
  desk.open(kSmall);
  desk.model.seek(150);
  desk.rest();
  desk.model.seek(50);
  desk.model.set("step_size", 0.1);  // the answers of none of these are here yet
  desk.model.set("step_size", 0.11);
  desk.model.set("step_size", 0.12);
  desk.rest();
  REQUIRE(desk.model.slots().size() == 2);
  CHECK(desk.model.slots()[1].reached() == 150);
  CHECK(std::get<double>(desk.model.main().document.edits.back().value) == 0.12);
  CHECK(desk.model.main().reached() == 50);

  desk.model.seek(20);  // the next change of a past is a branch of its own
  desk.model.set("step_size", 0.2);
  desk.rest();
  CHECK(desk.model.slots().size() == 3);
}

TEST_CASE("ladders and bands start together, are told apart, and keep to eight beside the first") {
  Desk desk;
  desk.open(kSmall);
  desk.model.seek(30);
  desk.rest();
  desk.model.ladder("depth", {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, std::int64_t{4}, std::int64_t{5}});
  desk.rest();
  REQUIRE(desk.model.slots().size() == 5);
  std::set<std::string> labels;
  for (const Slot& s : desk.model.slots()) {
    labels.insert(desk.model.label_of(s));
    CHECK(s.step() == 200);
    CHECK(s.phase == Phase::Finished);
  }
  CHECK(labels == std::set<std::string>{"Depth N 1", "Depth N 2", "Depth N 3", "Depth N 4", "Depth N 5"});
  CHECK(colors(desk.model).size() == 5);
  for (const Slot& s : desk.model.slots()) {
    Desk fresh;
    fresh.open(s.text);
    fresh.model.seek(200);
    fresh.rest();
    CHECK(last(fresh.model.main(), "loss") == last(s, "loss"));
  }

  desk.model.seeds(12);
  desk.rest();
  REQUIRE(desk.model.slots().size() == kMostRuns);
  CHECK(desk.model.look.arrange == Arrange::Band);
  std::set<std::uint64_t> seeds;
  for (const Slot& s : desk.model.slots()) {
    seeds.insert(s.document.seed);
    CHECK(s.step() == 200);
  }
  CHECK(seeds.size() == kMostRuns);
  CHECK_FALSE(desk.model.can_pin());
  desk.model.pin();
  CHECK(desk.model.slots().size() == kMostRuns);
  desk.model.remove(3);
  CHECK(desk.model.can_pin());
  const std::set<int> left = colors(desk.model);
  desk.model.pin();
  desk.rest();
  CHECK(desk.model.slots().back().lane == 3);  // lanes and colours that are free are taken up again
  CHECK(colors(desk.model).size() == left.size() + 1);
  CHECK(desk.refused.empty());
}

TEST_CASE("a ladder is in lock-step from the start, wherever the first run stood") {
  Desk desk;
  desk.open(kSmall);
  desk.model.seek(100);
  desk.rest();
  desk.model.ladder("depth", {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}});
  std::int64_t apart = 0, seen = 0;
  bool begun = false;
  for (int i = 0; i < 100 && desk.model.main().step() < 150; ++i) {
    desk.pump(1);
    begun = begun || desk.model.main().step() < 100;
    if (!begun) continue;  // moments come at a pace of their own: the one where it stood is seen until that of step 0 is there
    for (const Slot& s : desk.model.slots()) apart = std::max(apart, std::abs(s.step() - desk.model.main().step()));
    seen = std::max(seen, desk.model.main().step());
  }
  CHECK(desk.model.slots().size() == 3);
  CHECK(seen > 0);
  CHECK(apart <= 32);  // two turns of 16 steps
  CHECK(desk.model.main().step() > 0);
}

TEST_CASE("runs that are paused stand at one step") {
  Desk desk;
  desk.open(kSmall);
  desk.model.ladder("depth", {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}});
  for (int i = 0; i < 40; ++i) desk.pump(1);
  REQUIRE(desk.model.running());
  desk.model.play(false);
  desk.rest();
  const std::int64_t at = desk.model.main().step();
  CHECK(at < 200);
  for (const Slot& s : desk.model.slots()) CHECK(s.step() == at);
}

TEST_CASE("another run becomes the first one, and both keep their past") {
  Desk desk;
  desk.open(kSmall);
  desk.model.ladder("depth", {std::int64_t{2}, std::int64_t{3}});
  desk.rest();
  const std::string first = desk.model.slots()[0].text, other = desk.model.slots()[1].text, bits = desk.bits(1);
  desk.model.promote(1);
  desk.rest();
  CHECK(desk.model.main().text == other);
  CHECK(desk.model.main().lane == 0);
  CHECK(desk.model.main().color == 0);
  CHECK(desk.model.slots()[1].text == first);
  CHECK(desk.bits(0) == bits);
  CHECK(desk.model.main().reached() == 200);
  desk.model.rename(1, "the shallow one");
  CHECK(desk.model.label_of(desk.model.slots()[1]) == "the shallow one");
  CHECK(desk.refused.empty());
}

TEST_CASE("what is open can be handed on: as a link it opens again with its runs, its look and its moment") {
  Desk desk;
  desk.open(kSmall);
  desk.model.ladder("depth", {std::int64_t{2}, std::int64_t{3}});
  desk.rest();
  desk.model.rename(1, "deeper");
  desk.model.look.log["loss"] = false;
  desk.model.look.arrange = Arrange::Multiples;
  desk.model.seek(70);
  desk.rest();
  desk.model.share(true);
  desk.rest();
  REQUIRE(desk.model.shared);
  CHECK(desk.model.shared->link.substr(0, 1) == "#");

  Desk other;
  other.open(desk.model.shared->link, true);
  REQUIRE(other.model.slots().size() == 2);
  CHECK(other.sentences.empty());
  CHECK(other.model.label_of(other.model.slots()[1]) == "deeper");
  CHECK(other.model.look.log.at("loss") == false);
  CHECK(other.model.look.arrange == Arrange::Multiples);
  for (int lane : {0, 1}) CHECK(other.bits(lane) == desk.bits(lane));
  CHECK(other.model.main().step() == 70);
  CHECK(other.model.main().text == desk.model.main().text);

  other.model.tell_address();
  other.rest();
  CHECK(other.leaves == 1);
  CHECK(other.told == desk.model.shared->link);  // it stands where the link said
  other.model.seek(80);
  other.rest();
  other.model.tell_address();
  other.rest();
  CHECK(other.leaves == 1);
  CHECK(other.told != desk.model.shared->link);

  desk.model.save();
  desk.rest();
  CHECK(desk.saved == "deep_matrix.rankscope.json");
  Desk third;
  third.open(desk.saved_text);
  CHECK(third.bits(1) == desk.bits(1));
}
