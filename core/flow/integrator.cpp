#include "flow/integrator.h"

#include <cmath>

#include "flow/runge_kutta.h"
#include "math/sums.h"

namespace rankscope {
namespace {

/// w <- w - eta g
class GradientDescent final : public Integrator {
 public:
  double step(std::span<double> w, const Descent& descent) override {
    const std::span<const double> g = descent.gradient;
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= eta_ * g[i];
    return eta_;
  }
  void configure(const Settings& s) override { eta_ = get<double>(s, "step_size"); }
  void archive(Archive& a) override { a("optimizer.step_size", eta_); }

 private:
  double eta_ = 0;
};

/// torch.optim.SGD(momentum): b <- mu b + g, w <- w - eta b
class Momentum final : public Integrator {
 public:
  explicit Momentum(std::size_t n) : buffer_(n, 0.0) {}
  double step(std::span<double> w, const Descent& descent) override {
    const std::span<const double> g = descent.gradient;
    for (std::size_t i = 0; i < w.size(); ++i) {
      buffer_[i] = mu_ * buffer_[i] + g[i];
      w[i] -= eta_ * buffer_[i];
    }
    return eta_;
  }
  void configure(const Settings& s) override {
    eta_ = get<double>(s, "step_size");
    mu_ = get<double>(s, "momentum");
  }
  void archive(Archive& a) override {
    a("optimizer.step_size", eta_), a("optimizer.momentum", mu_);
    a("optimizer.velocity", std::span<double>(buffer_));
  }

 private:
  double eta_ = 0, mu_ = 0;
  std::vector<double> buffer_;
};

/// torch.optim.Adam: m and v with bias correction, w <- w - eta/(1-b1^t) m / (sqrt(v)/sqrt(1-b2^t) + eps)
class Adam final : public Integrator {
 public:
  explicit Adam(std::size_t n) : m_(n, 0.0), v_(n, 0.0) {}
  double step(std::span<double> w, const Descent& descent) override {
    const std::span<const double> g = descent.gradient;
    power1_ *= beta1_;
    power2_ *= beta2_;
    const double rate = eta_ / (1 - power1_), root = std::sqrt(1 - power2_);
    for (std::size_t i = 0; i < w.size(); ++i) {
      m_[i] = beta1_ * m_[i] + (1 - beta1_) * g[i];
      v_[i] = beta2_ * v_[i] + (1 - beta2_) * g[i] * g[i];
      w[i] -= rate * (m_[i] / (std::sqrt(v_[i]) / root + epsilon_));
    }
    return eta_;
  }
  void configure(const Settings& s) override {
    eta_ = get<double>(s, "step_size");
    beta1_ = get<double>(s, "beta1");
    beta2_ = get<double>(s, "beta2");
    epsilon_ = get<double>(s, "adam_epsilon");
  }
  void archive(Archive& a) override {
    a("optimizer.step_size", eta_), a("optimizer.beta1", beta1_), a("optimizer.beta2", beta2_), a("optimizer.epsilon", epsilon_);
    a("optimizer.beta1_power", power1_), a("optimizer.beta2_power", power2_);
    a("optimizer.mean", std::span<double>(m_)), a("optimizer.square", std::span<double>(v_));
  }

 private:
  double eta_ = 0, beta1_ = 0, beta2_ = 0, epsilon_ = 0;
  double power1_ = 1, power2_ = 1;  ///< beta^t, kept as a product: pow differs between libms
  std::vector<double> m_, v_;
};

/// The papers' adaptive step (science: one scalar for all weights, so descent stays along the true gradient and balancedness
/// holds): v <- a v + (1-a) |g|^2, eta_t = eta / (sqrt(v / (1-a^t)) + eps).
class GroupRmsprop final : public Integrator {
 public:
  double step(std::span<double> w, const Descent& descent) override {
    const std::span<const double> g = descent.gradient;
    power_ *= decay_;
    v_ = decay_ * v_ + (1 - decay_) * sum_of_squares(g);
    const double eta = eta_ / (std::sqrt(v_ / (1 - power_)) + epsilon_);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] -= eta * g[i];
    return eta;
  }
  void configure(const Settings& s) override {
    eta_ = get<double>(s, "step_size");
    decay_ = get<double>(s, "decay");
    epsilon_ = get<double>(s, "epsilon");
  }
  void archive(Archive& a) override {
    a("optimizer.step_size", eta_), a("optimizer.decay", decay_), a("optimizer.epsilon", epsilon_);
    a("optimizer.decay_power", power_), a("optimizer.square", v_);
  }

