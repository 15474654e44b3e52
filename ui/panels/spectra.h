// Spectra of one run and of several.
#pragma once
#include <vector>

#include "ui/panels/chart.h"

namespace rankscope::ui {

inline constexpr std::size_t kSpectrumLines = 8;  ///< that are drawn

/// The highest value of these lines, or of the target; 1 when there is none.
double highest(const Slot& slot, std::uint32_t view, const std::vector<int>& lines);
/// The lines of one run, each in its own colour, with their theory.
void draw_lines(Context& c, Chart& chart, const Slot& slot, std::uint32_t view, const std::vector<int>& lines);
/// "log" and "time" at the top right of a card, which switch all axes; returns the room they took.
float axis_words(Context& c, const ViewInfo& info, ImVec2 right_top, float width, bool& log);
/// A spectrum that other runs have too, over each other or as mean and spread; false: no other run has it.
bool compared_spectrum(Context& c, int view, const Rect& r);

}  // namespace rankscope::ui
