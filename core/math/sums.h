// Sums whose order is fixed, so that every build has the same bits.
#pragma once
#include <iterator>
#include <span>

#include "math/columns.h"

namespace rankscope {

inline double sum_of_squares(std::span<const double> x) { return dot(x.data(), x.data(), std::ssize(x)); }

}  // namespace rankscope
