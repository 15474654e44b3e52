// Tensors, their components and trees, and the rank lens, drawn and turned.
#include "ui_test/screens.h"

#include <imgui.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "io/npy.h"
#include "ui_test/tensor_toy.h"

namespace rankscope::ui {
namespace {

double share_that_differs(const Picture& a, const Picture& b, const Rect& part) {
  int differ = 0;
  for (int y = static_cast<int>(part.y); y < static_cast<int>(part.y + part.height); ++y)
    for (int x = static_cast<int>(part.x); x < static_cast<int>(part.x + part.width); ++x) {
      const auto at = static_cast<std::size_t>(y * a.width + x) * 3;
      differ += !std::equal(a.rgb.begin() + static_cast<std::ptrdiff_t>(at), a.rgb.begin() + static_cast<std::ptrdiff_t>(at) + 3, b.rgb.begin() + static_cast<std::ptrdiff_t>(at));
    }
  return differ / static_cast<double>(part.width * part.height);
}

/// The colour bar under a volume has the very colours of its cells, and their opacity.
void color_bar(bool dark) {
  const Tables tables = toy::bloom_tables();
  Stage stage(1280, 800, 1, dark, false, &tables);
  start(stage);
  stage.app().open(R"({"study":"spots"})", false);
  stage.settle();
  const std::string name = dark ? "color-bar" : "color-bar-light";
  const Picture p = keep(stage, name);
  const Rect card{304, 60, 528, 480};
  for (const double share : {1.0, -0.5}) {  // of the largest: what the two cells are
    const int x = static_cast<int>(card.x + 12 + (card.width - 24) * (share + 1) / 2) - (share == 1), y = static_cast<int>(card.y + card.height - 34 + 8 + 2);
    const unsigned char* bar = &p.rgb[static_cast<std::size_t>(y * p.width + x) * 3];
    int same = 0;
    for (int row = static_cast<int>(card.y) + 45; row < static_cast<int>(card.y + card.height) - 90; ++row)
      for (int col = static_cast<int>(card.x) + 5; col < static_cast<int>(card.x + card.width) - 5; ++col) {
        const unsigned char* cell = &p.rgb[static_cast<std::size_t>(row * p.width + col) * 3];
        same += std::abs(cell[0] - bar[0]) < 6 && std::abs(cell[1] - bar[1]) < 6 && std::abs(cell[2] - bar[2]) < 6;
      }
    check(same > 300, name + ": " + std::to_string(same) + " px of a face have the bar's colour at " + std::to_string(share));
  }
  fine(stage, name);
}

/// Where the cells of slices are too small for marks, what is not observed can be left out.
void small_cells() {
  const Tables tables = toy::bloom_tables();
  Stage stage(1280, 800, 1, false, false, &tables);
  start(stage);
  stage.app().open(R"({"study":"bloom","settings":{"size":64}})", false);  // more entries than a volume has
  stage.settle();
  stage.run_to(60);
  if (stage.said.status == "running") stage.key(ImGuiKey_Space);
  stage.settle();
  const Picture all = keep(stage, "small-cells");
  const auto press = [&] { stage.press(304 + 528 - 12 - 40, 60 + 480 - 20), stage.point(900, 795), stage.settle(); };
  press();
  check(keep(stage, "small-cells-observed").rgb != all.rgb, "what is not observed is left out");
  press();
  check(stage.shoot().rgb == all.rgb, "and comes back");
  fine(stage, "small-cells");
}

/// Where a title is cut, the set of modes at its end stays: without it two cards would be called the same.
void cut_titles() {
  const auto titled = [](const std::string& view) {
    Stage stage(220, 200, 1, true);
    stage.input.figure = true;
    start(stage);
    stage.app().open(R"({"study":"htf","page":{"views":[")" + view + "\"]}}", false);
    stage.settle();
    fine(stage, view);
    return keep(stage, "cut-title-" + view);
  };
  const Picture one = titled("effective_rank_1_2"), other = titled("effective_rank_1_3");
  check(differ(one, other, {0, 0, 110, 38}), "two cut titles are told apart");
}

/// An image's entry under a finger.
void image_by_touch() {
  Stage stage(640, 420, 2, true, true);
  stage.input.figure = true;
  start(stage);
  stage.run_to(60);
  if (stage.said.status == "running") stage.key(ImGuiKey_Space);
  stage.settle();
  const Picture before = stage.shoot();
  stage.press(320, 100);
  check(keep(stage, "image-touched").rgb != before.rgb, "an entry that a finger taps is read");
  stage.press(632, 200);
  stage.settle();
  check(stage.shoot().rgb == before.rgb, "until the next press");
}

/// What is done to a volume, its slices, a mode tree and a parameter of free text: on a screen so tall that all of it is in sight.
void tensor_gestures(bool coarse) {
  const Tables tables = toy::bloom_tables();
  Stage stage(1280, 1500, 1, !coarse, coarse, &tables);
  start(stage);
  stage.run_to(120);
  stage.key(ImGuiKey_Space);
  const auto rest = [&] {
    coarse ? stage.press(560, 24) : stage.point(640, 1495);  // what a finger read stays until the next press
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

  const float sliders = card.y + card.height - 34 - (coarse ? 26 : 18);
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
  const auto read = [&](float x, float y, const std::string& what) {  // by the mouse that rests there, or by a tap
    const Picture unread = rest();
    if (coarse) stage.press(x, y);
    else stage.point(x, y);
    for (int i = 0; i < 40; ++i) stage.frame();
    check(keep(stage, name + "-" + what).rgb != unread.rgb, name + ": " + what + " is read");
    check(rest().rgb == unread.rgb, name + ": and " + what + " no longer");
  };
  read(middle_x, middle_y, "value");
  read(400, 1154, "beam");
  read(1030, 1120, "node");

  const Rect volume{card.x, card.y + 40, card.width, card.height - 40 - 34 - 60};
  const float legend_x = card.x + card.width - 12 - 20, legend_y = card.y + card.height - 20;
  stage.press(legend_x, legend_y);
  const Picture unmarked = rest();
  const double inked = share_that_differs(before, unmarked, volume);
  check(inked > 0.001 && inked < 0.06, name + ": the observed cells have marks, which leave the values to be seen: " + std::to_string(inked));
  stage.press(legend_x, legend_y);
  check(rest().rgb == before.rgb, name + ": the legend switches the marks");

  stage.press(card.x + card.width - 12 - 29, card.y + 19);
  const Picture slices = rest();
  check(slices.rgb != before.rgb && !stage.app().grabs(middle_x, middle_y), "a tensor of order 3 is seen as slices too, which let the page scroll");
  if (!folder.empty()) write_png(folder + "/" + name + "-slices.png", slices);
  read(middle_x - 40, middle_y, "slice");
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
    drag(620, 300, 394);  // to the foot of the first spectrum
    check(says("Tucker multirank 2, 2, 2") && says("Tensor-train ranks 2, 2"), name + ": a threshold that is dragged is every notion's: " + stage.said.summary);
    look(name + "-dragged");
    for (int i = 0; i < 2; ++i) stage.press(230, 636), go(60);  // a tighter tolerance, twice
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

}  // namespace

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

void gestures() { tensor_gestures(false), tensor_gestures(true); }
void cells() { cut_titles(), color_bar(true), color_bar(false), small_cells(), image_by_touch(); }

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

void lenses() { lens(false), lens(true); }

}  // namespace rankscope::ui
