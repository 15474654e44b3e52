// What a run that plays pauses at: something that happens, or a recorded number that crosses a level.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "io/json.h"
#include "lab/events.h"
#include "lab/run.h"

namespace rankscope {

struct Halt {
  std::string event;  ///< a kind, or "any"; empty: a view
  std::string view;   ///< a recorded scalar
  bool below = false;
  double level = 0;
};

/// Of the field "when": a list of {"event": "any"|KIND} and {"view": KEY, "below" or "above": x}. Error: what is wrong with which.
Result<std::vector<Halt>> halts_of(const Json& command);
/// Error: the run records no such scalar.
Result<void> check(std::span<const Halt> halts, const Run& run);

/// Watches the recorded Frames of a run.
class Halts {
 public:
  void set(std::vector<Halt> halts) { halts_ = std::move(halts), came_.clear(); }
  /// From here on: what is so in this Frame is so already. Null: nothing is.
  void begin(const Run& run, const Frame* frame);
  /// Why the run is to pause at this Frame, in which `events` happened; "" when it is not.
  std::string observe(const Run& run, const Frame& frame, std::span<const Event> events);

 private:
  std::vector<Halt> halts_;
  std::vector<bool> came_;  ///< whether it was so in the Frame before
};

}  // namespace rankscope
