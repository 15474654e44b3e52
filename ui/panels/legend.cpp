// What tells the runs from each other, once for all charts: a colour and a name each. A name that is pointed at, or pressed, brings its run forward.
#include <algorithm>
#include <iterator>

#include "ui/panels/chart.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr float kLine = 26, kSwatch = 26, kApart = 16, kEdge = 8, kWays = 234;

std::string name_of(const Context& c, const Slot& slot) {
  std::string out = c.model.label_of(slot);
  if (slot.phase == Phase::Loading) out += ", loading";
  if (slot.phase == Phase::Diverged) out += ", diverged";
  return out;
}

/// Names from left to right in as many lines as they take, longer ones broken; returns the height.
float names(Context& c, const Rect& r, float beside, bool draw) {
  Pointed& pointed = c.state.pointed;
  float x = r.x, y = r.y;
  const auto& slots = c.model.slots();
  const Ink ink{c.theme().text, kSmall};
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Slot& slot = slots[i];
    const std::string name = name_of(c, slot);
    const float room = r.width - (y == r.y ? beside : 0), wide = kSwatch + c.w.width(name, ink) + 2;
    if (x > r.x && x + wide > r.x + room) x = r.x, y += kLine;
    const float here = r.width - (y == r.y ? beside : 0);
    const bool breaks = wide > here;
    const float tall = breaks ? c.w.paragraph({0, 0}, name, ink, here - kSwatch, false) + 8 : kLine, width = breaks ? here : wide;
    if (draw) {
      ImGui::PushID(slot.lane);
      const bool pressed = c.w.press("run", {x - 4, y, width + 8, tall});
      if (ImGui::IsItemHovered()) pointed.lane = slot.lane, pointed.lane_frame = ImGui::GetFrameCount();
      if (pressed) pointed.kept_lane = pointed.kept_lane == slot.lane ? -1 : slot.lane;
      c.w.tip(pointed.kept_lane == slot.lane ? "Press to see all of them alike again" : "Press to keep this run in front");
      const float alpha = run_alpha(c, slot);
      ImGui::GetWindowDrawList()->AddRectFilled({x, y + kLine / 2 - 2}, {x + 18, y + kLine / 2 + 2}, run_color(c, slot), 2);
      const Ink shade{with_alpha(ink.color, 0.4f + 0.6f * alpha), kSmall, i == 0};
      if (breaks) c.w.paragraph({x + kSwatch, y + 5}, name, shade, here - kSwatch);
      else c.w.text({x + kSwatch, y + 5}, name, shade);
      ImGui::PopID();
    }
    if (breaks) x = r.x, y += tall;
    else x += wide + kApart;
  }
  return (x > r.x ? y + kLine : y) - r.y;
}

bool wide(float width) { return width > 620; }

}  // namespace

float legend_height(Context& c, float width) {
  if (!c.model.comparing()) return 0;
  const float room = width - 2 * kPad;
  return names(c, {0, 0, room, 0}, wide(width) ? kWays + kApart : 0, false) + 2 * kEdge + (wide(width) ? 0 : kLine + 10);
}

void legend_card(Context& c, const Rect& r) {
  c.w.card(r);
  ImGui::PushID("legend");
  const bool beside = wide(r.width);
  Pointed& pointed = c.state.pointed;
  if (pointed.kept_lane >= 0 && !std::any_of(c.model.slots().begin(), c.model.slots().end(), [&](const Slot& s) { return s.lane == pointed.kept_lane; })) pointed.kept_lane = -1;
  names(c, {r.x + kPad, r.y + kEdge, r.width - 2 * kPad, 0}, beside ? kWays + kApart : 0, true);
  static const std::string kWords[] = {"Overlay", "Multiples", "Mean"};
  static_assert(std::size(kWords) == std::size(kArranges));
  const Rect ways{beside ? r.x + r.width - kPad - kWays : r.x + kPad, beside ? r.y + kEdge - 1 : r.y + r.height - kEdge - 30, beside ? kWays : r.width - 2 * kPad, beside ? 28.f : 30.f};
  const int chosen = c.w.segments("arrange", ways, kWords, static_cast<int>(c.model.look.arrange));
  c.w.tip_at(ways, "Curves over each other; each run in a chart of its own on the same axes; or mean and standard deviation of all runs");
  if (chosen >= 0 && chosen != static_cast<int>(c.model.look.arrange)) {
    c.model.note("Charts as " + kWords[chosen]);
    c.model.look.arrange = static_cast<Arrange>(chosen);
  }
  ImGui::PopID();
}

}  // namespace rankscope::ui
