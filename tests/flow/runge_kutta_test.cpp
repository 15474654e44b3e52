#include "flow/runge_kutta.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace rankscope;

namespace {

using Gradient = std::function<void(std::span<const double>, std::span<double>)>;

Settings tolerance(double t) { return *complete(integrator_params(), {{"optimizer", std::string("flow")}, {"tolerance", t}}); }

/// The same integrator a system gets, driven by hand.
struct Flow {
  Flow(Gradient g, std::vector<double> start, double tol) : gradient(std::move(g)), w(std::move(start)), here(w.size()), integrator(make_integrator(tolerance(tol), w.size())) {}

  double step(double room = 1e300) {
    gradient(w, here);
    const double h = integrator->step(w, {here, gradient, room});
    time += h;
    return h;
  }
  void to(double end) {
    while (time < end) REQUIRE(step(end - time) > 0);
  }

  Gradient gradient;
  std::vector<double> w, here;
  std::unique_ptr<Integrator> integrator;
  double time = 0;
};

/// dw/dt = w (1 - w): a take-off and a plateau, as a singular value has them.
const Gradient kLogistic = [](std::span<const double> w, std::span<double> g) { g[0] = -w[0] * (1 - w[0]); };
double logistic(double start, double t) { return 1 / (1 + (1 / start - 1) * std::exp(-t)); }

}  // namespace

TEST_CASE("flow: lands on the end, within its tolerance of the known solution") {
  for (const double tol : {1e-4, 1e-7, 1e-10}) {
    Flow flow(kLogistic, {1e-4}, tol);
    flow.to(12);
    CHECK(flow.time == doctest::Approx(12).epsilon(1e-14));
    CHECK(std::abs(flow.w[0] - logistic(1e-4, 12)) < 100 * tol);
  }
}

TEST_CASE("flow: of order 5: a hundred thousand times the tolerance costs ten times the steps") {
  int steps[2] = {0, 0};
  for (const int i : {0, 1}) {
    Flow flow([](std::span<const double> w, std::span<double> g) { g[0] = -w[1], g[1] = w[0]; }, {1, 0}, i == 0 ? 1e-6 : 1e-11);
    for (; flow.time < 50; ++steps[i]) REQUIRE(flow.step(50 - flow.time) > 0);
    CHECK(std::abs(flow.w[0] - std::cos(50.0)) < (i == 0 ? 1e-3 : 1e-8));
  }
  CHECK(steps[1] > 8 * steps[0]);
  CHECK(steps[1] < 12 * steps[0]);
}

TEST_CASE("flow: trial steps that are too long are counted and leave no trace") {
  // A kick at w = 0.5 that no step size foresees.
  Flow flow([](std::span<const double> w, std::span<double> g) { g[0] = w[0] < 0.5 ? -1e-3 : -1e3 * (1 - w[0]); }, {0.4}, 1e-6);
  for (int i = 0; i < 200; ++i) REQUIRE(flow.step() > 0);
  CHECK(flow.integrator->rejected() > 0);
  CHECK(flow.w[0] == doctest::Approx(1).epsilon(1e-4));
}

TEST_CASE("flow: where nothing moves it waits, and where nothing is a number it gives up") {
  Flow rest([](std::span<const double>, std::span<double> g) { g[0] = 0; }, {1}, 1e-6);
  for (int i = 0; i < 100; ++i) CHECK(rest.step() > 0);
  CHECK(rest.w[0] == 1);
  CHECK(std::isfinite(rest.time));
  Flow broken([](std::span<const double>, std::span<double> g) { g[0] = std::nan(""); }, {1}, 1e-6);
  CHECK(broken.step() == 0);
  CHECK(broken.w[0] == 1);
}
