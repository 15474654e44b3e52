#include "math/columns.h"

namespace rankscope {

double dot(const double* x, const double* y, std::ptrdiff_t n) {
  double s[8] = {};
  std::ptrdiff_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (std::ptrdiff_t l = 0; l < 8; ++l) s[l] += x[i + l] * y[i + l];
  double even = (s[0] + s[2]) + (s[4] + s[6]);
  const double odd = (s[1] + s[3]) + (s[5] + s[7]);
  for (; i < n; ++i) even += x[i] * y[i];
  return even + odd;
}

void subtract_multiple(double* y, const double* x, double f, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) y[i] -= f * x[i];
}

void rotate(double* x, double* y, double c, double s, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double xi = x[i], yi = y[i];
    x[i] = c * xi - s * yi;
    y[i] = s * xi + c * yi;
  }
}

}  // namespace rankscope
