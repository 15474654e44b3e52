// What is remembered of a run: the Frames that it recorded, what happened in them, and the states that going back replays from.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lab/events.h"
#include "lab/keyframes.h"
#include "lab/run.h"

namespace rankscope {

/// A record holds no matrices: a thousand of them would fill the memory. (A band of bounds is two numbers a line.)
Frame without_matrices(const Frame& frame);

class Past {
 public:
  /// Of a run that begins now. A quarter of the bytes is for Frames, five eighths are for states along the whole run, and an eighth for states
  /// within the stretch that was replayed last.
  Past(const Run& run, std::size_t bytes);
  /// The same, less of it where it is too much now.
  void budget(std::size_t bytes);

  /// The next Frame; what happened in it. Beyond the budget every second Frame is forgotten: it was posted.
  std::vector<Event> record(const Frame& frame);
  /// Without matrices, ascending.
  const std::vector<Frame>& frames() const { return frames_; }
  const std::vector<Event>& events() const { return events_; }
  /// Step of the last Frame; -1: none.
  std::int64_t recorded_to() const { return recorded_to_; }
  /// Step of the last one that was recorded at or before `step`, forgotten since or not.
  std::int64_t recorded_at(std::int64_t step) const;
  /// The one of this step; null when it is forgotten.
  const Frame* recorded(std::int64_t step) const;

  /// Called where the run stands before the edits of its step: keeps its state if one is wanted there. `replayed`: as part of a stretch.
  void pass(const Run& run, bool replayed);
  /// Keeps it in any case.
  void mark(const Run& run);
  /// The latest state at or before `step`, and its step; null and -1 when there is none. A state that is of no stretch ends the one there is.
  const State* state(std::int64_t step);
  std::int64_t state_step(std::int64_t step) const;

  /// What comes after `step` is void.
  void forget_after(std::int64_t step, const Run& run);
  std::size_t bytes() const { return frame_bytes_ + keyframes_.bytes() + stretch_.bytes(); }

 private:
  void thin();

  std::int64_t every_;
  std::size_t most_of_frames_ = 0, most_of_states_ = 0, frame_bytes_ = 0;
  std::vector<Frame> frames_;
  std::int64_t recorded_to_ = -1;
  Events watch_;
  std::vector<Event> events_;
  Keyframes keyframes_, stretch_;
};

}  // namespace rankscope
