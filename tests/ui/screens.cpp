// Draws every preset, panel and width on an offscreen context. Pictures go to the folder named, to be looked at.
#include "ui_test/screens.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "presets/presets.h"
#include "systems/systems.h"
#include "ui_test/landscape_toy.h"
#include "ui_test/tensor_toy.h"

namespace rankscope::ui {

std::string folder;
int failures = 0;

void check(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "FAILED: %s\n", what.c_str());
}

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

bool differ(const Picture& a, const Picture& b, const Rect& part) {
  for (int y = static_cast<int>(part.y); y < static_cast<int>(part.y + part.height); ++y)
    for (int x = static_cast<int>(part.x); x < static_cast<int>(part.x + part.width); ++x)
      for (std::size_t c = 0; c < 3; ++c) {
        const std::size_t at = 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(a.width) + static_cast<std::size_t>(x)) + c;
        if (a.rgb[at] != b.rgb[at]) return true;
      }
  return false;
}

Rect whole(const Picture& p) { return {0, 0, static_cast<float>(p.width), static_cast<float>(p.height)}; }

Picture keep(Stage& stage, const std::string& name) {
  const Picture p = stage.shoot();
  if (!folder.empty()) check(write_png(folder + "/" + name + ".png", p), "write " + name);
  return p;
}

void fine(const Stage& stage, const std::string& name) {
  for (const std::string& r : stage.refused) check(false, name + ": refused " + r);
}

void start(Stage& stage) {
  stage.input.title_height = 48, stage.input.words_height = 230;
  for (int i = 0; i < 4; ++i) stage.frame();
}

