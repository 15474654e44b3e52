// How a slot's run moves: forwards by steps, back by a state that was kept and the steps from there, which are the same again.
#include <algorithm>
#include <cmath>
#include <utility>

#include "io/slot.h"

namespace rankscope {
namespace {

constexpr double kNear = 0.02;       ///< of the run's steps
constexpr double kUnhurried = 10;    ///< seconds a run, where it goes as fast as it can and slows down near events

}  // namespace

bool Slot::going() const {
  if (astray_ || between()) return true;
  return back_ ? run_.step() > 0 : goal_ > run_.step() && !run_.finished();
}

void Slot::play(bool back) {
  arrive();  // from where it was told to go
  playing_ = true;
  back_ = back;
  to_event_ = astray_ = false;
  goal_ = back ? shown() : run_.document().steps;
  credit_ = 0;
  const Frame* at = past_.recorded(past_.recorded_at(shown()));
  halts_.begin(run_, at ? at : &standing_);
  news_.status = true;
}

void Slot::pause() {
  playing_ = back_ = to_event_ = astray_ = false;
  goal_ = shown();
  news_.status = true;
}

/// At full speed to this step, and there it pauses.
void Slot::aim(std::int64_t goal) {
  pause();
  hidden_to_ = -1;
  goal_ = std::clamp<std::int64_t>(goal, 0, run_.document().steps);
  astray_ = goal_ < run_.step() || run_.status() != Status::Running || past_.state_step(goal_) > run_.step();
}

void Slot::step(std::int64_t n) {
  const std::int64_t from = going() && !playing_ && !to_event_ ? goal_ : shown();
  aim(from + std::clamp(n, -from, run_.document().steps - from));
}

void Slot::seek(std::int64_t step) { aim(step); }

void Slot::to_event(bool back) {
  const std::int64_t from = shown();
  std::int64_t to = -1;
  for (const Event& e : past_.events()) {  // in order
    if (back && e.step < from) to = e.step;
    if (!back && e.step > from && to < 0) to = e.step;
  }
  aim(to >= 0 ? to : back ? 0 : run_.document().steps);
  to_event_ = to < 0 && !back;
}

void Slot::halt(std::vector<Halt> halts) {
  halts_.set(std::move(halts));
  const Frame* at = past_.recorded(past_.recorded_at(shown()));
  halts_.begin(run_, at ? at : &standing_);
}

void Slot::record(const Frame& frame) {
  standing_ = without_matrices(frame);
  std::vector<Event> happened;
  if (frame.step > past_.recorded_to()) {
    ++recordings_;
    news_.frames.push_back(frame);
    told_ = frame.step;
    happened = past_.record(frame);
    news_.events.insert(news_.events.end(), happened.begin(), happened.end());
    if (to_event_ && !happened.empty()) stop_ = true;
  } else {
    for (const Event& e : past_.events())
      if (e.step == frame.step) happened.push_back(e);
  }
  if (!playing_ || back_ || between()) return;
  if (std::string why = halts_.observe(run_, frame, happened); !why.empty()) {
    stop_ = true;
    news_.halted = std::move(why);
  }
}

/// To the best state from which the goal can be reached.
void Slot::go_back() {
  astray_ = false;
  const std::int64_t goal = between() ? hidden_to_ : goal_, stands_at = past_.recorded_at(goal);
  // The Frame that it will stand at is to be known: where it was forgotten, it is recorded again on the way.
  const bool known = stands_at <= 0 || past_.recorded(stands_at);
  if (const State* state = past_.state(known ? goal : stands_at - 1)) {
    run_.rewind(*state);
  } else {
    auto again = Run::open(run_.entry(), run_.document(), run_.inputs());
    assert(again);  // the same document opened before
    run_ = std::move(*again);
    past_.mark(run_);
  }
  if (const Frame* at = past_.recorded(past_.recorded_at(run_.step()))) standing_ = *at;
  replay_to_ = goal;
  drive(run_.step(), [] { return true; });  // the edits of that step
}

/// Steps to there, or until somebody says stop.
void Slot::drive(std::int64_t to, const More& more) {
  const std::int64_t known = known_to_;
  if (ended_at_ >= 0) to = std::min(to, ended_at_);
  stop_ = false;
  run_.advance(
      to,
      [&] {
        past_.pass(run_, run_.step() <= replay_to_);
        return more() && !stop_;
      },
      [&](const Frame& f) { record(f); });
  known_to_ = std::max(known, run_.step());
  fresh_ = run_.step() > known;
  if (run_.step() == ended_at_) run_.out_of_time([&](const Frame& f) { record(f); });
  if (stop_) pause();
}

void Slot::arrive() {
  if (astray_) go_back();
  const bool known = !playing_ && goal_ <= known_to_;
  if (between() || known) drive(known ? goal_ : hidden_to_, [] { return true; });
  hidden_to_ = -1;
}

std::int64_t Slot::advance(std::int64_t most, const More& more) {
  fresh_ = false;
  if (!going()) return 0;
  const std::int64_t from = run_.step();
  if (limited() && !between()) most = std::min(most, static_cast<std::int64_t>(credit_));
  if (playing_ && near_ > 0 && !slow_) most = std::min(most, steps_to_event());  // not past where it is to slow down
  if (back_ && !between()) {
    if (most < 1) return 0;
    if (limited()) credit_ -= static_cast<double>(std::min(most, from));
    hidden_to_ = goal_ = std::max<std::int64_t>(0, from - most);
    turn_ = from - goal_;
    go_back();
  }
  if (astray_) go_back();
  if (between()) {
    drive(hidden_to_, more);
    if (between()) return 0;
  } else if (!back_) {
    const std::int64_t start = run_.step();
    drive(start + std::min(most, goal_ - start), more);
    const std::int64_t made = run_.step() - start;
    if (limited()) credit_ -= static_cast<double>(made);
    if (!going()) news_.status = true;
    return std::max<std::int64_t>(made, run_.step() != from);
  }
  hidden_to_ = -1;
  const std::int64_t made = std::exchange(turn_, 0);
  if (run_.step() == 0 && back_) pause();
  if (!going()) news_.status = true;
  return made;
}

void Slot::spend(double seconds) {
  if (!fresh_) return;
  seconds_ += seconds;
  const double limit = run_.document().until.seconds;
  if (!(limit > 0) || seconds_ < limit || run_.finished()) return;
  ended_at_ = run_.step();
  run_.out_of_time([&](const Frame& f) { record(f); });
  news_.status = true;
}

/// Calls use(step) for what is known to happen and for what is forecast, which may be NaN.
template <class Use>
void Slot::each_event(const Use& use) const {
  for (const Event& e : past_.events()) use(static_cast<double>(e.step));
  for (const Series& s : standing_.values)
    if (s.part == Part::Forecast)
      for (const double step : s.data) use(step);
}

double Slot::range() const { return kNear * static_cast<double>(run_.document().steps); }

bool Slot::near_event() const {
  const double at = static_cast<double>(shown());
  bool near = false;
  each_event([&](double step) { near |= std::abs(step - at) <= range(); });
  return near;
}

/// Until it is near the next one, in the direction in which it plays; at least 1.
std::int64_t Slot::steps_to_event() const {
  const double at = static_cast<double>(shown());
  double least = 1e15;
  each_event([&](double step) {
    const double way = (back_ ? at - step : step - at) - range();
    if (way > 0) least = std::min(least, way);
  });
  return static_cast<std::int64_t>(std::ceil(least));
}

/// Steps per second now; 0: as fast as it goes.
double Slot::rate() const {
  if (!(near_ > 0) || !slow_) return rate_;
  return near_ * (rate_ > 0 ? rate_ : static_cast<double>(run_.document().steps) / kUnhurried);
}

void Slot::earn(double seconds) {
  if (const double pace = rate(); playing_ && pace > 0 && going()) credit_ = std::min(credit_ + pace * seconds, std::max(1.0, 0.25 * pace));
}

double Slot::wait() const {
  const double pace = rate();
  return playing_ && pace > 0 && !between() && credit_ < 1 ? (1 - credit_) / pace : 0;
}

}  // namespace rankscope
