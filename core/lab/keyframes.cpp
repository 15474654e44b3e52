#include "lab/keyframes.h"

#include <algorithm>

namespace rankscope {

std::size_t bytes_of(const State& state) {
  std::size_t bytes = sizeof state;
  for (const Field& f : state) bytes += sizeof f + f.name.capacity() + f.shape.capacity() * sizeof(std::int64_t) + f.bytes.capacity();
  return bytes;
}

/// How many are at or before `step`.
std::size_t Keyframes::after(std::int64_t step) const {
  const auto it = std::upper_bound(frames_.begin(), frames_.end(), step, [](std::int64_t s, const Keyframe& k) { return s < k.step; });
  return static_cast<std::size_t>(it - frames_.begin());
}

bool Keyframes::wants(std::int64_t step) const {
  const std::int64_t before = step_at_or_before(step);
  return before < 0 || step - before >= apart_;
}

void Keyframes::add(std::int64_t step, State state) {
  const std::size_t at = after(step);
  if (at > 0 && frames_[at - 1].step == step) return;
  Keyframe k{step, nullptr, bytes_of(state)};
  if (k.bytes > budget_) return;
  k.state = std::make_shared<const State>(std::move(state));
  bytes_ += k.bytes;
  frames_.insert(frames_.begin() + static_cast<std::ptrdiff_t>(at), std::move(k));
  thin();
}

void Keyframes::thin() {
  while (bytes_ > budget_ && !frames_.empty()) {
    if (frames_.size() <= 2) {  // two that do not fit beside each other: the earliest is worth more
      bytes_ -= frames_.back().bytes;
      frames_.pop_back();
      continue;
    }
    apart_ *= 2;
    std::size_t kept = 1;
    for (std::size_t i = 1; i < frames_.size(); ++i) {
      const bool last = i + 1 == frames_.size();
      if (!last && frames_[i].step - frames_[kept - 1].step < apart_) {
        bytes_ -= frames_[i].bytes;
        continue;
      }
      if (i != kept) frames_[kept] = std::move(frames_[i]);
      ++kept;
    }
    frames_.resize(kept);
  }
}

const State* Keyframes::at_or_before(std::int64_t step) const {
  const std::size_t n = after(step);
  return n ? frames_[n - 1].state.get() : nullptr;
}

std::int64_t Keyframes::step_at_or_before(std::int64_t step) const {
  const std::size_t n = after(step);
  return n ? frames_[n - 1].step : -1;
}

void Keyframes::forget_after(std::int64_t step) {
  for (const std::size_t n = after(step); frames_.size() > n; frames_.pop_back()) bytes_ -= frames_.back().bytes;
}

void Keyframes::clear() {
  frames_.clear();
  bytes_ = 0;
  apart_ = first_apart_;
}

void Keyframes::budget(std::size_t bytes) {
  budget_ = bytes;
  thin();
}

}  // namespace rankscope
