// One number over time: its run, its target, and the same of the runs beside it, over each other, each by itself, or their mean and spread.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/chart.h"
#include "ui/panels/panels.h"
#include "ui/panels/predict.h"

namespace rankscope::ui {
namespace {

constexpr double kEarly = 0.04;  // of a run: its very start
constexpr double kSpike = 3;

/// A run that has the number.
struct Run {
  const Slot* slot;
  const History* past;
  const Track* track;
};

std::vector<Run> runs_with(const Model& model, const std::string& key) {
  std::vector<Run> out;
  for (const Slot& slot : model.slots()) {
    const int view = slot.show.view(key);
    if (view < 0) continue;
    const History& past = slot.past(static_cast<std::uint32_t>(view));
    if (const Track* track = past.track(static_cast<std::uint32_t>(view))) out.push_back({&slot, &past, track});
  }
  return out;
}

/// Axes on which all of them have room.
ChartAxes axes_of(const Context& c, const std::vector<Run>& runs, bool log) {
  ChartAxes axes = axes_over(c, c.model.main(), log);
  double low = HUGE_VAL, high = -HUGE_VAL, early = -HUGE_VAL;
  const auto see = [&](double y) {
    if (std::isfinite(y) && !(log && y <= 0)) low = std::min(low, y), high = std::max(high, y);
  };
  for (const Run& run : runs) {
    const std::vector<double>& steps = run.past->steps();
    for (const auto& [line, curve] : run.track->measured)
      for (std::size_t i = 0; i < curve.size(); ++i)
        if (!log && steps[i] < kEarly * static_cast<double>(run.slot->document.steps) && std::isfinite(curve[i]))
          early = std::max(early, curve[i]);
        else
          see(curve[i]);
    for (const Curve* level : {&run.track->target, &run.track->baseline}) std::for_each(level->begin(), level->end(), see);
    reach(axes, c, *run.slot);
  }
  if (!(early > kSpike * high))
    see(early);  // else the start would flatten everything after it: it leaves the picture at the top
  fit(axes, low, high);
  return axes;
}

void curves(Context& c, Chart& chart, const Run& run, const std::string& name, float thickness, bool named_theory) {
  const auto& xs = abscissa(c, *run.past);
  chart.known = known_points(*run.slot, *run.past);
  if (const auto it = run.track->measured.find(0); it != run.track->measured.end()) chart.curve(xs, it->second, run_color(c, *run.slot), thickness, false, name);
  if (const auto it = run.track->theory.find(0); it != run.track->theory.end())  // over it: where it is right it would be hidden
    chart.curve(xs, it->second, with_alpha(c.theme().text, run_alpha(c, *run.slot)), 1.25f, true, named_theory ? "theory" : "");
  chart.known = kNowhere;
}

/// What the truth and theorems say of it, for every run.
void levels(Context& c, Chart& chart, const Track& track) {
  if (!track.target.empty()) chart.level(track.target[0], c.theme().muted);
  if (track.baseline.size() == 2) chart.band(track.baseline[0], track.baseline[1], with_alpha(c.theme().line(2), 0.8f));
}

void overlay(Context& c, Chart& chart, const std::vector<Run>& runs, const std::string& label) {
  const Slot& main = c.model.main();
  levels(c, chart, *runs.front().track);
  if (!c.model.comparing())  // so that the stairs of an error and the departures line up
    for (const Event& e : main.events)
      if (e.kind == "take-off" && e.line >= 0) chart.event(abscissa_at(c, main, e.step), c.theme().line(e.line));
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const bool first = run->slot == &main;
    curves(c, chart, *run, c.model.comparing() ? c.model.label_of(*run->slot) : label, first ? 2.f : 1.5f, first);
  }
}

/// Mean and spread over the runs, which are thin behind.
void band(Context& c, Chart& chart, const std::vector<Run>& runs, Spread& spread) {
  levels(c, chart, *runs.front().track);
  std::vector<Sampled> sampled;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const auto it = run->track->measured.find(0);
    if (it == run->track->measured.end()) continue;
    sampled.push_back({&run->past->steps(), &abscissa(c, *run->past), &it->second});
    chart.known = known_points(*run->slot, *run->past);
    chart.curve(*sampled.back().x, it->second, with_alpha(c.theme().muted, 0.5f * run_alpha(c, *run->slot)), 1, false);
  }
  chart.known = kNowhere;
  spread = spread_of(sampled);
  chart.between(spread.x, spread.low, spread.high, with_alpha(c.theme().accent, 0.2f));
  chart.curve(spread.x, spread.low, with_alpha(c.theme().accent, 0.6f), 1, false, "mean − deviation");
  chart.curve(spread.x, spread.high, with_alpha(c.theme().accent, 0.6f), 1, false, "mean + deviation");
  chart.curve(spread.x, spread.mean, c.theme().accent, 2, false, "mean of " + std::to_string(sampled.size()));
}

