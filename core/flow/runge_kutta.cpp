#include "flow/runge_kutta.h"

#include <algorithm>
#include <cmath>

#include "math/roots.h"
#include "math/sums.h"

namespace rankscope {
namespace {

// Dormand and Prince (1980), table 2. The last row of kA is the solution of order 5; kError is its difference from order 4.
constexpr double kA[6][6] = {
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84},
};
constexpr double kError[7] = {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

constexpr double kSafety = 0.9, kMostChange = 5;
constexpr double kLongest = 1e12;  // where nothing moves any more, steps would grow without end
constexpr int kTrials = 60;        // each a fifth or less of the one before: beyond rounding

double rms(std::span<const double> x) { return x.empty() ? 0 : std::sqrt(sum_of_squares(x) / static_cast<double>(x.size())); }

}  // namespace

RungeKutta::RungeKutta(std::size_t weights) : stage_(weights) {
  for (auto& s : slope_) s.resize(weights);
}

void RungeKutta::configure(const Settings& settings) { tolerance_ = get<double>(settings, "tolerance"); }

void RungeKutta::archive(Archive& a) {
  a("optimizer.tolerance", tolerance_), a("optimizer.next_step", h_), a("optimizer.rejected", rejected_);
}

/// A hundredth of the time in which the weights change by as much as they are (Hairer, Norsett and Wanner, II.4).
double RungeKutta::first_step(std::span<const double> weights, std::span<const double> gradient) const {
  const double w = rms(weights), g = rms(gradient);
  return w > 0 && g > 0 ? std::min(0.01 * w / g, kLongest) : 1e-6;
}

double RungeKutta::error(std::span<const double> weights, double h) const {
  const double floor = rms(weights);
  double worst = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double e = 0;
    for (int s = 0; s < kStages; ++s) e += kError[s] * slope_[static_cast<std::size_t>(s)][i];
    const double scale = tolerance_ * std::max({std::abs(weights[i]), std::abs(stage_[i]), floor});
    const double share = e == 0 ? 0 : std::abs(h * e) / scale;
    if (!(share <= worst)) worst = share;  // takes over a NaN too
    if (worst != worst) return worst;
  }
  return worst;
}

double RungeKutta::step(std::span<double> weights, const Descent& descent) {
  if (!(h_ > 0)) h_ = first_step(weights, descent.gradient);
  std::copy(descent.gradient.begin(), descent.gradient.end(), slope_[0].begin());
  for (int trial = 0; trial < kTrials; ++trial) {
    const bool cut = h_ > descent.room;
    const double h = cut ? descent.room : h_;
    for (int s = 0; s < kStages - 1; ++s) {
      for (std::size_t i = 0; i < weights.size(); ++i) {
        double sum = 0;
        for (int r = 0; r <= s; ++r) sum += kA[s][r] * slope_[static_cast<std::size_t>(r)][i];
        stage_[i] = weights[i] - h * sum;
      }
      descent.elsewhere(stage_, slope_[static_cast<std::size_t>(s) + 1]);
    }
    const double e = error(weights, h);
    const bool accepted = e <= 1;
    double change = 1 / kMostChange;  // also where a stage left the numbers
    if (e == 0) change = kMostChange;
    else if (e < 1e300) change = std::clamp(kSafety / nth_root(e, 5), 1 / kMostChange, kMostChange);
    // A step that was cut short says little of what the next one may be.
    if (!accepted || !cut) h_ = std::min(h * (accepted ? change : std::min(change, kSafety)), kLongest);
    if (accepted) {
      std::copy(stage_.begin(), stage_.end(), weights.begin());
      return h;
    }
    ++rejected_;
  }
  return 0;
}

}  // namespace rankscope
