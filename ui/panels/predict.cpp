#include "ui/panels/predict.h"

#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/chart.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kLines = 4;  // of a spectrum: more than anybody draws

/// A curve as far as the moment.
struct Seen {
  std::vector<double> x, steps, y;
};

Seen seen_of(const Context& c, const Slot& slot, std::uint32_t view, int line) {
  Seen out;
  const History& past = slot.past(view);
  const Track* track = past.track(view);
  const auto curve = track ? track->measured.find(line) : std::map<int, Curve>::const_iterator();
  if (!track || curve == track->measured.end()) return out;
  const auto& xs = abscissa(c, past);
  for (std::size_t i = 0; i < past.steps().size() && past.steps()[i] <= static_cast<double>(slot.step()); ++i)
    out.steps.push_back(past.steps()[i]), out.x.push_back(xs[i]), out.y.push_back(curve->second[i]);
  return out;
}

/// Steps as the chart's x axis has them: recorded ones as they were, later ones as if the pace so far lasted.
std::vector<double> along(const Context& c, const Slot& slot, const std::vector<double>& at) {
  const auto &steps = slot.history.steps(), &times = slot.history.times();
  if (!c.model.look.by_time || steps.size() < 2) return at;
  std::vector<double> out;
  for (const double step : at) {
    const auto it = std::lower_bound(steps.begin(), steps.end(), step);
    const auto i = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(it - steps.begin(), 1, static_cast<std::ptrdiff_t>(steps.size()) - 1));
    const bool beyond = it == steps.end();
    const std::size_t a = beyond ? 0 : i - 1, b = i;
    out.push_back(times[a] + (times[b] - times[a]) * (step - steps[a]) / (steps[b] - steps[a]));
  }
  return out;
}

/// Room for a curve that is not known yet: above what was seen and the target, and far below it on a logarithmic axis.
void room_for(ChartAxes& axes, double low, double high, std::string_view unit) {
  if (!(low <= high)) low = high = 1;
  if (axes.log) return fit(axes, std::min(low, high * 1e-4), high * 2);
  const bool share = unit.substr(0, 8) == "share of";
  fit(axes, low, std::max(high * 1.25, share || high <= 0 ? 1.0 : high));
}

/// The pointer draws over the plot, beyond the moment.
void draw_by_hand(Context& c, const Chart& chart, const Slot& slot, bool log) {
  Predicting& state = c.state.predicting;
  const Rect plot = chart.plot();
  c.state.grips.push_back(plot);
  ImGui::SetCursorScreenPos(min_of(plot));
  ImGui::InvisibleButton("draw", {std::max(plot.width, 1.f), std::max(plot.height, 1.f)});
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  if (!ImGui::IsItemActive()) {
    state.drawing = false;
    return;
  }
  Prediction& mine = state.lines.try_emplace(state.line, Prediction(static_cast<double>(slot.document.steps))).first->second;
  const std::vector<double> xs = along(c, slot, mine.steps());
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < xs.size(); ++i)
    if (std::abs(chart.place(xs[i], 1).x - mouse.x) < std::abs(chart.place(xs[nearest], 1).x - mouse.x)) nearest = i;
  const double step = std::max(mine.steps()[nearest], static_cast<double>(slot.step()));
  const double value = chart.value_at(std::clamp(mouse.y, plot.y, plot.y + plot.height));
  if (!state.drawing) state.drawing = true, state.step = step, state.value = value;
  mine.draw(state.step, state.value, step, value, log);
  state.step = step, state.value = value;
  c.model.dirty = true;
}

std::string name_of(Kind kind, int line) { return kind == Kind::Spectrum ? "σ" + subscript(line + 1) : std::string(); }

/// Which lines there are to draw.
std::vector<int> lines_of(const Slot& slot, std::uint32_t view) {
  if (slot.show.views[view].kind != Kind::Spectrum) return {0};
  const Series* now = slot.find(view);
  std::vector<int> out;
  for (std::size_t i = 0; i < std::min(now ? now->data.size() : 0, kLines); ++i) out.push_back(static_cast<int>(i));
  return out.empty() ? std::vector<int>{0} : out;
}

}  // namespace

bool predicting(const Model& model, std::string_view key) { return !model.look.predict.empty() && model.look.predict == key; }

void follow_prediction(Model& model, Predicting& state) {
  const Slot& slot = model.main();
  const std::string& key = model.look.predict;
  if (key.empty() || slot.show.view(key) < 0) {
    state = {};
    return;
  }
  const bool another = !state.lines.empty() && state.lines.begin()->second.end() != static_cast<double>(std::max<std::int64_t>(slot.document.steps, 1));
  if (state.view == key && !another) return;
  state = {};
  state.view = key;
  if (slot.goal >= 0) {  // a link's moment
    state.from = slot.goal;
    return;
  }
  model.play(false);  // the reader draws first
  state.from = slot.step() < slot.document.steps ? slot.step() : 0;
  if (state.from != slot.step()) model.seek(state.from);
}

float predict_word(Context& c, const ViewInfo& info, ImVec2 right_top) {
  if (c.w.word("predict", right_top, "predict", false)) {
    c.model.note("Predict " + info.label);
    c.model.look.predict = info.key;
    c.model.dirty = true;
  }
  c.w.tip("Draw the curve you expect from here on; then play, and the run comes over it");
  return c.w.width("predict", c.w.small()) + 16;
}

