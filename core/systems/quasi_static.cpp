#include "systems/quasi_static.h"

#include <cmath>
#include <limits>

namespace rankscope::quasi_static {
namespace {

/// 1 - b without the cancellation of 1 - b.
double gap(double a) {
  const double b = b_of(a);
  return b * b * b / (a * a);
}

}  // namespace

double b_of(double a) {
  const double square = a * a;
  double b = 1;
  for (int i = 0; i < 200; ++i) {
    const double next = b - (b - 1 + b * b * b / square) / (1 + 3 * b * b / square);
    if (!(next < b)) break;  // from above it only falls, until rounding
    b = next;
  }
  return b;
}

double loss_of(double a) {
  const double x = gap(a);
  return 0.5 * x * (1 + x);
}

double a_of(double loss) {
  const double x = 4 * loss / (1 + std::sqrt(1 + 8 * loss)), b = 1 - x;
  return b * std::sqrt(b / x);
}

double lower_bound(double loss) {
  if (!(loss > 0 && loss < 0.5)) return std::numeric_limits<double>::quiet_NaN();
  const double root = std::sqrt(2 * loss);
  return (1 - root) * (1 - root) / root;
}

}  // namespace rankscope::quasi_static
