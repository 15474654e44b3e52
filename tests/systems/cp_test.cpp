#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "lab/run.h"
#include "math/rng.h"
#include "systems/cp.h"
#include "systems/cp_map.h"
#include "systems/growth_band.h"
#include "systems/tensor_gradients.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

Run open(Settings settings, std::vector<std::string> record = {}, std::int64_t every = 1, std::uint64_t seed = 1) {
  static const Entry entry = cp_entry();
  const Settings small = {{"sizes", std::vector<std::int64_t>{5, 4, 6}}, {"target_rank", std::int64_t{2}}, {"observed", 0.5}, {"optimizer", std::string("gd")}, {"step_size", 0.05},
                          {"normalisation", std::string("half_sum")}, {"init_scale", 0.1}, {"components", std::int64_t{8}}};
  settings.insert(small.begin(), small.end());
  Document d;
  d.settings = settings, d.seed = seed, d.steps = 1000000, d.every = every, d.record = std::move(record);
  auto run = Run::open(entry, d, {});
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

std::vector<double> values(const Run& run, const char* key, Part part = Part::Measured) {
  const int v = run.view(key);
  REQUIRE_MESSAGE(v >= 0, key);
  const std::uint32_t id[] = {static_cast<std::uint32_t>(v)};
  const Frame frame = run.measure(id);
  const Series* s = frame.find(id[0], part);
  REQUIRE(s);
  return s->data;
}

std::vector<Frame> frames_of(Run& run, std::int64_t steps) {
  std::vector<Frame> out;
  run.advance(run.step() + steps, [] { return true; }, [&](const Frame& f) { out.push_back(f); });
  return out;
}

Document of_components(std::int64_t r) {
  Document d;
  d.settings = {{"sizes", std::vector<std::int64_t>{5, 4, 6}}, {"components", r}};
  return d;
}

/// W entry by entry from the factors, by the definition.
double entry_of(const TensorMap& map, std::span<const double> weights, std::int64_t natural) {
  const Shape& shape = map.layout().shape;
  Shape index(shape.size());
  for (std::size_t n = shape.size(); n-- > 0; natural /= shape[n]) index[n] = natural % shape[n];
  double sum = 0;
  for (Eigen::Index r = 0; r < map.inner(); ++r) {
    double product = 1;
    for (std::size_t n = 0; n < shape.size(); ++n) product *= map.matrix(weights, n)(r, index[n]);
    sum += product;
  }
  return sum;
}

}  // namespace

TEST_CASE("cp: every entry of W by the definition, orders 2 to 6") {
  for (const Shape& shape : {Shape{4, 3}, Shape{3, 4, 2}, Shape{2, 3, 2, 3}, Shape{2, 2, 3, 2, 2}, Shape{2, 1, 2, 3, 2, 2}}) {
    CAPTURE(shape.size());
    CpMap map(shape, 5);
    const std::vector<double> weights = drawn_weights(map);
    const Matrix& w = map.forward(weights);
    for (std::int64_t k = 0; k < entries(shape); ++k) CHECK(w.data()[map.layout().place(k)] == doctest::Approx(entry_of(map, weights, k)).epsilon(1e-12));
  }
}

TEST_CASE("cp: the gradient costs at most 2.5 times the forward evaluation with all of W, 4 times at its entries") {
  for (const Shape& shape : {Shape{10, 10, 10}, Shape{8, 8, 8, 8}, Shape{10, 10, 10, 10}, Shape{5, 5, 5, 5, 5}, Shape{4, 4, 4, 4, 4, 4}}) {
    CAPTURE(shape.size());
    CpMap map(shape, 100);
    CHECK(map.gradient_flops(0) <= 2.5 * map.forward_flops(0));
    CHECK(map.gradient_flops(entries(shape) / 10) <= 4 * map.forward_flops(entries(shape) / 10));
  }
}

TEST_CASE("cp: the squared norms' differences move by the square of the step size: they are conserved by gradient flow") {
  const auto drift = [](double step) {
    Run run = open({{"step_size", step}, {"init_scale", 0.4}});
    frames_of(run, static_cast<std::int64_t>(std::lround(0.4 / step)));
    return values(run, "unbalancedness_drift").at(0);
  };
  const double far = drift(0.02), near = drift(0.002);
  CHECK(far > 0);
  CHECK(near == doctest::Approx(far / 10).epsilon(0.1));  // slope 1 in the step size, over a fixed time
  Run balanced = open({{"init", std::string("balanced")}});
  CHECK(values(balanced, "unbalancedness").at(0) < 1e-16);
  Run unbalanced = open({{"init", std::string("balanced")}, {"unbalance", 3.0}});
  CHECK(values(unbalanced, "unbalancedness").at(0) > 0.1);
  const auto a = values(balanced, "component_norms"), b = values(unbalanced, "component_norms");
  for (std::size_t k = 0; k < a.size(); ++k) CHECK(a[k] == doctest::Approx(b[k]).epsilon(1e-12));
}

