// What went wrong, calmly, above the run bar: a refused change, or a run that left the numbers, and what to do about
// it.
#include <algorithm>

#include "ui/format.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

const Slot* diverged(const Model& model) {
  for (const Slot& s : model.slots())
    if (s.phase == Phase::Diverged) return &s;
  return nullptr;
}

/// Where `word` stands by itself in the text; npos when it does not.
std::size_t find_word(const std::string& text, const std::string& word) {
  const auto in_word = [&](std::size_t i) {
    const char c = i < text.size() ? text[i] : ' ';
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    if ((at == 0 || !in_word(at - 1)) && !in_word(at + word.size())) return at;
  return std::string::npos;
}

/// The first number of the run that its trouble names: what to lower.
const Param* culprit(const Slot& slot) {
  for (const Param& p : slot.show.params)
    if (std::holds_alternative<double>(p.initial) && find_word(slot.trouble, p.key) != std::string::npos &&
        slot.document.settings.count(p.key))
      return &p;
  return nullptr;
}

/// The trouble with the parameter called as the page calls it.
std::string worded(const Slot& slot) {
  std::string text = slot.trouble;
  if (const Param* p = culprit(slot)) text.replace(find_word(text, p->key), p->key.size(), p->label);
  return text;
}

}  // namespace

bool in_trouble(const Model& model) { return model.problem || diverged(model); }

float trouble_banner(Context& c, const Rect& over) {
  Model& model = c.model;
  if (!in_trouble(model)) return 0;
  const bool problem = model.problem.has_value();
  const Slot* slot = diverged(model);
  const std::string whose = !problem && model.comparing() ? model.label_of(*slot) + ": the" : "The";
  const std::string text = problem ? model.problem->text()
                                   : whose + " run stopped at step " + grouped(slot->trouble_step) + ": " +
                                         worded(*slot) + ". The last good moment is shown.";
  const Param* lower = !problem && slot == &model.main() ? culprit(*slot) : nullptr;
  const std::string key = lower ? lower->key : "";
  const std::string halve = lower ? "Halve: " + lower->label : "";
  const std::string action = problem ? "Dismiss" : "Reset";

  const float width = std::min(over.width - 24, 780.f);
  float buttons = c.w.button_width(action) + (lower ? c.w.button_width(halve) + 8 : 0);
  const bool under = buttons > width * 0.5f;
  const float room = width - 38 - (under ? 0 : buttons + 16),
              words = c.w.paragraph({0, 0}, text, c.w.body(), room, false);
  const float height = std::max(words, under ? 0.f : 24.f) + 24 + (under ? 44 : 0);
  const Rect r{over.x + (over.width - width) / 2, over.y + over.height - height - 12, width, height};
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({r.x - 2, r.y + 2}, {r.x + width + 2, r.y + height + 4}, with_alpha(c.theme().background, 0.6f),
                      kRadius + 2);
  list->AddRectFilled(min_of(r), max_of(r), c.theme().raised, kRadius);
  list->AddRect({r.x + 0.5f, r.y + 0.5f}, {r.x + width - 0.5f, r.y + height - 0.5f}, c.theme().border, kRadius);
  list->AddRectFilled({r.x + 10, r.y + 12}, {r.x + 13, r.y + height - 12}, c.theme().warning, 1.5f);
  c.w.paragraph({r.x + 24, r.y + 12 + (under ? 0 : std::max(0.f, (24 - words) / 2))}, text, c.w.body(), room);
  float x = r.x + width - 10 - c.w.button_width(action);
  const float y = under ? r.y + height - 42 : r.y + (height - 32) / 2;
  if (c.w.button("act", {x, y, c.w.button_width(action), 32}, action)) {
    if (problem)
      model.problem.reset();
    else
      model.reset();
    model.dirty = true;
  }
  if (!lower) return height + 24;
  x -= c.w.button_width(halve) + 8;
  if (c.w.button("halve", {x, y, c.w.button_width(halve), 32}, halve, true)) {
    model.set(key, std::get<double>(model.main().document.settings.at(key)) / 2);
    model.play(true);
  }
  return height + 24;
}

}  // namespace rankscope::ui
