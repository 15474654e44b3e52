// Where the runs stand in time, and how they get there: the part of Model that plays, seeks, stops and takes hold.
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/format.h"
#include "ui/model.h"

namespace rankscope::ui {
namespace {

constexpr double kPace = 10;          // seconds that a whole run takes at speed x1
constexpr double kSlowMotion = 0.15;  // of the pace, around events

}  // namespace

bool Model::running() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.phase == Phase::Running; });
}

bool Model::scrubbed() const {
  const Slot& s = main();
  return (s.goal < 0 ? s.at : std::min(s.at, s.goal)) < s.reached();
}

int Model::replayed() const {
  return static_cast<int>(std::count_if(slots_.begin(), slots_.end(), [](const Slot& s) { return s.under_way() || s.seeking; }));
}

void Model::play(bool on) {
  undone_.settle();
  std::vector<int> lanes;
  for (const Slot& s : slots_)  // one that runs may be on its way to a step, where it would pause
    if (!on || s.phase == Phase::Paused || s.phase == Phase::Finished || s.phase == Phase::Running || s.arriving) lanes.push_back(s.lane);
  if (on && main().phase == Phase::Finished) seek(0);
  for (Slot& s : slots_) s.stop_waiting();
  for (const int lane : lanes) send(Command(on ? "play" : "pause", lane));
  if (!on) together_at_rest();
  dirty = true;
}

void Model::play_back() {
  undone_.settle();
  for (Slot& s : slots_) s.stop_waiting(), s.back = true;
  send(Command("play", -1).json("back", "true"));
  dirty = true;
}

void Model::step(std::int64_t n) {
  if (running()) play(false);
  for (Slot& s : slots_) s.stop_waiting();
  send(Command("step", -1).number("n", static_cast<double>(n)));
}

void Model::seek(std::int64_t step) {
  undone_.settle();
  for (Slot& s : slots_) {
    const std::int64_t to = std::clamp<std::int64_t>(step, 0, s.document.steps);
    s.stop_waiting();
    s.goal = to == s.step() ? -1 : to;
  }
  send(Command("seek", -1).number("step", static_cast<double>(step)));
  dirty = true;
}

void Model::to_event(bool back) {
  const Slot& first = main();
  const std::int64_t now = first.step();
  std::int64_t to = back ? 0 : -1;
  for (const Event& e : first.events) {
    if (back && e.step < now) to = std::max(to, e.step);
    if (!back && e.step > now && (to < 0 || e.step < to)) to = e.step;
  }
  if (to >= 0) return seek(to);
  for (Slot& s : slots_) s.stop_waiting();
  main().seeking = true;
  for (std::size_t i = 1; i < slots_.size(); ++i) send(Command("pause", slots_[i].lane));
  send(Command("to_event", 0));
  dirty = true;
}

/// The first run has come to rest, perhaps by itself: the others stand where it stands.
void Model::stood_still(std::int64_t step) {
  Slot& first = main();
  if (first.phase == Phase::Running) return;
  const bool by_itself = std::exchange(first.seeking, false) || !first.halted.empty();
  if (!by_itself) return;
  first.goal = -1;
  for (std::size_t i = 1; i < slots_.size(); ++i) {
    Slot& s = slots_[i];
    if (s.step() != step) s.goal = std::min(step, s.document.steps);
    send(Command("seek", s.lane).number("step", static_cast<double>(step)));
  }
}

/// Runs that are paused in the middle of a turn of theirs are a few steps apart.
void Model::together_at_rest() { meet_ = slots_.size() > 1 && running(); }

void Model::meet() {
  if (!meet_ || running()) return;
  meet_ = false;
  for (std::size_t i = 1; i < slots_.size(); ++i) send(Command("seek", slots_[i].lane).number("step", static_cast<double>(stood_)));
}

void Model::halt(std::optional<Halt> when) {
  halt_ = std::move(when);
  dirty = true;
  send_halt();
}

void Model::send_halt() {
  std::string rules;
  if (halt_ && !halt_->event.empty()) rules = Command::object().text("event", halt_->event).done();
  else if (halt_) rules = Command::object().text("view", halt_->view).number(halt_->below ? "below" : "above", halt_->value).done();
  send(Command("halt", 0).json("when", "[" + rules + "]"));
}

void Model::nudge(const std::string& view, std::int64_t entry, double value) {
  const int index = main().show.view(view);
  const std::string label = index < 0 ? view : main().show.views[static_cast<std::size_t>(index)].label;
  note("Move " + label + " to " + number(value));
  branch();
  problem.reset();
  dirty = true;
  send(Command("nudge", 0).text("view", view).number("entry", static_cast<double>(entry)).number("value", value));
}

void Model::send_speed(const Slot& slot) {
  const double pace = std::max(1.0, std::round(static_cast<double>(main().document.steps) / kPace));  // one pace for all, so that they stay together
  Command command("speed", slot.lane);
  command.number("steps_per_second", kSpeeds[look.speed].factor * pace);
  if (look.slow_at_events) command.number("near_events", kSlowMotion);
  send(command);
}

void Model::set_speed(int index) {
  look.speed = index;
  dirty = true;
  for (const Slot& s : slots_) send_speed(s);
}

void Model::slow_at_events(bool on) {
  look.slow_at_events = on;
  set_speed(look.speed);
}

void Model::reset() {
  note("Reset");
  const bool play_on = main().phase == Phase::Running || main().phase == Phase::Finished;
  for (Slot& s : slots_) {
    s.forget();
    s.stop_waiting();
    send(Command("reset", s.lane));
  }
  if (play_on) send(Command("play", -1));
  dirty = true;
}

void Model::reseed(std::uint64_t seed) {
  note("Seed " + std::to_string(main().document.seed) + " to " + std::to_string(seed), "seed");
  const bool play_on = main().phase == Phase::Running || main().phase == Phase::Finished;
  const std::uint64_t shift = seed - main().document.seed;  // a band of seeds stays one
  for (Slot& s : slots_) {
    s.forget();
    s.stop_waiting();
    s.document.seed += shift;
    send(Command("seed", s.lane).number("value", static_cast<double>(s.document.seed)));
  }
  if (play_on) send(Command("play", -1));
  dirty = true;
}

}  // namespace rankscope::ui
