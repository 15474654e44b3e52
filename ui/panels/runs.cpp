// The runs: which ones stand beside the first, and what to put there.
#include <algorithm>
#include <cstdio>

#include "ui/format.h"
#include "ui/ladder.h"
#include "ui/panels/sheet.h"

namespace rankscope::ui {
namespace {

constexpr int kSeeds = 8;
constexpr float kButton = 30;

std::string where(const Slot& slot) {
  const std::string steps = "step " + grouped(slot.step()) + " of " + grouped(slot.document.steps);
  switch (slot.phase) {
    case Phase::Empty:
    case Phase::Loading:
      return "loading";
    case Phase::Diverged:
      return "diverged at step " + grouped(slot.trouble_step);
    case Phase::Finished:
      return "finished at " + steps;
    case Phase::Running:
      return steps + (slot.back ? ", backwards" : ", running");
    default:
      return slot.under_way() ? steps + ", on its way to " + grouped(slot.goal) : steps + ", paused";
  }
}

/// "1, 2, 3"
std::string list_of(const Param& param, const std::vector<Value>& values) {
  Param bare = param;
  if (bare.unit.rfind("share of", 0) != 0) bare.unit.clear();  // a share is a percentage each
  std::string out;
  for (const Value& v : values) out += (out.empty() ? "" : ", ") + value_text(bare, v);
  return out + (bare.unit == param.unit ? "" : " " + param.unit);
}

/// The field in which a run is named.
void name_field(Context& c, std::size_t at, const Rect& r) {
  RunsHold& hold = c.state.runs;
  ImGui::SetCursorScreenPos(min_of(r));
  ImGui::SetNextItemWidth(r.width);
  const bool first = hold.focus;
  if (first) ImGui::SetKeyboardFocusHere(), hold.focus = false;
  const bool entered = ImGui::InputTextWithHint("##name", "what differs", hold.name, sizeof hold.name, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const bool left = !first && ImGui::IsItemDeactivated();
  if (left && !ImGui::IsKeyPressed(ImGuiKey_Escape)) c.model.rename(at, hold.name);
  else if (entered) c.model.rename(at, hold.name);
  if (entered || left) hold.renaming = -1;
}

/// Colour, name and where it stands, and what one can do with it; returns the height. `gone`: the list is no longer the one that is drawn.
float run_row(Context& c, std::size_t at, const Rect& r, bool& gone) {
  const Slot& slot = c.model.slots()[at];
  const float words[] = {c.w.button_width("Rename"), c.w.button_width("Make it first"), c.w.button_width("Remove")};
  const float buttons = words[0] + (at ? words[1] + words[2] + 16 : 0);
  const bool under = r.width - buttons < 220 + 24;
  const float height = 52 + (under ? kButton + 10 : 0);
  ImGui::PushID(slot.lane);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min_of(r), {r.x + r.width, r.y + height}, c.theme().card, kRadius);
  list->AddRectFilled({r.x + 14, r.y + 12}, {r.x + 20, r.y + 40}, c.theme().slot(slot.color), 3);
  const float room = r.width - 32 - 14 - (under ? 0 : buttons + 16);
  if (c.state.runs.renaming == slot.lane) name_field(c, at, {r.x + 32, r.y + 6, std::min(room, 260.f), 26});
  else c.w.text({r.x + 32, r.y + 9}, c.model.label_of(slot).empty() ? "this run" : c.model.label_of(slot), c.w.bold(), Align::Left, room);
  c.w.text({r.x + 32, r.y + 29}, (at ? "" : "first · ") + where(slot), c.w.small(), Align::Left, room);
  float x = under ? r.x + 32 : r.x + r.width - 14 - buttons;
  const float y = under ? r.y + 50 : r.y + 11;
  const auto button = [&](const char* id, const char* label, float width) {
    const bool pressed = c.w.button(id, {x, y, width, kButton}, label);
    x += width + 8;
    return pressed;
  };
  if (button("rename", "Rename", words[0])) {
    c.state.runs.renaming = slot.lane, c.state.runs.focus = true;
    std::snprintf(c.state.runs.name, sizeof c.state.runs.name, "%s", slot.name.c_str());
  }
  if (at > 0 && button("first", "Make it first", words[1])) c.model.promote(at), gone = true;
  if (at > 0 && !gone && button("remove", "Remove", words[2])) c.model.remove(at), gone = true;
  ImGui::PopID();
  return height + 8;
}

/// A thing to press with a plain line under its name; returns whether it was.
bool action(Context& c, const char* id, Rect& r, const std::string& name, const std::string& what, bool primary = false) {
  const float words = c.w.paragraph({0, 0}, what, c.w.small(), r.width - 28, false), height = 36 + words;
  const Rect place{r.x, r.y, r.width, height};
  const bool pressed = c.w.press(id, place);
  const bool over = ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min_of(place), max_of(place), over ? c.theme().raised : c.theme().card, kRadius);
  list->AddRect({place.x + 0.5f, place.y + 0.5f}, {place.x + place.width - 0.5f, place.y + height - 0.5f}, over || primary ? c.theme().accent : c.theme().border, kRadius);
  c.w.text({r.x + 14, r.y + 8}, name, {primary ? c.theme().accent : c.theme().text, kBody, true}, Align::Left, r.width - 28);
  c.w.paragraph({r.x + 14, r.y + 27}, what, c.w.small(), r.width - 28);
  r.y += height + 8;
  return pressed && !(c.w.coarse() && ImGui::IsMouseDragging(0, 6));
}

void climb(Context& c, const Param& p, const std::vector<Value>& values) {
  c.model.ladder(p.key, values);
  c.state.overlay = Overlay::None;
}

}  // namespace

