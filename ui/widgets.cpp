#include "ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {
namespace {

constexpr double kTipDelay = 0.35;

ImDrawList* draw() { return ImGui::GetWindowDrawList(); }
const char* begin(std::string_view s) { return s.data(); }
const char* end(std::string_view s) { return s.data() + s.size(); }

}  // namespace

float Widgets::width(std::string_view s, const Ink& ink) const {
  ImFont* font = ink.bold ? theme_.semibold : theme_.regular;
  push_font(font, ink.size);
  const float w = ImGui::CalcTextSize(begin(s), end(s)).x;
  ImGui::PopFont();
  return w;
}

float Widgets::text(ImVec2 at, std::string_view s, const Ink& ink, Align align, float room) const {
  std::string cut;
  float w = width(s, ink);
  if (room > 0 && w > room) {
    // A set of modes at the end tells cards apart: it stays where it has room.
    auto set = s.ends_with('}') ? std::min(s.rfind(" {"), s.size()) : s.size();
    if (width(s.substr(set), ink) > 0.7f * room) set = s.size();
    const std::string tail = "…" + std::string(s.substr(set));
    cut = std::string(s.substr(0, set));
    while (!cut.empty() && w > room) {
      do cut.pop_back();
      while (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0) == 0x80);
      if (!cut.empty() && (static_cast<unsigned char>(cut.back()) & 0xC0) == 0xC0) cut.pop_back();
      w = width(cut + tail, ink);
    }
    s = cut += tail;
  }
  if (align == Align::Right) at.x -= w;
  if (align == Align::Center) at.x -= w / 2;
  push_font(ink.bold ? theme_.semibold : theme_.regular, ink.size);
  draw()->AddText({std::round(at.x), std::round(at.y)}, ink.color, begin(s), end(s));
  ImGui::PopFont();
  return w;
}

float Widgets::paragraph(ImVec2 at, std::string_view s, const Ink& ink, float room, bool visible) const {
  ImFont* font = ink.bold ? theme_.semibold : theme_.regular;
  const float leading = std::round(ink.size * 1.5f);
  float y = 0;
  push_font(font, ink.size);
  for (const char* p = begin(s); p < end(s);) {
    const char* stop = font->CalcWordWrapPosition(ImGui::GetFontSize(), p, end(s), room);
    const char* line_end = std::find(p, stop, '\n');
    if (visible) draw()->AddText({at.x, at.y + y}, ink.color, p, line_end);
    y += leading;
    p = line_end;
    while (p < end(s) && (*p == ' ' || *p == '\n')) ++p;
  }
  ImGui::PopFont();
  return y;
}

bool Widgets::press(const char* id, const Rect& r) {
  ImGui::SetCursorScreenPos(min_of(r));
  const bool pressed =
      ImGui::InvisibleButton(id, {std::max(r.width, 1.f), std::max(r.height, 1.f)}, ImGuiButtonFlags_EnableNav);
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  return pressed;
}

void Widgets::card(const Rect& r) const {
  draw()->AddRectFilled(min_of(r), max_of(r), theme_.card, kRadius);
  draw()->AddRect({r.x + 0.5f, r.y + 0.5f}, {r.x + r.width - 0.5f, r.y + r.height - 0.5f}, theme_.border, kRadius);
}

bool Widgets::button(const char* id, const Rect& r, std::string_view label, bool primary, bool lit) {
  const bool pressed = press(id, r);
  const bool over = ImGui::IsItemHovered();
  const ImU32 fill = primary ? theme_.accent : over || ImGui::IsItemActive() ? theme_.raised : theme_.card;
  draw()->AddRectFilled(min_of(r), max_of(r), primary && over ? with_alpha(fill, 0.88f) : fill, 6);
  if (!primary)
    draw()->AddRect({r.x + 0.5f, r.y + 0.5f}, {r.x + r.width - 0.5f, r.y + r.height - 0.5f},
                    lit ? theme_.accent : theme_.border, 6);
  const Ink ink{primary ? theme_.on_accent : lit ? theme_.accent : theme_.text, kBody, primary};
  text({r.x + r.width / 2, r.y + (r.height - kBody * 1.2f) / 2}, label, ink, Align::Center, r.width - 6);
  return pressed;
}

