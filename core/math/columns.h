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

/// a = (a - f x) - g y.
void subtract_multiples(double* a, const double* x, double f, const double* y, double g, std::ptrdiff_t n);

/// The same to `cols` columns of a, `stride` apart and n long, with f_j and g_j; then f_j = v . a_j. (The sums are in four
/// partial sums, i mod 4, folded (0+2) + (1+3), and the last n mod 4 terms.)
void subtract_multiples_and_dot(double* a, std::ptrdiff_t stride, std::ptrdiff_t cols, const double* x, double* f,
                                const double* y, const double* g, const double* v, std::ptrdiff_t n);

/// y += a f, a column after the other: a is n x cols, `stride` apart.
void add_product(double* y, const double* a, std::ptrdiff_t stride, const double* f, std::ptrdiff_t cols,
                 std::ptrdiff_t n);

}  // namespace rankscope
