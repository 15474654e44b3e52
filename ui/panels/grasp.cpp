#include "ui/panels/grasp.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/format.h"

namespace rankscope::ui {
namespace {

constexpr double kMarked = 2.5;  // seconds

/// Two arrows, up and down.
void sign(ImVec2 m, ImU32 ink) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddTriangleFilled({m.x, m.y - 8}, {m.x + 4, m.y - 3}, {m.x - 4, m.y - 3}, ink);
  list->AddTriangleFilled({m.x, m.y + 8}, {m.x - 4, m.y + 3}, {m.x + 4, m.y + 3}, ink);
  list->AddRectFilled({m.x - 3, m.y - 1}, {m.x + 3, m.y + 1}, ink);
}

}  // namespace

bool hand_on(const Context& c, const ViewInfo& info) { return info.grasp && c.state.grasp.hand == info.key; }

float hold_word(Context& c, const ViewInfo& info, ImVec2 right_top, bool narrow) {
  if (!info.grasp) return 0;
  const bool on = hand_on(c, info);
  bool pressed = false;
  float width = 0;
  if (narrow) {
    const float w = c.w.coarse() ? 40.f : 24.f;
    pressed = c.w.press("hold", {right_top.x - w + 6, right_top.y - 12, w, c.w.coarse() ? 40.f : 30.f});
    sign({right_top.x - 7, right_top.y + 8}, on ? c.theme().accent : ImGui::IsItemHovered() ? c.theme().text : c.theme().muted);
    width = 18;
  } else {
    pressed = c.w.word("hold", right_top, "take hold", on);
    width = c.w.width("take hold", c.w.small()) + 16;
  }
  c.w.tip(on ? "The hand is on: press an entry and drag it up or down. Press here to put it away"
             : "Take hold of an entry, drag it up or down and let go: the smallest change of the weights that does it moves the run there, and it goes on");
  if (pressed) c.state.grasp.hand = on ? std::string() : info.key;
  return width;
}

Held grasp(Context& c, const ViewInfo& info, std::int64_t under, double value, double reach, float px, const Rect& place) {
  Grasp& g = c.state.grasp;
  if (!hand_on(c, info)) return {};
  c.state.grips.push_back(place);
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
  const float y = ImGui::GetIO().MousePos.y;
  if (ImGui::IsItemActivated() && under >= 0 && std::isfinite(value)) g.entry = under, g.from = g.value = value, g.y = y;
  if (g.entry < 0) return {};
  if (ImGui::IsKeyPressed(ImGuiKey_Escape)) {
    g.entry = -1;
    return {};
  }
  if (ImGui::IsItemActive() && y != g.y) {
    const double unit = std::pow(10, 3 - std::ceil(std::log10(reach)));  // to a thousandth of the range: as one would say it
    g.value = std::round((g.from + static_cast<double>((g.y - y) / std::max(px, 1.f)) * reach) * unit) / unit;
  }
  if (info.kind == Kind::Spectrum) g.value = std::max(g.value, 0.0);
  if (ImGui::IsItemDeactivated()) {
    if (g.value != g.from) g.moved = info.key, g.mark = g.entry, g.moved_to = g.value, g.until = c.input.now + kMarked, g.pending = true;
    g.entry = -1;
    c.model.dirty = true;
    return {};
  }
  return {g.entry, g.value};
}

void grasp_label(Context& c, const ViewInfo& info, const std::string& entry) {
  const Grasp& g = c.state.grasp;
  const std::string values = with_unit(g.from, "") + " → " + with_unit(g.value, info.unit);
  const float w = std::max(c.w.width(entry, c.w.small()), c.w.width(values, c.w.bold())) + 20, h = 46;
  const Rect screen = screen_of(*ImGui::GetWindowViewport());
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const float above = c.w.coarse() ? 76.f : 24.f;  // a finger hides what is under it
  ImVec2 at{std::clamp(mouse.x + 18, screen.x + 8, std::max(screen.x + 8, screen.x + screen.width - w - 8)), mouse.y - h - above};
  if (at.y < screen.y + 8) at.y = mouse.y + above;
  ImDrawList* list = ImGui::GetForegroundDrawList(ImGui::GetWindowViewport());
  list->AddRectFilled(at, {at.x + w, at.y + h}, c.theme().raised, 6);
  list->AddRect({at.x + 0.5f, at.y + 0.5f}, {at.x + w - 0.5f, at.y + h - 0.5f}, c.theme().accent, 6);
  push_font(c.theme().regular, kSmall);
  list->AddText({at.x + 10, at.y + 6}, c.theme().muted, entry.c_str());
  ImGui::PopFont();
  push_font(c.theme().semibold, kBody);
  list->AddText({at.x + 10, at.y + 23}, c.theme().text, values.c_str());
  ImGui::PopFont();
}

std::int64_t let_go(Context& c, const ViewInfo& info) {
  Grasp& g = c.state.grasp;
  if (g.mark < 0 || g.moved != info.key) return -1;
  if (c.input.now >= g.until) g.mark = -1;
  c.model.dirty = true;  // until the mark is gone
  return g.mark;
}

void release(Model& model, Grasp& g) {
  if (model.main().show.view(g.hand) < 0) g.hand.clear(), g.entry = -1;
  if (std::exchange(g.pending, false)) model.nudge(g.moved, g.mark, g.moved_to);
}

}  // namespace rankscope::ui
