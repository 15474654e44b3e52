// exp by + - * / alone: libms differ in the last bit, and what enters a state must not.
#pragma once
#include <cmath>
#include <limits>

namespace rankscope {

/// To about 1e-15 relative; infinity and 0 beyond the range of doubles.
inline double portable_exp(double x) {
  if (!(x < 709.7)) return x == x ? std::numeric_limits<double>::infinity() : x;
  if (x < -708) return 0;
  constexpr double kLn2High = 0x1.62e42fefa0000p-1, kLn2Low = 0x1.cf79abc9e3b3ap-40;
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;  // |r| < 0.35
  double sum = 1;
  for (int n = 18; n >= 1; --n) sum = 1 + sum * r / n;
  return std::ldexp(sum, static_cast<int>(k));
}

}  // namespace rankscope
