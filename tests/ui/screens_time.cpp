// Time and the reader's hand on it: the track, its keys and menus, what is taken hold of, what is predicted.
#include "ui_test/screens.h"

#include <imgui.h>

#include <cstdlib>
#include <string>

namespace rankscope::ui {
namespace {

/// Time in the reader's hand: the track, its marks, keys, menus, an entry and a bar that are taken hold of, a curve that is drawn before the run shows it.
struct Hands {
  Stage& stage;
  std::string name;

  std::int64_t step() const {
    const std::string reply = stage.ask(R"({"do":"bits","slot":0})");
    const auto at = reply.find("\"step\":");
    return at == std::string::npos ? -1 : std::atoll(reply.c_str() + at + 7);
  }
  std::string document() const { return stage.ask(R"({"do":"document","slot":0})"); }
  bool says(const std::string& part) const { return document().find(part) != std::string::npos; }
  /// Until what was asked for is done.
  void go(int frames = 12) const {
    for (int i = 0; i < frames; ++i) {
      for (int k = 0; k < 8; ++k) stage.advance();
      stage.frame();
    }
  }
  void down(float x, float y) const {
    stage.point(x, y);
    ImGui::GetIO().AddMouseButtonEvent(0, true);
    stage.frame();
  }
  void to(float x, float y) const { stage.point(x, y), go(6); }
  void up() const {
    ImGui::GetIO().AddMouseButtonEvent(0, false);
    go();
  }
  /// Takes hold of what is at `from`, draws it by way of `via` to `to_y`, and lets it go.
  void lift(float x, float from, float via, float to_y) const {
    down(x, from);
    to(x, via), to(x, to_y);
    look("hand");
    up();
    look("let-go");
  }
  void press(float x, float y) const { stage.press(x, y), go(); }
  void away() const { stage.point(stage.input.width / 2, 30), go(2); }
  void key(int key, int with = 0) const {
    if (with) ImGui::GetIO().AddKeyEvent(static_cast<ImGuiKey>(with), true), stage.frame();
    stage.key(key);
    if (with) ImGui::GetIO().AddKeyEvent(static_cast<ImGuiKey>(with), false), stage.frame();
    go(30);
  }
  void look(const std::string& what) const { keep(stage, name + "-" + what); }
};

void time_on_a_desktop() {
  Stage stage(1280, 800, 1, true);
  start(stage);
  const Hands h{stage, "time"};
  stage.run_to(600);
  stage.key(ImGuiKey_Space);
  h.go();
  const std::int64_t end = h.step();
  const auto x_of = [](double share) { return 333 + static_cast<float>(share) * 399; };
  const float y = 772;

  h.down(x_of(static_cast<double>(end) / 3000), y);
  h.to(x_of(0.12), y), h.to(x_of(0.1), y);
  check(h.step() > 200 && h.step() < 400, "the run follows the knob while it is dragged: step " + std::to_string(h.step()));
  h.look("scrub");
  h.up();
  const std::int64_t there = h.step();
  h.key(ImGuiKey_LeftArrow);
  check(h.step() == there - 1, "the left arrow is one step back");
  h.key(ImGuiKey_RightArrow);
  check(h.step() == there, "the right arrow one step on");
  h.key(ImGuiKey_End);
  check(h.step() >= end - 10 && h.step() <= end, "End is the last recorded step: " + std::to_string(h.step()) + " of " + std::to_string(end));
  h.key(ImGuiKey_LeftArrow, ImGuiMod_Shift);
  const std::int64_t event = h.step();
  check(event > 0 && event < end, "Shift and the left arrow go to the event before");
  h.key(ImGuiKey_Home);
  check(h.step() == 0, "Home is the start");
  h.key(ImGuiKey_RightArrow, ImGuiMod_Shift);
  const std::int64_t first = h.step();
  check(first > 0 && first <= event, "Shift and the right arrow go to the next event");
  h.key(ImGuiKey_Home);
  h.press(x_of(static_cast<double>(first) / 3000), y + 12);
  check(h.step() == first, "a press on a mark goes to its event: " + std::to_string(h.step()) + ", not " + std::to_string(first));
  h.key(ImGuiKey_End);
  stage.key(ImGuiKey_J);
  h.go(10);
  check(stage.said.status == "running", "J plays backwards");
  h.look("backwards");
  stage.key(ImGuiKey_K);
  h.go();
  check(h.step() < end && stage.said.status == "paused", "K pauses");

  const Picture bare = stage.shoot();
  h.press(830, y);
  check(stage.app().modal(), "the pace opens its menu");
  h.look("pace");
  h.press(650, 598);
  stage.key(ImGuiKey_Escape), h.go();
  h.away();
  check(keep(stage, "time-chip").rgb != bare.rgb, "what is set stands on the bar");
  h.key(ImGuiKey_Home);
  stage.key(ImGuiKey_Space);
  h.go(200);
  check(h.step() >= first && h.step() < first + 11 && stage.said.status == "paused", "the run pauses at the event by itself: step " + std::to_string(h.step()) + ", event " + std::to_string(first));
  h.look("halted");
  h.press(770, y);

  h.press(700, 80);
  check(stage.app().grabs(620, 180), "a view that is taken hold of takes the drags that begin on it");
  h.lift(620, 180, 150, 120);
  check(h.says(R"("view":"completed")"), "an entry that is let go moves the run there: " + h.document());
  h.key(ImGuiKey_Z, ImGuiMod_Ctrl);
  check(!h.says(R"("view":"completed")"), "undo takes it back");
  h.key(ImGuiKey_End);
  h.press(1228, 321);
  h.down(1076, 500);
  h.to(1076, 420);
  h.look("bar");
  h.up();
  h.look("bar-let-go");
  check(h.says(R"("view":"singular_values")"), "a bar too: " + h.document());
  h.key(ImGuiKey_Z, ImGuiMod_Ctrl);
  check(!h.says(R"("view":"singular_values")"), "undo takes that back too");
  h.key(ImGuiKey_Y, ImGuiMod_Ctrl);
  check(h.says(R"("view":"singular_values")"), "redo does it again");
  fine(stage, "time");
}

void predict_on_a_desktop() {
  Stage stage(1280, 800, 1, false);
  start(stage);
  const Hands h{stage, "predict"};
  stage.app().open(R"({"study":"cloth","steps":1500,"page":{"predict":"unseen_share"}})", true);
  h.go();
  check(stage.said.status == "paused" && h.step() == 0, "a study that asks for a prediction waits for it");
  h.look("empty");
  h.down(370, 655);
  for (int i = 1; i <= 8; ++i) h.to(370 + 45 * static_cast<float>(i), 655 + 7 * static_cast<float>(i));
  h.up();
  h.away();
  h.look("drawn");
  const Picture drawn = stage.shoot();
  stage.key(ImGuiKey_Space);
  stage.run_to(700);
  h.look("half");
  stage.run_to(1500);
  h.go(), h.away();
  check(keep(stage, "predict-end").rgb != drawn.rgb, "the run comes over the drawn curve");
  h.press(716, 594);  // done
  h.press(892, 320);  // predict, of the spectrum
  h.look("fan-empty");
  h.down(420, 500);
  h.to(480, 480), h.to(540, 380), h.to(900, 370);
  h.up();
  h.press(844, 320);  // the second line
  h.down(420, 500);
  h.to(700, 490), h.to(800, 400), h.to(900, 390);
  h.up();
  stage.key(ImGuiKey_Space);
  stage.run_to(1000);
  stage.key(ImGuiKey_Space);
  h.go(), h.away();
  h.look("fan");
  fine(stage, "predict");
}

/// The same with a thumb.
void time_on_a_phone() {
  Stage stage(390, 844, 2, true, true);
  start(stage);
  const Hands h{stage, "time-390"};
  stage.run_to(600);
  h.press(36, 810);
  const std::int64_t end = h.step();
  check(stage.said.status == "paused", "a phone's play button pauses");
  check(stage.app().grabs(150, 808) && !stage.app().grabs(150, 700), "the track takes the drags that begin on it");
  h.down(114, 808);
  h.to(100, 808), h.to(95, 808);
  h.look("scrub");
  h.up();
  check(h.step() < end && h.step() > 0, "a thumb drags the knob");
  const std::int64_t there = h.step();
  h.press(343, 810);
  check(stage.app().modal(), "the rest is in a sheet");
  h.look("sheet");
  const float top = 775 - 542 + 8;
  h.press(115, top + 26);
  check(h.step() == there - 1, "with one step back: " + std::to_string(h.step()));
  h.press(195, top + 300);
  h.look("sheet-event");
  h.press(195, top + 344);
  h.look("sheet-value");
  stage.key(ImGuiKey_Escape), h.go();
  h.look("set");
  h.press(237, 142);
  check(stage.app().grabs(195, 200), "a picture that is taken hold of takes the drags that begin on it");
  h.lift(195, 200, 170, 150);
  check(h.says(R"("view":"completed")"), "an entry is let go: " + h.document());
  fine(stage, "time-390");
}

void predict_on_a_phone() {
  Stage stage(390, 844, 2, false, true);
  start(stage);
  const Hands h{stage, "predict-390"};
  stage.app().open(R"({"study":"cloth","steps":1500,"page":{"predict":"unseen_share","views":["unseen_share"]}})", true);
  h.go();
  h.look("empty");
  const auto before = stage.shoot();
  h.down(90, 250);
  for (int i = 1; i <= 8; ++i) h.to(90 + 30 * static_cast<float>(i), 250 + 5 * static_cast<float>(i));
  h.up();
  stage.key(ImGuiKey_Space);
  stage.run_to(900);
  stage.key(ImGuiKey_Space);
  h.go();
  check(keep(stage, "predict-390-half").rgb != before.rgb, "a finger draws, and the run comes over it");
  fine(stage, "predict-390");
}

}  // namespace

void times() { time_on_a_desktop(), time_on_a_phone(); }

void predictions() { predict_on_a_desktop(), predict_on_a_phone(); }

}  // namespace rankscope::ui
