// A descending list over time: a fan of lines, one colour an identity, with their theory and the take-offs it predicts;
// and the same list now, as bars.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/chart.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"
#include "ui/panels/spectra.h"
#include "ui/panels/predict.h"

namespace rankscope::ui {
namespace {

/// "— run  - - theory  ▲ forecast", from the right; returns its left end.
float legend(Context& c, float right, float y, bool theory, bool forecast) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto entry = [&](const char* name, auto sign) {
    const float w = c.w.width(name, c.w.small());
    c.w.text({right - w, y}, name, c.w.small());
    sign(right - w - 20, y + 8);
    right -= w + 34;
  };
  if (forecast)
    entry("predicted take-off", [&](float x, float m) { c.w.triangle_up({x + 9, m - 4}, 9, c.theme().muted); });
  if (theory)
    entry("theory", [&](float x, float m) {
      for (const float at : {0.f, 5.f, 10.f}) list->AddLine({x + at, m}, {x + at + 3, m}, c.theme().muted, 1.5f);
    });
  entry("run", [&](float x, float m) { list->AddLine({x, m}, {x + 13, m}, c.theme().accent, 2); });
  return right;
}

}  // namespace

void fan_card(Context& c, int view, const Rect& r) {
  if (predict_card(c, view, r)) return;
  if (c.model.comparing() && compared_spectrum(c, view, r)) return;
  const Slot& slot = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = slot.show.views[index];
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  ImGui::PushID("fan");
  const Track* track = slot.past(index).track(index);
  const Series* forecast = slot.find(index, Part::Forecast);
  const bool narrow = r.width < 520;
  float right = r.x + r.width - kPad;
  const bool log = log_axis(c, info, {right, r.y + 12});
  right -= 34;
  const std::string axis = abscissa_label(c), x = narrow ? "time" : axis.substr(0, axis.find(','));
  if (c.w.word("time", {right, r.y + 12}, c.model.look.by_time ? x : std::string("time"), c.model.look.by_time))
    c.model.look.by_time = !c.model.look.by_time;
  c.w.tip("All x axes: " +
          std::string(c.model.look.by_time ? "the run's own time; press for steps" : "steps; press for the run's own time"));
  right -= c.w.width(c.model.look.by_time ? x : std::string("time"), c.w.small()) + 18;
  right -= predict_word(c, info, {right, r.y + 12});
  const bool theory = track && !track->theory.empty(), below = narrow && r.height > 200;  // where the signs would leave the title no room
  if (below)
    legend(c, r.x + r.width - kPad, r.y + 33, theory, forecast);
  else
    right = legend(c, right, r.y + 12, theory, forecast && !narrow);
  card_title(c, r, info.label, narrow ? "" : info.unit, info.help, right - r.x - kPad);

  const std::vector<int> lines = slot.past(index).leading(index, kSpectrumLines);
  ChartAxes axes = axes_over(c, slot, log);
  axes.y_high = highest(slot, index, lines) * 1.06;
  if (log) axes.y_low = axes.y_high * 1e-6;
  {
    const float top = below ? 54.f : 34.f;
    Chart chart(c, {r.x + 6, r.y + top, r.width - 34, r.height - top - 6}, axes);
    chart.unit = info.unit;
    draw_lines(c, chart, slot, index, lines);
    if (slot.now.step > 0) chart.now(abscissa_now(c, slot));
    if (forecast && !c.model.look.by_time)
      for (std::size_t i = 0; i < forecast->data.size(); ++i)
        if (std::find(lines.begin(), lines.end(), static_cast<int>(i)) != lines.end() &&
            std::isfinite(forecast->data[i]))
          chart.mark(forecast->data[i], c.theme().line(static_cast<int>(i)),
                     "predicted take-off " + grouped(std::llround(forecast->data[i])));
  }
  ImGui::PopID();
  ImGui::PopID();
}