bool Widgets::word(const char* id, ImVec2 at, std::string_view label, bool lit) {
  const Ink ink{lit ? theme_.accent : theme_.muted, kSmall};
  const float w = width(label, ink);
  const bool pressed = press(id, {at.x - w - 6, at.y - 4, w + 12, 24});
  const Ink seen{ImGui::IsItemHovered() ? theme_.text : ink.color, kSmall};
  text({at.x - w, at.y}, label, seen);
  return pressed;
}

int Widgets::segments(const char* id, const Rect& r, std::span<const std::string> labels, int current) {
  int chosen = -1;
  ImGui::PushID(id);
  draw()->AddRectFilled(min_of(r), max_of(r), theme_.background, 6);
  draw()->AddRect({r.x + 0.5f, r.y + 0.5f}, {r.x + r.width - 0.5f, r.y + r.height - 0.5f}, theme_.border, 6);
  const float w = r.width / static_cast<float>(labels.size());
  for (int i = 0; i < static_cast<int>(labels.size()); ++i) {
    const Rect cell{r.x + w * static_cast<float>(i), r.y, w, r.height};
    if (press(labels[static_cast<std::size_t>(i)].c_str(), cell)) chosen = i;
    if (i == current)
      draw()->AddRectFilled({cell.x + 2, cell.y + 2}, {cell.x + w - 2, cell.y + r.height - 2}, theme_.raised, 5);
    const Ink ink{i == current             ? theme_.text
                  : ImGui::IsItemHovered() ? theme_.text
                                           : theme_.muted,
                  kSmall, i == current};
    text({cell.x + w / 2, cell.y + (r.height - kSmall * 1.2f) / 2}, labels[static_cast<std::size_t>(i)], ink,
         Align::Center, w - 6);
  }
  ImGui::PopID();
  return chosen;
}

bool Widgets::toggle(const char* id, const Rect& r, bool on) {
  const bool pressed = press(id, r);
  const float h = 18, w = 32, x = r.x + r.width - w, y = r.y + (r.height - h) / 2;
  draw()->AddRectFilled({x, y}, {x + w, y + h}, on ? theme_.accent : theme_.track, h / 2);
  draw()->AddCircleFilled({on ? x + w - h / 2 : x + h / 2, y + h / 2}, 6.5f, on ? theme_.on_accent : theme_.text);
  return pressed;
}

bool Widgets::check_row(const char* id, const Rect& r, std::string_view label, bool on) {
  const bool pressed = press(id, r);
  if (ImGui::IsItemHovered()) draw()->AddRectFilled(min_of(r), max_of(r), theme_.raised, 6);
  if (on) text({r.x + 10, r.y + (r.height - kBody * 1.2f) / 2}, "✓", {theme_.accent});
  text({r.x + 30, r.y + (r.height - kBody * 1.2f) / 2}, label, body(), Align::Left, r.width - 36);
  return pressed;
}

bool Widgets::slider(const char* id, const Rect& r, float& position, bool thick) {
  press(id, r);
  const bool held = ImGui::IsItemActive(), over = ImGui::IsItemHovered();
  const float radius = coarse_ ? 9.f : thick ? 8.f : 7.f, line = thick ? 6.f : 4.f;
  const float x0 = r.x + radius, x1 = r.x + r.width - radius, y = r.y + r.height / 2;
  if (held) position = std::clamp((ImGui::GetIO().MousePos.x - x0) / std::max(x1 - x0, 1.f), 0.f, 1.f);
  const float x = x0 + (x1 - x0) * std::clamp(position, 0.f, 1.f);
  draw()->AddRectFilled({r.x, y - line / 2}, {r.x + r.width, y + line / 2}, theme_.track, line / 2);
  if (position > 0) draw()->AddRectFilled({r.x, y - line / 2}, {x, y + line / 2}, theme_.accent, line / 2);
  if (over || held) draw()->AddCircleFilled({x, y}, radius + 4, with_alpha(theme_.accent, 0.25f));
  draw()->AddCircleFilled({x, y}, radius, theme_.dark ? IM_COL32(240, 242, 245, 255) : IM_COL32(22, 25, 31, 255));
  return held;
}

