// Integrators: one row {name, what it keeps, how it moves} over one flat weight vector.
#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "lab/archive.h"
#include "lab/settings.h"

namespace rankscope {

/// What an integrator moves along.
struct Descent {
  std::span<const double> gradient;  ///< at the weights as they are
  /// Writes the gradient at other weights: for methods of several stages.
  const std::function<void(std::span<const double> weights, std::span<double> gradient)>& elsewhere;
  double room = std::numeric_limits<double>::infinity();  ///< flow time left; a method that chooses its steps does not pass it
};

class Integrator {
 public:
  virtual ~Integrator() = default;
  /// Moves the weights by one update. Returns the step size taken: flow time advances by it. 0: no step could be taken.
  virtual double step(std::span<double> weights, const Descent& descent) = 0;
  /// Takes over the values of its parameters (all Live).
  virtual void configure(const Settings& settings) = 0;
  virtual void archive(Archive& archive) = 0;
  /// Trial steps that were too long, so far.
  virtual std::int64_t rejected() const { return 0; }
};

/// optimizer, step_size, tolerance and what the optimizers keep: momentum, decay, epsilon, beta1, beta2, adam_epsilon.
std::span<const Param> integrator_params();
bool is_integrator_param(std::string_view key);

/// By settings["optimizer"]: gd, momentum, adam (both as torch.optim has them), group_rmsprop, or flow (adaptive Runge-Kutta).
std::unique_ptr<Integrator> make_integrator(const Settings& settings, std::size_t weights);

}  // namespace rankscope