void runs_sheet(Context& c) {
  sheet(c, "Runs", 620, [&](const Rect& in) {
    Model& model = c.model;
    Rect r = in;
    bool gone = false;
    for (std::size_t i = 0; i < model.slots().size() && !gone; ++i) r.y += run_row(c, i, r, gone);
    if (gone) return r.y - in.y + 8;
    r.y += 6;
    if (model.can_pin()) {
      if (action(c, "pin", r, "Pin this run", "It stays beside as it is, with all its past, and you go on with the first.", true)) model.pin();
    } else if (!model.main().show.views.empty()) {
      r.y += c.w.paragraph({r.x + 2, r.y}, "Nine runs are the most that stand beside each other. Remove one to pin another.", c.w.muted(), r.width) + 10;
    }
    const Document document = model.main().document;  // copies: a ladder replaces both
    const std::vector<Param> params = ladder_parameters(model.main().show, document);
    const auto values_of = [&](const Param& p) {
      const auto it = document.settings.find(p.key);
      return it == document.settings.end() ? std::vector<Value>() : ladder_values(p, it->second);
    };
    const Param *depth = depth_of(params), *scale = scale_of(params);
    for (const Param* p : {depth, scale}) {
      if (!p) continue;
      const auto values = values_of(*p);
      if (values.size() > 1 && action(c, p == depth ? "depth ladder" : "scale ladder", r, p == depth ? "Depth ladder" : "Scale ladder",
                                      "A run for each, in lock-step from the start: " + p->label + " " + list_of(*p, values)))
        climb(c, *p, values);
    }
    if (action(c, "seeds", r, "Band of " + std::to_string(kSeeds) + " seeds", "The same with " + std::to_string(kSeeds) + " seeds in lock-step, as mean and standard deviation."))
      model.seeds(kSeeds), c.state.overlay = Overlay::None;
    if (model.can_compare() && action(c, "study", r, "The study's runs", "Those that its claim is about, beside each other.")) model.compare(true), c.state.overlay = Overlay::None;
    bool& others = c.state.runs.others;
    if (params.size() > (depth ? 1u : 0u) + (scale ? 1u : 0u) &&
        action(c, "others", r, others ? "Ladder of another parameter  ▾" : "Ladder of another parameter…", "A run for each of a few of its values."))
      others = !others;
    if (others) {
      r.x += 14, r.width -= 14;
      for (const Param& p : params) {
        if (&p == depth || &p == scale) continue;
        const auto values = values_of(p);
        if (values.size() > 1 && action(c, p.key.c_str(), r, p.label, list_of(p, values))) climb(c, p, values);
      }
      r.x -= 14, r.width += 14;
    }
    if (model.comparing() && action(c, "none", r, "Remove all", "Only the first run stays.")) model.remove_all();
    return r.y - in.y + 8;
  });
}

}  // namespace rankscope::ui
