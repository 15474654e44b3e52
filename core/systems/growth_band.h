// The band of an unbalanced start (science 0.2; Razin et al. 2021, theorem on component norms, from memory of the paper and derived): with
// eps = max |‖w^n‖² - ‖w^n'‖²| over the D vectors of a component, which gradient flow conserves, and gamma >= 0,
//   D gamma sigma² / (sigma^(2/D) + eps)  <=  d sigma / dt  <=  D gamma (sigma^(2/D) + eps)^(D - 1),
// and the two swap for gamma < 0. Integrated beside a run with the driving force of its theory.
#pragma once
#include <vector>

#include "lab/archive.h"
#include "systems/growth_theory.h"

namespace rankscope {

/// The two sides at sigma, eps and gamma, the lesser one first.
struct GrowthRates {
  double lower = 0, upper = 0;
};
GrowthRates growth_rates(double sigma, double eps, int degree, double gamma);

class GrowthBand {
 public:
  explicit GrowthBand(int degree) : degree_(degree) {}
  void start(double time, std::vector<double> sigma, std::vector<double> eps, std::vector<GrowthForce> force);
  void advance(double time, const std::vector<GrowthForce>& force);
  const std::vector<double>& lower() const { return lower_; }
  const std::vector<double>& upper() const { return upper_; }
  void archive(Archive& archive);

 private:
  int degree_;
  double time_ = 0;
  std::vector<double> eps_, lower_, upper_;
  std::vector<GrowthForce> force_;
};

}  // namespace rankscope
