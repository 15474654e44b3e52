// Play, step, where the run stands with its events, its pace and its seed.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "ui/format.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

/// The round button: two bars, a triangle, or an arrow back to the start.
bool play_button(Context& c, const Rect& r, Phase phase) {
  const bool pressed = c.w.press("play", r);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 mid{r.x + r.width / 2, r.y + r.height / 2};
  const float radius = r.width / 2, s = radius * 0.36f;
  list->AddCircleFilled(mid, radius, ImGui::IsItemHovered() ? with_alpha(c.theme().accent, 0.88f) : c.theme().accent,
                        48);
  const ImU32 ink = c.theme().on_accent;
  if (phase == Phase::Running) {
    list->AddRectFilled({mid.x - s, mid.y - s * 1.1f}, {mid.x - s * 0.3f, mid.y + s * 1.1f}, ink, 1);
    list->AddRectFilled({mid.x + s * 0.3f, mid.y - s * 1.1f}, {mid.x + s, mid.y + s * 1.1f}, ink, 1);
  } else if (phase == Phase::Finished) {
    list->PathArcTo(mid, s * 1.15f, -0.9f, 4.2f, 24);
    list->PathStroke(ink, 2.2f);
    list->AddTriangleFilled({mid.x + s * 0.25f, mid.y - s * 1.25f}, {mid.x + s * 1.45f, mid.y - s * 1.1f},
                            {mid.x + s * 0.75f, mid.y - s * 0.1f}, ink);
  } else {
    list->AddTriangleFilled({mid.x - s * 0.7f, mid.y - s * 1.15f}, {mid.x - s * 0.7f, mid.y + s * 1.15f},
                            {mid.x + s * 1.2f, mid.y}, ink);
  }
  return pressed;
}

/// Under the bar: triangles at take-offs, a line along each plateau until it is left or the run stands, a tick at any other
/// event.
void event_marks(Context& c, const Rect& track, double end) {
  const Slot& slot = c.model.main();
  const auto at = [&](std::int64_t step) {
    return track.x + static_cast<float>(std::clamp(static_cast<double>(step) / end, 0.0, 1.0)) * track.width;
  };
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < slot.events.size(); ++i) {
    const Event& e = slot.events[i];
    const float x = at(e.step), y = track.y + track.height / 2 + 9;
    const ImU32 color = e.line >= 0 ? c.theme().line(e.line) : c.theme().muted;
    float reach = 0;
    if (e.kind == "take-off") {
      c.w.triangle_up({x, y}, 8, color);
    } else if (e.kind == "plateau") {
      std::int64_t left = slot.step();
      for (std::size_t j = i + 1; j < slot.events.size(); ++j)
        if (slot.events[j].kind != "take-off") left = std::min(left, slot.events[j].step);
      reach = std::max(at(left) - x, 0.f);
      list->AddRectFilled({x, y + 2}, {x + std::max(reach, 2.f), y + 4}, c.theme().faint, 1);
    } else {
      list->AddRectFilled({x - 1, y - 1}, {x + 1, y + 7}, color, 1);
    }
    ImGui::PushID(static_cast<int>(i));
    c.w.tip_at({x - 6, y - 3, reach + 12, 14}, e.text.empty() ? e.kind + " at step " + grouped(e.step) : e.text);
    ImGui::PopID();
  }
}

void progress(Context& c, const Rect& r) {
  const Slot& slot = c.model.main();
  const double end = static_cast<double>(std::max<std::int64_t>(slot.document.steps, 1));
  double& seeking = c.state.seeking;
  float position = static_cast<float>((seeking >= 0 ? seeking : static_cast<double>(slot.step())) / end);
  const bool down = c.w.slider("progress", r, position, true);
  if (down) seeking = std::round(position * end);
  if (ImGui::IsItemDeactivated() && seeking >= 0) {
    c.model.seek(static_cast<std::int64_t>(seeking));
    seeking = -1;
  }
  if (!down) event_marks(c, r, end);
}

