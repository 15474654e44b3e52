// Curves of several runs taken together: the point at a place, mean and spread.
#pragma once
#include <cstddef>
#include <vector>

#include "ui/history.h"

namespace rankscope::ui {

inline constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

/// The index nearest to `x` on an axis that only rises, or only falls; kNowhere when it is empty.
std::size_t nearest(const std::vector<double>& xs, double x);

/// One run's curve: its steps ascend, its places on the axis are as many.
struct Sampled {
  const std::vector<double>* steps;
  const std::vector<double>* x;
  const Curve* y;
};

/// Mean, and mean less and more one standard deviation (with n - 1), at the steps at which every run has a value; nothing in between is guessed. The place on
/// the axis is the runs' mean too: over time, runs that choose their own step sizes are at different times at one step.
struct Spread {
  std::vector<double> x;
  Curve mean, low, high;
};
Spread spread_of(const std::vector<Sampled>& runs);

}  // namespace rankscope::ui