 private:
  double eta_ = 0, decay_ = 0, epsilon_ = 0, power_ = 1, v_ = 0;
};

struct Row {
  const char* name;
  std::unique_ptr<Integrator> (*make)(std::size_t weights);
};
constexpr Row kRows[] = {
    {"gd", [](std::size_t) -> std::unique_ptr<Integrator> { return std::make_unique<GradientDescent>(); }},
    {"momentum", [](std::size_t n) -> std::unique_ptr<Integrator> { return std::make_unique<Momentum>(n); }},
    {"adam", [](std::size_t n) -> std::unique_ptr<Integrator> { return std::make_unique<Adam>(n); }},
    {"group_rmsprop", [](std::size_t) -> std::unique_ptr<Integrator> { return std::make_unique<GroupRmsprop>(); }},
    {"flow", [](std::size_t n) -> std::unique_ptr<Integrator> { return std::make_unique<RungeKutta>(n); }},
};

std::vector<Param> make_params() {
  std::vector<std::string> names;
  for (const Row& r : kRows) names.push_back(r.name);
  const std::string group = "Descent";
  return {
      {"optimizer", "Optimizer", group,
       "How the gradient moves the weights. gd: plain gradient descent. momentum, adam: as torch.optim. group_rmsprop: one adaptive "
       "step size for all weights, as the papers use it. flow: gradient flow itself, by an adaptive Runge-Kutta method of order 5; a step is an "
       "accepted one.",
       "", std::string("gd"), {}, When::Restart, names, {}},
      {"step_size", "Step size η", group, "Too large diverges; halve it then.", "", 1e-2, {1e-7, 100, Scale::Log}, When::Live, {},
       {"optimizer", {"gd", "momentum", "adam", "group_rmsprop"}}},
      {"tolerance", "Tolerance", group, "Largest error of one step in any weight, over that weight's size (or the weights' root mean square, if more).", "",
       1e-6, {1e-13, 0.1, Scale::Log}, When::Live, {}, {"optimizer", {"flow"}}},
      {"momentum", "Momentum μ", group, "b = μ b + gradient; w = w - η b.", "", 0.9, {0, 0.9999}, When::Live, {}, {"optimizer", {"momentum"}}},
      {"decay", "Averaging a", group, "The mean squared gradient forgets by this factor a step.", "", 0.99, {0, 0.99999}, When::Live, {},
       {"optimizer", {"group_rmsprop"}}},
      {"epsilon", "Epsilon ε", group, "Added to the root mean square; it sets how long a plateau near zero lasts.", "", 1e-6,
       {0, 1, Scale::Log}, When::Live, {}, {"optimizer", {"group_rmsprop"}}},
      {"beta1", "β₁", group, "Averaging of the gradient.", "", 0.9, {0, 0.99999}, When::Live, {}, {"optimizer", {"adam"}}},
      {"beta2", "β₂", group, "Averaging of its square.", "", 0.999, {0, 0.999999}, When::Live, {}, {"optimizer", {"adam"}}},
      {"adam_epsilon", "Epsilon ε", group, "Added to the root mean square.", "", 1e-8, {0, 1, Scale::Log}, When::Live, {},
       {"optimizer", {"adam"}}},
  };
}

}  // namespace

std::span<const Param> integrator_params() {
  static const std::vector<Param> params = make_params();
  return params;
}

bool is_integrator_param(std::string_view key) { return find(integrator_params(), key) != nullptr; }

std::unique_ptr<Integrator> make_integrator(const Settings& settings, std::size_t weights) {
  const auto& name = get<std::string>(settings, "optimizer");
  for (const Row& r : kRows)
    if (name == r.name) {
      auto integrator = r.make(weights);
      integrator->configure(settings);
      return integrator;
    }
  assert(false);
  return nullptr;
}

}  // namespace rankscope
