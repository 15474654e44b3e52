#include "systems/growth_exponent.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/rng.h"

namespace rankscope {

void GrowthExponent::observe(double time, double sigma, double gamma) {
  constexpr double kEnough = 1.1, kTooMuch = 2, kFading = 0.5;
  if (!(sigma > 0) || !(gamma > 0)) return;
  largest_ = std::max(largest_, gamma);
  if (!(sigma_ > 0) || sigma < sigma_) return begin(time, sigma, gamma);
  if (sigma < kEnough * sigma_ || !(time > time_)) return;
  if (sigma <= kTooMuch * sigma_ && gamma >= kFading * largest_) {
    const double x = 0.5 * (portable_log(sigma) + portable_log(sigma_));
    const double y = portable_log((sigma - sigma_) / (time - time_) / (0.5 * (gamma + gamma_)));
    count_ += 1, x_ += x, y_ += y, xx_ += x * x, xy_ += x * y;
  }
  begin(time, sigma, gamma);
}

double GrowthExponent::exponent() const {
  if (count_ < 3) return std::numeric_limits<double>::quiet_NaN();
  return (count_ * xy_ - x_ * y_) / (count_ * xx_ - x_ * x_);
}

void GrowthExponent::archive(Archive& a, const std::string& name) {
  a(name + ".time", time_), a(name + ".sigma", sigma_), a(name + ".gamma", gamma_), a(name + ".largest", largest_);
  a(name + ".count", count_), a(name + ".x", x_), a(name + ".y", y_), a(name + ".xx", xx_), a(name + ".xy", xy_);
}

}  // namespace rankscope
