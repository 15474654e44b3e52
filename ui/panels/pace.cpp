#include "ui/panels/pace.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "ui/format.h"
#include "ui/panels/timeline.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kMostViews = 6;  // of a menu

/// Recorded scalars that are shown: a run can watch those itself.
std::vector<int> watched(const Model& model) {
  std::vector<int> out;
  const Slot& slot = model.main();
  for (const int v : shown_of(model, Kind::Scalar))
    if (out.size() < kMostViews && slot.history.track(static_cast<std::uint32_t>(v))) out.push_back(v);
  return out;
}

const ViewInfo* info_of(const Model& model, const std::string& key) {
  const int v = model.main().show.view(key);
  return v < 0 ? nullptr : &model.main().show.views[static_cast<std::size_t>(v)];
}

std::string halt_text(const Model& model, const Halt& halt) {
  if (!halt.event.empty()) return "at the next event";
  const ViewInfo* info = info_of(model, halt.view);
  return (info ? info->label : halt.view) + (halt.below ? " < " : " > ") + with_unit(halt.value, info ? info->unit : "");
}

/// Places rows below each other, or only measures them.
struct Rows {
  Context& c;
  float x, y, width;
  bool draw;

  float line() const { return c.w.coarse() ? 44.f : 32.f; }
  Rect next(float height) {
    const Rect r{x, y, width, height};
    y += height;
    return r;
  }
  void gap(float by) { y += by; }
  void heading(const char* words) {
    const Rect r = next(28);
    if (draw) c.w.text({r.x + 8, r.y + 9}, words, {c.theme().muted, 11, true});
  }
};

void switch_row(Rows& rows, const char* id, const char* words, bool on, const char* tip, auto change) {
  const Rect r = rows.next(rows.line());
  if (!rows.draw) return;
  if (rows.c.w.toggle(id, {r.x + 8, r.y, r.width - 16, r.height}, on)) change(!on);
  rows.c.w.tip(tip);
  rows.c.w.text({r.x + 8, r.y + (r.height - 16) / 2}, words, rows.c.w.body());
}

void halt_rows(Rows& rows) {
  Context& c = rows.c;
  Model& model = c.model;
  const auto halt = model.halting();
  rows.heading("PAUSE");
  const Rect first = rows.next(rows.line());
  const bool event = halt && !halt->event.empty();
  if (rows.draw) {
    if (c.w.check_row("event", first, "At the next event", event)) model.halt(event ? std::optional<Halt>() : Halt{"any", {}, true, 0});
    c.w.tip("A take-off, a plateau: whatever is marked under the track");
  }
  for (const int v : watched(model)) {
    const ViewInfo info = model.main().show.views[static_cast<std::size_t>(v)];
    const bool on = halt && halt->event.empty() && halt->view == info.key;
    const ValueRange range(model.main(), v);
    const Rect r = rows.next(rows.line());
    if (rows.draw) {
      ImGui::PushID(info.key.c_str());
      if (c.w.check_row("view", r, "When " + info.label + (on ? " is" : " is …"), on)) model.halt(on ? std::optional<Halt>() : Halt{{}, info.key, true, range.usual()});
    }
    if (on) {
      const Rect choice = rows.next(rows.line()), track = rows.next(rows.line());
      if (rows.draw) {
        static const std::string kSides[] = {"below", "above"};
        const int side = c.w.segments("side", {choice.x + 30, choice.y + 3, 124, choice.height - 6}, kSides, halt->below ? 0 : 1);
        float position = range.position(halt->value);
        const float before = position;
        c.w.slider("value", {track.x + 28, track.y, track.width - 40, track.height}, position);
        Halt next = *halt;
        if (side >= 0) next.below = side == 0;
        if (position != before) next.value = range.at(position);
        c.w.text({choice.x + choice.width - 12, choice.y + (choice.height - 16) / 2}, with_unit(next.value, info.unit), c.w.bold(), Align::Right, choice.width - 176);
        if (!(next == *halt)) model.halt(next);
      }
    }
    if (rows.draw) ImGui::PopID();
  }
}