TEST_CASE("cp: from a balanced start the component norms follow d sigma/dt = N sigma^(2 - 2/N) gamma") {
  for (const Shape& shape : {Shape{6, 5}, Shape{5, 4, 6}, Shape{4, 3, 4, 3}}) {
    CAPTURE(shape.size());
    Run run = open({{"sizes", shape}, {"init", std::string("balanced")}, {"init_scale", 0.1}, {"step_size", 0.02}, {"observed", 0.8}}, {"component_norms"}, 10);
    const auto frames = frames_of(run, 7500);
    double worst = 0, most = 0, grown = 0;
    for (const Frame& f : frames) {
      const Series *now = f.find(0), *theory = f.find(0, Part::Theory);
      REQUIRE(theory);
      for (std::size_t i = 0; i < theory->data.size(); ++i) worst = std::max(worst, std::abs(theory->data[i] - now->data[i])), most = std::max(most, now->data[i]);
    }
    grown = frames.back().find(0)->data[0] / frames.front().find(0)->data[0];
    CHECK(grown > 3);
    CHECK(worst < 0.02 * most);
  }
}

TEST_CASE("cp: the driving force is that of the equation: d sigma/dt of the factors by the chain rule") {
  // d sigma/dt = gamma sigma^2 sum_n 1/||w^n||^2 exactly, and between the two sides of the band
  Rng rng(8);
  for (int order = 2; order <= 6; ++order)
    for (int draw = 0; draw < 20; ++draw) {
      double sigma = 1, sum = 0, least = 1e9, most = 0;
      for (int n = 0; n < order; ++n) {
        const double square = 0.05 + rng.uniform();
        sigma *= std::sqrt(square), sum += 1 / square, least = std::min(least, square), most = std::max(most, square);
      }
      for (double gamma : {0.7, -0.7}) {
        const double rate = gamma * sigma * sigma * sum;
        const GrowthRates band = growth_rates(sigma, most - least, order, gamma);
        CHECK(band.lower <= rate);
        CHECK(rate <= band.upper);
        const GrowthRates none = growth_rates(sigma, 0, order, gamma);
        CHECK(none.lower == doctest::Approx(order * std::pow(sigma, 2 - 2.0 / order) * gamma));
        CHECK(none.upper == doctest::Approx(none.lower));
      }
    }
}

TEST_CASE("cp: an unbalanced start leaves the balanced curve and stays in the band") {
  Run run = open({{"init", std::string("balanced")}, {"init_scale", 0.25}, {"unbalance", 1.6}, {"step_size", 0.005}, {"observed", 0.8}}, {"component_norms"}, 5);
  const auto frames = frames_of(run, 4000);
  int outside = 0, told_apart = 0;
  for (const Frame& f : frames) {
    const Series *now = f.find(0), *theory = f.find(0, Part::Theory), *band = f.find(0, Part::Bound);
    REQUIRE(band);
    REQUIRE(band->shape == std::vector<std::int64_t>{std::ssize(theory->data), 2});
    const double slack = 0.01 * now->data[0];
    outside += now->data[0] < band->data[0] - slack || now->data[0] > band->data[1] + slack;
    told_apart += std::abs(now->data[0] - theory->data[0]) > 0.05 * now->data[0];
  }
  CHECK(outside == 0);
  CHECK(told_apart > 10);
}

