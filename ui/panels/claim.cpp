// A theorem over time: both of its sides, the part that it allows, how it stands in words, and its hypotheses.
#include <algorithm>
#include <cmath>
#include <list>

#include "ui/format.h"
#include "ui/panels/chart.h"
#include "ui/panels/panels.h"
#include "ui/standing.h"

namespace rankscope::ui {
namespace {

constexpr float kIndent = 18, kLine = 18;  // of a hypothesis; a line of small text
constexpr float kSign = 20;                // of a curve in the legend, with the space behind it
constexpr float kLeast = 80;               // height of the chart: in a small frame the badge alone says how it stands
constexpr double kNone = __builtin_nan("");

ImU32 color_of(const Context& c, ClaimState state) {
  return state == ClaimState::Holds ? c.theme().line(2) : state == ClaimState::Violated ? c.theme().warning : c.theme().muted;
}

const char* sign_of(ClaimState state) {
  return state == ClaimState::Holds ? "✓" : state == ClaimState::Violated ? "✗" : "–";
}

/// One line a run; returns the height.
float badges(Context& c, const std::string& key, ImVec2 at, float room, bool draw) {
  const float top = at.y;
  for (const Slot& slot : c.model.slots()) {
    const int view = slot.show.view(key);
    if (view < 0) continue;
    const Standing s = standing_of(slot, static_cast<std::uint32_t>(view));
    const Ink ink{color_of(c, s.state), kSmall, true};
    if (draw) c.w.text(at, sign_of(s.state), ink);
    at.y += c.w.paragraph({at.x + kIndent, at.y}, (c.model.comparing() ? c.model.label_of(slot) + ": " : "") + s.text, ink, room - kIndent, draw);
  }
  return at.y - top;
}

/// A tick or a cross each; returns the height.
float hypotheses(Context& c, int view, ImVec2 at, float room, bool draw) {
  const Slot& slot = c.model.main();
  const auto& list = slot.show.views[static_cast<std::size_t>(view)].claim.hypotheses;
  const std::vector<double> holds = standing_of(slot, static_cast<std::uint32_t>(view)).holds;
  const float top = at.y;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool known = i < holds.size(), fails = known && holds[i] == 0;
    if (draw && known) c.w.text(at, fails ? "✗" : "✓", {fails ? c.theme().warning : c.theme().line(2), kSmall});
    at.y += c.w.paragraph({at.x + kIndent, at.y}, list[i], {fails ? c.theme().text : c.theme().muted, kSmall}, room - kIndent, draw);
  }
  return at.y - top;
}

/// The curve where the claim applies, and where it does not.
struct Halves {
  Curve inside, outside;

  Halves(const Curve& y, const Curve& state) : inside(y.size(), kNone), outside(y.size(), kNone) {
    const auto applies = [&](std::size_t i) {
      return i < state.size() && std::isfinite(state[i]) && state[i] != static_cast<double>(ClaimState::NotApplicable);
    };
    for (std::size_t i = 0; i < y.size(); ++i) {
      (applies(i) ? inside : outside)[i] = y[i];
      if (i > 0 && applies(i) != applies(i - 1)) outside[i] = y[i], outside[i - 1] = y[i - 1];  // no gap between the two
    }
  }
};

/// "— loss  — bound": at the right when both fit into the line beside `taken`, else under each other; returns the height.
float legend(Context& c, const ClaimInfo& claim, ImVec2 at, float room, float taken, bool draw) {
  const float wide = c.w.width(claim.left, c.w.small()) + c.w.width(claim.right, c.w.small()) + 2 * kSign + kGap;
  const bool beside = taken + wide + kGap <= room, aligned = wide <= room;
  const float top = at.y;
  if (aligned) at = {at.x + room - wide, beside ? at.y - kLine : at.y};
  for (const bool left : {true, false}) {
    const std::string& name = left ? claim.left : claim.right;
    const ImU32 alone = left ? c.theme().accent : c.theme().line(0), color = c.model.comparing() ? c.theme().muted : alone;
    if (draw) ImGui::GetWindowDrawList()->AddLine({at.x, at.y + 8}, {at.x + 14, at.y + 8}, color, left ? 2.5f : 1.25f);
    const float height = c.w.paragraph({at.x + kSign, at.y}, name, c.w.small(), aligned ? room : room - kSign, draw);
    aligned ? at.x += c.w.width(name, c.w.small()) + kSign + kGap : at.y += height;
  }
  return aligned ? (beside ? 0 : kLine) : at.y - top;
}

/// Of the line that the badge takes; all of it when there are several.
float badge_width(const Context& c, int view) {
  const Ink ink{0, kSmall, true};
  return c.model.comparing() ? HUGE_VALF : kIndent + c.w.width(standing_of(c.model.main(), static_cast<std::uint32_t>(view)).text, ink);
}

}  // namespace

