// A change that builds a run anew is answered where the run stands, also while a hand still moves.
#include <algorithm>

#include "ui/desk.h"
#include "ui/panels/timeline.h"

using namespace rankscope;
using namespace rankscope::ui;
using rankscope::ui::test::Desk;

namespace {

const char* const kOther = R"({"system":"deep_matrix","settings":{"rows":5,"cols":5,"rank":1,"depth":2,"alpha":0.02,"observed":0.7,"step_size":0.05},"steps":200,"every":5})";

double alpha(const Desk& desk) { return std::get<double>(desk.model.main().document.settings.at("alpha")); }

/// The values that the session was told.
std::vector<std::string> told(const Desk& desk) {
  std::vector<std::string> out;
  for (const std::string& s : desk.sent)
    if (const auto at = s.find("\"value\":"); s.find("\"do\":\"set\"") != std::string::npos) out.push_back(s.substr(at + 8, s.find(',', at) - at - 8));
  return out;
}

double last_loss(const Desk& desk) {
  const Slot& slot = desk.model.main();
  return slot.history.track(static_cast<std::uint32_t>(slot.show.view("loss")))->measured.at(0).back();
}

void stand_at(Desk& desk, std::int64_t step) {
  desk.model.seek(step);
  desk.rest();
  REQUIRE(desk.model.main().step() == step);
}

}  // namespace

TEST_CASE("a run at rest that is built anew goes to the same step, and has the bits of one that began so") {
  Desk desk, other;
  desk.open(test::kSmall), other.open(kOther);
  for (const std::int64_t step : {0, 117, 200}) {
    stand_at(desk, step), stand_at(other, step);
    desk.model.set("alpha", 0.02);
    desk.rest();
    CHECK(desk.model.main().step() == step);
    CHECK(desk.bits() == other.bits());
    CHECK(desk.model.main().phase == (step == 200 ? Phase::Finished : Phase::Paused));
    CHECK(desk.model.main().reached() == step / 5 * 5);
    CHECK(desk.model.main().goal == -1);
    CHECK_FALSE(desk.model.arriving());
    desk.model.set("alpha", 0.01);
    desk.rest();
    CHECK(desk.model.main().step() == step);
  }
}

TEST_CASE("a run that was played to its end goes there again; one that plays starts over and plays on") {
  Desk desk;
  desk.open(test::kSmall);
  desk.model.play(true);
  CHECK(desk.model.rests_at() == 0);
  desk.pump(2);
  REQUIRE(desk.model.running());
  CHECK(desk.model.rests_at() == -1);
  desk.model.set("alpha", 0.02);
  CHECK(desk.sent.back().find("\"step\"") == std::string::npos);
  desk.pump();
  CHECK(desk.model.main().goal == -1);
  desk.rest();
  REQUIRE(desk.model.main().phase == Phase::Finished);
  CHECK(desk.model.rests_at() == 200);
  desk.model.set("alpha", 0.03);
  CHECK(desk.sent.back().find("\"step\":200") != std::string::npos);
  desk.rest();
  CHECK(desk.model.main().phase == Phase::Finished);
  CHECK(desk.model.main().step() == 200);
}

TEST_CASE("a run that is sought is at rest where it goes: the change is answered there") {
  Desk desk;
  desk.open(test::kSmall);
  desk.model.seek(200);
  desk.pump(1);
  REQUIRE(desk.model.main().goal == 200);
  desk.model.set("alpha", 0.02);
  desk.rest();
  CHECK(desk.model.main().step() == 200);
  CHECK(alpha(desk) == 0.02);
  const std::string bits = desk.bits();
  desk.open(kOther);
  stand_at(desk, 200);
  CHECK(desk.bits() == bits);
}