std::string speed_help(const Context& c) {
  const double steps = static_cast<double>(c.model.main().document.steps);
  const double rate = kSpeeds[c.model.speed()].factor * std::max(1.0, std::round(steps / 10));
  return rate > 0 ? "At most " + number(rate) + " steps per second; press for the next speed"
                  : "As fast as it goes; press for the next speed";
}

}  // namespace

void run_bar(Context& c, const Rect& r) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min_of(r), max_of(r), c.theme().background);
  list->AddLine({r.x, r.y + 0.5f}, {r.x + r.width, r.y + 0.5f}, c.theme().border);
  Model& model = c.model;
  const Slot& slot = model.main();
  const bool slim = c.input.figure, phone = r.width < 600 || slim, desktop = r.width >= 900;
  const float mid = std::round(r.y + r.height / 2), radius = slim ? 15.f : phone ? 22.f : 17.f, text_y = mid - 8;
  float x = r.x + (phone ? 14 : 18);
  const bool ready = !slot.show.views.empty();
  const Phase phase = model.running() ? Phase::Running : slot.phase;

  if (play_button(c, {x, mid - radius, 2 * radius, 2 * radius}, phase) && ready) model.play(phase != Phase::Running);
  c.w.tip(phase == Phase::Running ? "Pause (space)" : "Play (space)");
  x += 2 * radius + 12;
  const float tall = phone && !slim ? 40.f : 32.f;
  if (c.w.button("step", {x, mid - tall / 2, phone ? 40.f : 36.f, tall}, "") && ready) model.step(1);
  list->AddTriangleFilled({x + (phone ? 15 : 13), mid - 6}, {x + (phone ? 15 : 13), mid + 6},
                          {x + (phone ? 23 : 21), mid}, c.theme().text);
  list->AddRectFilled({x + (phone ? 24 : 22), mid - 6}, {x + (phone ? 26 : 24), mid + 6}, c.theme().text);
  c.w.tip("One step (right arrow)");
  x += (phone ? 40 : 36) + 14;

  float right = r.x + r.width - (phone ? 14 : 18);
  const auto from_right = [&](float width) { return right -= width; };
  const std::string total = grouped(slot.document.steps);
  const std::string at = grouped(c.state.seeking >= 0 ? static_cast<std::int64_t>(c.state.seeking) : slot.step());
  if (!phone) {
    const float reset = c.w.button_width("Reset"), reseed = c.w.button_width("New seed");
    if (c.w.button("reset", {from_right(reset), mid - 16, reset, 32}, "Reset") && ready) model.reset();
    c.w.tip("Back to step 0 with the same seed (R)");
    right -= 8;
    if (c.w.button("reseed", {from_right(reseed), mid - 16, reseed, 32}, "New seed") && ready)
      model.reseed(slot.document.seed + 1);
    c.w.tip("Back to step 0 with another seed (N)");
    right -= 14;
    if (desktop) {
      right -= c.w.text({right, text_y}, "seed " + std::to_string(slot.document.seed), c.w.muted(), Align::Right) + 16;
      const std::string pace =
          phase == Phase::Running && slot.rate > 0 ? number(slot.rate) + " steps/s" : std::string();
      const float room = c.w.width("0 000 steps/s", c.w.muted());
      c.w.text({right, text_y}, pace, c.w.muted(), Align::Right);
      right -= room + 14;
    }
    if (c.w.button("speed", {from_right(46), mid - 16, 46, 32}, kSpeeds[model.speed()].label))
      model.set_speed((model.speed() + 1) % static_cast<int>(std::size(kSpeeds)));
    c.w.tip(speed_help(c));
    right -= 16;
    right -= c.w.text({right, text_y}, total, c.w.muted(), Align::Right) + 14;
    c.w.text({x, text_y}, "step " + at, c.w.muted());
    x += c.w.width("step " + std::string(total.size(), '0'), c.w.muted()) + 10;
  } else {
    const float room = c.w.width(total, c.w.body());
    c.w.text({right, text_y}, at, c.w.body(), Align::Right);
    right -= room + 10;
  }
  if (right - x > 40) progress(c, {x, mid - 14, right - x, 28});
}

}  // namespace rankscope::ui
