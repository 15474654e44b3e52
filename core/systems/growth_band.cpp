#include "systems/growth_band.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/roots.h"

namespace rankscope {

GrowthRates growth_rates(double sigma, double eps, int degree, double gamma) {
  const double root = nth_root(sigma, degree), length = root * root;  // sigma^(2/D): the squared norm of each vector, if all are alike
  const double a = length + eps > 0 ? degree * gamma * sigma * sigma / (length + eps) : 0, b = degree * gamma * integer_power(length + eps, degree - 1);
  return {std::min(a, b), std::max(a, b)};
}

void GrowthBand::start(double time, std::vector<double> sigma, std::vector<double> eps, std::vector<GrowthForce> force) {
  time_ = time, eps_ = std::move(eps), force_ = std::move(force);
  lower_ = sigma, upper_ = std::move(sigma);
}

void GrowthBand::advance(double time, const std::vector<GrowthForce>& force) {
  constexpr int kSteps = 24;
  const double h = (time - time_) / kSteps;
  const auto moved = [&](double s, std::size_t r, bool upper) {
    for (int k = 0; k < kSteps; ++k) {
      const double w = (k + 0.5) / kSteps;
      const double zero = (1 - w) * force_[r].at_zero + w * force[r].at_zero, slope = (1 - w) * force_[r].slope + w * force[r].slope;
      const auto rate = [&](double x) {
        const GrowthRates g = growth_rates(x, eps_[r], degree_, zero + slope * x);
        return upper ? g.upper : g.lower;
      };
      const double half = std::fmax(0, s + 0.5 * h * rate(s));
      double next = s + h * rate(half);
      const double balance = slope < 0 ? -zero / slope : std::numeric_limits<double>::infinity();  // where gamma vanishes: never crossed
      next = s <= balance ? std::fmin(next, balance) : std::fmax(next, balance);
      if (std::isfinite(next)) s = std::fmax(0, next);
    }
    return s;
  };
  for (std::size_t r = 0; r < lower_.size() && r < force.size(); ++r) lower_[r] = moved(lower_[r], r, false), upper_[r] = moved(upper_[r], r, true);
  force_ = force;
  time_ = time;
}

void GrowthBand::archive(Archive& a) {
  a("band.time", time_), a("band.eps", eps_), a("band.lower", lower_), a("band.upper", upper_);
  std::vector<double> flat;
  for (const GrowthForce& f : force_) flat.push_back(f.at_zero), flat.push_back(f.slope);
  a("band.force", flat);
  if (!a.reading()) return;
  if (lower_.size() != eps_.size() || upper_.size() != eps_.size() || flat.size() != 2 * eps_.size())
    a.refuse("band.eps", "does not go with the other parts of the band"), eps_.clear(), lower_.clear(), upper_.clear(), flat.clear();
  force_.resize(flat.size() / 2);
  for (std::size_t r = 0; r < force_.size(); ++r) force_[r] = {flat[2 * r], flat[2 * r + 1]};
}

}  // namespace rankscope
