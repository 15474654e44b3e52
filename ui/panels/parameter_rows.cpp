// Parameters from their declaration: label left, value right, a thin slider under them; or a switch, choices, a list as
// text.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "ui/format.h"
#include "ui/panels/panels.h"
#include "ui/panels/parameter_rows.h"

namespace rankscope::ui {
namespace {

constexpr float kSlider = 42, kToggle = 32, kChoice = 62, kList = 58;
constexpr int kFewSteps = 24;  // whole numbers with no more values than this act while they are dragged

enum class Form { Slider, Toggle, Choice, List };

Form form_of(const Param& p) {
  if (std::holds_alternative<bool>(p.initial)) return Form::Toggle;
  if (!p.choices.empty()) return Form::Choice;
  if (std::holds_alternative<double>(p.initial) || std::holds_alternative<std::int64_t>(p.initial)) return Form::Slider;
  return Form::List;
}

double as_double(const Value& v) {
  if (const double* x = std::get_if<double>(&v)) return *x;
  if (const auto* i = std::get_if<std::int64_t>(&v)) return static_cast<double>(*i);
  return 0;
}

/// Wide ranges of whole numbers run over decades too, or the small ones could not be reached.
bool by_decades(const Param& p) {
  return p.range.scale == Scale::Log || (std::holds_alternative<std::int64_t>(p.initial) && p.range.low >= 0 &&
                                         p.range.high > 500 * std::max(p.range.low, 1.0));
}

/// A range by decades that begins at zero has zero itself at its end, then 1 or nine decades.
double log_floor(const Param& p) {
  if (p.range.low > 0) return p.range.low;
  return std::holds_alternative<std::int64_t>(p.initial) ? 0.9 : p.range.high * 1e-9;
}

float position_of(const Param& p, const Value& v) {
  const double x = as_double(v), low = p.range.low, high = p.range.high;
  if (!by_decades(p)) return high > low ? static_cast<float>((x - low) / (high - low)) : 0;
  const double floor = log_floor(p);
  return x <= floor ? 0 : static_cast<float>(std::log(x / floor) / std::log(high / floor));
}

Value value_at(const Param& p, float position) {
  const double low = p.range.low, high = p.range.high;
  double x = low + position * (high - low);
  if (by_decades(p)) {
    const double floor = log_floor(p);
    x = position <= 0 ? low : floor * std::pow(high / floor, position);
  }
  if (std::holds_alternative<std::int64_t>(p.initial)) return static_cast<std::int64_t>(std::llround(x));
  // Two digits that a reader would have typed; finer on a linear scale, where the range says how fine.
  const double unit = p.range.scale == Scale::Log
                          ? std::pow(10.0, std::floor(std::log10(std::max(std::abs(x), 1e-300))) - 1)
                          : std::pow(10.0, std::floor(std::log10(std::max(high - low, 1e-300))) - 2);
  const double rounded = unit >= 1 ? std::round(x / unit) * unit : std::round(x / unit) / std::round(1 / unit);
  return std::clamp(rounded, low, high);
}

/// What a change of a parameter that is no live one does to the first run.
std::string restart_of(const Model& model) {
  const std::int64_t step = model.rests_at();
  return step > 0 ? "reruns to step " + grouped(step) : "restarts the run";
}

std::string help_of(const Context& c, const Param& p) {
  std::string out = p.help;
  if (!p.unit.empty()) out += (out.empty() ? "Unit: " : "\nUnit: ") + p.unit;
  return out + (out.empty() ? "" : "\n") + p.key +
         (p.when == When::Restart ? " · a change " + restart_of(c.model) : " · acts at once");
}

void begin_typing(State& s, const Param& p, const Value& v) {
  s.typing = p.key;
  std::snprintf(s.typed, sizeof s.typed, "%s", to_text(v).c_str());
  s.focus_typing = true;
}

/// The field in which a value is typed; applies what can be parsed.
void field(Context& c, const Param& p, const Rect& r) {
  ImGui::SetCursorScreenPos(min_of(r));
  ImGui::SetNextItemWidth(r.width);
  const bool first = c.state.focus_typing;
  if (first) ImGui::SetKeyboardFocusHere(), c.state.focus_typing = false;
  const bool entered = ImGui::InputText("##value", c.state.typed, sizeof c.state.typed,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  const bool escaped = ImGui::IsKeyPressed(ImGuiKey_Escape);
  if (entered || (ImGui::IsItemDeactivated() && !escaped)) {
    if (auto value = parse(p, c.state.typed))
      c.model.set(p.key, *value);
    else
      c.model.problem = value.error();
  }
  if (entered || (!first && ImGui::IsItemDeactivated())) c.state.typing.clear();
}

/// Label and value on one line; a click on the value types it. Returns whether the row or its slider is in use.
void head(Context& c, const Param& p, const Value& v, const Rect& r, bool note) {
  const float y = r.y + 4;
  const std::string text = value_text(p, v);
  const float label = c.w.text({r.x, y}, p.label, c.w.bold(), Align::Left, r.width * 0.7f);
  c.w.tip_at({r.x, y - 2, label, 20}, help_of(c, p));
  if (c.state.typing == p.key) return field(c, p, {r.x + r.width - 110, r.y - 3, 110, 26});
  const float w = c.w.width(text, c.w.muted());
  const Rect place{r.x + r.width - w - 4, y - 3, w + 8, 22};
  c.w.press("value", place);
  const bool over = ImGui::IsItemHovered();
  if (over && (ImGui::IsMouseDoubleClicked(0) || (ImGui::IsMouseClicked(0) && ImGui::GetIO().KeyCtrl)))
    begin_typing(c.state, p, v);
  c.w.tip("Double-click to type a number");
  c.w.text({r.x + r.width, y}, text, {over ? c.theme().text : c.theme().muted}, Align::Right, r.width * 0.6f);
  if (!note) return;
  const std::string words = restart_of(c.model);
  if (label + w + c.w.width(words, {c.theme().faint, 11}) + 26 < r.width)
    c.w.text({r.x + r.width - w - 10, y + 1}, words, {c.theme().faint, 11}, Align::Right);
}

void number_row(Context& c, const Param& p, const Value& current, const Rect& r) {
  State& s = c.state;
  const bool held_now = s.held == p.key;
  const Value shown = held_now ? s.held_value : current;
  float position = position_of(p, shown);
  const float before = position;
  const Rect track{r.x, r.y + 22, r.width, r.height - 24};
  const bool down = c.w.slider("slider", track, position);
  const bool over = ImGui::IsItemHovered(), released = ImGui::IsItemDeactivated();
  const bool typed = over && ImGui::IsMouseClicked(0) && ImGui::GetIO().KeyCtrl;
  const bool entered =
      ImGui::IsItemFocused() && ImGui::GetIO().NavVisible && ImGui::IsKeyPressed(ImGuiKey_Enter, false);
  if (typed || entered) begin_typing(s, p, current);
  const bool few = std::holds_alternative<std::int64_t>(p.initial) && p.range.high - p.range.low <= kFewSteps;
  if (down && position != before && s.typing != p.key) {
    const Value next = value_at(p, position);
    const bool rests = c.model.rests_at() >= 0;
    if (p.when == When::Live || (few && !rests)) {
      c.model.set(p.key, next);
    } else {
      s.held = p.key, s.held_value = next;
      if (rests) c.model.set(p.key, next, true);
    }
  }
  if (released && held_now) {
    s.held.clear();
    c.model.set(p.key, s.held_value);
  }
  head(c, p, s.held == p.key ? s.held_value : shown, r, p.when == When::Restart && (over || down));
}

void choice_row(Context& c, const Param& p, const Value& current, const Rect& r) {
  const std::string* word = std::get_if<std::string>(&current);
  const std::string now = word ? *word : "";
  const float label = c.w.text({r.x, r.y + 4}, p.label, c.w.bold());
  c.w.tip_at({r.x, r.y + 2, label, 20}, help_of(c, p));
  const Rect box{r.x, r.y + 25, r.width, c.w.coarse() ? 36.f : 28.f};
  float widest = 0;
  for (const std::string& choice : p.choices) widest = std::max(widest, c.w.width(choice, {0, kSmall, true}));
  if ((widest + 14) * static_cast<float>(p.choices.size()) <= r.width) {
    const auto at = std::find(p.choices.begin(), p.choices.end(), now);
    const int pressed = c.w.segments("choice", box, p.choices, static_cast<int>(at - p.choices.begin()));
    if (pressed >= 0) c.model.set(p.key, p.choices[static_cast<std::size_t>(pressed)]);
    return;
  }
  if (c.w.button("open", box, "")) ImGui::OpenPopup("choices");
  c.w.text({box.x + 10, box.y + (box.height - kBody * 1.2f) / 2}, now, c.w.body(), Align::Left, box.width - 34);
  c.w.text({box.x + box.width - 10, box.y + (box.height - 11) / 2}, "▼", {c.theme().muted, 9}, Align::Right);
  const float line = c.w.coarse() ? 38.f : 30.f;
  ImGui::SetNextWindowPos({box.x, box.y + box.height + 4});
  ImGui::SetNextWindowSize({box.width, line * static_cast<float>(p.choices.size()) + 8});
  if (ImGui::BeginPopup("choices", ImGuiWindowFlags_NoMove)) {
    float y = ImGui::GetWindowPos().y + 4;
    for (const std::string& choice : p.choices) {
      if (c.w.check_row(choice.c_str(), {ImGui::GetWindowPos().x + 4, y, box.width - 8, line}, choice, choice == now)) {
        c.model.set(p.key, choice);
        ImGui::CloseCurrentPopup();
      }
      y += line;
    }
    ImGui::EndPopup();
  }
}

void list_row(Context& c, const Param& p, const Value& current, const Rect& r) {
  const float label = c.w.text({r.x, r.y + 4}, p.label, c.w.bold());
  c.w.tip_at({r.x, r.y + 2, label, 20}, help_of(c, p));
  const Rect box{r.x, r.y + 25, r.width, 28};
  if (c.state.typing == p.key) return field(c, p, box);
  const std::string text = to_text(current);
  if (c.w.button("type", box, "")) begin_typing(c.state, p, current);
  c.w.text({box.x + 10, box.y + 6}, text.empty() ? "automatic" : text, text.empty() ? c.w.muted() : c.w.body(),
           Align::Left, box.width - 20);
}

/// The parameters that matter now, in order.

}  // namespace

float row_height(const Context& c, const Param& p) {
  const float more = c.w.coarse() ? 10.f : 0.f;
  switch (form_of(p)) {
    case Form::Toggle:
      return kToggle + more;
    case Form::Choice:
      return kChoice + more;
    case Form::List:
      return kList;
    default:
      return kSlider + more;
  }
}

void draw_row(Context& c, const Param& p, const Value& current, const Rect& place) {
  switch (form_of(p)) {
    case Form::Slider:
      return number_row(c, p, current, place);
    case Form::Choice:
      return choice_row(c, p, current, place);
    case Form::List:
      return list_row(c, p, current, place);
    case Form::Toggle:
      break;
  }
  const bool on = std::get<bool>(current);
  if (c.w.toggle("toggle", place, on)) c.model.set(p.key, !on);
  c.w.tip(help_of(c, p));
  c.w.text({place.x, place.y + 7}, p.label, c.w.bold());
}

}  // namespace rankscope::ui