void bars_card(Context& c, int view, const Rect& r) {
  const Slot& slot = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = slot.show.views[index];
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  const float hold = hold_word(c, info, {r.x + r.width - kPad, r.y + 12}, r.width < 230);
  card_title(c, r, "Now", r.width > 200 ? "step " + grouped(slot.now.step) : "", info.help, r.width - 2 * kPad - hold);
  const Series* now = slot.find(index);
  const Series* ids = slot.find(index, Part::Lines);
  const Series* target = slot.find(index, Part::Target);
  const std::size_t count = now ? std::min(now->data.size(), kSpectrumLines) : 0;
  if (count > 0) {
    const double high = highest(slot, index, slot.past(index).leading(index, kSpectrumLines));
    const Rect plot{r.x + kPad + 4, r.y + 44, r.width - 2 * kPad - 8, r.height - 44 - 34};
    const float pitch = plot.width / static_cast<float>(count), w = std::min(pitch * 0.7f, 34.f);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float floor = std::round(plot.y + plot.height);
    list->AddLine({plot.x, floor + 0.5f}, {plot.x + plot.width, floor + 0.5f}, c.theme().grid);
    const bool hand = hand_on(c, info);
    const std::int64_t moved = let_go(c, info);
    for (std::size_t i = 0; i < count; ++i) {
      const float mid = plot.x + pitch * (static_cast<float>(i) + 0.5f);
      const auto top = [&](double y) {
        return floor - static_cast<float>(std::clamp(y / high, 0.0, 1.0)) * plot.height;
      };
      const int line = ids && i < ids->data.size() ? static_cast<int>(ids->data[i]) : static_cast<int>(i);
      const double y = now->data[i];
      if (std::isfinite(y) && floor - top(y) > 0.5f)
        list->AddRectFilled({mid - w / 2, top(y)}, {mid + w / 2, floor}, c.theme().line(line),
                            std::min(3.f, (floor - top(y)) / 2), ImDrawFlags_RoundTop);
      if (target && i < target->data.size() && std::isfinite(target->data[i]) && target->data[i] > high * 1e-3)
        list->AddLine({mid - w / 2 - 3, top(target->data[i])}, {mid + w / 2 + 3, top(target->data[i])}, c.theme().muted,
                      1.5f);
      c.w.text({mid, floor + 9}, "σ" + subscript(static_cast<int>(i) + 1), c.w.small(), Align::Center);
      std::string tip = "σ" + subscript(static_cast<int>(i) + 1) + " = " + number(y);
      if (target && i < target->data.size()) tip += "\ntarget " + number(target->data[i]);
      ImGui::PushID(static_cast<int>(i));
      const Rect column{mid - pitch / 2, plot.y, pitch, plot.height + 30};
      Held held;
      if (hand) {
        c.w.press("bar", column);
        held = grasp(c, info, static_cast<std::int64_t>(i), y, high, plot.height, column);
        c.w.tip(tip);
      } else {
        c.w.tip_at(column, tip);
      }
      ImGui::PopID();
      const auto level = [&](double at, ImU32 color) {
        const float line_y = std::max(floor - static_cast<float>(at / high) * plot.height, plot.y - 8);
        list->AddLine({mid - w / 2 - 4, line_y}, {mid + w / 2 + 4, line_y}, color, 2.5f);
      };
      if (held.entry == static_cast<std::int64_t>(i)) {
        list->AddRectFilled({mid - w / 2, top(held.value)}, {mid + w / 2, floor}, with_alpha(c.theme().line(line), 0.4f), 3, ImDrawFlags_RoundTop);
        level(held.value, c.theme().text);
        grasp_label(c, info, "σ" + subscript(static_cast<int>(i) + 1));
      } else if (moved == static_cast<std::int64_t>(i)) {
        level(c.state.grasp.moved_to, c.theme().accent);  // where it was put: it can be watched leaving it
      }
    }
  }
  ImGui::PopID();
}

}  // namespace rankscope::ui
