// Play, where the run stands with its past and its events, its pace, and what was done to it.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/pace.h"
#include "ui/panels/panels.h"
#include "ui/panels/timeline.h"

namespace rankscope::ui {
namespace {

constexpr float kAll = 900;    // px of width from which all of it has room
constexpr float kWords = 1100; // and the words beside it

/// Over the track, small: what the run is doing, if there is anything to say; else what is set, where no chip says it; else how long a run that takes long has
/// still to go.
void note_over(Context& c, const Rect& track, bool with_pace) {
  const Slot& slot = c.model.main();
  const bool why = !slot.halted.empty() && !c.model.running(), busy = why || c.model.replayed() > 0 || slot.back || c.state.time.target >= 0;
  std::string words = with_pace && !busy ? pace_text(c.model) : std::string();
  if (words.empty()) words = time_note(c.model, c.state.time);
  if (words.empty() && slot.phase == Phase::Running && slot.rate > 0) words = time_left(static_cast<double>(slot.document.steps - slot.step()) / slot.rate);
  if (words.empty()) return;
  c.w.text({track.x + 2, track.y + track.height / 2 - (c.w.coarse() ? 31.f : 26.f)}, words, {why ? c.theme().text : c.theme().muted, 11}, Align::Left, track.width - 4);
}

}  // namespace

void run_bar(Context& c, const Rect& r) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min_of(r), max_of(r), c.theme().background);
  list->AddLine({r.x, r.y + 0.5f}, {r.x + r.width, r.y + 0.5f}, c.theme().border);
  Model& model = c.model;
  const Slot& slot = model.main();  // until something is pressed that may open or close runs
  const std::int64_t end = slot.document.steps;
  const std::uint64_t seed = slot.document.seed;
  const double rate = slot.phase == Phase::Running ? slot.rate : 0;
  const bool slim = c.input.figure, phone = r.width < 600 || slim, desktop = r.width >= kAll && !slim;
  const float mid = std::round(r.y + r.height / 2), radius = slim ? 15.f : phone ? 22.f : 17.f, text_y = mid - 8;
  const float pad = phone ? 14.f : 18.f;
  float words_end = 0;
  float x = r.x + pad, right = r.x + r.width - pad;
  const bool ready = !slot.show.views.empty();
  const std::string total = grouped(end), at = grouped(c.state.time.target >= 0 ? c.state.time.target : slot.step());

  play_button(c, {x, mid - radius, 2 * radius, 2 * radius});
  x += 2 * radius + 10;
  const auto buttons = [&](std::initializer_list<Transport> which, float w, float h) {
    for (const Transport t : which) transport(c, t, {x, mid - h / 2, w, h}), x += w + 4;
    x += 8;
  };
  if (desktop)
    buttons({Transport::Back, Transport::EventBack, Transport::StepBack, Transport::StepOn, Transport::EventOn}, 30, 32);
  else if (!phone)
    buttons({Transport::StepBack, Transport::StepOn}, 40, 40);
  else if (slim)
    buttons({Transport::StepOn}, 34, 32);

  if (!phone) {
    c.w.text({x, text_y}, "step " + at, c.w.muted());
    x += c.w.width("step " + std::string(total.size(), '0'), c.w.muted()) + 10;
  }
  if (desktop) {
    const float reset = c.w.button_width("Reset"), reseed = c.w.button_width("New seed");
    const auto from_right = [&](float width) { return right -= width; };
    if (c.w.button("reset", {from_right(reset), mid - 16, reset, 32}, "Reset") && ready) model.reset();
    c.w.tip("Back to step 0 with the same seed (R)");
    right -= 8;
    if (c.w.button("reseed", {from_right(reseed), mid - 16, reseed, 32}, "New seed") && ready) model.reseed(seed + 1);
    c.w.tip("Back to step 0 with another seed (N); it is " + std::to_string(seed) + " now");
    right -= 12;
    transport(c, Transport::Redo, {from_right(30), mid - 16, 30, 32});
    right -= 4;
    transport(c, Transport::Undo, {from_right(30), mid - 16, 30, 32});
    right -= 12;
    const bool words = r.width >= kWords, set = model.halting() || model.look.slow_at_events;
    if (words && !set) right -= c.w.text({right, text_y}, "seed " + std::to_string(seed), c.w.muted(), Align::Right) + 14;
    if (words) {
      const std::string pace = rate > 0 ? number(rate) + " steps/s" : std::string();
      c.w.text({right, text_y}, pace, c.w.muted(), Align::Right);
      right -= c.w.width("0 000 steps/s", c.w.muted()) + 12;
    }
    pace_button(c, {from_right(60), mid - 16, 60, 32});
    right -= 10;
    if (words && set) right -= pace_chips(c, right, mid, std::max(0.f, (right - x) * 0.6f));
  } else if (!slim) {
    const float w = std::max(c.w.button_width("Time…"), 62.f);
    time_button(c, {right - w, mid - 22, w, 44}, r);
    right -= w + 10;
    words_end = right;
  }
  if (phone) {
    const float room = c.w.width(total, c.w.body());
    c.w.text({right, text_y}, at, c.w.body(), Align::Right);
    right -= room + 10;
  } else {
    right -= c.w.text({right, text_y}, total, c.w.muted(), Align::Right) + 12;
  }
  if (right - x <= 40) return;
  const Rect track{x, r.y, right - x, r.height};
  timeline(c, track);
  if (!slim) note_over(c, {x, r.y, std::max(right, words_end) - x, r.height}, r.width < kWords);
}

}  // namespace rankscope::ui
