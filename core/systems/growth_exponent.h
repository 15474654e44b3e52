// How fast something grows, as a power of itself: p in dσ/dt = c σ^p γ, fitted while it grows.
#pragma once
#include <string>

#include "lab/archive.h"

namespace rankscope {

/// The slope of ln((Δσ/Δt) / γ) against ln σ by least squares, over intervals in which σ has grown by a factor of 1.1 to 2: finite differences, so the
/// fit is as good as the recording is dense (factors drawn from that range move a pure power by less than 0.003). It ends where the force has fallen below half of its largest: from there on σ saturates.
class GrowthExponent {
 public:
  /// A moment of the run, in order; asked twice at one time it counts once.
  void observe(double time, double sigma, double gamma);
  /// σ was moved by hand: the interval that is open does not count.
  void interrupt() { sigma_ = -1; }
  double exponent() const;  ///< NaN before the third interval
  void archive(Archive& archive, const std::string& name);

 private:
  void begin(double time, double sigma, double gamma) { time_ = time, sigma_ = sigma, gamma_ = gamma; }

  double time_ = 0, sigma_ = -1, gamma_ = 0, largest_ = 0;  ///< where the open interval began; the largest force so far
  double count_ = 0, x_ = 0, y_ = 0, xx_ = 0, xy_ = 0;      ///< sums over the intervals
};

}  // namespace rankscope
