// Runs beside the first: ladders, bands of seeds, small charts, and the link of it all.
#include "ui_test/screens.h"

#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <string>

namespace rankscope::ui {
namespace {

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

/// A curve that has few points shows the first of them, while the next is computed.
void first_point() {
  Stage stage(1280, 800, 1, false);
  start(stage);
  stage.app().open(R"({"system":"rank_curve","settings":{"ranks":[1,2,5],"steps_per_rank":8},"steps":24,"every":8,"record":["train_error"],"page":{"views":["train_error"]}})", false);
  const auto at = [&](std::int64_t step) {
    stage.ask("{\"do\":\"seek\",\"slot\":0,\"step\":" + std::to_string(step) + "}");
    stage.run_to(step);
    stage.settle();
    stage.point(3, 3);
    stage.settle();
    return keep(stage, "first-point-" + std::to_string(step));
  };
  const Picture none = at(7), one = at(12);
  const Rect at_step_8{632, 210, 22, 340}, before{350, 210, 240, 340};
  check(differ(none, one, at_step_8) && !differ(none, one, before), "the only point of a curve is drawn");
  fine(stage, "first point");
}

}  // namespace

void runs_of_a_desktop() { runs_beside(false, true), runs_beside(false, false), first_point(); }

void runs_of_a_phone() { runs_beside(true, true), runs_beside(true, false); }

void sharing() {
  for (const bool phone : {false, true}) seeds_and_share(phone, true), seeds_and_share(phone, false);
}

}  // namespace rankscope::ui
