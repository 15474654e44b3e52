// The values where the pointer is: all of them in a box over its chart, and the uppermost beside the same line in every other chart.
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/format.h"
#include "ui/panels/chart.h"

namespace rankscope::ui {
namespace {

constexpr float kShortest = 64;      // of a plot, to have values written beside another chart's line
constexpr std::size_t kBeside = 5;   // of these values at most

}  // namespace

/// What the curves say at one place on the x axis.
struct Chart::Reading {
  std::string name;
  ImU32 color;
  double x;                       ///< of the first one's point
  std::vector<double> values;
  std::vector<ImVec2> points;     ///< on screen, of those that can be drawn
};

std::vector<Chart::Reading> Chart::readings(double x) const {
  std::vector<Reading> out;
  for (auto n = named_.rbegin(); n != named_.rend(); ++n) {  // what was drawn last lies on top
    const std::size_t i = nearest(*n->x, x);
    if (i == kNowhere || i >= n->y->size() || !std::isfinite((*n->y)[i])) continue;
    const double value = (*n->y)[i], at = (*n->x)[i];
    auto same = std::find_if(out.begin(), out.end(), [&](const Reading& r) { return r.name == n->name && r.color == n->color; });
    if (same == out.end()) same = out.insert(out.end(), {n->name, n->color, at, {}, {}});
    same->values.push_back(value);
    if (!axes_.log || value > 0) same->points.push_back(place(at, value));
  }
  return out;
}

void Chart::readout() {
  if (named_.empty()) return;
  Pointed& pointed = c_.state.pointed;
  const int frame = ImGui::GetFrameCount();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool over = (!c_.w.coarse() || ImGui::IsMouseDown(0)) && ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) && ImGui::IsMouseHoveringRect(low_, high_);
  const bool here = over || (pointed.kept && pointed.chart == id_);
  double x = pointed.x;
  if (over) x = axes_.x_low + (axes_.x_high - axes_.x_low) * static_cast<double>((mouse.x - low_.x) / (high_.x - low_.x));
  else if ((!here && pointed.frame < frame - 1) || pointed.by_time != c_.model.look.by_time) return;
  const std::vector<Reading> all = readings(x);
  if (here) {
    if (all.empty()) return;
    x = all.front().x;
    if (pointed.x != x || pointed.chart != id_ || pointed.frame < frame - 1) c_.model.dirty = true;  // those that are drawn already follow
    pointed.x = x, pointed.by_time = c_.model.look.by_time, pointed.chart = id_, pointed.frame = frame, pointed.kept = c_.w.coarse();
  } else if (pointed.chart == id_ && pointed.frame < frame) {
    return;  // it was left
  }
  if (x < axes_.x_low || x > axes_.x_high) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float px = std::round(place(x, axes_.y_low).x) + 0.5f;
  list->AddLine({px, low_.y}, {px, high_.y}, with_alpha(c_.theme().text, 0.5f), 1);
  for (const Reading& r : all)
    for (const ImVec2& p : r.points) list->AddCircleFilled(p, here ? 3.5f : 3, r.color);
  if (here)
    box(x, mouse, all);
  else
    values_beside(px, all);
}

/// Of a chart that is not pointed at: its values beside the line, those that do not lie over each other, the top one first.
void Chart::values_beside(float px, const std::vector<Reading>& all) const {
  if (high_.y - low_.y < kShortest) return;
  constexpr float kHeight = 14;
  std::vector<float> taken;
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const Reading& r : all) {
    if (r.points.empty() || taken.size() >= kBeside) continue;
    const std::string text = quantity(r.values.front(), unit).value;
    const float y = std::clamp(r.points.front().y - kHeight / 2, low_.y, high_.y - kHeight), w = c_.w.width(text, {0, 11}), left = px + 7 + w + 4 < high_.x ? px + 7 : px - 7 - w;
    if (std::any_of(taken.begin(), taken.end(), [&](float t) { return std::abs(t - y) < kHeight; })) continue;
    taken.push_back(y);
    list->AddRectFilled({left - 3, y}, {left + w + 3, y + kHeight}, with_alpha(c_.theme().card, 0.85f), 3);
    c_.w.text({left, y + 1}, text, {r.color, 11});
  }
}

/// Of the chart that is pointed at: all of it, in a box of its own. Under a finger nothing could be read, so there it stands over the chart.
void Chart::box(double x, ImVec2 mouse, const std::vector<Reading>& all) const {
  constexpr float kLine = 18;
  const Rect screen = screen_of(*ImGui::GetWindowViewport());
  const float top = screen.y + 56, room = screen.height - 56 - 72;
  const std::size_t most = std::max<std::size_t>(static_cast<std::size_t>(std::max(room - 30, kLine) / kLine), 1), shown = std::min(all.size(), most);
  std::vector<std::pair<std::string, ImU32>> lines;
  for (std::size_t i = 0; i < shown; ++i) {
    std::string text = all[i].name, between = "  ";
    for (const double value : all[i].values) text += std::exchange(between, " · ") + with_unit(value, unit);
    lines.emplace_back(std::move(text), all[i].color);
  }
  const std::string head = abscissa_label(c_) + " " + number(x) + (shown < all.size() ? ", " + std::to_string(shown) + " of " + std::to_string(all.size()) : "");
  float w = c_.w.width(head, c_.w.small());
  for (const auto& [text, color] : lines) w = std::max(w, c_.w.width(text, c_.w.small()) + 14);
  w = std::min(w, screen.width - 40);
  const float h = kLine * static_cast<float>(lines.size() + 1) + 10;
  const float px = place(x, axes_.y_low).x, low = std::max(top, screen.y + screen.height - h - 64);
  ImVec2 corner{px + 12, std::clamp(mouse.y - h / 2, top, low)};
  if (corner.x + w + 20 > screen.x + screen.width - 8) corner.x = px - w - 32;
  if (c_.w.coarse()) corner.y = std::clamp(low_.y - h - 8, top, low);
  corner.x = std::clamp(corner.x, screen.x + 8, std::max(screen.x + 8, screen.x + screen.width - w - 28));
  ImDrawList* front = ImGui::GetForegroundDrawList(ImGui::GetWindowViewport());
  front->AddRectFilled(corner, {corner.x + w + 20, corner.y + h}, with_alpha(c_.theme().raised, 0.96f), 6);
  front->AddText({corner.x + 10, corner.y + 5}, c_.theme().muted, head.c_str());
  front->PushClipRect(corner, {corner.x + w + 12, corner.y + h}, true);
  float y = corner.y + 23;
  for (const auto& [text, color] : lines) {
    front->AddCircleFilled({corner.x + 14, y + 8}, 4, color);
    front->AddText({corner.x + 24, y}, c_.theme().text, text.c_str());
    y += kLine;
  }
  front->PopClipRect();
}

}  // namespace rankscope::ui