void pace_rows(Rows& rows) {
  Context& c = rows.c;
  Model& model = c.model;
  const Rect speeds = rows.next(rows.line() + 4);
  if (rows.draw) {
    std::vector<std::string> labels;
    for (const Speed& s : kSpeeds) labels.emplace_back(s.label);
    const int chosen = c.w.segments("speed", {speeds.x + 8, speeds.y + 2, speeds.width - 16, speeds.height - 4}, labels, model.speed());
    if (chosen >= 0) model.set_speed(chosen);
    c.w.tip("×1 takes a whole run ten seconds; max is as fast as it goes");
  }
  switch_row(rows, "slow", "Slow motion around events", model.look.slow_at_events, "Near a take-off, known or forecast, the run goes at a sixth of its pace",
             [&](bool on) { model.slow_at_events(on); });
  halt_rows(rows);
}

/// All that moves time, for a thumb.
void time_rows(Rows& rows) {
  Context& c = rows.c;
  const auto line_of = [&](std::initializer_list<Transport> what) {
    const Rect r = rows.next(52);
    if (!rows.draw) return;
    const auto n = static_cast<float>(what.size());
    const float w = (r.width - 16 - 6 * (n - 1)) / n;
    float x = r.x + 8;
    for (const Transport t : what) transport(c, t, {x, r.y + 3, w, 46}), x += w + 6;
  };
  line_of({Transport::EventBack, Transport::StepBack, Transport::Back, Transport::StepOn, Transport::EventOn});
  const Undo& undo = c.model.undone();
  line_of({Transport::Undo, Transport::Redo});
  const Rect words = rows.next(22);
  if (rows.draw) {
    const float half = (words.width - 24) / 2;
    if (undo.can_undo()) c.w.text({words.x + 8, words.y}, undo.undo_text(), c.w.small(), Align::Left, half);
    if (undo.can_redo()) c.w.text({words.x + 16 + half, words.y}, undo.redo_text(), c.w.small(), Align::Left, half);
  }
  pace_rows(rows);
  const Rect last = rows.next(56);
  if (!rows.draw) return;
  const float w = (last.width - 22) / 2;
  Model& model = c.model;
  const bool ready = !model.main().show.views.empty();
  if (c.w.button("reset", {last.x + 8, last.y + 8, w, 44}, "Reset") && ready) model.reset();
  if (c.w.button("reseed", {last.x + 14 + w, last.y + 8, w, 44}, "New seed") && ready) model.reseed(model.main().document.seed + 1);
}

/// Above a place on screen, with the right end where that place has its own.
template <class F>
void popup(Context& c, const char* id, float right, float bottom, float width, F body) {
  Rows measured{c, 0, 0, width, false};
  body(measured);
  const Rect screen = screen_of(*ImGui::GetWindowViewport());
  const float height = measured.y + 16, most = bottom - screen.y - 12;
  ImGui::SetNextWindowPos({right, bottom}, ImGuiCond_Always, {1, 1});
  ImGui::SetNextWindowSize({width, std::min(height, most)});
  if (!ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoScrollbar)) return;
  if (c.w.coarse() && height > most && ImGui::IsMouseDragging(0, 6) && !ImGui::IsAnyItemActive()) ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y);
  Rows rows{c, ImGui::GetWindowPos().x, ImGui::GetWindowPos().y - ImGui::GetScrollY() + 8, width, true};
  body(rows);
  ImGui::SetCursorScreenPos({rows.x, rows.y + 7});
  ImGui::Dummy({1, 1});
  ImGui::EndPopup();
}

}  // namespace

ValueRange::ValueRange(const Slot& slot, int view) {
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = slot.show.views[index];
  double low = HUGE_VAL, high = -HUGE_VAL;
  log_ = info.axis == Scale::Log;
  const auto see = [&](double y) {
    if (std::isfinite(y) && !(log_ && y <= 0)) low = std::min(low, y), high = std::max(high, y);
  };
  if (const Track* track = slot.past(index).track(index)) {
    for (const auto& [line, curve] : track->measured) std::for_each(curve.begin(), curve.end(), see);
    std::for_each(track->target.begin(), track->target.end(), see);
  }
  if (const Series* s = slot.find(index); s && !s->data.empty()) now_ = s->data[0], see(now_);
  if (!(low <= high)) low = log_ ? 0.1 : 0, high = 1;
  if (log_)
    low_ = std::pow(10, std::floor(std::log10(low)) - 3), high_ = std::pow(10, std::ceil(std::log10(high) - 1e-9));
  else
    low_ = std::min(low, 0.0), high_ = high > low_ ? high : low_ + 1;
}