TEST_CASE("cp: a component that is zero stays zero, and cosines and beams are of the largest components") {
  Run run = open({});
  auto w = run.weights();
  CpMap map({5, 4, 6}, 8);
  for (std::size_t n = 0; n < 3; ++n) map.matrix(w, n).row(3).setZero();
  frames_of(run, 50);
  for (std::size_t n = 0; n < 3; ++n) CHECK(map.matrix(std::span<const double>(run.weights()), n).row(3).norm() == 0);
  const auto norms = values(run, "component_norms"), beams = values(run, "components"), vectors = values(run, "components", Part::Vectors), cosines = values(run, "component_cosines");
  REQUIRE(norms.size() == 8);
  CHECK(norms.back() == 0);
  CHECK(beams == norms);
  // every beam has its line's colour
  Run recorded = open({}, {"component_norms"}, 50);
  const auto frames = frames_of(recorded, 400);
  CHECK(values(recorded, "components", Part::Lines) == frames.back().find(static_cast<std::uint32_t>(recorded.view("component_norms")), Part::Lines)->data);
  // W again from the beams: the sum of norm times the outer product of the unit vectors
  const auto believed = values(run, "completed");
  for (std::int64_t k = 0; k < 120; ++k) {
    const std::int64_t index[] = {k / 24, k / 6 % 4, k % 6};
    double sum = 0;
    for (std::size_t r = 0; r < 8; ++r) {
      const double* v = &vectors[r * 15];
      sum += beams[r] * v[index[0]] * v[5 + index[1]] * v[9 + index[2]];
    }
    CHECK(sum == doctest::Approx(believed[static_cast<std::size_t>(k)]).epsilon(1e-10));
  }
  for (std::size_t i = 0; i < 7; ++i) CHECK(cosines[i * 8 + i] == doctest::Approx(1));
}

TEST_CASE("cp: cosines are the products over the modes, ghost lines the norms of the target's own components") {
  Run run = open({{"target_rank", std::int64_t{3}}, {"target_norm", 2.5}});
  frames_of(run, 30);
  const auto vectors = values(run, "components", Part::Vectors), cosines = values(run, "component_cosines");
  const std::size_t sizes[] = {5, 4, 6};
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t j = 0; j < 8; ++j) {
      double product = 1;
      std::size_t at = 0;
      for (std::size_t d : sizes) {
        double dot = 0;
        for (std::size_t k = 0; k < d; ++k) dot += vectors[15 * i + at + k] * vectors[15 * j + at + k];
        product *= dot, at += d;
      }
      CHECK(cosines[8 * i + j] == doctest::Approx(product).epsilon(1e-12).scale(1));
    }
  const auto ghosts = values(run, "component_norms", Part::Target);
  REQUIRE(ghosts.size() == 3);
  CHECK(std::is_sorted(ghosts.rbegin(), ghosts.rend()));
  Run one = open({{"target_rank", std::int64_t{1}}, {"target_norm", 2.5}});
  CHECK(values(one, "component_norms", Part::Target).at(0) == doctest::Approx(2.5).epsilon(1e-12));
}

TEST_CASE("cp: the take-off tick stands where the component takes off, from long before") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    Run run = open({{"sizes", std::vector<std::int64_t>{6, 6, 6}}, {"target_rank", std::int64_t{2}}, {"observed", 0.6}, {"step_size", 0.02}, {"components", std::int64_t{10}}, {"init", std::string("balanced")},
                    {"init_scale", 0.02}},
                   {"component_norms"}, 40, seed);
    const auto frames = frames_of(run, 7000);
    const double most = frames.back().find(0)->data[0], line = frames.back().find(0, Part::Lines)->data[0];
    double taken_off = 0, forecast = 0, start = 0;
    for (const Frame& f : frames) {
      const auto& lines = f.find(0, Part::Lines)->data;
      const auto i = static_cast<std::size_t>(std::find(lines.begin(), lines.end(), line) - lines.begin());
      REQUIRE(i < lines.size());
      const double sigma = f.find(0)->data[i];
      if (f.step == 0) start = sigma;
      if (forecast == 0 && sigma > 5 * start) forecast = f.find(0, Part::Forecast)->data[i];
      if (taken_off == 0 && sigma > 0.1 * most) taken_off = static_cast<double>(f.step);
    }
    CHECK(most > 0.5);
    CHECK(taken_off > 1000);
    CHECK(std::abs(forecast - taken_off) < 0.12 * taken_off);
  }
}

