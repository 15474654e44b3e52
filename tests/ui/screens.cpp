// Draws every preset, panel and width on an offscreen context. Pictures go to the folder named, to be looked at.
#include <imgui.h>
#include <imgui_internal.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "io/npy.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "ui_test/landscape_toy.h"
#include "ui_test/stage.h"
#include "ui_test/tensor_toy.h"

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

/// Whether two pictures differ in a part of them.
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

/// Volume, slices, components and mode tree in every form and at every width, alone in a text.
void tensors() {
  const Tables tables = toy::bloom_tables();
  for (const auto& [width, height, dpr, dark] : {std::tuple{1280.f, 800.f, 1.f, true}, {1280.f, 800.f, 2.f, false}, {1680.f, 1000.f, 1.f, true}, {768.f, 1024.f, 1.f, false},
                                                 {390.f, 844.f, 2.f, true}, {390.f, 844.f, 2.f, false}, {640.f, 420.f, 2.f, true}, {360.f, 420.f, 2.f, false}}) {
    const bool figure = height < 500;
    const std::string name = (figure ? "figure-tensors-" : "tensors-") + std::to_string(static_cast<int>(width)) + (dark ? "" : "-light");
    Stage stage(width, height, dpr, dark, width < 700, &tables);
    stage.input.figure = figure;
    start(stage);
    stage.run_to(120);
    check(colors(keep(stage, name), {0, 0, width, height}) > 60, name);
    fine(stage, name);
    for (float y = height * 0.8f; !figure && y < stage.told.height; y += height * 0.8f) {
      stage.input.scroll = std::min(y, stage.told.height - height);
      for (int i = 0; i < 2; ++i) stage.frame();
      keep(stage, name + "-" + std::to_string(static_cast<int>(y)));
    }
  }
}

