#include "ui/panels/spectra.h"

#include <algorithm>
#include <cmath>
#include <list>

#include "ui/format.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kOverlaid = 5;  // lines of each run when runs lie over each other
constexpr float kRoomy = 150;         // of a small chart, to have a word above it

struct Run {
  const Slot* slot;
  std::uint32_t view;
  std::vector<int> lines;
};

/// The runs that have it, the first one first.
std::vector<Run> runs_with(const Model& model, const std::string& key, std::size_t lines) {
  std::vector<Run> out;
  for (const Slot& slot : model.slots()) {
    const int view = slot.show.view(key);
    if (view < 0 || slot.show.views[static_cast<std::size_t>(view)].kind != Kind::Spectrum) continue;
    const auto index = static_cast<std::uint32_t>(view);
    out.push_back({&slot, index, slot.past(index).leading(index, lines)});
  }
  return out;
}

const Track* track_of(const Run& run) { return run.slot->past(run.view).track(run.view); }

/// Axes on which all of these runs have room. A theory that overshoots would flatten the runs.
ChartAxes axes_of(const Context& c, const std::vector<Run>& runs, bool log) {
  ChartAxes axes = axes_over(c, c.model.main(), log);
  double high = 0;
  for (const Run& run : runs) {
    reach(axes, c, *run.slot);
    if (const Track* t = track_of(run))
      for (const int line : run.lines)
        for (const double y : t->measured.at(line))
          if (std::isfinite(y)) high = std::max(high, y);
  }
  axes.y_high = high > 0 ? high * 1.06 : 1;
  if (log) axes.y_low = axes.y_high * 1e-6;
  return axes;
}

bool logarithmic(const Context& c, const ViewInfo& info) {
  const auto it = c.model.look.log.find(info.key);
  return it == c.model.look.log.end() ? info.axis == Scale::Log : it->second;
}

void overlay(Context& c, Chart& chart, const std::vector<Run>& runs) {
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const Track* t = track_of(*run);
    if (!t) continue;
    const History& past = run->slot->past(run->view);
    const auto& xs = abscissa(c, past);
    const ImU32 color = run_color(c, *run->slot);
    chart.known = known_points(*run->slot, past);
    const std::string name = c.model.label_of(*run->slot);
    for (auto line = run->lines.rbegin(); line != run->lines.rend(); ++line) chart.curve(xs, t->measured.at(*line), color, run == runs.rend() - 1 ? 2.f : 1.4f, false, name);
  }
  chart.known = kNowhere;
}

/// Mean and spread of each leading line, and the runs thin behind.
void band(Context& c, Chart& chart, const std::vector<Run>& runs, std::list<Spread>& spreads) {
  for (auto line = runs.front().lines.rbegin(); line != runs.front().lines.rend(); ++line) {
    const ImU32 color = c.theme().line(*line);
    std::vector<Sampled> sampled;
    for (const Run& run : runs) {
      const Track* t = track_of(run);
      const auto curve = t ? t->measured.find(*line) : decltype(t->measured.begin()){};
      if (!t || curve == t->measured.end()) continue;
      const History& past = run.slot->past(run.view);
      sampled.push_back({&past.steps(), &abscissa(c, past), &curve->second});
      chart.known = known_points(*run.slot, past);
      chart.curve(*sampled.back().x, curve->second, with_alpha(color, 0.35f * run_alpha(c, *run.slot)), 1, false);
    }
    chart.known = kNowhere;
    if (sampled.size() < 2) continue;
    const Spread& s = spreads.emplace_back(spread_of(sampled));
    chart.between(s.x, s.low, s.high, with_alpha(color, 0.22f));
    chart.curve(s.x, s.mean, color, 2, false, "σ" + subscript(*line + 1) + ", mean of " + std::to_string(sampled.size()));
  }
}

}  // namespace

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

void draw_lines(Context& c, Chart& chart, const Slot& slot, std::uint32_t index, const std::vector<int>& lines) {
  const Track* track = slot.past(index).track(index);
  if (!track) return;
  const std::vector<double>& xs = abscissa(c, slot.past(index));
  chart.known = known_points(slot, slot.past(index));
  for (const int line : lines)
    if (const auto lower = track->lower.find(line); lower != track->lower.end())
      chart.between(xs, lower->second, track->upper.at(line), with_alpha(c.theme().line(line), 0.16f));
  for (const int line : lines)
    if (const auto theory = track->theory.find(line); theory != track->theory.end())
      chart.curve(xs, theory->second, with_alpha(c.theme().line(line), 0.75f), 1.5f, true);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    chart.curve(xs, track->measured.at(*line), c.theme().line(*line), 2, false, "σ" + subscript(*line + 1));
  chart.known = kNowhere;
}

