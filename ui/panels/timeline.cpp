#include "ui/panels/timeline.h"

#include <algorithm>
#include <cmath>

#include "ui/format.h"

namespace rankscope::ui {
namespace {

constexpr float kUnder = 9;  // the marks' distance from the middle of the track

bool ready(const Model& model) { return !model.main().show.views.empty(); }
bool moving(const Model& model) { return model.running() || model.replayed() > 0; }

struct Scale {
  float left, width;
  double end;

  float at(std::int64_t step) const { return left + static_cast<float>(std::clamp(static_cast<double>(step) / end, 0.0, 1.0)) * width; }
  std::int64_t step(float x) const { return std::llround(std::clamp(static_cast<double>((x - left) / width), 0.0, 1.0) * end); }
};

std::string words_of(const Event& e) { return e.text.empty() ? e.kind + " at step " + grouped(e.step) : e.text; }

/// Under the track: triangles at take-offs, a line along each plateau until it is left or the run stands, a tick at any other
/// event. A press goes there.
void event_marks(Context& c, const Scale& scale, float middle) {
  const Slot& slot = c.model.main();
  const std::vector<Event> events = slot.events;  // a press may change them
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float tall = c.w.coarse() ? 22.f : 16.f, y = middle + kUnder;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& e = events[i];
    const float x = scale.at(e.step);
    float reach = 0;
    if (e.kind == "plateau") {
      std::int64_t left = slot.reached();
      for (std::size_t j = i + 1; j < events.size(); ++j)
        if (events[j].kind != "take-off") left = std::min(left, events[j].step);
      reach = std::max(scale.at(left) - x, 0.f);
    }
    ImGui::PushID(static_cast<int>(i));
    if (c.w.press("event", {x - 6, y - 1, reach + 12, tall})) c.model.seek(e.step);
    const bool over = ImGui::IsItemHovered();
    c.w.tip(words_of(e) + "\nPress to go there");
    ImGui::PopID();
    const ImU32 color = over ? c.theme().text : e.line >= 0 ? c.theme().line(e.line) : c.theme().muted;
    if (e.kind == "take-off")
      c.w.triangle_up({x, y}, 8, color);
    else if (e.kind == "plateau")
      list->AddRectFilled({x, y + 2}, {x + std::max(reach, 2.f), y + 4}, over ? color : c.theme().faint, 1);
    else
      list->AddRectFilled({x - 1, y - 1}, {x + 1, y + 7}, color, 1);
  }
}

// --- Signs of the buttons, around a middle ---

void triangle(ImDrawList* list, ImVec2 m, float way, ImU32 ink, float size = 6) {
  list->AddTriangleFilled({m.x - way * size * 0.6f, m.y - size}, {m.x - way * size * 0.6f, m.y + size}, {m.x + way * size * 0.75f, m.y}, ink);
}

void bar(ImDrawList* list, float x, float y, ImU32 ink) { list->AddRectFilled({x - 1, y - 6}, {x + 1, y + 6}, ink, 1); }

/// Towards an event's mark.
void event_sign(ImDrawList* list, ImVec2 m, float way, ImU32 ink) {
  const float tip = m.x - way * 1;
  list->AddLine({tip - way * 5, m.y - 5}, {tip, m.y}, ink, 1.8f);
  list->AddLine({tip - way * 5, m.y + 5}, {tip, m.y}, ink, 1.8f);
  const float x = m.x + way * 6;
  list->AddTriangleFilled({x, m.y - 3.5f}, {x + 4, m.y + 4}, {x - 4, m.y + 4}, ink);
}

/// An arrow that turns back, or on.
void turn_sign(ImDrawList* list, ImVec2 m, float way, ImU32 ink) {
  list->PathLineTo({m.x - way * 5, m.y - 2.5f});
  list->PathLineTo({m.x + way * 1.5f, m.y - 2.5f});
  for (int i = 0; i <= 8; ++i) {
    const float a = -1.5708f + 3.1416f * static_cast<float>(i) / 8;
    list->PathLineTo({m.x + way * (1.5f + 4 * std::cos(a)), m.y + 1.5f + 4 * std::sin(a)});
  }
  list->PathLineTo({m.x - way * 2.5f, m.y + 5.5f});
  list->PathStroke(ink, 1.6f);
  list->AddTriangleFilled({m.x - way * 7, m.y - 2.5f}, {m.x - way * 2.5f, m.y - 6.5f}, {m.x - way * 2.5f, m.y + 1.5f}, ink);
}

}  // namespace

