// Tensors, their components and trees, and the rank lens, drawn and turned.
#include "ui_test/screens.h"

#include <imgui.h>

#include <algorithm>
#include <string>

#include "io/npy.h"
#include "ui_test/tensor_toy.h"

namespace rankscope::ui {
namespace {

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
