// A line of the growth equations, d sigma/dt = m gamma(sigma), over an interval at whose ends the force was measured.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include "math/exponential.h"

namespace rankscope {

/// The driving force as the theory reads it.
struct GrowthForce {
  double at_zero = 0, slope = 0;  ///< gamma(s) = at_zero + slope * s
};

/// sigma after the interval, the force linear in time between its ends; `mobility(s, gamma)` is m, not negative, and `grow(s, drive)` what a constant
/// gamma makes of s, drive being its integral, or nullptr where that has no closed form. Far below where gamma vanishes that is used; elsewhere midpoint steps in which m stands still: then sigma
/// relaxes exponentially to where gamma vanishes, exactly, so that no step need be short for a stiff balance. Steps are short where sigma grows by more
/// than a twentieth of itself, as it does at the end of a take-off. Never below 0.
template <typename Mobility, typename Grow>
double carried(double sigma, double time, GrowthForce from, GrowthForce to, const Mobility& mobility, const Grow& grow) {
  constexpr double kFar = 0.02, kMove = 0.05;
  constexpr int kMost = 500;
  const bool steady = std::abs(to.at_zero - from.at_zero) < 0.1 * std::abs(from.at_zero) && std::abs(to.slope - from.slope) < 0.1 * std::abs(from.slope);
  const int least = steady ? 4 : 24;
  double at = 0;
  for (int n = 0; n < kMost && at < time && std::isfinite(sigma); ++n) {
    const double left = time - at, shortest = left / (kMost - n);
    const auto force = [&](double h) {  // in the middle of a step
      const double w = (at + 0.5 * h) / time;
      return GrowthForce{(1 - w) * from.at_zero + w * to.at_zero, (1 - w) * from.slope + w * to.slope};
    };
    double h = std::fmin(left, time / least);
    GrowthForce f = force(h);
    if constexpr (!std::is_same_v<Grow, std::nullptr_t>) {
      if (const double gamma = f.at_zero + f.slope * sigma; gamma > 0 && (f.slope >= 0 || sigma < -kFar * f.at_zero / f.slope)) {
        double step = h, next = grow(sigma, step * gamma);
        for (; next > 2 * sigma && step > shortest; next = grow(sigma, step * gamma)) step = std::fmax(0.5 * step, shortest);
        if (std::isfinite(next)) {
          sigma = next, at += step;
          continue;
        }
      } else if (f.at_zero < 0 && gamma < 0) {  // on its way to zero, which it does not reach
        const double half = grow(sigma, 0.5 * h * gamma);
        sigma = grow(sigma, h * (f.at_zero + f.slope * half)), at += h;
        continue;
      }
    }
    const auto moved = [&](double m, double step) {
      if (!(f.slope < 0)) return std::fmax(0, sigma + step * m * (f.at_zero + f.slope * sigma));
      const double balance = -f.at_zero / f.slope;
      return std::fmax(0, balance + (sigma - balance) * portable_exp(step * m * f.slope));
    };
    const auto m_at = [&](double s) { return mobility(s, f.at_zero + f.slope * s); };
    if (const double grows = moved(m_at(sigma), h) - sigma, room = kMove * sigma; grows > room) {
      h = std::fmax(h * room / grows, shortest);
      f = force(h);
    }
    sigma = moved(m_at(moved(m_at(sigma), 0.5 * h)), h);
    at += h;
  }
  return sigma;
}

}  // namespace rankscope
