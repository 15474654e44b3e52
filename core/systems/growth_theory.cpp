#include "systems/growth_theory.h"

#include <cmath>
#include <limits>

#include "math/exponential.h"
#include "math/rng.h"
#include "math/roots.h"

namespace rankscope {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// sigma^(-(1 - 2/D)) for D >= 3: in this variable the equation is linear, dx/dt = -(D - 2) gamma.
double to_linear(double sigma, int degree) { return 1 / integer_power(nth_root(sigma, degree), degree - 2); }
double from_linear(double x, int degree) { return integer_power(nth_root(1 / x, degree - 2), degree); }

}  // namespace

double grown(double sigma, int degree, double drive) {
  if (degree == 1) return std::fmax(0, sigma + drive);
  if (degree == 2) return sigma * portable_exp(2 * drive);
  if (sigma <= 0) return 0;  // what is zero stays zero
  const double x = to_linear(sigma, degree) - (degree - 2) * drive;
  return x > 0 ? from_linear(x, degree) : kInfinity;
}

double time_to_reach(double sigma, int degree, double gamma, double level) {
  if (sigma >= level) return 0;
  if (!(gamma > 0) || (degree > 1 && !(sigma > 0))) return std::numeric_limits<double>::quiet_NaN();
  if (degree == 1) return (level - sigma) / gamma;
  if (degree == 2) return portable_log(level / sigma) / (2 * gamma);
  return (to_linear(sigma, degree) - to_linear(level, degree)) / ((degree - 2) * gamma);
}

double take_off_step(double sigma, int degree, GrowthForce force, std::int64_t step, double step_size, double largest) {
  constexpr double kNever = std::numeric_limits<double>::quiet_NaN();
  const double gamma = force.at_zero + force.slope * sigma;
  if (!(force.slope < 0) || !(gamma > 0) || !(step_size > 0)) return kNever;
  const double level = -0.1 * force.at_zero / force.slope;
  if (sigma >= level || level < 0.005 * largest) return kNever;
  return static_cast<double>(step) + time_to_reach(sigma, degree, gamma, level) / step_size;
}

void GrowthTheory::start(double time, std::vector<double> sigma, std::vector<Force> force) {
  time_ = time;
  sigma_ = std::move(sigma);
  force_ = std::move(force);
}

void GrowthTheory::advance(double time, const std::vector<Force>& force) {
  const auto mobility = [this](double s, double) { return degree_ * integer_power(nth_root(s, degree_), 2 * degree_ - 2); };  // D sigma^(2 - 2/D)
  const auto growth = [this](double s, double drive) { return grown(s, degree_, drive); };
  for (std::size_t r = 0; r < sigma_.size() && r < force.size(); ++r)
    sigma_[r] = carried(sigma_[r], time - time_, force_[r], force[r], mobility, growth);
  force_ = force;
  time_ = time;
}

void GrowthTheory::archive(Archive& a, const std::string& name) {
  a(name + ".time", time_);
  a(name + ".sigma", sigma_);
  std::vector<double> flat;
  for (const Force& f : force_) flat.push_back(f.at_zero), flat.push_back(f.slope);
  a(name + ".force", flat);
  if (a.reading()) {
    if (flat.size() != 2 * sigma_.size() || (!sigma_.empty() && sigma_.size() != lines_)) {
      a.refuse(name + ".sigma", "does not follow " + std::to_string(lines_) + " lines");
      sigma_.clear(), flat.clear();
    }
    force_.resize(flat.size() / 2);
    for (std::size_t r = 0; r < force_.size(); ++r) force_[r] = {flat[2 * r], flat[2 * r + 1]};
  }
}

}  // namespace rankscope