/// What is done to a volume, its slices, a mode tree and a parameter of free text: on a screen so tall that all of it is in sight.
void tensor_gestures(bool coarse) {
  const Tables tables = toy::bloom_tables();
  Stage stage(1280, 1500, 1, !coarse, coarse, &tables);
  start(stage);
  stage.run_to(120);
  stage.key(ImGuiKey_Space);
  const auto rest = [&] {
    stage.point(640, 1495);
    stage.settle();
    return stage.shoot();
  };
  const auto drag = [&](float from_x, float from_y, float to_x, float to_y) {
    stage.point(from_x, from_y);
    ImGui::GetIO().AddMouseButtonEvent(0, true);
    stage.frame();
    for (int i = 1; i <= 8; ++i) stage.point(from_x + (to_x - from_x) * static_cast<float>(i) / 8, from_y + (to_y - from_y) * static_cast<float>(i) / 8);
    ImGui::GetIO().AddMouseButtonEvent(0, false);
    stage.frame();
  };
  const std::string name = coarse ? "tensor-touch" : "tensor";
  const Rect card{304, 60, 578, 600};
  const float middle_x = card.x + card.width / 2, middle_y = 320, right_end = card.x + 12 + 171;
  const Picture before = rest();
  check(stage.app().grabs(middle_x, middle_y) && !stage.app().grabs(middle_x, card.y + 20), "a volume takes the drags that begin on it, not its title's");
  drag(middle_x, middle_y, middle_x + 160, middle_y + 30);
  const Picture turned = rest();
  check(turned.rgb != before.rgb, "a drag turns the volume");
  if (!folder.empty()) write_png(folder + "/" + name + "-turned.png", turned);
  stage.press(middle_x, middle_y), stage.press(middle_x, middle_y);
  check(rest().rgb == before.rgb, "a double click turns it back");

  const float sliders = card.y + card.height - 34 - 18;
  drag(right_end - 8, sliders, right_end - 90, sliders);
  const Picture cut = rest();
  check(cut.rgb != before.rgb, "a slider cuts a mode");
  drag(right_end + 191 - 8, sliders, right_end + 191 - 60, sliders);
  drag(right_end + 2 * 191 - 8, sliders, right_end + 2 * 191 - 60, sliders);
  const Picture more = rest();
  check(more.rgb != cut.rgb, "the others cut theirs");
  if (!folder.empty()) write_png(folder + "/" + name + "-cut.png", more);
  for (int m = 0; m < 3; ++m) {
    const float end = right_end + 191 * static_cast<float>(m);
    drag(end - 100, sliders, end + 20, sliders);
  }
  check(rest().rgb == before.rgb, "and show all of it again");
  if (!coarse) {
    stage.point(middle_x, middle_y);
    for (int i = 0; i < 40; ++i) stage.frame();
    check(keep(stage, name + "-value").rgb != before.rgb, "the entry under the pointer is read");
  }

  stage.press(card.x + card.width - 12 - 29, card.y + 19);
  const Picture slices = rest();
  check(slices.rgb != before.rgb && !stage.app().grabs(middle_x, middle_y), "a tensor of order 3 is seen as slices too, which let the page scroll");
  if (!folder.empty()) write_png(folder + "/" + name + "-slices.png", slices);
  stage.press(card.x + 40, card.y + 48);
  check(rest().rgb != slices.rgb, "another mode becomes the slices' rows");
  stage.press(card.x + 40, card.y + 48);
  check(rest().rgb == slices.rgb, "and the first one again");
  stage.press(card.x + 150, card.y + 48);
  check(rest().rgb != slices.rgb, "another mode becomes their columns");

  const auto document = [&] { return stage.ask(R"({"do":"document","slot":0})"); };
  const auto says = [&](const std::string& part) { return document().find(part) != std::string::npos; };
  const auto leaf = [](int mode) { return 804 + (static_cast<float>(mode) + 0.5f) / 4 * 452; };
  const float foot = 1358;
  check(stage.app().grabs(leaf(1), foot) && !stage.app().grabs((leaf(1) + leaf(2)) / 2, foot), "a leaf takes the drags that begin on it");
  stage.point(leaf(1), foot);
  ImGui::GetIO().AddMouseButtonEvent(0, true);
  stage.frame();
  for (int i = 1; i <= 8; ++i) stage.point(leaf(1) + (leaf(2) - leaf(1)) * static_cast<float>(i) / 8, foot);
  keep(stage, name + "-leaf");
  ImGui::GetIO().AddMouseButtonEvent(0, false);
  for (int i = 0; i < 6; ++i) stage.frame();
  check(says(R"x("drawn_tree":"(1,((2,3),4))")x") && says(R"("tree":"drawn")"), "a leaf that is dropped changes the tree: " + document());
  drag(leaf(0), foot, leaf(0), foot + 90);
  for (int i = 0; i < 6; ++i) stage.frame();
  check(says(R"x("drawn_tree":"(1,((2,3),4))")x"), "dropped over nothing it goes back");
  fine(stage, name);

  const auto type = [&](const char* text) {
    stage.press(146, stage.told.words.y + stage.told.words.height + (coarse ? 277.f : 257.f));
    for (int i = 0; i < 4; ++i) stage.frame();
    stage.key(ImGuiKey_Delete);
    ImGui::GetIO().AddInputCharactersUTF8(text);
    for (int i = 0; i < 12; ++i) stage.frame();
    stage.key(ImGuiKey_Enter);
    for (int i = 0; i < 4; ++i) stage.frame();
  };
  type("another word");
  check(says(R"("note":"another word")"), "free text is typed: " + document());
  type("");
  check(says(R"("note":"another word")") && stage.refused.size() == 1 && stage.refused.front().find("write a word") != std::string::npos,
        "text that is refused changes nothing, and says why");
  keep(stage, name + "-refused");
}

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
  h.down(620, 180);
  h.to(620, 150), h.to(620, 120);
  h.look("hand");
  h.up();
  h.look("let-go");
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
  h.down(195, 200);
  h.to(195, 170), h.to(195, 150);
  h.look("hand");
  h.up();
  h.look("let-go");
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

