#include <doctest/doctest.h>

#include <cmath>

#include "ui/desk.h"
#include "ui/panels/pace.h"
#include "ui/panels/predict.h"
#include "ui/panels/timeline.h"
#include "ui/panels/grasp.h"

using namespace rankscope;
using namespace rankscope::ui;
using rankscope::ui::test::Desk;

TEST_CASE("a run on its way says how far it is, from where it begins to compute") {
  Slot slot;
  slot.document.steps = 1000;
  TimeHold hold;
  follow_goal(hold, slot);
  slot.now.step = 900, slot.goal = 500;
  follow_goal(hold, slot);
  CHECK(hold.began == 900);
  slot.now.step = 300;  // it went back to a kept state before the goal
  follow_goal(hold, slot);
  CHECK(hold.began == 300);
  slot.now.step = 400;
  follow_goal(hold, slot);
  CHECK(hold.began == 300);
  slot.goal = -1;
  follow_goal(hold, slot);
  CHECK(hold.goal == -1);
}

TEST_CASE("what the bar says: how far it is recorded, where it goes, and what is set") {
  Desk desk;
  desk.open(R"({"study":"cloth","steps":60})");
  Model& model = desk.model;
  TimeHold hold;
  CHECK(time_note(model, hold).empty());
  model.seek(40);
  desk.rest();
  REQUIRE(model.main().step() == 40);
  CHECK(time_note(model, hold).empty());
  model.seek(10);
  follow_goal(hold, model.main());
  CHECK(time_note(model, hold) == "on its way to step 10 · 0 %");
  desk.rest();
  REQUIRE(model.main().step() == 10);
  CHECK(model.scrubbed());
  follow_goal(hold, model.main());
  CHECK(time_note(model, hold) == "recorded to 40");
  hold.target = 20;
  CHECK(time_note(model, hold) == "recorded to 40");

  CHECK(pace_text(model).empty());
  model.halt(Halt{"any", {}, true, 0});
  CHECK(pace_text(model) == "pauses at the next event");
  model.slow_at_events(true);
  model.halt(Halt{{}, "unseen_share", true, 0.05});
  CHECK(pace_text(model).find("slow around events") != std::string::npos);
  CHECK(pace_text(model).find("< 5.0 %") != std::string::npos);
  model.halt({});
  model.slow_at_events(false);
  CHECK(pace_text(model).empty());
}

TEST_CASE("the value at which to pause runs over what the view has been, by decades where its axis has them") {
  Slot slot;
  slot.document.steps = 100;
  slot.show.views.resize(2);
  slot.show.views[0].axis = Scale::Log;
  for (int i = 0; i <= 10; ++i) {
    Frame f{i * 10, 0, {{0, Part::Measured, {}, {std::pow(10, -0.3 * i)}}, {1, Part::Measured, {}, {8.0 - 0.5 * i}}}};
    slot.history.add(f, slot.show.views);
    slot.now = f;
  }
  const ValueRange loss(slot, 0), rank(slot, 1);
  CHECK(loss.at(0) == doctest::Approx(1e-6));
  CHECK(loss.at(1) == doctest::Approx(1));
  CHECK(loss.usual() == doctest::Approx(1e-4));
  CHECK(loss.at(loss.position(0.02)) == doctest::Approx(0.02));
  CHECK(rank.at(0) == 0);
  CHECK(rank.at(1) == doctest::Approx(8));
  CHECK(rank.usual() == doctest::Approx(1.5));
  CHECK(rank.at(rank.position(3.2)) == doctest::Approx(3.2));
}

TEST_CASE("a prediction waits for its run: it pauses it, begins where it stands, or anew at its end") {
  Desk desk;
  desk.open(R"({"study":"cloth","steps":40})");
  Model& model = desk.model;
  Predicting state;
  model.look.predict = "no_such_view";
  follow_prediction(model, state);
  CHECK(state.view.empty());

  model.seek(20);
  desk.rest();
  model.play(true);
  model.look.predict = "unseen_share";
  REQUIRE(model.main().show.view("unseen_share") >= 0);
  follow_prediction(model, state);
  desk.rest();
  CHECK(state.view == "unseen_share");
  CHECK_FALSE(model.running());
  CHECK(model.main().step() < 40);
  CHECK(predicting(model, "unseen_share"));
  CHECK_FALSE(predicting(model, "effective_rank"));

  model.look.predict.clear();
  follow_prediction(model, state);
  CHECK(state.view.empty());
  model.seek(40);
  desk.rest();
  model.look.predict = "unseen_share";
  follow_prediction(model, state);
  desk.rest();
  CHECK(state.from == 0);
  CHECK(model.main().step() == 0);
}

TEST_CASE("an entry that is let go is told the run once, and its document has it") {
  Desk desk;
  desk.open(R"({"study":"cloth","steps":40})");
  Grasp grasp;
  grasp.hand = "completed", grasp.moved = "completed", grasp.mark = 5, grasp.moved_to = 0.25, grasp.pending = true;
  release(desk.model, grasp);
  CHECK_FALSE(grasp.pending);
  release(desk.model, grasp);
  desk.rest();
  REQUIRE(desk.refused.empty());
  const auto& edits = desk.model.main().document.edits;
  REQUIRE(edits.size() == 1);
  CHECK(edits[0].entry == 5);
  CHECK(edits[0].key == "completed");
  grasp.hand = "gone";
  release(desk.model, grasp);
  CHECK(grasp.hand.empty());
}
