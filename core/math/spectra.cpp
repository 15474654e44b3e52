#include "math/spectra.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope {

double effective_rank(const Vector& sigma) {
  const double total = nuclear_norm(sigma);
  if (!(total > 0)) return 0;
  double entropy = 0;
  for (double s : sigma)
    if (s > 0) entropy -= s / total * std::log(s / total);
  return std::exp(entropy);
}

std::int64_t numerical_rank(const Vector& sigma, std::int64_t rows, std::int64_t cols) {
  if (sigma.size() == 0) return 0;
  const double floor = static_cast<double>(std::max(rows, cols)) * std::numeric_limits<double>::epsilon() * sigma[0];
  return std::count_if(sigma.begin(), sigma.end(), [&](double s) { return s > floor; });
}

double nuclear_norm(const Vector& sigma) {
  double sum = 0;
  for (double s : sigma) sum += s;
  return sum;
}

double schatten_sum(const Vector& sigma, double p) {
  double sum = 0;
  for (double s : sigma)
    if (s > 0) sum += std::pow(s, p);
  return sum;
}

double schatten_norm(const Vector& sigma, double p) {
  if (sigma.size() == 0 || !(sigma[0] > 0)) return 0;
  double sum = 0;  // of (sigma / sigma_1)^p: no overflow for large p
  for (double s : sigma)
    if (s > 0) sum += std::pow(s / sigma[0], p);
  return sigma[0] * std::pow(sum, 1 / p);
}

}  // namespace rankscope