namespace {

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

/// The gallery on a phone, from its first chapter to its last.
void gallery_of_a_phone() {
  Stage stage(390, 844, 2, false, true);
  start(stage);
  stage.press(253, 24);
  check(stage.app().modal(), "the gallery is open on a phone");
  const Picture first = keep(stage, "gallery-390");
  stage.point(195, 500);
  for (int i = 0; i < 400; ++i) ImGui::GetIO().AddMouseWheelEvent(0, -3), stage.frame();
  stage.point(3, 3);
  stage.settle();
  check(keep(stage, "gallery-390-end").rgb != first.rgb, "the gallery scrolls");
  fine(stage, "gallery");
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

/// What studies and systems say of themselves is in the fonts that the page has from the start; letters of other languages are
/// in the one that it loads later.
void characters() {
  Stage stage(390, 844, 1, false);
  const ImFont& font = *ImGui::GetIO().FontDefault;
  const auto has = [&](unsigned code, int sources) {
    for (int i = 0; i < sources; ++i) {
      ImFontConfig* source = font.Sources[i];
      const ImFontLoader* loader = source->FontLoader ? source->FontLoader : font.OwnerAtlas->FontLoader;
      if (loader->FontSrcGetGlyphIndexFromCodepoint(font.OwnerAtlas, source, static_cast<ImWchar>(code)) != 0) return true;
    }
    return false;
  };
  const int all = font.Sources.Size;
  check(has(0x159, all) && !has(0x159, all - 1), "the last font file brings the letters that the first ones do not have");
  const auto say = [&](const std::string& text) {
    for (const char* p = text.c_str(); *p;) {
      unsigned code = 0;
      p += ImTextCharFromUtf8(&code, p, nullptr);
      check(has(code, all - 1), "U+" + std::to_string(code) + " (decimal) of \"" + text + "\" is in the first fonts");
    }
  };
  for (const Study& s : presets()) {
    for (const std::string& text : {s.group, s.title, s.sentence, s.cite, s.claim}) say(text);
    for (const Variant& v : s.runs) say(v.name);
  }
  for (const Entry& e : systems()) {
    for (const std::string& text : {e.title, e.summary, e.time_axis}) say(text);
    for (const Param& p : e.params)
      for (const std::string& text : {p.label, p.group, p.help, p.unit}) say(text);
    for (const ViewInfo& v : e.views(document_of(e).settings, {})) {
      for (const std::string& text : {v.label, v.help, v.unit, v.x, v.y, v.claim.left, v.claim.right}) say(text);
      for (const std::string& text : v.claim.hypotheses) say(text);
    }
  }
}

/// A preset some way into its run, on a desktop and a phone, from top to bottom.
void some_way(const std::string& key) {
  const Study* study = Tables{{}, presets()}.preset(key);
  check(study != nullptr, key + " is a preset");
  if (!study) return;
  for (const auto& [width, height, dpr] : {std::array{1280.f, 800.f, 1.f}, {390.f, 844.f, 2.f}}) {
    const std::string name = key + "-" + std::to_string(static_cast<int>(width));
    Stage stage(width, height, dpr, width > 700, width < 700);
    start(stage);
    stage.app().open("{\"study\":\"" + key + "\"}", true);
    stage.run_to(study->steps * 2 / 3);
    check(stage.said.study == key, name + " is open");
    check(colors(keep(stage, name), {0, 50, width, height - 130}) > 60, name);
    int screen = 1;
    for (float y = height - 130; y < stage.told.height - height / 2; y += height - 130) {
      stage.input.scroll = std::min(y, stage.told.height - height);
      for (int i = 0; i < 2; ++i) stage.frame();
      keep(stage, name + "-" + std::to_string(screen++));
    }
    fine(stage, name);
  }
}

/// Landscapes and claims in every form and at every width, alone in a text, and the surface turned.
void theorems() {
  const Tables tables = toy::valley_tables();
  for (const auto& [width, height, dpr] :
       {std::array{1280.f, 800.f, 1.f}, {1680.f, 1000.f, 1.f}, {768.f, 1024.f, 1.f}, {390.f, 844.f, 2.f}, {640.f, 420.f, 2.f}, {360.f, 420.f, 2.f}}) {
    const bool figure = height < 500;
    const std::string name = (figure ? "figure-" : "theorems-") + std::to_string(static_cast<int>(width));
    Stage stage(width, height, dpr, width > 700, width < 700, &tables);
    stage.input.figure = figure;
    start(stage);
    stage.run_to(120);
    check(colors(keep(stage, name), {0, 0, width, height}) > 60, name);
    fine(stage, name);
    if (figure) {
      check(stage.told.height == height && stage.told.top == 0 && !stage.told.words_shown, name + " is its cards and the run bar");
      stage.input.figure_parameters = true;
      for (int i = 0; i < 3; ++i) stage.frame();
      check(stage.told.height > height, name + " has its parameters below when they are asked for");
      continue;
    }
    for (float y = height / 2; y < stage.told.height; y += height * 0.8f) {
      stage.input.scroll = std::min(y, stage.told.height - height);
      for (int i = 0; i < 2; ++i) stage.frame();
      keep(stage, name + "-" + std::to_string(static_cast<int>(y)));
    }
  }

  {
    Stage cloth(640, 420, 2, true);
    cloth.input.figure = true;
    start(cloth);
    cloth.run_to(200);
    check(colors(keep(cloth, "figure-cloth"), {0, 0, 1280, 840}) > 60, "a figure with pictures");
  }
  Stage stage(1280, 800, 1, true, false, &tables);
  start(stage);
  stage.run_to(120);
  stage.key(ImGuiKey_Space);
  stage.settle();
  const Rect card{304, 60, 528, 480};
  const float middle_x = card.x + card.width / 2, middle_y = card.y + card.height / 2;
  check(!stage.app().grabs(middle_x, middle_y), "a map lets the page scroll");
  stage.point(middle_x, middle_y);
  for (int i = 0; i < 40; ++i) stage.frame();
  keep(stage, "landscape-value");
  stage.press(card.x + card.width - 40, card.y + 19);
  stage.point(900, 790);
  stage.settle();
  const Picture before = keep(stage, "surface");
  check(stage.app().grabs(middle_x, middle_y) && !stage.app().grabs(1000, 700), "a surface takes the drags that begin on it, and no others");
  const auto drag = [&](float dx, float dy) {
    stage.point(middle_x, middle_y);
    ImGui::GetIO().AddMouseButtonEvent(0, true);
    stage.frame();
    for (int i = 1; i <= 8; ++i) stage.point(middle_x + dx * static_cast<float>(i) / 8, middle_y + dy * static_cast<float>(i) / 8);
    ImGui::GetIO().AddMouseButtonEvent(0, false);
    stage.frame();
    stage.point(900, 790);
    stage.settle();
  };
  drag(160, 30);
  check(keep(stage, "surface-turned").rgb != before.rgb, "a drag turns the surface");
  stage.press(middle_x, middle_y), stage.press(middle_x, middle_y);
  stage.point(900, 790);
  stage.settle();
  check(stage.shoot().rgb == before.rgb, "a double click turns it back");
  stage.press(958, 24);
  stage.run_to(120);
  for (int i = 0; i < 4; ++i) stage.frame();
  keep(stage, "surface-compared");
  stage.press(card.x + card.width - 90, card.y + 19);
  stage.point(900, 790);
  keep(stage, "landscape-compared");
  fine(stage, "surface");
}

}  // namespace
}  // namespace rankscope::ui

using namespace rankscope;
using namespace rankscope::ui;

/// A second argument names the one part, or the preset, to draw.
int main(int argc, char** argv) {
  if (argc > 1) folder = argv[1];
  const std::string only = argc > 2 ? argv[2] : "";
  const std::pair<const char*, void (*)()> parts[] = {
      {"every_preset", every_preset}, {"first_screen", first_screen}, {"panels", panels}, {"characters", characters},
      {"gallery_of_a_phone", gallery_of_a_phone}, {"every_width", every_width}, {"theorems", theorems}, {"tensors", tensors}, {"gestures", gestures}, {"cells", cells}, {"tensors_compared", tensors_compared}, {"lenses", lenses}, {"time", times}, {"predict", predictions},
      {"runs_of_a_desktop", runs_of_a_desktop}, {"runs_of_a_phone", runs_of_a_phone}, {"sharing", sharing}};
  for (const auto& [name, part] : parts)
    if (only.empty() || only == name) part();
  if (Tables{{}, presets()}.preset(only)) some_way(only);
  std::printf("%s\n", failures ? "failed" : "every preset, panel and width was drawn");
  return failures ? 1 : 0;
}
