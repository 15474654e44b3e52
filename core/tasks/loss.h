// Pointwise losses and how their sum is normalised; value and slope side by side.
#pragma once
#include <span>
#include <string>

#include "lab/settings.h"

namespace rankscope {

/// L = scale * sum_i l(r_i)
struct Loss {
  enum class Kind { Squared, Lp, Huber } kind = Kind::Squared;
  double p = 2, delta = 1;
  double scale = 1;
  double divisor = 0;  ///< of a mean over m: scale = 1 / (divisor m). 0: a sum

  /// The scale when only `count` of the residuals' rows are summed, a batch: a mean is over these.
  double scale_of(std::int64_t count) const { return divisor > 0 ? 1 / (divisor * static_cast<double>(count)) : scale; }

  // The usual case is inline: these run for every residual of every step.
  double value(double r) const { return kind == Kind::Squared ? r * r : other_value(r); }   ///< l(r), before scale
  double slope(double r) const { return kind == Kind::Squared ? 2 * r : other_slope(r); }  ///< l'(r), before scale

 private:
  double other_value(double r) const;
  double other_slope(double r) const;
};

/// loss, p, huber_delta, normalisation, loss_scale
std::span<const Param> loss_params();
/// `count`: the m of a mean, the number of residuals' rows (observations, measurements, samples).
Loss make_loss(const Settings& settings, std::int64_t count);

}  // namespace rankscope