void times() { time_on_a_desktop(), time_on_a_phone(); }

void predictions() { predict_on_a_desktop(), predict_on_a_phone(); }

/// Runs side by side, on the same axes.
void tensors_compared() {
  const Tables tables = toy::bloom_tables();
  Stage stage(1280, 1100, 1, true, false, &tables);
  start(stage);
  stage.run_to(20);
  const Picture alone = stage.shoot();
  stage.press(958, 24);
  stage.run_to(120);
  for (int i = 0; i < 4; ++i) stage.frame();
  check(keep(stage, "tensors-compared").rgb != alone.rgb, "compared runs are drawn");
  fine(stage, "tensors-compared");
}

/// The rank lens: a file that is dropped, the threshold dragged in a spectrum, another source, the search cancelled and begun again.
void lens(bool phone) {
  const Tables tables = toy::bloom_tables();
  Stage stage(phone ? 390.f : 1280.f, phone ? 844.f : 800.f, phone ? 2.f : 1.f, !phone, phone, &tables);
  stage.blind = true;  // but where it is looked at
  const auto look = [&](const std::string& what) {
    stage.blind = false;
    keep(stage, what);
    stage.blind = true;
  };
  start(stage);
  if (stage.said.status != "running") stage.key(ImGuiKey_Space);
  stage.run_to(60);
  if (stage.said.status == "running") stage.key(ImGuiKey_Space);  // while it runs, what is said is at most a few times a second
  const auto go = [&](int frames) {
    for (int i = 0; i < frames; ++i) stage.advance(), stage.frame();
  };
  const auto says = [&](const std::string& part) { return stage.said.summary.find(part) != std::string::npos; };
  const auto drag = [&](float x, float from, float to) {
    stage.point(x, from);
    ImGui::GetIO().AddMouseButtonEvent(0, true);
    stage.frame();
    stage.point(x, to);
    ImGui::GetIO().AddMouseButtonEvent(0, false);
    stage.frame();
    stage.frame();
  };
  const std::string name = phone ? "lens-phone" : "lens";
  // 4 x 4 x 4 of rank 1 and a thousandth of another: 10^-3 of the largest singular value
  Dense array{{4, 4, 4}, {}};
  for (int i = 0; i < 64; ++i) array.data.push_back(1 + 1e-3 * (i / 16 % 2 ? 1 : -1) * (i / 4 % 2 ? 1 : -1) * (i % 2 ? 1 : -1));
  const auto bytes = write_npy(array);
  stage.drop("mine.npy", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  go(4);
  stage.press(phone ? 170.f : 530.f, phone ? 383.f : 371.f);
  go(60);
  check(says("Ranks of mine.npy") && says("Tucker multirank 1, 1, 1") && says("CP rank, an estimate, 1."), name + ": the file's ranks: " + stage.said.summary);
  look(name + "-file");
  if (!phone) {
    drag(620, 236, 330);  // to the foot of the first spectrum
    check(says("Tucker multirank 2, 2, 2") && says("Tensor-train ranks 2, 2"), name + ": a threshold that is dragged is every notion's: " + stage.said.summary);
    look(name + "-dragged");
    for (int i = 0; i < 2; ++i) stage.press(281, 447), go(60);  // a tighter tolerance, twice
    check(says("CP rank, an estimate, 2."), name + ": a tighter tolerance finds the second product: " + stage.said.summary);
    stage.press(240, 125);  // the sources
    look(name + "-sources");
    stage.press(240, 165);
    go(60);
    check(says("Ranks of tensor"), name + ": another source is looked at: " + stage.said.summary);
    look(name + "-run");
  }
  stage.key(ImGuiKey_Escape);
  stage.settle();
  check(!stage.app().modal() && !says("Ranks of"), name + " closes on Escape");
  fine(stage, name);
}

/// Runs beside the first: the sheet, a ladder in lock-step, the values of all of them where the pointer is, small charts, seeds as a band, nine runs, a link.
void runs_beside(bool phone, bool dark) {
  Stage stage(phone ? 390.f : 1280.f, phone ? 844.f : 800.f, phone ? 2.f : 1.f, dark, phone);
  const std::string name = std::string(phone ? "390" : "1280") + (dark ? "-dark-" : "-light-");
  start(stage);
  stage.run_to(250);
  stage.key(ImGuiKey_Space);
  stage.settle();
  const float chart_x = phone ? 120.f : 400.f;
  const auto sheet = [&](int row) {  // of the phone's menu: 1 the runs, 2 sharing
    if (phone) {
      stage.press(316, 24);
      stage.press(250, 73 + 42 * static_cast<float>(row));
    } else {
      stage.press(row == 1 ? 735.f : 803.f, 24);
    }
    stage.settle();
    check(stage.app().modal(), name + "a sheet is open");
  };
  const auto steps = [&] {
    std::size_t runs = 0;
    while (stage.ask("{\"do\":\"document\",\"slot\":" + std::to_string(runs) + "}").find("\"error\"") == std::string::npos) ++runs;
    return runs;
  };
  const auto look = [&](const std::string& what) {
    stage.point(3, 3);
    stage.settle();
    return keep(stage, "runs-" + name + what);
  };
  sheet(1);
  look("sheet");
  stage.press(phone ? 190.f : 640.f, phone ? 235.f : 262.f);  // the depth ladder
  check(steps() == 5, name + "a depth ladder is five runs, not " + std::to_string(steps()));
  check(!stage.app().modal(), name + "the sheet is closed, so that one sees them");
  stage.run_to(700);
  stage.ask(R"({"do":"pause","slot":-1})");
  stage.settle();
  const Picture overlay = look("overlay");
  check(colors(overlay, whole(overlay)) > 60, name + "the ladder is drawn");
  const auto scroll_to = [&](float y) {
    stage.input.scroll = std::clamp(y, 0.f, std::max(0.f, stage.told.height - stage.input.height));
    stage.frame(), stage.frame();
  };
  scroll_to(phone ? 900.f : 560.f);
  const Picture charts = look("charts");
  stage.point(chart_x, phone ? 700.f : 170.f);
  if (phone) ImGui::GetIO().AddMouseButtonEvent(0, true);
  stage.frame(), stage.frame(), stage.frame();
  const Picture crosshair = keep(stage, "runs-" + name + "crosshair");
  check(crosshair.rgb != charts.rgb, name + "values are shown where the pointer is");
  if (!phone) check(differ(charts, crosshair, {830, 110, 430, 120}) && differ(charts, crosshair, {830, 340, 430, 100}), name + "and in the other charts");
  if (phone) {
    ImGui::GetIO().AddMouseButtonEvent(0, false);
    ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX);  // the finger is lifted
    stage.frame(), stage.frame();
    check(look("charts-kept").rgb == crosshair.rgb, name + "and stay when the finger is lifted");
    stage.press(120, 24);
  }
  check(look("charts-left").rgb == charts.rgb, name + "and are gone when it has left");
  scroll_to(0);
  const auto arrange = [&](int which) {
    stage.press(phone ? 24.f + 57.f * static_cast<float>(2 * which + 1) : 1022.f + 39.f * static_cast<float>(2 * which + 1), phone ? 204.f : 82.f);
  };
  arrange(1);
  check(look("multiples").rgb != overlay.rgb, name + "a small chart each");
  scroll_to(phone ? 1500.f : 900.f);
  look("multiples-scalars");
  scroll_to(0);
  stage.app().undo();
  check(!differ(look("overlay-again"), overlay, {0, 0, static_cast<float>(overlay.width), static_cast<float>(overlay.height) * 0.9f}), name + "what is chosen can be taken back");
  for (int i = 0; i < 4; ++i) stage.app().pin();
  stage.settle();
  check(steps() == 9, name + "nine runs");
  look("nine");
  stage.app().pin();
  check(steps() == 9, name + "and no more");
  arrange(0);
  fine(stage, "runs " + name);
}

