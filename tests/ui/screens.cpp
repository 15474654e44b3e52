// Draws every preset, panel and width on an offscreen context. Pictures go to the folder named, to be looked at.
#include <imgui.h>

#include <array>
#include <cstdio>
#include <map>

#include "presets/presets.h"
#include "ui_test/stage.h"

namespace {

using namespace rankscope;
using namespace rankscope::ui;

int failures = 0;

void check(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "FAILED: %s\n", what.c_str());
}

/// Different colours in the part of a picture: a blank one has one.
std::size_t colors(const Picture& p, const Rect& part) {
  std::map<unsigned, int> seen;
  for (int y = static_cast<int>(part.y); y < static_cast<int>(part.y + part.height); ++y)
    for (int x = static_cast<int>(part.x); x < static_cast<int>(part.x + part.width); ++x) {
      const unsigned char* c = p.rgb.data() + 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(p.width) +
                                                   static_cast<std::size_t>(x));
      ++seen[c[0] << 16 | c[1] << 8 | c[2]];
    }
  return seen.size();
}

Rect whole(const Picture& p) { return {0, 0, static_cast<float>(p.width), static_cast<float>(p.height)}; }

std::string folder;

Picture keep(Stage& stage, const std::string& name) {
  const Picture p = stage.shoot();
  if (!folder.empty()) check(write_png(folder + "/" + name + ".png", p), "write " + name);
  return p;
}

void fine(const Stage& stage, const std::string& name) {
  for (const std::string& r : stage.refused) check(false, name + ": refused " + r);
}

/// Words get the room that a page would give them.
void start(Stage& stage) {
  stage.input.title_height = 48, stage.input.words_height = 230;
  for (int i = 0; i < 4; ++i) stage.frame();
}

void every_preset() {
  for (const Study& study : presets()) {
    Stage stage(1280, 800, 1, true);
    start(stage);
    stage.app().open("{\"study\":\"" + study.key + "\"}", false);
    for (int i = 0; i < 4; ++i) stage.frame();
    check(stage.said.study == study.key && stage.said.title == study.title, study.key + " is what is open");
    stage.key(ImGuiKey_RightArrow);
    stage.run_to(1);
    check(colors(keep(stage, study.key), {304, 60, 960, 680}) > 60, study.key + " draws something");
    fine(stage, study.key);
  }
}

void first_screen() {
  Stage stage(1280, 800, 2, false);
  start(stage);
  check(stage.said.status == "running", "the first screen plays unasked");
  check(stage.said.study == presets().front().key, "the first preset is the first screen");
  stage.run_to(300);
  stage.key(ImGuiKey_Space);
  stage.settle();
  check(stage.said.status == "paused", "space pauses");
  check(!stage.app().wants_frame(), "nothing is drawn while nothing changes");
  const Picture before = keep(stage, "first-screen");
  stage.point(700, 430);
  check(stage.app().wants_frame(), "a pointer that moves is drawn");
  stage.settle();
  check(!stage.app().wants_frame(), "a pointer at rest is not");
  const std::string before_steps = stage.said.summary;
  for (int i = 0; i < 3; ++i) stage.key(ImGuiKey_RightArrow), stage.run_to(301 + i);
  stage.settle();
  check(!ImGui::GetIO().NavVisible && stage.said.summary != before_steps, "the right arrow steps, and moves no focus");
  check(keep(stage, "readout").rgb != before.rgb, "the values under the pointer are shown");
  fine(stage, "first screen");
}

void panels() {
  Stage stage(1280, 800, 1, true);
  start(stage);
  stage.run_to(200);
  const auto press_and_keep = [&](float x, float y, const char* name) {
    stage.press(x, y);
    check(stage.app().modal(), std::string(name) + " is open");
    keep(stage, name);
    stage.key(ImGuiKey_Escape);
    stage.settle();
    check(!stage.app().modal(), std::string(name) + " closes on Escape");
  };
  press_and_keep(146, 24, "gallery");
  press_and_keep(1112, 24, "data");
  press_and_keep(1040, 24, "views");
  press_and_keep(1186, 24, "exports");
  stage.press(958, 24);
  stage.run_to(260);
  for (int i = 0; i < 4; ++i) stage.frame();
  keep(stage, "compare");
  stage.press(958, 24);
  stage.press(1245, 24);
  check(!stage.input.dark, "the theme button asks for the other theme");
  for (int i = 0; i < 4; ++i) stage.frame();
  fine(stage, "panels");

  stage.drop("small.csv", "1,2,3,4\n2,4,,8\n3,6,9,12\n4,8,12,16\n");
  for (int i = 0; i < 4; ++i) stage.frame();
  check(stage.app().modal(), "a dropped file opens the dialogue");
  keep(stage, "dropped");
  stage.drop("broken.csv", "1,2\n3,oops\n");
  for (int i = 0; i < 4; ++i) stage.frame();
  keep(stage, "refused");
  check(!stage.refused.empty(), "a broken file is refused");
}

void every_width() {
  for (const auto& [width, height, dpr] :
       {std::array{390.f, 844.f, 2.f}, {768.f, 1024.f, 1.f}, {1024.f, 768.f, 1.25f}, {1920.f, 1080.f, 1.f}}) {
    Stage stage(width, height, dpr, width < 1000, width < 800);
    start(stage);
    stage.run_to(100);
    const std::string name = std::to_string(static_cast<int>(width));
    const Picture p = keep(stage, "width-" + name);
    check(colors(p, whole(p)) > 60, "width " + name);
    check(stage.told.height > height, "the document of width " + name + " is longer than its screen");
    for (float y = 0; y < stage.told.height; y += height / 2) stage.input.scroll = y, stage.frame();
    fine(stage, "width " + name);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) folder = argv[1];
  for (const auto& part : {every_preset, first_screen, panels, every_width}) part();
  std::printf("%s\n", failures ? "failed" : "every preset, panel and width was drawn");
  return failures ? 1 : 0;
}
