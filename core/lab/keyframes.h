// A run's states at chosen steps, within a budget of bytes: what scrubbing replays from.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "lab/archive.h"

namespace rankscope {

class Keyframes {
 public:
  /// At most `bytes`; the state of step 0 is always kept, and so is the last one that was added.
  explicit Keyframes(std::size_t bytes);

  /// Whether a state of this step is wanted: that of step 0, and then one each so many steps, more apart as the run gets longer.
  bool wants(std::int64_t step) const;
  /// Beyond the budget every second one is forgotten.
  void add(std::int64_t step, State state);
  /// The latest one at or before `step`; null when there is none.
  const State* at_or_before(std::int64_t step) const;
  /// Its step; -1 when there is none.
  std::int64_t step_at_or_before(std::int64_t step) const;
  /// What comes after `step` belongs to a past that is void.
  void forget_after(std::int64_t step);
  void clear();
  std::size_t bytes() const { return bytes_; }
  std::size_t count() const { return frames_.size(); }
  void budget(std::size_t bytes);

 private:
  struct Keyframe {
    std::int64_t step = 0;
    std::shared_ptr<const State> state;  ///< shared by the branches of a run
    std::size_t bytes = 0;
  };
  std::vector<Keyframe> frames_;  ///< ascending
  std::size_t budget_ = 0, bytes_ = 0;
  std::int64_t apart_ = 1;
};

}  // namespace rankscope
