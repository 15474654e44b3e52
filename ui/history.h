// The recorded past of one run, by view: lines over steps, kept within a budget of bytes.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "lab/frame.h"

namespace rankscope::ui {

/// Values over the history's steps, NaN where there is none. A spectrum has one a line, a scalar has one, a landscape the
/// point's x and y, a claim its left side.
using Curve = std::vector<double>;

struct Track {
  std::map<int, Curve> measured, theory;  ///< by identity of the line
  std::map<int, Curve> lower, upper;      ///< the edges of the theory's band
  std::map<int, Curve> ellipse;           ///< of a landscape: xx, xy, yy
  Curve bound, state;                     ///< of a claim: its right side; its ClaimState
  std::optional<double> violated;         ///< of a claim: the first step at which it was
  Curve target, baseline;                 ///< the last of each, constant in time
};

class History {
 public:
  /// Scalars, spectra, claims and a landscape's point and ellipse of a recorded Frame. A step at or before the last one means that the run went back: what came
  /// after it is forgotten.
  void add(const Frame& frame, const std::vector<ViewInfo>& views);
  void clear();
  /// What came after `step` is void.
  void forget_after(std::int64_t step);

  const std::vector<double>& steps() const { return steps_; }
  const std::vector<double>& times() const { return times_; }
  const Track* track(std::uint32_t view) const;
  /// The lines that matter: those that reach highest, at most `count`, ascending by identity.
  std::vector<int> leading(std::uint32_t view, std::size_t count) const;
  /// |theory - run| over the larger of the two, each summed over the leading lines and all steps after the first few;
  /// NaN without theory.
  double deviation(std::uint32_t view) const;
  std::size_t bytes() const;

 private:
  void resize(std::size_t size);
  void thin();

  std::vector<double> steps_, times_;
  std::map<std::uint32_t, Track> tracks_;
};

}  // namespace rankscope::ui
