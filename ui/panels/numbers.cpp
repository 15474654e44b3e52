// The two numbers that matter, big, and how well theory and run agree.
#include <cmath>

#include "ui/format.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

double now_of(const Slot& slot, int view, Part part = Part::Measured) {
  const Series* s = slot.find(static_cast<std::uint32_t>(view), part);
  return s && !s->data.empty() ? s->data[0] : std::nan("");
}

/// What stands small beside a value: its target, or what it is a share of.
std::string note_of(const Slot& slot, int view, const std::string& unit_note) {
  const double target = now_of(slot, view, Part::Target);
  const std::string& other = slot.show.views[static_cast<std::size_t>(view)].baseline;
  if (std::isfinite(target) && target != 0) return (other.empty() ? "target " : other + ": ") + number(target);
  return unit_note;
}

void big(Context& c, int view, ImVec2 at, float room, float size, ImU32 color) {
  const Slot& slot = c.model.main();
  const ViewInfo& info = slot.show.views[static_cast<std::size_t>(view)];
  const float label = c.w.text(at, info.label, c.w.bold(), Align::Left, room);
  c.w.tip_at({at.x, at.y - 2, label, 20}, info.help);
  const Quantity q = quantity(now_of(slot, view), info.unit);
  const float w = c.w.text({at.x, at.y + 20}, q.value, {color, size, true}, Align::Left, room);
  const std::string note = note_of(slot, view, q.note);
  const Ink ink = w + 8 + c.w.width(note, c.w.muted()) > room ? c.w.small() : c.w.muted();
  if (w + 7 + c.w.width(note, ink) <= room + 4)
    c.w.text({at.x + w + 7, at.y + 20 + size * 1.03f - ink.size * 1.03f}, note, ink);
}

/// The spectrum with a theory beside it, and how far the two are apart; NaN when there is none.
double apart(Context& c) {
  const Slot& slot = c.model.main();
  State& s = c.state;
  if (s.deviation_version != slot.version) s.deviation.clear(), s.deviation_version = slot.version;
  for (const std::string& key : c.model.shown()) {
    const int view = slot.show.view(key);
    if (view < 0 || slot.show.views[static_cast<std::size_t>(view)].kind != Kind::Spectrum) continue;
    const auto [it, fresh] = s.deviation.try_emplace(key, 0);
    if (fresh) it->second = slot.history.deviation(static_cast<std::uint32_t>(view));
    if (std::isfinite(it->second)) return it->second;
  }
  return std::nan("");
}

}  // namespace

void numbers_card(Context& c, const Rect& r) {
  c.w.card(r);
  const std::vector<int> views = headline_views(c.model);
  double deviation = apart(c);
  const bool wide = r.height < 120 || (r.height < 170 && r.width > 3 * r.height);
  if (wide && views.size() == 2 && r.width < 500) deviation = std::nan("");  // no room for three side by side
  const std::size_t count = views.size() + (std::isfinite(deviation) ? 1 : 0);
  if (count == 0) return;
  const float step = wide ? r.width / static_cast<float>(count)
                          : (r.height - 20) / static_cast<float>(std::max<std::size_t>(count, 3));
  ImVec2 at{r.x + 16, r.y + 14};
  const auto next = [&] { (wide ? at.x : at.y) += step; };
  const float room = wide ? step - 24 : r.width - 32, size = step < 64 && !wide ? 24 : step > 84 ? 36 : kBig;
  for (std::size_t i = 0; i < views.size(); ++i, next())
    big(c, views[i], at, room, size, i == 1 ? c.theme().accent : c.theme().text);
  if (!std::isfinite(deviation)) return;
  const float label = c.w.text(at, "Theory and run", c.w.bold(), Align::Left, room);
  const std::string verb = deviation < 0.15 ? "agree to " : "differ by ";
  c.w.text({at.x, at.y + 21}, verb + quantity(deviation, "share of it").value, {c.theme().text, kHeading, true},
           Align::Left, room);
  c.w.tip_at(
      {at.x, at.y - 2, label, 46},
      "The distance between the dashed and the solid lines, summed over the leading lines and all recorded steps, "
      "as a share of the larger of the two.");
}

void number_card(Context& c, int view, const Rect& r) {
  c.w.card(r);
  const auto views = headline_views(c.model);
  big(c, view, {r.x + kPad, r.y + 12}, r.width - 2 * kPad, kBig,
      views.size() > 1 && views[1] == view ? c.theme().accent : c.theme().text);
}

void compared_card(Context& c, int index, const Rect& r) {
  c.w.card(r);
  const bool truth = index < 0;
  const Slot& slot = c.model.slots()[static_cast<std::size_t>(truth ? 0 : index)];
  const Slot& main = c.model.main();
  const int shown = truth ? truth_view(c.model) : believed_view(c.model);
  if (shown < 0) return;
  const ViewInfo& info = main.show.views[static_cast<std::size_t>(shown)];
  Rect head = r;
  if (!truth) {
    ImGui::GetWindowDrawList()->AddCircleFilled({r.x + kPad + 4, r.y + 19}, 4, c.theme().slot(slot.color));
    head.x += 14;
  }
  const float hold = index == 0 ? hold_word(c, info, {r.x + r.width - kPad, r.y + 12}, true) : 0;  // the first run's entries can be taken hold of
  card_title(c, head, truth ? info.label : c.model.label_of(slot), truth ? info.unit : "step " + grouped(slot.step()), info.help,
             r.width - 2 * kPad - 16 - hold);
  const float side = r.width - 2 * kPad;
  draw_matrix(c, truth ? 0 : index, slot.show.view(info.key),
              {r.x + kPad, r.y + 36, side, std::min(side, r.height - 36 - 62)}, 5);
  float y = r.y + r.height - 54;
  for (const int view : headline_views(c.model)) {
    const ViewInfo& what = main.show.views[static_cast<std::size_t>(view)];
    const int mine = slot.show.view(what.key);
    double value = mine < 0 ? std::nan("") : now_of(slot, mine, truth ? Part::Target : Part::Measured);
    if (truth && !std::isfinite(value)) continue;
    const std::string text = quantity(value, what.unit).value;
    const float w = c.w.text({r.x + r.width - kPad, y}, text, {c.theme().text, side < 120 ? kBody : kMedium, true}, Align::Right);
    const Ink ink = c.w.width(what.label, c.w.muted()) > side - w - 6 ? Ink{c.theme().muted, 11} : c.w.muted();
    c.w.text({r.x + kPad, y + 1}, what.label, ink, Align::Left, side - w - 6);
    c.w.tip_at({r.x + kPad, y - 2, side, 20}, what.label + " " + text);
    y += 24;
  }
}

}  // namespace rankscope::ui
