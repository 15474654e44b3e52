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
  /// At most `bytes`, the first states `apart` steps from each other. The earliest state and the last one are kept as long as they fit; a state that
  /// alone is larger is not.
  explicit Keyframes(std::size_t bytes, std::int64_t apart = 1) : budget_(bytes), first_apart_(apart), apart_(apart) {}

  /// Whether a state of this step is wanted: so many steps after the one before it, more the longer the run is.
  bool wants(std::int64_t step) const;
  /// Beyond the budget the distance is doubled, and what is nearer to the one before is forgotten. A state of the same step is not replaced.
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
  std::int64_t apart() const { return apart_; }
  void budget(std::size_t bytes);

 private:
  struct Keyframe {
    std::int64_t step = 0;
    std::shared_ptr<const State> state;  ///< shared by the branches of a run
    std::size_t bytes = 0;
  };
  std::size_t after(std::int64_t step) const;
  void thin();

  std::vector<Keyframe> frames_;  ///< ascending
  std::size_t budget_ = 0, bytes_ = 0;
  std::int64_t first_apart_ = 1, apart_ = 1;
};

/// Of a state, with what its parts' names and shapes take.
std::size_t bytes_of(const State& state);

}  // namespace rankscope
