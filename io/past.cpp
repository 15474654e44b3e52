#include "io/past.h"

#include <algorithm>
#include <cmath>

namespace rankscope {
namespace {

std::size_t bytes_of(const Frame& frame) {
  std::size_t bytes = sizeof frame;
  for (const Series& s : frame.values) bytes += sizeof s + s.shape.size() * sizeof(std::int64_t) + s.data.size() * sizeof(double);
  return bytes;
}

std::size_t weight_bytes(const Run& run) { return const_cast<Run&>(run).weights().size_bytes(); }  // looking changes nothing

/// Steps between the first states, such that keeping them takes about a twentieth of the run's time: a state takes an operation a number to
/// copy and some thousands to lay out, and the least step about a thousand.
std::int64_t first_apart(const Run& run) {
  const double state = static_cast<double>(weight_bytes(run)) / sizeof(double) + 2000;
  const double step = std::max(1000.0, run.entry().cost(run.document().settings, run.inputs()));
  return static_cast<std::int64_t>(std::clamp(std::ceil(20 * state / step), 1.0, 1e6));
}

}  // namespace

Frame without_matrices(const Frame& frame) {
  Frame out{frame.step, frame.time, {}};
  for (const Series& s : frame.values)
    if (s.shape.size() < 2 || s.part == Part::Bound) out.values.push_back(s);
  return out;
}

Past::Past(const Run& run, std::size_t bytes)
    : every_(run.document().every), watch_(run.views(), run.recorded()), keyframes_(0, first_apart(run)), stretch_(0) {
  budget(bytes);
}

void Past::budget(std::size_t bytes) {
  most_of_frames_ = bytes / 4;
  most_of_states_ = bytes / 8 * 5;
  keyframes_.budget(most_of_states_);
  stretch_.budget(bytes / 8);
  while (frame_bytes_ > most_of_frames_ && frames_.size() > 1) thin();
}

std::vector<Event> Past::record(const Frame& frame) {
  recorded_to_ = frame.step;
  frames_.push_back(without_matrices(frame));
  frame_bytes_ += bytes_of(frames_.back());
  while (frame_bytes_ > most_of_frames_ && frames_.size() > 1) thin();
  auto happened = watch_.observe(frame);
  events_.insert(events_.end(), happened.begin(), happened.end());
  return happened;
}

void Past::thin() {
  std::size_t kept = 0;
  frame_bytes_ = 0;
  for (std::size_t i = 0; i < frames_.size(); i += 2, ++kept) {
    if (i != kept) frames_[kept] = std::move(frames_[i]);
    frame_bytes_ += bytes_of(frames_[kept]);
  }
  frames_.resize(kept);
}

std::int64_t Past::recorded_at(std::int64_t step) const { return step >= recorded_to_ ? recorded_to_ : step - step % every_; }

const Frame* Past::recorded(std::int64_t step) const {
  const auto it = std::lower_bound(frames_.begin(), frames_.end(), step, [](const Frame& f, std::int64_t s) { return f.step < s; });
  return it != frames_.end() && it->step == step ? &*it : nullptr;
}

void Past::pass(const Run& run, bool replayed) {
  if (weight_bytes(run) > most_of_states_) return;  // not even one
  const bool key = keyframes_.wants(run.step()), part = replayed && stretch_.wants(run.step());
  if (!key && !part) return;
  State state = run.save();
  if (part) stretch_.add(run.step(), key ? state : std::move(state));
  if (key) keyframes_.add(run.step(), std::move(state));
}

void Past::mark(const Run& run) {
  if (!run.edited_here() && run.status() == Status::Running && weight_bytes(run) <= most_of_states_) keyframes_.add(run.step(), run.save());
}

const State* Past::state(std::int64_t step) {
  if (const State* inside = stretch_.at_or_before(step); inside && stretch_.step_at_or_before(step) >= keyframes_.step_at_or_before(step)) return inside;
  stretch_.clear();
  return keyframes_.at_or_before(step);
}

std::int64_t Past::state_step(std::int64_t step) const { return std::max(stretch_.step_at_or_before(step), keyframes_.step_at_or_before(step)); }

void Past::forget_after(std::int64_t step, const Run& run) {
  keyframes_.forget_after(step);
  stretch_.forget_after(step);
  if (recorded_to_ <= step) return;
  for (; !frames_.empty() && frames_.back().step > step; frames_.pop_back()) frame_bytes_ -= bytes_of(frames_.back());
  recorded_to_ = recorded_at(step);
  std::erase_if(events_, [&](const Event& e) { return e.step > step; });
  watch_ = Events(run.views(), run.recorded());
  for (const Frame& f : frames_) watch_.observe(f);
}

}  // namespace rankscope
