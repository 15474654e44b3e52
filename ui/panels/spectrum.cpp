// A descending list over time: a fan of lines, one colour an identity, with their theory and the take-offs it predicts;
// and the same list now, as bars.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/chart.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"
#include "ui/panels/predict.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kLines = 8;

double highest(const Slot& slot, std::uint32_t view, const std::vector<int>& lines) {
  double high = 0;
  if (const Track* t = slot.past(view).track(view)) {
    for (const int line : lines)  // a theory that overshoots would flatten the run
      for (const double y : t->measured.at(line))
        if (std::isfinite(y)) high = std::max(high, y);
    for (const double y : t->target)
      if (std::isfinite(y)) high = std::max(high, y);
  }
  return high > 0 ? high : 1;
}

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

namespace {

/// The lines of one run.
void draw_lines(Context& c, Chart& chart, const Slot& slot, std::uint32_t index, const std::vector<int>& lines) {
  const Track* track = slot.past(index).track(index);
  if (!track) return;
  const std::vector<double>& xs = abscissa(c, slot.past(index));
  for (const int line : lines)
    if (const auto lower = track->lower.find(line); lower != track->lower.end())
      chart.between(xs, lower->second, track->upper.at(line), with_alpha(c.theme().line(line), 0.16f));
  for (const int line : lines)
    if (const auto theory = track->theory.find(line); theory != track->theory.end())
      chart.curve(xs, theory->second, with_alpha(c.theme().line(line), 0.75f), 1.5f, true);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    chart.curve(xs, track->measured.at(*line), c.theme().line(*line), 2, false, "σ" + subscript(*line + 1));
}

}  // namespace

void fan_card(Context& c, int view, const Rect& r) {
  if (predict_card(c, view, r)) return;
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
  right = legend(c, right, r.y + 12, track && !track->theory.empty(), forecast && !narrow);
  card_title(c, r, info.label, narrow ? "" : info.unit, info.help, right - r.x - kPad);

  const std::vector<int> lines = slot.past(index).leading(index, kLines);
  ChartAxes axes = axes_over(c, slot, log);
  axes.y_high = highest(slot, index, lines) * 1.06;
  if (log) axes.y_low = axes.y_high * 1e-6;
  {
    Chart chart(c, {r.x + 6, r.y + 34, r.width - 34, r.height - 40}, axes);
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

void fans_card(Context& c, const Rect& r) {
  struct Run {
    const Slot* slot;
    std::uint32_t view;
    std::vector<int> lines;
  };
  std::vector<Run> runs;
  const int leading = leading_spectrum(c.model, c.model.main());
  if (leading < 0) return;
  const ViewInfo& first = c.model.main().show.views[static_cast<std::size_t>(leading)];
  const auto it = c.model.look.log.find(first.key);
  ChartAxes axes = axes_over(c, c.model.main(), it == c.model.look.log.end() ? first.axis == Scale::Log : it->second);
  double high = 0;
  for (const Slot& slot : c.model.slots()) {
    const int view = leading_spectrum(c.model, slot);
    const auto index = static_cast<std::uint32_t>(std::max(view, 0));
    runs.push_back({&slot, index, view < 0 ? std::vector<int>() : slot.past(index).leading(index, kLines)});
    if (view < 0) continue;
    if (const Track* t = slot.past(index).track(index))  // a theory that overshoots would flatten the other runs
      for (const int line : runs.back().lines)
        for (const double y : t->measured.at(line))
          if (std::isfinite(y)) high = std::max(high, y);
    reach(axes, c, slot);
  }
  axes.y_high = high > 0 ? high * 1.06 : 1;
  if (axes.log) axes.y_low = axes.y_high * 1e-6;

  const Cells cells = fan_cells(c.model, r.width);
  const float w = (r.width - kGap * static_cast<float>(cells.columns - 1)) / static_cast<float>(cells.columns), h = (r.height - kGap * static_cast<float>(cells.rows - 1)) / static_cast<float>(cells.rows);
  ImGui::PushID("fans");
  for (int i = 0; i < static_cast<int>(runs.size()); ++i) {
    const Run& run = runs[static_cast<std::size_t>(i)];
    const Rect cell{std::floor(r.x + static_cast<float>(i % cells.columns) * (w + kGap)), r.y + static_cast<float>(i / cells.columns) * (h + kGap), std::floor(w), h};
    c.w.card(cell);
    ImGui::PushID(i);
    ImGui::GetWindowDrawList()->AddCircleFilled({cell.x + kPad + 4, cell.y + 19}, 4, c.theme().slot(run.slot->color));
    c.w.text({cell.x + kPad + 15, cell.y + 11}, c.model.label_of(*run.slot), c.w.bold(), Align::Left, cell.width - 2 * kPad - (i ? 15 : 60));
    if (i == 0) log_axis(c, first, {cell.x + cell.width - kPad, cell.y + 12});
    if (run.view < run.slot->show.views.size() && run.slot->show.views[run.view].kind == Kind::Spectrum) {
      const ViewInfo& info = run.slot->show.views[run.view];
      const float label = c.w.text({cell.x + kPad, cell.y + 31}, info.label, c.w.small(), Align::Left, cell.width - 2 * kPad);
      c.w.tip_at({cell.x + kPad, cell.y + 29, label, 20}, info.help);
      Chart chart(c, {cell.x + 6, cell.y + 50, cell.width - 30, cell.height - 56}, axes);
      chart.unit = info.unit;
      draw_lines(c, chart, *run.slot, run.view, run.lines);
      if (run.slot->now.step > 0) chart.now(abscissa_now(c, *run.slot));
    }
    ImGui::PopID();
  }
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
  const std::size_t count = now ? std::min(now->data.size(), kLines) : 0;
  if (count > 0) {
    const double high = highest(slot, index, slot.past(index).leading(index, kLines));
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
