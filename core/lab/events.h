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
  std::string kind;  ///< "take-off", "plateau", "escape"
  std::string text;
  int line = -1;  ///< 0-based identity of the line, see Part::Lines; -1: none
};

/// A line of the first recorded spectrum takes off in the first Frame in which its value exceeds both a tenth of the
/// largest one there (measured or of the target) and twice the largest one of the first Frame. Without the second
/// condition a small start, where all values are alike, would count as the take-off of all of them. Values of both
/// signs have no take-offs.
///
/// The recorded view `loss` is on a plateau from the Frame in which its last stretch of Frames within 1 % of the stretch's first is 8
/// Frames long and a twentieth of the run so far. A later stretch like that, less than a tenth away, is the same plateau. It is left when the
/// loss has moved a tenth away: downwards, and from the stretch's last Frame on in at most 5 times the stretch's length, that is
/// an escape. (A loss that falls steadily takes 9 times as long.) The mode that is being learned then is the line of the spectrum that has
/// grown by the largest factor since that Frame, of those that are above 1 % of the largest value there (measured or of the target).
/// Below a ten-thousandth of the first loss nothing is looked for: the fit is made, and an optimizer that bounces there escapes nothing.
class Events {
 public:
  Events(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded);

  /// Takes the recorded Frames in their order; returns what is new in this one, by line.
  std::vector<Event> observe(const Frame& frame);

 private:
  /// Frames whose loss is within 1 % of the first one's.
  struct Stretch {
    std::int64_t from = 0, to = 0;
    double loss = 0;
    int frames = 0;
  };
  void take_offs(const Frame& frame, std::vector<Event>& out);
  void plateaus(const Frame& frame, std::vector<Event>& out);
  std::vector<double> by_line(const Frame& frame) const;
  double scale(const Frame& frame) const;

  std::string label_;
  std::uint32_t view_ = 0, loss_view_ = 0;
  bool watching_ = false, started_ = false, watching_loss_ = false, on_plateau_ = false;
  double first_ = 0;        ///< the largest value of the first Frame
  double first_loss_ = -1;
  std::set<int> off_;       ///< lines that have taken off
  Stretch now_, plateau_;   ///< the last one; the last one of the plateau
  std::int64_t since_ = 0;  ///< the plateau's first step
  std::vector<double> lines_;  ///< values by line in the plateau's last Frame
};

/// All of them.
std::vector<Event> events_of(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded,
                             std::span<const Frame> frames);

}  // namespace rankscope
