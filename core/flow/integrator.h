// Integrators: one row {name, what it keeps, how it moves} over one flat weight vector.
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "lab/archive.h"
#include "lab/settings.h"

namespace rankscope {

class Integrator {
 public:
  virtual ~Integrator() = default;
  /// Moves the weights by one update along the gradient. Returns the step size taken: flow time advances by it.
  virtual double step(std::span<double> weights, std::span<const double> gradient) = 0;
  /// Takes over the values of its parameters (all Live).
  virtual void configure(const Settings& settings) = 0;
  virtual void archive(Archive& archive) = 0;
};

/// optimizer, step_size and what the optimizers keep: momentum, decay, epsilon, beta1, beta2, adam_epsilon.
std::span<const Param> integrator_params();
bool is_integrator_param(std::string_view key);

/// By settings["optimizer"]: gd, momentum, adam (both as torch.optim has them) or group_rmsprop.
std::unique_ptr<Integrator> make_integrator(const Settings& settings, std::size_t weights);

}  // namespace rankscope