TEST_CASE("under the hand values are told one at a time: the newest one when the run of the last has come") {
  Desk desk;
  desk.open(test::kSmall);
  stand_at(desk, 200);
  const std::string before = desk.bits();
  desk.sent.clear();
  for (const double x : {0.011, 0.012, 0.013}) desk.model.set("alpha", x, true);
  CHECK(told(desk) == std::vector<std::string>{"0.011"});
  desk.pump();  // answered, and not yet there
  desk.model.set("alpha", 0.014, true);
  CHECK(told(desk).size() == 1);
  const double first = last_loss(desk);
  for (int i = 0; i < 1000 && told(desk).size() < 2; ++i) desk.pump(1);
  CHECK(told(desk) == std::vector<std::string>{"0.011", "0.014"});
  CHECK(desk.model.main().step() == 200);
  CHECK(last_loss(desk) != first);  // what has come is seen although the next one is on its way
  desk.rest();
  CHECK(told(desk).size() == 2);
  CHECK(alpha(desk) == 0.014);

  desk.model.set("alpha", 0.015, true);
  desk.pump(1);
  for (const double x : {0.016, 0.017}) desk.model.set("alpha", x, true);
  desk.model.set("alpha", 0.017);  // let go: nothing is waited for
  CHECK(told(desk) == std::vector<std::string>{"0.011", "0.014", "0.015", "0.017"});
  CHECK(alpha(desk) == 0.017);
  desk.rest();
  CHECK(alpha(desk) == 0.017);
  CHECK(desk.model.main().step() == 200);
  desk.model.set("alpha", 0.018, true);
  desk.model.set("alpha", 0.019, true);
  desk.model.set("alpha", 0.018, true);  // back to what is told already
  desk.rest();
  CHECK(told(desk).back() == "0.018");

  const double changed = last_loss(desk);
  desk.model.undo();
  desk.pump(2);
  CHECK(desk.model.arriving());
  CHECK(last_loss(desk) == changed);
  desk.rest();
  CHECK(alpha(desk) == 0.01);
  CHECK(desk.bits() == before);
  CHECK_FALSE(desk.model.undone().can_undo());
  desk.model.redo();
  desk.rest();
  CHECK(alpha(desk) == 0.018);
  CHECK(desk.refused.empty());
}

TEST_CASE("a value that is told while the one before is unanswered stays where the hand left it, refused or not") {
  Desk desk;
  desk.open(test::kSmall);
  stand_at(desk, 50);
  desk.model.set("alpha", 0.02, true);
  desk.model.set("alpha", 0.03);
  desk.pump();  // both answers
  CHECK(alpha(desk) == 0.03);
  desk.rest();
  desk.model.set("alpha", 0.04, true);
  desk.model.set("alpha", -1.0);
  desk.rest();
  CHECK(desk.refused.size() == 1);
  CHECK(desk.model.problem);
  CHECK(alpha(desk) == 0.04);  // the last one that was taken
  CHECK(desk.model.main().step() == 50);
  CHECK(desk.model.undone().undo_text().find("0.03 to 0.04") != std::string::npos);
  desk.model.set("alpha", -2.0, true);
  desk.model.set("alpha", 0.05, true);
  desk.rest();
  CHECK(alpha(desk) == 0.05);
  desk.model.undo();
  desk.rest();
  CHECK(alpha(desk) == 0.01);
  CHECK_FALSE(desk.model.undone().can_undo());
}

TEST_CASE("what was drawn is seen until the new run has come, or for a quarter of a second") {
  Desk desk;
  desk.open(test::kSmall);
  stand_at(desk, 200);
  Model& model = desk.model;
  TimeHold hold;
  const double before = last_loss(desk);
  model.set("alpha", 0.02);
  desk.pump(2);
  REQUIRE(model.arriving());
  CHECK(model.main().step() == 200);
  CHECK(model.main().reached() == 200);
  CHECK(last_loss(desk) == before);
  CHECK(model.replayed() == 0);
  CHECK_FALSE(model.running());
  follow_goal(hold, model.main());
  CHECK(time_note(model, hold).empty());
  model.pass(10), model.pass(10.2);
  CHECK(model.arriving());
  model.pass(10.3);
  CHECK_FALSE(model.arriving());
  CHECK(model.main().reached() < 200);
  CHECK(last_loss(desk) != before);
  CHECK(model.running());
  follow_goal(hold, model.main());
  desk.pump(20);
  follow_goal(hold, model.main());
  const std::string note = time_note(model, hold);
  CHECK(note.find("on its way to step 200 · ") == 0);
  CHECK(note.find(" 0 %") == std::string::npos);
  desk.rest();
  CHECK(model.main().step() == 200);

  model.set("alpha", 0.03);
  desk.pump(2);
  REQUIRE(model.arriving());
  model.seek(20);  // elsewhere: it is no longer waited for
  CHECK_FALSE(model.arriving());
  desk.rest();
  CHECK(model.main().step() == 20);

  stand_at(desk, 200);
  model.set("alpha", 0.04);
  desk.pump(2);
  REQUIRE(model.arriving());
  model.play(true);  // once more from the start, as the button says
  CHECK_FALSE(model.arriving());
  desk.pump(2);
  CHECK(model.running());
  CHECK(model.main().step() < 200);
  desk.rest();
  CHECK(model.main().phase == Phase::Finished);

  model.set("depth", std::int64_t{3});  // other views: what was known says nothing of them
  desk.pump();
  CHECK_FALSE(model.arriving());
  CHECK(model.main().history.steps().size() <= 1);
  desk.rest();
  CHECK(model.main().step() == 200);
}

