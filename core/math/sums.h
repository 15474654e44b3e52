// Sums whose order is fixed: four partial sums, folded (0+1)+(2+3), in every build, so that every build has the same bits and
// every compiler may use vectors.
#pragma once
#include <cstddef>
#include <span>

namespace rankscope {

template <class Term>
double ordered_sum(std::size_t n, Term term) {
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += term(i);
    s1 += term(i + 1);
    s2 += term(i + 2);
    s3 += term(i + 3);
  }
  for (; i < n; ++i) s0 += term(i);
  return (s0 + s1) + (s2 + s3);
}

inline double sum_of_squares(std::span<const double> x) {
  return ordered_sum(x.size(), [&](std::size_t i) { return x[i] * x[i]; });
}

}  // namespace rankscope
