// Gradient flow dw/dt = -grad L(w), by the embedded Runge-Kutta pair of orders 5 and 4 of Dormand and Prince (1980).
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "flow/integrator.h"

namespace rankscope {

/// One step is one accepted step of order 5: the pair's difference, over tolerance * max(|w_i|, rms of w), is at most 1 in
/// every weight. The step size follows it (h <- 0.9 h error^(-1/5), at most 5 times more or less), with roots by Newton's
/// method: the same bits everywhere. Stages are not kept from step to step, so weights may be changed in between.
class RungeKutta final : public Integrator {
 public:
  explicit RungeKutta(std::size_t weights);
  double step(std::span<double> weights, const Descent& descent) override;
  void configure(const Settings& settings) override;
  void archive(Archive& archive) override;
  std::int64_t rejected() const override { return rejected_; }

 private:
  static constexpr int kStages = 7;
  double first_step(std::span<const double> weights, std::span<const double> gradient) const;
  double error(std::span<const double> weights, double h) const;

  double tolerance_ = 0;
  double h_ = 0;  ///< the next trial; 0: not chosen yet
  std::int64_t rejected_ = 0;
  std::array<std::vector<double>, kStages> slope_;  ///< gradients at the stages
  std::vector<double> stage_;
};

}  // namespace rankscope