float claim_extra(Context& c, int view, float width) {
  const ViewInfo& info = c.model.main().show.views[static_cast<std::size_t>(view)];
  const float room = width - 2 * kPad;
  return badges(c, info.key, {}, room, false) + legend(c, info.claim, {}, room, badge_width(c, view), false) +
         hypotheses(c, view, {}, room, false) + kLine;
}

void claim_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const ViewInfo& info = main.show.views[static_cast<std::size_t>(view)];
  const ClaimInfo& claim = info.claim;
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  const bool log = log_axis(c, info, {r.x + r.width - kPad, r.y + 12});
  card_title(c, r, info.label, "", info.help, r.width - 2 * kPad - 34);
  const float room = r.width - 2 * kPad;
  float y = r.y + 34;
  y += badges(c, info.key, {r.x + kPad, y}, room, true);
  y += legend(c, claim, {r.x + kPad, y}, room, badge_width(c, view), true);
  float foot = hypotheses(c, view, {}, room, false);
  const bool roomy = r.y + r.height - foot - 10 - y > kLeast;
  if (!roomy) foot = 0;

  ChartAxes axes = axes_over(c, main, log);
  double low = HUGE_VAL, high = -HUGE_VAL;
  std::list<Halves> halves;  // of every run the left and the right side; the chart keeps pointers to them
  std::vector<const Slot*> slots;
  for (const Slot& slot : c.model.slots()) {
    const int mine = slot.show.view(info.key);
    const Track* t = mine < 0 ? nullptr : slot.past(static_cast<std::uint32_t>(mine)).track(static_cast<std::uint32_t>(mine));
    if (!t || !t->measured.count(0)) continue;
    for (const Curve* curve : {&t->measured.at(0), &t->bound}) {
      for (const double v : *curve)
        if (std::isfinite(v) && !(log && v <= 0)) low = std::min(low, v), high = std::max(high, v);
      halves.emplace_back(*curve, t->state);
    }
    reach(axes, c, slot);
    slots.push_back(&slot);
  }
  if (log) low = std::max(low, high * 1e-16);
  fit(axes, low, high);
  {
    Chart chart(c, {r.x + 6, y, r.width - 34, r.y + r.height - foot - 10 - y}, axes);
    chart.unit = info.unit;
    auto half = halves.begin();
    for (const Slot* slot : slots) {
      const auto mine = static_cast<std::uint32_t>(slot->show.view(info.key));
      const auto& x = abscissa(c, slot->past(mine));
      const int index = static_cast<int>(slot - c.model.slots().data());
      const bool compared = c.model.comparing();
      const ImU32 ink = run_color(c, *slot), bound = compared ? with_alpha(c.theme().slot(slot->color), 0.6f * run_alpha(c, *slot)) : c.theme().line(0);
      const std::string whose = compared ? c.model.label_of(*slot) + ", " : "";
      const Halves &left = *half++, &right = *half++;
      chart.known = known_points(*slot, slot->past(mine));
      if (index == 0) {
        Curve allowed = right.inside;  // with what the numbers are uncertain by, so that what holds lies in it
        for (double& v : allowed) v += claim.at_most ? claim.slack : -claim.slack;
        chart.shade(x, allowed, claim.at_most, with_alpha(c.theme().line(2), 0.1f));
      }
      chart.curve(x, right.outside, with_alpha(bound, 0.45f * run_alpha(c, *slot)), 1.25f, true, {});
      chart.curve(x, right.inside, bound, 1.25f, false, whose + claim.right);
      chart.curve(x, left.outside, with_alpha(ink, 0.45f * run_alpha(c, *slot)), 1.5f, true, {});
      chart.curve(x, left.inside, ink, 2, false, whose + claim.left);
      if (const Track* t = slot->past(mine).track(mine); t->violated && !c.model.look.by_time)
        chart.mark(*t->violated, c.theme().warning, "violated here");
    }
    chart.now(abscissa_now(c, main));
  }
  if (roomy) hypotheses(c, view, {r.x + kPad, r.y + r.height - foot - 8}, room, true);
  ImGui::PopID();
}

}  // namespace rankscope::ui