void multiples(Context& c, const std::vector<Run>& runs, const ChartAxes& axes, const Rect& r, const std::string& unit) {
  const Cells cells = scalar_cells(c.model, r.width);
  const float w = r.width / static_cast<float>(cells.columns), h = r.height / static_cast<float>(cells.rows);
  for (int i = 0; i < static_cast<int>(runs.size()); ++i) {
    const Run& run = runs[static_cast<std::size_t>(i)];
    const Rect cell{std::floor(r.x + static_cast<float>(i % cells.columns) * w), r.y + static_cast<float>(i / cells.columns) * h, std::floor(w) - 8, h - 4};
    ImGui::PushID(i);
    const std::string name = c.model.label_of(*run.slot);
    ImGui::GetWindowDrawList()->AddCircleFilled({cell.x + 12, cell.y + 7}, 3.5f, run_color(c, *run.slot));
    c.w.text({cell.x + 20, cell.y}, name, {c.theme().muted, 11}, Align::Left, cell.width - 22);
    ChartAxes own = axes;
    own.x_label.clear();
    Chart chart(c, {cell.x, cell.y + 16, cell.width, cell.height - 16}, own);
    chart.unit = unit;
    levels(c, chart, *run.track);
    curves(c, chart, run, name, 1.75f, false);
    chart.now(abscissa_now(c, *run.slot));
    ImGui::PopID();
  }
}

}  // namespace

void scalar_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const ViewInfo& info = main.show.views[static_cast<std::size_t>(view)];
  if (predict_card(c, view, r)) return;
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  const Series* now = main.find(static_cast<std::uint32_t>(view));
  const bool value = now && !now->data.empty(), comparing = c.model.comparing();
  float right = r.x + r.width - kPad;
  const bool log = log_axis(c, info, {right, r.y + 12});
  right -= 34;
  right -= predict_word(c, info, {right, r.y + 12});
  const std::vector<Run> runs = runs_with(c.model, info.key);
  const Arrange arrange = comparing && runs.size() > 1 ? c.model.look.arrange : Arrange::Overlay;
  const std::string note = arrange == Arrange::Band ? "mean ± standard deviation, n = " + std::to_string(runs.size()) : comparing || !value ? info.unit : with_unit(now->data[0], info.unit);
  card_title(c, r, info.label, note, info.help, right - r.x - kPad - 4);

  const ChartAxes axes = axes_of(c, runs, log);
  const Track* first = !runs.empty() && runs.front().slot == &main ? runs.front().track : nullptr;
  float top = r.y + 34;
  if (first && first->baseline.size() == 2) {
    ImGui::GetWindowDrawList()->AddRectFilled({r.x + kPad, top + 6}, {r.x + kPad + 14, top + 9}, c.theme().line(2), 1);
    const float room = r.width - 2 * kPad - 20;
    std::string words = certified(info.label, first->baseline[0], first->baseline[1]);
    if (c.w.width(words, c.w.small()) > room) words = certified("", first->baseline[0], first->baseline[1]);
    c.w.text({r.x + kPad + 20, top}, words, c.w.small(), Align::Left, room);
    top += 18;
  }
  if (first && !first->theory.empty() && arrange != Arrange::Band) {
    dash(ImGui::GetWindowDrawList(), {{r.x + kPad, top + 8}, {r.x + kPad + 14, top + 8}}, c.theme().text, 1.25f);
    c.w.text({r.x + kPad + 20, top}, "theory", c.w.small());
    top += 18;
  }
  if (arrange == Arrange::Multiples) {
    multiples(c, runs, axes, {r.x + 6, top + 2, r.width - 12, r.y + r.height - 6 - top}, info.unit);
  } else {
    Spread spread;
    Chart chart(c, {r.x + 6, top, r.width - 34, r.y + r.height - 6 - top}, axes);
    chart.unit = info.unit;
    if (!runs.empty()) arrange == Arrange::Band ? band(c, chart, runs, spread) : overlay(c, chart, runs, info.label);
    chart.now(abscissa_now(c, main));
  }
  ImGui::PopID();
}

}  // namespace rankscope::ui