float axis_words(Context& c, const ViewInfo& info, ImVec2 at, float width, bool& log) {
  log = log_axis(c, info, at);
  Look& look = c.model.look;
  const std::string axis = abscissa_label(c), own = width < 520 ? "time" : axis.substr(0, axis.find(',')), word = look.by_time ? own : "time";
  if (c.w.word("time", {at.x - 34, at.y}, word, look.by_time)) c.model.note("Another x axis"), look.by_time = !look.by_time;
  c.w.tip("All x axes: " + std::string(look.by_time ? "the run's own time; press for steps" : "steps; press for the run's own time"));
  return 34 + c.w.width(word, c.w.small()) + 18;
}

bool compared_spectrum(Context& c, int view, const Rect& r) {
  const ViewInfo& info = c.model.main().show.views[static_cast<std::size_t>(view)];
  const bool mean = c.model.look.arrange == Arrange::Band;
  const std::vector<Run> runs = runs_with(c.model, info.key, mean ? kSpectrumLines : kOverlaid);
  if (runs.size() < 2) return false;
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  ImGui::PushID("fan");
  bool log = false;
  const float right = axis_words(c, info, {r.x + r.width - kPad, r.y + 12}, r.width, log);
  const std::string note = mean ? "mean ± standard deviation, n = " + std::to_string(runs.size()) : "the " + std::to_string(kOverlaid) + " that reach highest of each run";
  card_title(c, r, info.label, note, info.help, r.width - 2 * kPad - right);
  std::list<Spread> spreads;
  {
    Chart chart(c, {r.x + 6, r.y + 34, r.width - 34, r.height - 40}, axes_of(c, runs, log));
    chart.unit = info.unit;
    mean ? band(c, chart, runs, spreads) : overlay(c, chart, runs);
    if (c.model.main().now.step > 0) chart.now(abscissa_now(c, c.model.main()));
  }
  ImGui::PopID();
  ImGui::PopID();
  return true;
}

void fans_card(Context& c, int view, const Rect& r) {
  const bool mixed = mixed_spectra(c.model) && view == leading_spectrum(c.model, c.model.main());
  std::vector<Run> runs;
  const ViewInfo& first = c.model.main().show.views[static_cast<std::size_t>(view)];
  if (mixed) {
    for (const Slot& slot : c.model.slots()) {
      const int own = leading_spectrum(c.model, slot);
      const auto index = static_cast<std::uint32_t>(std::max(own, 0));
      if (own >= 0) runs.push_back({&slot, index, slot.past(index).leading(index, kSpectrumLines)});
    }
  } else {
    runs = runs_with(c.model, first.key, kSpectrumLines);
  }
  const ChartAxes axes = axes_of(c, runs, logarithmic(c, first));
  const Cells cells = fan_cells(c.model, r.width);
  const float w = (r.width - kGap * static_cast<float>(cells.columns - 1)) / static_cast<float>(cells.columns), h = (r.height - kGap * static_cast<float>(cells.rows - 1)) / static_cast<float>(cells.rows);
  ImGui::PushID(first.key.c_str());
  ImGui::PushID("fans");
  for (int i = 0; i < static_cast<int>(runs.size()); ++i) {
    const Run& run = runs[static_cast<std::size_t>(i)];
    const ViewInfo& info = run.slot->show.views[run.view];
    const Rect cell{std::floor(r.x + static_cast<float>(i % cells.columns) * (w + kGap)), r.y + static_cast<float>(i / cells.columns) * (h + kGap), std::floor(w), h};
    c.w.card(cell);
    ImGui::PushID(i);
    ImGui::GetWindowDrawList()->AddCircleFilled({cell.x + kPad + 4, cell.y + 19}, 4, c.theme().slot(run.slot->color));
    const std::string label = c.model.label_of(*run.slot);
    c.w.text({cell.x + kPad + 15, cell.y + 11}, label, c.w.bold(), Align::Left, cell.width - 2 * kPad - (i ? 15 : 52));
    if (i == 0) log_axis(c, first, {cell.x + cell.width - kPad, cell.y + 12});
    float top = cell.y + 34;
    if (mixed || i == 0 || cell.height > kRoomy) {
      const float shown = c.w.text({cell.x + kPad, cell.y + 31}, info.label, c.w.small(), Align::Left, cell.width - 2 * kPad);
      c.w.tip_at({cell.x + kPad, cell.y + 29, shown, 20}, info.help);
      top = cell.y + 50;
    }
    Chart chart(c, {cell.x + 6, top, cell.width - 30, cell.y + cell.height - 6 - top}, axes);
    chart.unit = info.unit;
    draw_lines(c, chart, *run.slot, run.view, run.lines);
    if (run.slot->now.step > 0) chart.now(abscissa_now(c, *run.slot));
    ImGui::PopID();
  }
  ImGui::PopID();
  ImGui::PopID();
}

}  // namespace rankscope::ui
