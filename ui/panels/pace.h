// How fast the run goes and when it pauses by itself: a menu, what of it is set as chips on the bar, and a phone's sheet of all that moves time.
#pragma once
#include "ui/context.h"

namespace rankscope::ui {

/// A button that says the pace and opens the menu above itself.
void pace_button(Context& c, const Rect& r);
/// A button "Time…" that opens a sheet above the bar `bar`: what the bar of a narrow screen has no room for.
void time_button(Context& c, const Rect& r, const Rect& bar);
/// What is set, each with a cross that takes it back, from the right; returns the width they took.
float pace_chips(Context& c, float right, float middle, float room);
/// The same in words: "pauses at the next event · slow around events"; empty when nothing is.
std::string pace_text(const Model& model);

/// Where a value stands on the slider of "pause when", and back: over what the view has been, by decades on a logarithmic axis.
class ValueRange {
 public:
  ValueRange(const Slot& slot, int view);
  double at(float position) const;
  float position(double value) const;
  double usual() const;  ///< a value that is not reached yet, most likely

 private:
  double low_ = 0, high_ = 1, now_ = 1;
  bool log_ = false;
};

}  // namespace rankscope::ui
