#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "flow/integrator.h"

using namespace rankscope;

namespace {

Settings settings(const char* optimizer, std::initializer_list<std::pair<const std::string, Value>> some) {
  Settings s(some);
  s["optimizer"] = std::string(optimizer);
  return *complete(integrator_params(), s);
}

/// One update along a gradient that is known, for methods that look nowhere else.
double step(Integrator& integrator, std::vector<double>& w, const std::vector<double>& g) {
  return integrator.step(w, {g, nullptr});
}

/// Rows of tests/data/flow/torch.csv: optimizer, step, w_0, w_1, w_2 (made by torch.py beside it).
void check_against_torch(const std::string& name, const Settings& s) {
  std::ifstream file(std::string(RANKSCOPE_TEST_DATA) + "/flow/torch.csv");
  REQUIRE(file);
  std::vector<double> w = {1.0, -2.0, 0.5};
  auto integrator = make_integrator(s, w.size());
  const double scale[] = {1.0, 10.0, 0.1};
  std::string line;
  std::int64_t at = 0, compared = 0;
  while (std::getline(file, line)) {
    std::istringstream in(line);
    std::string key, field;
    std::getline(in, key, ',');
    if (key != name) continue;
    std::getline(in, field, ',');
    for (const std::int64_t until = std::stoll(field); at < until; ++at) {
      std::vector<double> g(3);
      for (int i = 0; i < 3; ++i) g[i] = scale[i] * w[i] + w[i] * w[i] * w[i];
      step(*integrator, w, g);
    }
    for (double x : w) {
      std::getline(in, field, ',');
      CHECK(x == doctest::Approx(std::stod(field)).epsilon(1e-12));
      ++compared;
    }
  }
  CHECK(compared >= 15);
}

}  // namespace

TEST_CASE("integrator: momentum and adam move as torch.optim's do") {
  check_against_torch("sgd_momentum", settings("momentum", {{"step_size", 0.01}, {"momentum", 0.9}}));
  check_against_torch("adam", settings("adam", {{"step_size", 0.05}}));
  check_against_torch("adam_slow", settings("adam", {{"step_size", 0.01}, {"beta1", 0.8}, {"beta2", 0.95}, {"adam_epsilon", 1e-3}}));
}

TEST_CASE("integrator: group_rmsprop keeps one scalar for all weights") {
  std::vector<double> w = {1, 2, -1};
  const std::vector<double> g = {3, 0, 4};  // |g| = 5
  auto integrator = make_integrator(settings("group_rmsprop", {{"step_size", 0.5}, {"decay", 0.9}, {"epsilon", 0.0}}), 3);
  const double eta = step(*integrator, w, g);
  CHECK(eta == doctest::Approx(0.5 / 5).epsilon(1e-14));  // bias correction makes the first root mean square |g| itself
  CHECK(w[0] == doctest::Approx(1 - 0.1 * 3));
  CHECK(w[1] == 2);
  const double second = step(*integrator, w, {0, 0, 0});
  CHECK(second == doctest::Approx(0.5 / std::sqrt(0.9 * 0.1 * 25 / (1 - 0.81))).epsilon(1e-14));
}

TEST_CASE("integrator: gd is w - eta g, and every integrator restores from its archive to the bit") {
  std::vector<double> w = {1, 2};
  auto gd = make_integrator(settings("gd", {{"step_size", 0.5}}), 2);
  CHECK(step(*gd, w, {1, -2}) == 0.5);
  CHECK(w == std::vector<double>{0.5, 3});
  for (const char* name : {"gd", "momentum", "adam", "group_rmsprop"}) {
    const Settings s = settings(name, {});
    auto first = make_integrator(s, 2), second = make_integrator(s, 2);
    std::vector<double> a = {1, 2};
    for (int i = 0; i < 5; ++i) step(*first, a, {a[0], a[1] * 3});
    Archive out;
    first->archive(out);
    Archive in(out.state());
    second->archive(in);
    CHECK(in.whole());
    std::vector<double> b = a;
    for (int i = 0; i < 5; ++i) {
      step(*first, a, {a[0], a[1] * 3});
      step(*second, b, {b[0], b[1] * 3});
    }
    CHECK(a == b);
  }
}