bool predict_card(Context& c, int view, const Rect& r) {
  const Slot& slot = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo info = slot.show.views[index];  // a press may change the views
  Predicting& state = c.state.predicting;
  if (!predicting(c.model, info.key) || state.view != info.key) return false;
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  ImGui::PushID("predict");
  float right = r.x + r.width - kPad;
  const bool log = log_axis(c, info, {right, r.y + 12});
  right -= 34;
  const bool done = c.w.word("done", {right, r.y + 12}, "done", false);
  c.w.tip("Back to the chart as it was");
  right -= c.w.width("done", c.w.small()) + 16;
  const bool again = c.w.word("again", {right, r.y + 12}, "again", false);
  c.w.tip("Wipes what was drawn, and goes back to where it began");
  right -= c.w.width("again", c.w.small()) + 16;
  const std::vector<int> lines = lines_of(slot, index);
  if (lines.size() > 1) {
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
      const std::string name = name_of(info.kind, *line);
      ImGui::PushID(*line);
      if (c.w.press("line", {right - 26, r.y + 6, 26, 26})) state.line = *line;
      c.w.tip("Draw " + name);
      ImGui::PopID();
      const bool on = state.line == *line;
      c.w.text({right - 13, r.y + 11}, name, {c.theme().line(*line), kBody, on}, Align::Center);
      if (on) ImGui::GetWindowDrawList()->AddRectFilled({right - 21, r.y + 29}, {right - 5, r.y + 31}, c.theme().line(*line), 1);
      right -= 28;
    }
    right -= 8;
  }
  card_title(c, r, info.label, "", info.help, right - r.x - kPad);

  std::vector<Seen> runs;
  std::vector<std::vector<double>> drawn_x;
  Miss miss;
  double low = HUGE_VAL, high = -HUGE_VAL;
  const auto see = [&](double y) {
    if (std::isfinite(y) && !(log && y <= 0)) low = std::min(low, y), high = std::max(high, y);
  };
  for (const int line : lines) {
    runs.push_back(seen_of(c, slot, index, line));
    std::for_each(runs.back().y.begin(), runs.back().y.end(), see);
    if (const auto mine = state.lines.find(line); mine != state.lines.end()) miss.see(mine->second, runs.back().steps, runs.back().y, static_cast<double>(slot.step()));
  }
  const Track* track = slot.past(index).track(index);
  const double target = track && !track->target.empty() ? *std::max_element(track->target.begin(), track->target.end()) : std::nan("");
  see(target);
  ChartAxes axes = axes_over(c, slot, log);
  room_for(axes, low, high, info.unit);

  const bool drawn = std::any_of(state.lines.begin(), state.lines.end(), [](const auto& l) { return !l.second.empty(); });
  const std::string hint = !drawn ? "Draw what you expect from here on, then press play."
                           : c.model.running() || miss.points < 2 ? (c.model.running() ? std::string() : "Press play: the run comes over your curve. Draw again to change it.")
                                                                  : told(miss, info.unit, log);
  const float height = std::max(c.w.paragraph({0, 0}, hint.empty() ? " " : hint, c.w.small(), r.width - 2 * kPad, false), r.width < 460 ? 36.f : 18.f);
  c.w.paragraph({r.x + kPad, r.y + 34}, hint, {drawn && miss.points >= 2 ? c.theme().text : c.theme().muted, kSmall}, r.width - 2 * kPad);
  const float top = r.y + 38 + height;
  {
    Chart chart(c, {r.x + 6, top, r.width - 34, r.y + r.height - 6 - top}, axes);
    chart.unit = info.unit;
    if (info.kind == Kind::Scalar && std::isfinite(target)) chart.level(target, c.theme().muted);
    drawn_x.reserve(lines.size());
    for (std::size_t i = lines.size(); i-- > 0;) {
      const int line = lines[i];
      const ImU32 color = info.kind == Kind::Spectrum ? c.theme().line(line) : c.theme().slot(slot.color);
      const std::string name = name_of(info.kind, line);
      if (const auto mine = state.lines.find(line); mine != state.lines.end()) {
        drawn_x.push_back(along(c, slot, mine->second.steps()));
        chart.curve(drawn_x.back(), mine->second.values(), with_alpha(info.kind == Kind::Spectrum ? color : c.theme().text, 0.45f), 4, false,
                    miss.points > 0 ? (name.empty() ? "drawn" : name + " drawn") : std::string());
      }
      chart.curve(runs[i].x, runs[i].y, color, 2, false, name.empty() ? "run" : name);
    }
    chart.now(abscissa_now(c, slot));
    if (chart.seen()) draw_by_hand(c, chart, slot, log);
  }
  ImGui::PopID();
  ImGui::PopID();
  if (again) {
    state.lines.clear();
    c.model.seek(state.from);
  }
  if (done) {
    c.model.note("Predict " + info.label + ": done");
    c.model.look.predict.clear();
    c.model.dirty = true;
  }
  return true;
}

}  // namespace rankscope::ui