void follow_goal(TimeHold& hold, const Slot& slot) {
  if (slot.goal != hold.goal) hold.goal = slot.goal, hold.began = slot.step();
  hold.began = std::min(hold.began, slot.step());
}

std::string time_note(const Model& model, const TimeHold& hold) {
  const Slot& slot = model.main();
  if (hold.target >= 0) return "recorded to " + grouped(slot.reached());
  if (slot.seeking) return "on to the next event";
  if (slot.under_way()) {
    const double way = static_cast<double>(hold.goal - hold.began), done = static_cast<double>(slot.step() - hold.began);
    const double share = way > 0 ? std::clamp(done / way, 0.0, 1.0) : 0;
    return "on its way to step " + grouped(slot.goal) + " · " + std::to_string(static_cast<int>(100 * share)) + " %";
  }
  if (model.replayed() > 0) return "the runs beside it are on their way";
  if (!slot.halted.empty() && !model.running()) return "paused: " + slot.halted;
  if (slot.back) return "playing backwards";
  return model.scrubbed() ? "recorded to " + grouped(slot.reached()) : std::string();
}

void timeline(Context& c, const Rect& r) {
  Model& model = c.model;
  TimeHold& hold = c.state.time;
  follow_goal(hold, model.main());
  const float middle = std::round(r.y + r.height / 2), radius = c.w.coarse() ? 9.f : 8.f, half = 3;
  const Scale scale{r.x + radius, r.width - 2 * radius, static_cast<double>(std::max<std::int64_t>(model.main().document.steps, 1))};
  const Rect hit{r.x, middle - (c.w.coarse() ? 24.f : 16.f), r.width, (c.w.coarse() ? 24.f : 16.f) + kUnder - 2};
  c.w.press("progress", hit);
  c.state.grips.push_back(hit);
  const bool held = ImGui::IsItemActive() && ready(model), over = ImGui::IsItemHovered();
  c.w.tip("Drag to any step; what was there comes back exactly\nLeft and right arrow: one step; Home, End: start and last recorded step");
  if (!held) hold.target = -1;
  if (held) {
    const std::int64_t target = scale.step(ImGui::GetIO().MousePos.x);
    if (target != hold.target) model.seek(hold.target = target);
  }

  const Slot& slot = model.main();
  const float x = scale.at(hold.target >= 0 ? hold.target : slot.step()), recorded = scale.at(slot.reached());
  ImDrawList* list = ImGui::GetWindowDrawList();
  const auto line = [&](float from, float to, ImU32 color) {
    if (to > from) list->AddRectFilled({from, middle - half}, {to, middle + half}, color, half);
  };
  line(r.x, r.x + r.width, c.theme().track);
  line(r.x, recorded, with_alpha(c.theme().accent, 0.4f));  // there already: nothing of it is computed anew when the run is only looked at
  line(r.x, x, c.theme().accent);
  if (slot.under_way() && hold.target < 0) {
    const float goal = scale.at(slot.goal);
    list->AddLine({std::min(x, goal), middle}, {std::max(x, goal), middle}, c.theme().text, 1);
    list->AddCircle({goal, middle}, radius - 2, c.theme().text, 0, 1.5f);
  }
  if (over || held) list->AddCircleFilled({x, middle}, radius + 4, with_alpha(c.theme().accent, 0.25f));
  list->AddCircleFilled({x, middle}, radius, c.theme().dark ? IM_COL32(240, 242, 245, 255) : IM_COL32(22, 25, 31, 255));
  event_marks(c, scale, middle);
}