/// Eight seeds as a band, and the sheet that hands them on.
void seeds_and_share(bool phone, bool dark) {
  Stage stage(phone ? 390.f : 1280.f, phone ? 844.f : 800.f, phone ? 2.f : 1.f, dark, phone);
  const std::string name = std::string(phone ? "390" : "1280") + (dark ? "-dark-" : "-light-");
  start(stage);
  stage.app().open(R"({"system":"deep_matrix","settings":{"rows":30,"cols":30,"rank":3,"depth":3,"observed":0.4},"steps":1500,"every":10})", false);
  for (int i = 0; i < 4; ++i) stage.frame();
  const auto sheet = [&](int row) {
    phone ? stage.press(316, 24) : stage.press(row == 1 ? 819.f : 887.f, 24);
    if (phone) stage.press(250, 73 + 42 * static_cast<float>(row));
    stage.settle();
  };
  const auto look = [&](const std::string& what) {
    stage.point(3, 3);
    stage.settle();
    return keep(stage, "seeds-" + name + what);
  };
  sheet(1);
  look("sheet");
  stage.press(phone ? 190.f : 640.f, phone ? 400.f : 404.f);
  check(stage.ask(R"({"do":"document","slot":7})").find("\"error\"") == std::string::npos, name + "eight seeds run");
  stage.run_to(1000);
  stage.ask(R"({"do":"pause","slot":-1})");
  stage.settle();
  const Picture band = look("band");
  check(colors(band, whole(band)) > 60, name + "a band");
  stage.input.scroll = phone ? 800.f : 420.f;
  look("band-charts");
  stage.input.scroll = 0;
  ImGui::SetClipboardText("");
  sheet(2);
  look("share");
  stage.press(phone ? 325.f : 885.f, phone ? 128.f : 176.f);
  check(std::string(ImGui::GetClipboardText()).rfind("#", 0) == 0, name + "the link is copied: " + ImGui::GetClipboardText());
  look("copied");
  fine(stage, "seeds " + name);
}

