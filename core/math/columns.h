// What decompositions do to columns. Written so that every compiler may use vectors without changing a bit, the build with
// fused multiply-add apart.
#pragma once
#include <cstddef>

namespace rankscope {

/// sum x_i y_i in eight partial sums, i mod 8, folded ((0+2)+(4+6)) + ((1+3)+(5+7)); the last n mod 8 terms join the
/// first half.
double dot(const double* x, const double* y, std::ptrdiff_t n);

/// y -= f x.
void subtract_multiple(double* y, const double* x, double f, std::ptrdiff_t n);

/// (x, y) <- (c x - s y, s x + c y).
void rotate(double* x, double* y, double c, double s, std::ptrdiff_t n);

}  // namespace rankscope