void transport(Context& c, Transport what, const Rect& r) {
  static constexpr const char* kIds[] = {"back", "step-back", "step", "event-back", "event-on", "undo", "redo"};
  Model& model = c.model;
  const Slot& slot = model.main();
  const Undo& undo = model.undone();
  const bool at_start = slot.step() == 0, at_end = slot.step() >= slot.document.steps;
  bool can = ready(model);
  switch (what) {
    case Transport::Back: case Transport::StepBack: case Transport::EventBack: can = can && !at_start; break;
    case Transport::StepOn: case Transport::EventOn: can = can && !at_end; break;
    case Transport::Undo: can = undo.can_undo(); break;
    case Transport::Redo: can = undo.can_redo(); break;
  }
  const bool lit = what == Transport::Back && slot.back;
  const bool pressed = c.w.button(kIds[static_cast<int>(what)], r, "", false, lit) && can;
  const ImVec2 m{r.x + r.width / 2, r.y + r.height / 2};
  const ImU32 ink = lit ? c.theme().accent : can ? c.theme().text : with_alpha(c.theme().muted, 0.4f);
  ImDrawList* list = ImGui::GetWindowDrawList();
  switch (what) {
    case Transport::Back: triangle(list, m, -1, ink, 7); break;
    case Transport::StepBack: triangle(list, {m.x + 2, m.y}, -1, ink, 5.5f), bar(list, m.x - 5, m.y, ink); break;
    case Transport::StepOn: triangle(list, {m.x - 2, m.y}, 1, ink, 5.5f), bar(list, m.x + 5, m.y, ink); break;
    case Transport::EventBack: event_sign(list, m, -1, ink); break;
    case Transport::EventOn: event_sign(list, m, 1, ink); break;
    case Transport::Undo: turn_sign(list, m, 1, ink); break;
    case Transport::Redo: turn_sign(list, m, -1, ink); break;
  }
  const auto words = [&]() -> std::string {
    switch (what) {
      case Transport::Back: return "Play backwards (J)";
      case Transport::StepBack: return "One step back (left arrow)";
      case Transport::StepOn: return "One step (right arrow)";
      case Transport::EventBack: return "To the event before (Shift + left arrow)";
      case Transport::EventOn: return "To the next event (Shift + right arrow)";
      case Transport::Undo: return undo.can_undo() ? "Undo: " + undo.undo_text() + " (Ctrl+Z)" : "Nothing to undo";
      case Transport::Redo: return undo.can_redo() ? "Redo: " + undo.redo_text() + " (Ctrl+Shift+Z)" : "Nothing to redo";
    }
    return {};
  };
  c.w.tip(words());
  if (!pressed) return;
  switch (what) {
    case Transport::Back: return slot.back ? model.play(false) : model.play_back();
    case Transport::StepBack: return model.step(-1);
    case Transport::StepOn: return model.step(1);
    case Transport::EventBack: return model.to_event(true);
    case Transport::EventOn: return model.to_event(false);
    case Transport::Undo: return model.undo();
    case Transport::Redo: return model.redo();
  }
}

void play_button(Context& c, const Rect& r) {
  Model& model = c.model;
  const bool pause = moving(model), again = !pause && model.main().phase == Phase::Finished;
  const bool pressed = c.w.press("play", r);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 mid{r.x + r.width / 2, r.y + r.height / 2};
  const float radius = r.width / 2, s = radius * 0.36f;
  list->AddCircleFilled(mid, radius, ImGui::IsItemHovered() ? with_alpha(c.theme().accent, 0.88f) : c.theme().accent, 48);
  const ImU32 ink = c.theme().on_accent;
  if (pause) {
    list->AddRectFilled({mid.x - s, mid.y - s * 1.1f}, {mid.x - s * 0.3f, mid.y + s * 1.1f}, ink, 1);
    list->AddRectFilled({mid.x + s * 0.3f, mid.y - s * 1.1f}, {mid.x + s, mid.y + s * 1.1f}, ink, 1);
  } else if (again) {
    list->PathArcTo(mid, s * 1.15f, -0.9f, 4.2f, 24);
    list->PathStroke(ink, 2.2f);
    list->AddTriangleFilled({mid.x + s * 0.25f, mid.y - s * 1.25f}, {mid.x + s * 1.45f, mid.y - s * 1.1f}, {mid.x + s * 0.75f, mid.y - s * 0.1f}, ink);
  } else {
    list->AddTriangleFilled({mid.x - s * 0.7f, mid.y - s * 1.15f}, {mid.x - s * 0.7f, mid.y + s * 1.15f}, {mid.x + s * 1.2f, mid.y}, ink);
  }
  c.w.tip(pause ? "Pause (space)" : again ? "Once more from the start (space)" : "Play (space)");
  if (pressed && ready(model)) model.play(!pause);
}

}  // namespace rankscope::ui