void runs_of_a_desktop() { runs_beside(false, true), runs_beside(false, false); }
void runs_of_a_phone() { runs_beside(true, true), runs_beside(true, false); }
void sharing() {
  for (const bool phone : {false, true}) seeds_and_share(phone, true), seeds_and_share(phone, false);
}

void lenses() { lens(false), lens(true); }

void gestures() { tensor_gestures(false), tensor_gestures(true); }

}  // namespace

/// A second argument names the one part, or the preset, to draw.
int main(int argc, char** argv) {
  if (argc > 1) folder = argv[1];
  const std::string only = argc > 2 ? argv[2] : "";
  const std::pair<const char*, void (*)()> parts[] = {
      {"every_preset", every_preset}, {"first_screen", first_screen}, {"panels", panels}, {"characters", characters},
      {"gallery_of_a_phone", gallery_of_a_phone}, {"every_width", every_width}, {"theorems", theorems}, {"tensors", tensors}, {"gestures", gestures}, {"tensors_compared", tensors_compared}, {"lenses", lenses}, {"time", times}, {"predict", predictions},
      {"runs_of_a_desktop", runs_of_a_desktop}, {"runs_of_a_phone", runs_of_a_phone}, {"sharing", sharing}};
  for (const auto& [name, part] : parts)
    if (only.empty() || only == name) part();
  if (Tables{{}, presets()}.preset(only)) some_way(only);
  std::printf("%s\n", failures ? "failed" : "every preset, panel and width was drawn");
  return failures ? 1 : 0;
}
