// What happens in a run: found once, from its recorded Frames, for the page, the terminal and the record alike.
#pragma once
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lab/frame.h"

namespace rankscope {

struct Event {
  std::int64_t step = 0;
  double time = 0;
  std::string kind;  ///< "take-off"
  std::string text;
  int line = -1;  ///< 0-based identity of the line, see Part::Lines
};

/// A line of the first recorded spectrum takes off in the first Frame in which its value exceeds both a tenth of the
/// largest one there (measured or of the target) and twice the largest one of the first Frame. Without the second
/// condition a small start, where all values are alike, would count as the take-off of all of them. Values of both
/// signs have no take-offs.
class Events {
 public:
  Events(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded);

  /// Takes the recorded Frames in their order; returns what is new in this one, by line.
  std::vector<Event> observe(const Frame& frame);

 private:
  std::string label_;
  std::uint32_t view_ = 0;
  bool watching_ = false, started_ = false;
  double first_ = 0;   ///< the largest value of the first Frame
  std::set<int> off_;  ///< lines that have taken off
};

/// All of them.
std::vector<Event> events_of(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded,
                             std::span<const Frame> frames);

}  // namespace rankscope