TEST_CASE("a run that diverges on its way says so, and the next change goes where this one was to go") {
  Desk desk;
  desk.open(R"({"system":"deep_matrix","settings":{"rows":5,"cols":5,"rank":1,"depth":3,"alpha":0.01,"observed":0.7,"step_size":0.5},"steps":200,"every":5})");
  stand_at(desk, 100);
  desk.model.set("alpha", 10.0);
  desk.rest();
  const Slot& slot = desk.model.main();
  REQUIRE(slot.phase == Phase::Diverged);
  CHECK_FALSE(slot.trouble.empty());
  CHECK(desk.model.replayed() == 0);
  CHECK(desk.model.rests_at() == 100);
  desk.model.set("alpha", 0.02);
  desk.rest();
  CHECK(slot.phase == Phase::Paused);
  CHECK(slot.step() == 100);
  CHECK(slot.trouble.empty());
}

TEST_CASE("a run that its rule ends on the way to its step stays there") {
  Desk desk;
  desk.open(R"({"system":"deep_matrix","settings":{"rows":5,"cols":5,"rank":1,"depth":2,"alpha":0.01,"observed":0.7,"step_size":0.05},"steps":2000,"every":5,"until":{"loss":0.001}})");
  desk.model.seek(2000);
  desk.rest();
  CHECK(desk.model.main().phase == Phase::Finished);
  CHECK(desk.model.main().step() < 2000);
  CHECK(desk.model.replayed() == 0);
  CHECK(desk.model.rests_at() == 2000);
}

TEST_CASE("runs beside stay at the step to which the first one goes again") {
  Desk desk;
  desk.open(test::kSmall);
  stand_at(desk, 90);
  desk.model.pin();
  desk.rest();
  desk.model.set("alpha", 0.02);
  desk.rest();
  REQUIRE(desk.model.slots().size() == 2);
  for (const Slot& s : desk.model.slots()) CHECK(s.step() == 90);
  const std::string changed = desk.bits(0);
  CHECK(changed != desk.bits(1));
  desk.model.set("alpha", 0.03);
  desk.pump(1);
  desk.model.promote(1);
  desk.rest();
  for (const Slot& s : desk.model.slots()) CHECK(s.step() == 90);
}

TEST_CASE("a change of a run that stands before what it recorded is answered there too, and begins no branch") {
  Desk desk;
  desk.open(test::kSmall);
  stand_at(desk, 200);
  stand_at(desk, 60);
  REQUIRE(desk.model.scrubbed());
  desk.model.set("alpha", 0.02);
  desk.rest();
  CHECK(desk.model.slots().size() == 1);
  CHECK(desk.model.main().step() == 60);
  CHECK_FALSE(desk.model.scrubbed());
}

TEST_CASE("the address of a change at rest is told once the run has come, with the step") {
  Desk desk;
  desk.open(test::kSmall);
  stand_at(desk, 90);
  desk.model.tell_address();
  desk.rest();
  desk.told.clear();
  desk.model.set("alpha", 0.02);
  desk.pump(1);
  desk.model.tell_address();
  desk.pump();
  CHECK(desk.told.empty());
  desk.rest();
  desk.model.tell_address();
  desk.rest();
  CHECK(desk.told.find("0.02") != std::string::npos);
  CHECK(desk.told.find("90") != std::string::npos);
}