/// Two digits, as one would type them.
double ValueRange::at(float position) const {
  const auto share = static_cast<double>(std::clamp(position, 0.f, 1.f));
  const double x = log_ ? low_ * std::pow(high_ / low_, share) : low_ + share * (high_ - low_);
  const double power = std::floor(std::log10(std::max(std::abs(log_ ? x : high_ - low_), 1e-300))) - (log_ ? 1 : 2);
  const double unit = std::pow(10, std::abs(power));  // not its reciprocal: 0.3 is to be 0.3
  return std::clamp(power < 0 ? std::round(x * unit) / unit : std::round(x / unit) * unit, low_, high_);
}

float ValueRange::position(double value) const {
  if (log_) return value <= low_ ? 0.f : static_cast<float>(std::min(std::log(value / low_) / std::log(high_ / low_), 1.0));
  return static_cast<float>(std::clamp((value - low_) / (high_ - low_), 0.0, 1.0));
}

double ValueRange::usual() const { return at(position(log_ ? now_ / 10 : now_ / 2)); }

std::string pace_text(const Model& model) {
  std::string out;
  if (const auto& halt = model.halting()) out = "pauses " + (halt->event.empty() ? "when " : std::string()) + halt_text(model, *halt);
  if (model.look.slow_at_events) out += out.empty() ? "slow around events" : " · slow around events";
  return out;
}

float pace_chips(Context& c, float right, float middle, float room) {
  const float begin = right;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto chip = [&](const char* id, const std::string& words, auto take_back) {
    const Ink ink{c.theme().text, kSmall};
    const float w = std::min(c.w.width(words, ink) + 38, room - (begin - right));
    if (w < 80) return;
    const Rect r{right - w, middle - 13, w, 26};
    right -= w + 8;
    const bool pressed = c.w.press(id, r);
    const bool over = ImGui::IsItemHovered();
    list->AddRectFilled(min_of(r), max_of(r), over ? c.theme().raised : with_alpha(c.theme().accent, 0.14f), 13);
    list->AddRect({r.x + 0.5f, r.y + 0.5f}, {r.x + w - 0.5f, r.y + 25.5f}, with_alpha(c.theme().accent, 0.5f), 13);
    c.w.text({r.x + 12, r.y + 6}, words, ink, Align::Left, w - 38);
    c.w.text({r.x + w - 17, r.y + 7}, "✕", {over ? c.theme().text : c.theme().muted, 11}, Align::Center);
    c.w.tip(words + "\nPress to take it back");
    if (pressed) take_back();
  };
  if (const auto halt = c.model.halting())
    chip("halt-chip", "pause " + (halt->event.empty() ? "when " : std::string()) + halt_text(c.model, *halt), [&] { c.model.halt({}); });
  if (c.model.look.slow_at_events) chip("slow-chip", "slow around events", [&] { c.model.slow_at_events(false); });
  return begin - right;
}

void pace_button(Context& c, const Rect& r) {
  if (c.w.button("pace", r, "")) ImGui::OpenPopup("pace-menu");
  const double rate = kSpeeds[c.model.speed()].factor * std::max(1.0, std::round(static_cast<double>(c.model.main().document.steps) / 10));
  c.w.tip((rate > 0 ? "At most " + number(rate) + " steps per second" : std::string("As fast as it goes")) + "\nPace, slow motion, and when to pause");
  c.w.text({r.x + r.width / 2 - 7, r.y + (r.height - 16) / 2}, kSpeeds[c.model.speed()].label, c.w.body(), Align::Center);
  c.w.text({r.x + r.width - 8, r.y + (r.height - 10) / 2}, "▼", {c.theme().muted, 8}, Align::Right);
  popup(c, "pace-menu", r.x + r.width, r.y - 6, 310, [](Rows& rows) { pace_rows(rows); });
}

void time_button(Context& c, const Rect& r, const Rect& bar) {
  if (c.w.button("time-more", r, "Time…", false, c.model.halting() || c.model.look.slow_at_events)) ImGui::OpenPopup("time-sheet");
  c.w.tip("Steps, events, pace, undo");
  const float width = std::min(bar.width, 420.f);
  popup(c, "time-sheet", bar.x + bar.width, bar.y - 1, width, [](Rows& rows) { time_rows(rows); });
}

}  // namespace rankscope::ui
