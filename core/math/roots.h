// N-th roots and whole powers by + - * / alone: pow differs between libms.
#pragma once
#include <cmath>

namespace rankscope {

inline double integer_power(double x, int n) {
  double out = 1;
  for (; n > 0; n >>= 1, x *= x)
    if (n & 1) out *= x;
  return out;
}

/// x^(1/n) for x >= 0, n >= 1, by Newton's method on a mantissa in [1, 2^n); to about one unit in the last place.
inline double nth_root(double x, int n) {
  if (n == 1 || x == 0 || !std::isfinite(x)) return x;
  if (n == 2) return std::sqrt(x);
  int exponent = 0;
  double m = 2 * std::frexp(x, &exponent);  // [1, 2)
  --exponent;
  int quotient = exponent / n, rest = exponent % n;
  if (rest < 0) {
    rest += n;
    --quotient;
  }
  m = std::ldexp(m, rest);  // [1, 2^n): its root lies in [1, 2)
  double y = 2;             // from above, Newton falls monotonically
  for (int i = 0; i < 100; ++i) {
    const double next = y - (y - m / integer_power(y, n - 1)) / n;
    if (!(next < y)) break;
    y = next;
  }
  return std::ldexp(y, quotient);
}

}  // namespace rankscope
