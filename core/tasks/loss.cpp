#include "tasks/loss.h"

#include <cmath>

namespace rankscope {
namespace {

/// |x|^p; by multiplication for whole p, so that trajectories do not depend on a libm's pow.
double power(double x, double p) {
  if (p == std::floor(p) && p <= 64) {
    double out = 1;
    for (int i = static_cast<int>(p); i > 0; --i) out *= x;
    return out;
  }
  return std::pow(x, p);
}

}  // namespace

double Loss::other_value(double r) const {
  const double a = std::abs(r);
  switch (kind) {
    case Kind::Squared: return r * r;
    case Kind::Lp: return power(a, p);
    case Kind::Huber: return a <= delta ? 0.5 * r * r : delta * (a - 0.5 * delta);
  }
  return 0;
}

double Loss::other_slope(double r) const {
  switch (kind) {
    case Kind::Squared: return 2 * r;
    case Kind::Lp: {
      const double s = p * power(std::abs(r), p - 1);
      return r < 0 ? -s : r > 0 ? s : 0;
    }
    case Kind::Huber: return r > delta ? delta : r < -delta ? -delta : r;
  }
  return 0;
}

std::span<const Param> loss_params() {
  static const std::vector<Param> params = {
      {"loss", "Loss", "Loss", "squared: r². lp: |r|^p. huber: r²/2 up to δ, then linear.", "", std::string("squared"), {}, When::Restart,
       {"squared", "lp", "huber"}, {}},
      {"p", "Power p", "Loss", "The p of |r|^p.", "", 4.0, {1, 16}, When::Restart, {}, {"loss", {"lp"}}},
      {"huber_delta", "Huber threshold δ", "Loss", "Where the loss turns from quadratic to linear.", "", 1.0, {1e-9, 1e9, Scale::Log},
       When::Restart, {}, {"loss", {"huber"}}},
      {"normalisation", "Normalisation", "Loss",
       "What the sum over residuals is multiplied by: mean 1/m, sum 1, half_sum 1/2, half_mean 1/(2m), mean_over_p 1/(pm), or custom: loss_scale.",
       "", std::string("mean"), {}, When::Restart, {"mean", "sum", "half_sum", "half_mean", "mean_over_p", "custom"}, {}},
      {"loss_scale", "Loss scale", "Loss", "The factor of the sum over residuals.", "", 1.0, {1e-12, 1e12, Scale::Log}, When::Restart, {},
       {"normalisation", {"custom"}}},
  };
  return params;
}

Loss make_loss(const Settings& s, std::int64_t count) {
  Loss loss;
  const auto& kind = get<std::string>(s, "loss");
  loss.kind = kind == "lp" ? Loss::Kind::Lp : kind == "huber" ? Loss::Kind::Huber : Loss::Kind::Squared;
  if (loss.kind == Loss::Kind::Lp) loss.p = get<double>(s, "p");
  loss.delta = get<double>(s, "huber_delta");
  const auto& how = get<std::string>(s, "normalisation");
  loss.divisor = how == "mean" ? 1 : how == "half_mean" ? 2 : how == "mean_over_p" ? loss.p : 0;
  loss.scale = how == "half_sum" ? 0.5 : how == "custom" ? get<double>(s, "loss_scale") : 1;
  loss.scale = loss.scale_of(count);
  return loss;
}

}  // namespace rankscope
