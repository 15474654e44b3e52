// The one equation behind every balanced factorization: for a part of the end-to-end object that is homogeneous of degree D,
//   d sigma / dt = D sigma^(2 - 2/D) gamma
// (science 0.1; matrix factorization: Arora et al. 2019, theorem 3, D = depth, gamma = -<grad L(W), u v^T>).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "lab/archive.h"
#include "systems/growth_line.h"

namespace rankscope {

/// sigma after `drive` = the integral of gamma over the interval, for gamma constant in it (closed form, science 0.1).
/// +infinity past the blow-up of D >= 3; never below 0.
double grown(double sigma, int degree, double drive);

/// Time until sigma reaches `level` under constant gamma; NaN when it never does.
double time_to_reach(double sigma, int degree, double gamma, double level);

/// The step at which sigma is predicted to reach a tenth of where its force vanishes, with steps of this size from now on; NaN: it has, will
/// not, or that is less than a two-hundredth of the largest.
double take_off_step(double sigma, int degree, GrowthForce force, std::int64_t step, double step_size, double largest);

/// Integrates the equation beside a run. The driving force is measured on the run, but at the theory's own sigma: with the
/// rest of the end-to-end object as the run has it, gamma(s) is affine in s for a square loss. (With the run's own gamma the
/// equation has no feedback, and a take-off that is a step early overshoots for ever.)
class GrowthTheory {
 public:
  GrowthTheory(int degree, std::size_t lines) : degree_(degree), lines_(lines) {}

  using Force = GrowthForce;
  /// The start: called once, with the measured initial values.
  void start(double time, std::vector<double> sigma, std::vector<Force> force);
  /// To the next measurement, the force linear in time between the two.
  void advance(double time, const std::vector<Force>& force);

  /// The run was pushed (System::nudge): what was predicted is not its future any more, the next measurement is a start again.
  void restart() { sigma_.clear(), force_.clear(); }

  bool started() const { return !sigma_.empty(); }
  const std::vector<double>& sigma() const { return sigma_; }
  std::size_t lines() const { return lines_; }
  /// `name`: what its parts begin with, where a run has several.
  void archive(Archive& archive, const std::string& name = "theory");

 private:
  int degree_;
  std::size_t lines_;
  double time_ = 0;
  std::vector<double> sigma_;
  std::vector<Force> force_;
};

}  // namespace rankscope