void Widgets::triangle_up(ImVec2 tip_point, float size, ImU32 color) const {
  draw()->AddTriangleFilled(tip_point, {tip_point.x + size / 2, tip_point.y + size * 0.9f},
                            {tip_point.x - size / 2, tip_point.y + size * 0.9f}, color);
}

bool Widgets::hovered_long(ImGuiID id) {
  if (tip_.over != id) tip_.over = id, tip_.since = now_;
  tip_.waits = now_ - tip_.since < kTipDelay;
  return !tip_.waits;
}

void Widgets::tip(std::string_view s) {
  if (s.empty() || coarse_) return;
  const ImGuiID id = ImGui::GetItemID();
  if (!ImGui::IsItemHovered() || ImGui::IsItemActive()) {
    if (tip_.over == id) tip_.over = 0;
    return;
  }
  if (hovered_long(id)) note(ImGui::GetIO().MousePos, s);
}

std::optional<ImVec2> Widgets::pointed() {
  const ImVec2 corner = ImGui::GetItemRectMin(), now = ImGui::GetIO().MousePos;
  if (!coarse_) return ImGui::IsItemHovered() ? std::optional(now) : std::nullopt;
  const ImGuiID id = ImGui::GetItemID();
  if (ImGui::IsItemActive() && ImGui::IsMousePosValid(&now)) tip_.touched = id, tip_.at = {now.x - corner.x, now.y - corner.y};
  if (tip_.touched != id) return std::nullopt;
  return ImVec2{corner.x + tip_.at.x, corner.y + tip_.at.y};
}

void Widgets::readout(std::string_view s) {
  if (!coarse_) return tip(s);
  if (const auto at = pointed(); at && !s.empty()) note(*at, s);
}

/// Beside the mouse; over a finger, under which nothing could be read.
void Widgets::note(ImVec2 at, std::string_view s) {
  const float room = 280;
  float w = 0;
  for (std::string_view rest = s; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    w = std::max(w, width(line, small()));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  w = std::min(w + 1, room);
  const float h = paragraph({0, 0}, s, small(), w, false);
  const Rect screen = screen_of(*ImGui::GetWindowViewport());
  const float left = screen.x + 8, over = at.y - h - (coarse_ ? 48 : 24), below = at.y + (coarse_ ? 36 : 20);
  at.x = std::clamp(coarse_ ? at.x - w / 2 - 10 : at.x + 12, left, std::max(left, screen.x + screen.width - w - 28));
  at.y = (coarse_ ? over > screen.y + 8 : below + h + 18 > screen.y + screen.height) ? over : below;
  ImDrawList* list = ImGui::GetForegroundDrawList(ImGui::GetWindowViewport());
  list->AddRectFilled(at, {at.x + w + 20, at.y + h + 12}, theme_.raised, 6);
  list->AddRect({at.x + 0.5f, at.y + 0.5f}, {at.x + w + 19.5f, at.y + h + 11.5f}, theme_.border, 6);
  push_font(theme_.regular, kSmall);
  const float leading = std::round(kSmall * 1.5f);
  float y = at.y + 7;
  for (const char* p = begin(s); p < end(s); y += leading) {
    const char* stop = theme_.regular->CalcWordWrapPosition(ImGui::GetFontSize(), p, end(s), w);
    const char* line_end = std::find(p, stop, '\n');
    list->AddText({at.x + 10, y}, theme_.text, p, line_end);
    for (p = line_end; p < end(s) && (*p == ' ' || *p == '\n');) ++p;
  }
  ImGui::PopFont();
}

void Widgets::tip_at(const Rect& r, std::string_view s) {
  ImGui::SetCursorScreenPos(min_of(r));
  ImGui::PushID(begin(s), end(s));
  ImGui::InvisibleButton("tip", {std::max(r.width, 1.f), std::max(r.height, 1.f)});
  tip(s);
  ImGui::PopID();
}

void Widgets::readout_at(const Rect& r, std::string_view s) {
  ImGui::SetCursorScreenPos(min_of(r));
  ImGui::PushID(static_cast<int>(r.x) * 8192 + static_cast<int>(r.width));
  ImGui::InvisibleButton("readout", {std::max(r.width, 1.f), std::max(r.height, 1.f)});
  readout(s);
  ImGui::PopID();
}

}  // namespace rankscope::ui
