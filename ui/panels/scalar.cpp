// One number over time: its run, its target, and the same of the compared runs.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/chart.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr double kEarly = 0.04;  // of a run: its very start
constexpr double kSpike = 3;

}  // namespace

void scalar_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const ViewInfo& info = main.show.views[static_cast<std::size_t>(view)];
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  const Series* now = main.find(static_cast<std::uint32_t>(view));
  const bool value = now && !now->data.empty();
  const bool log = log_axis(c, info, {r.x + r.width - kPad, r.y + 12});
  float right = r.x + r.width - kPad - 34;
  if (c.model.comparing())
    for (int i = static_cast<int>(c.model.slots().size()) - 1; i >= 0; --i) {
      const std::string name = c.model.label_of(c.model.slots()[static_cast<std::size_t>(i)]);
      const float w = c.w.width(name, c.w.small());
      if (right - w - 30 < r.x + r.width * 0.36f) break;
      c.w.text({right - w, r.y + 12}, name, c.w.small());
      ImGui::GetWindowDrawList()->AddLine({right - w - 20, r.y + 20}, {right - w - 6, r.y + 20}, c.theme().slot(c.model.slots()[static_cast<std::size_t>(i)].color), 2);
      right -= w + 32;
    }
  card_title(c, r, info.label,
             c.model.comparing() ? ""
             : value             ? with_unit(now->data[0], info.unit)
                                 : info.unit,
             info.help, right - r.x - kPad - 4);

  ChartAxes axes = axes_over(c, main, log);
  double low = HUGE_VAL, high = -HUGE_VAL, early = -HUGE_VAL;
  const auto see = [&](double y) {
    if (std::isfinite(y) && !(log && y <= 0)) low = std::min(low, y), high = std::max(high, y);
  };
  std::vector<const Track*> tracks;
  std::vector<const History*> pasts;
  for (const Slot& slot : c.model.slots()) {
    const int mine = slot.show.view(info.key);
    const History& past = slot.past(static_cast<std::uint32_t>(std::max(mine, 0)));
    pasts.push_back(&past);
    tracks.push_back(mine < 0 ? nullptr : past.track(static_cast<std::uint32_t>(mine)));
    if (!tracks.back()) continue;
    const std::vector<double>& steps = past.steps();
    for (const auto& [line, curve] : tracks.back()->measured)
      for (std::size_t i = 0; i < curve.size(); ++i)
        if (!log && steps[i] < kEarly * static_cast<double>(slot.document.steps) && std::isfinite(curve[i]))
          early = std::max(early, curve[i]);
        else
          see(curve[i]);
    for (const Curve* level : {&tracks.back()->target, &tracks.back()->baseline}) std::for_each(level->begin(), level->end(), see);
    reach(axes, c, slot);
  }
  if (!(early > kSpike * high))
    see(early);  // else the start would flatten everything after it: it leaves the picture at the top
  fit(axes, low, high);
  float top = r.y + 34;
  const Curve* least = tracks[0] && !tracks[0]->baseline.empty() ? &tracks[0]->baseline : nullptr;
  if (least) {
    ImGui::GetWindowDrawList()->AddRectFilled({r.x + kPad, top + 6}, {r.x + kPad + 14, top + 9}, c.theme().line(2), 1);
    const float room = r.width - 2 * kPad - 20;
    std::string words = certified(info.label, (*least)[0], (*least)[1]);
    if (c.w.width(words, c.w.small()) > room) words = certified("", (*least)[0], (*least)[1]);
    c.w.text({r.x + kPad + 20, top}, words, c.w.small(), Align::Left, room);
    top += 18;
  }
  if (tracks[0] && !tracks[0]->theory.empty()) {
    dash(ImGui::GetWindowDrawList(), {{r.x + kPad, top + 8}, {r.x + kPad + 14, top + 8}}, c.theme().text, 1.25f);
    c.w.text({r.x + kPad + 20, top}, "theory", c.w.small());
    top += 18;
  }
  {
    Chart chart(c, {r.x + 6, top, r.width - 34, r.y + r.height - 6 - top}, axes);
    chart.unit = info.unit;
    if (tracks[0] && !tracks[0]->target.empty()) chart.level(tracks[0]->target[0], c.theme().muted);
    if (least) chart.band((*least)[0], (*least)[1], with_alpha(c.theme().line(2), 0.8f));
    if (!c.model.comparing())  // so that the stairs of an error and the departures line up
      for (const Event& e : main.events)
        if (e.kind == "take-off" && e.line >= 0) chart.event(abscissa_at(c, main, e.step), c.theme().line(e.line));
    for (std::size_t i = tracks.size(); i-- > 0;) {
      if (!tracks[i]) continue;
      const Slot& slot = c.model.slots()[i];
      const ImU32 color = c.theme().slot(slot.color);
      const std::string name = c.model.comparing() ? c.model.label_of(slot) : info.label;
      if (const auto run = tracks[i]->measured.find(0); run != tracks[i]->measured.end())
        chart.curve(abscissa(c, *pasts[i]), run->second, color, i == 0 ? 2.f : 1.5f, false, name);
      if (const auto theory = tracks[i]->theory.find(0); theory != tracks[i]->theory.end())  // over it: where it is right it would be hidden
        chart.curve(abscissa(c, *pasts[i]), theory->second, c.theme().text, 1.25f, true, i == 0 ? "theory" : "");
    }
    chart.now(abscissa_now(c, main));
  }
  ImGui::PopID();
}

}  // namespace rankscope::ui
