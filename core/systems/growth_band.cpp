#include "systems/growth_band.h"

#include <algorithm>
#include <cmath>

#include "math/roots.h"

namespace rankscope {

namespace {

/// What gamma is multiplied by on the two sides.
double slow(double sigma, double eps, int degree) {
  const double root = nth_root(sigma, degree), length = root * root;  // sigma^(2/D): the squared norm of each vector, if all are alike
  return length + eps > 0 ? degree * sigma * sigma / (length + eps) : 0;
}
double fast(double sigma, double eps, int degree) {
  const double root = nth_root(sigma, degree);
  return degree * integer_power(root * root + eps, degree - 1);
}

}  // namespace

GrowthRates growth_rates(double sigma, double eps, int degree, double gamma) {
  const double a = slow(sigma, eps, degree) * gamma, b = fast(sigma, eps, degree) * gamma;
  return {std::min(a, b), std::max(a, b)};
}

void GrowthBand::start(double time, std::vector<double> sigma, std::vector<double> eps, std::vector<GrowthForce> force) {
  time_ = time, eps_ = std::move(eps), force_ = std::move(force);
  lower_ = sigma, upper_ = std::move(sigma);
}

void GrowthBand::advance(double time, const std::vector<GrowthForce>& force) {
  // The lower side grows slowly and falls fast, the upper one the other way round.
  const auto side = [&](std::size_t r, bool upper) {
    return [this, r, upper](double sigma, double gamma) { return (gamma > 0) == upper ? fast(sigma, eps_[r], degree_) : slow(sigma, eps_[r], degree_); };
  };
  for (std::size_t r = 0; r < lower_.size() && r < force.size(); ++r) {
    lower_[r] = carried(lower_[r], time - time_, force_[r], force[r], side(r, false), nullptr);
    upper_[r] = carried(upper_[r], time - time_, force_[r], force[r], side(r, true), nullptr);
  }
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