TEST_CASE("cp: the shadow is a run of one component by itself, from the leading one made balanced, and the distance is that of the two") {
  Dense target{{4, 3, 5}, {}}, mask{{4, 3, 5}, {}};
  Rng rng(4);
  for (int k = 0; k < 60; ++k) target.data.push_back(rng.normal()), mask.data.push_back(rng.uniform() < 0.5);
  const Inputs inputs = {{"target", share(target)}, {"mask", share(mask)}};
  static const Entry entry = cp_entry();
  Document d;
  d.settings = {{"components", std::int64_t{6}}, {"shadow", true}, {"init_scale", 0.3}, {"unbalance", 2.0}, {"optimizer", std::string("gd")}, {"step_size", 0.02}, {"normalisation", std::string("half_sum")}};
  d.steps = 1000;
  auto run = Run::open(entry, d, inputs);
  REQUIRE(bool(run));
  const auto norms = values(*run, "component_norms");
  const double lead = values(*run, "predicted_lead").at(0);
  std::vector<double> shadow;
  for (const Field& f : run->save())
    if (f.name == "shadow") {
      shadow.resize(f.bytes.size() / sizeof(double));
      std::memcpy(shadow.data(), f.bytes.data(), f.bytes.size());
    }
  REQUIRE(shadow.size() == 12);
  State start;
  double norm = 1, first = 0;
  std::size_t at = 0;
  for (const std::int64_t size : {4, 3, 5}) {
    const auto n = static_cast<std::size_t>(size);
    double square = 0;
    for (std::size_t i = 0; i < n; ++i) square += shadow[at + i] * shadow[at + i];
    if (at == 0) first = square;
    CHECK(square == doctest::Approx(first).epsilon(1e-12));  // balanced
    norm *= std::sqrt(square);
    Field f{"A_" + std::to_string(start.size() + 1), Field::Type::F64, {size, 1}, true, std::vector<std::byte>(n * sizeof(double))};
    std::memcpy(f.bytes.data(), &shadow[at], f.bytes.size());
    start.push_back(std::move(f));
    at += n;
  }
  CHECK(norm == doctest::Approx(lead * norms[0]).epsilon(1e-12));  // of the component that is predicted to lead
  Document alone = d;
  alone.settings["components"] = std::int64_t{1}, alone.settings["shadow"] = false;
  Inputs with_start = inputs;
  with_start["start"] = share(start);
  auto one = Run::open(entry, alone, with_start);
  INFO((one ? "" : one.error().text()));
  REQUIRE(bool(one));
  for (int round = 0; round < 5; ++round) {
    const auto w = values(*run, "completed"), s = values(*one, "completed");
    double squares = 0;
    for (std::size_t k = 0; k < w.size(); ++k) squares += (w[k] - s[k]) * (w[k] - s[k]);
    CHECK(values(*run, "shadow_distance").at(0) == doctest::Approx(std::sqrt(squares)).epsilon(1e-10));
    frames_of(*run, 40), frames_of(*one, 40);
  }
  CHECK(values(*one, "fro_norm").at(0) > 2 * norm);  // it has moved
}

TEST_CASE("cp: the rank-one shadow of a small start goes with the run until the second component departs") {
  Run run = open({{"shadow", true}, {"init", std::string("balanced")}, {"init_scale", 0.03}, {"sizes", std::vector<std::int64_t>{6, 6, 6}}, {"target_rank", std::int64_t{2}}, {"observed", 0.6}, {"components", std::int64_t{12}}},
                 {"component_norms", "shadow_distance"}, 20);
  const auto frames = frames_of(run, 6000);
  const auto shadow = static_cast<std::uint32_t>(run.view("shadow_distance"));
  double before = 0, after = 0;
  for (const Frame& f : frames) {
    const auto& sigma = f.find(0)->data;
    const double d = f.find(shadow)->data[0] / 1.0;
    if (sigma[0] > 0.3 && sigma[1] < 0.01) before = std::max(before, d);
    if (sigma[1] > 0.2) after = std::max(after, d);
  }
  MESSAGE("distance to the shadow: " << before << " while one component stands, " << after << " after the second");
  CHECK(after > 0.2);
  CHECK(before < 0.2);
  CHECK(before > 0);
}

TEST_CASE("cp: a run goes on from its archive, and starts from its blocks by their names") {
  Run run = open({{"shadow", true}}, {"component_norms"}, 10);
  frames_of(run, 95);
  static const Entry entry = cp_entry();
  const State state = run.save();
  auto resumed = Run::resume(entry, run.document(), {}, state);
  REQUIRE(bool(resumed));
  Run& other = *resumed;
  frames_of(run, 60), frames_of(other, 60);
  CHECK(run.bits() == other.bits());

  // the weights of another run by the names of its blocks: W is the same from the first moment on
  auto begun = Run::open(entry, of_components(8), {{"start", share(run.save())}});
  REQUIRE(bool(begun));
  CHECK(values(*begun, "completed") == values(run, "completed"));
  auto refused = Run::open(entry, of_components(9), {{"start", share(run.save())}});
  REQUIRE_FALSE(bool(refused));
  CHECK(refused.error().text().find("A_1 is 5 x 8") != std::string::npos);
}
