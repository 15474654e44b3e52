#include "systems/linear_network.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "lab/claim.h"
#include "lab/run.h"
#include "math/rng.h"
#include "math/svd_values.h"
#include "systems/corner.h"
#include "systems/deep_matrix.h"
#include "systems/notes_measures.h"
#include "systems/quasi_static.h"
#include "systems/scalar_landscape.h"

using namespace rankscope;

namespace {

const Entry kNetwork = linear_network_entry(), kPlainNetwork = deep_matrix_entry();  // a Run points to its Entry
constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

Data array(std::vector<std::int64_t> shape, std::vector<double> data) { return share(Dense{std::move(shape), std::move(data)}); }

Run open(const Entry& entry, Settings settings, Inputs inputs = {}, std::vector<std::string> record = {}) {
  Document d;
  d.system = entry.key;
  d.settings = std::move(settings);
  d.record = std::move(record);
  d.every = 1;
  d.seed = 2;
  auto run = Run::open(entry, d, std::move(inputs));
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

Series measured(const Run& run, const char* key, Part part = Part::Measured) {
  REQUIRE_MESSAGE(run.view(key) >= 0, key);
  const std::uint32_t wanted[] = {static_cast<std::uint32_t>(run.view(key))};
  const Frame frame = run.measure(wanted);
  const Series* s = frame.find(wanted[0], part);
  return s ? *s : Series{};
}

double scalar(const Run& run, const char* key, Part part = Part::Measured) {
  const Series s = measured(run, key, part);
  return s.data.empty() ? kGap : s.data[0];
}

void steps(Run& run, std::int64_t n) {
  run.advance(run.step() + n, [] { return true; }, [](const Frame&) {});
}

const Settings kCorner = {{"observe", std::string("all")},       {"normalisation", std::string("half_sum")}, {"init", std::string("balanced")},      {"alpha", 1e-2},
                          {"det_sign", std::string("positive")}, {"optimizer", std::string("flow")},         {"tolerance", 1e-8}, {"depth", std::int64_t{3}}};
const Inputs kPlain = {{"target", array({2, 2}, {kGap, 1, 1, 0})}};

}  // namespace

TEST_CASE("linear network: walks as deep matrix factorization does, to the bit") {
  const Settings s = {{"rows", std::int64_t{7}}, {"cols", std::int64_t{5}}, {"rank", std::int64_t{2}}, {"observed", 0.6}, {"alpha", 0.1}};
  Run with = open(kNetwork, s), without = open(kPlainNetwork, s);
  steps(with, 50), steps(without, 50);
  CHECK(std::equal(with.weights().begin(), with.weights().end(), without.weights().begin(), without.weights().end()));
  CHECK(scalar(with, "effective_rank") == scalar(without, "effective_rank"));
}

TEST_CASE("linear network: a layer ratio leaves W and takes the balance") {
  const Settings even = {{"rows", std::int64_t{4}}, {"cols", std::int64_t{4}}, {"rank", std::int64_t{2}}, {"alpha", 0.5}, {"init", std::string("balanced")}};
  Settings uneven = even;
  uneven["layer_ratio"] = 3.0;
  const Run a = open(kNetwork, even), b = open(kNetwork, uneven);
  const Series wa = measured(a, "end_to_end"), wb = measured(b, "end_to_end");
  for (std::size_t i = 0; i < wa.data.size(); ++i) CHECK(wb.data[i] == doctest::Approx(wa.data[i]).epsilon(1e-12));
  CHECK(scalar(a, "unbalancedness") < 1e-14);
  CHECK(scalar(b, "unbalancedness") > 1e-2);
}

TEST_CASE("linear network: gradient flow conserves the invariants, gradient descent does not, and is not said to") {
  Settings s = {{"rows", std::int64_t{4}}, {"cols", std::int64_t{4}}, {"rank", std::int64_t{2}}, {"alpha", 1.0}, {"normalisation", std::string("half_sum")}, {"optimizer", std::string("flow")}};
  Run flow = open(kNetwork, s);
  s["optimizer"] = std::string("gd");
  Run descent = open(kNetwork, s);
  steps(flow, 60), steps(descent, 200);
  const double yes[] = {1}, no[] = {0};
  CHECK(measured(flow, "conservation", Part::Hypotheses).data == std::vector<double>(yes, yes + 1));
  CHECK(scalar(flow, "conservation") <= scalar(flow, "conservation", Part::Bound));
  CHECK(measured(descent, "conservation", Part::Hypotheses).data == std::vector<double>(no, no + 1));
  CHECK(scalar(descent, "drift") > 100 * scalar(flow, "drift"));
  // an integrator that cheated would be seen: the weights moved by hand are no flow
  flow.weights()[0] += 0.1;
  CHECK(scalar(flow, "conservation") > scalar(flow, "conservation", Part::Bound));
}

TEST_CASE("notes measures: Weyl's inequality for random layers, and equal spectra for balanced ones") {
  Rng rng(3, 1);
  for (const std::vector<std::int64_t>& d : std::vector<std::vector<std::int64_t>>{{4, 4, 4}, {3, 6, 2, 5}, {5, 1, 4}, {2, 3, 3, 3, 2}}) {
    std::vector<double> w;
    for (std::size_t j = 1; j < d.size(); ++j)
      for (std::int64_t i = 0; i < d[j] * d[j - 1]; ++i) w.push_back(rng.normal());
    const auto layers = layers_of(w, d);
    REQUIRE(layers.size() == d.size() - 1);
    double sum = 0;
    for (const Matrix& m : invariants(layers)) sum += m.norm();
    CHECK(spectra_apart(layer_spectra(layers)) <= sum * (1 + 1e-12));
    CHECK(spectra_apart(layer_spectra(layers)) > 0);
  }
}

TEST_CASE("notes measures: the determinant of a product that underflows") {
  std::vector<double> w;
  for (const double tiny : {1e-9, 2e-9, -1e-9}) w.insert(w.end(), {3, 0, 1, tiny});  // column-major [[3, 1], [0, tiny]]
  const std::vector<std::int64_t> d = {2, 2, 2, 2};
  CHECK(determinant(layers_of(w, d)) == doctest::Approx(27 * -2e-27).epsilon(1e-12));
  const std::vector<double> turned = {0, 1, 1, 0};
  CHECK(determinant(layers_of(turned, {2, 2})) == -1);
  CHECK(determinant(layers_of(std::vector<double>(4, 0.0), {2, 2})) == 0);
  CHECK(std::isnan(determinant(layers_of(std::vector<double>(6, 1.0), {3, 2}))));
}

TEST_CASE("scalar landscape: the planes are the loss of the weights they stand for") {
  const ScalarPlane two(2, false, 0.5, 1), three(3, false, 0.5, 1), monkey(3, true, 0.5, 1);
  CHECK(two.loss(2, 0.5) == 0);
  CHECK(three.loss(0.25, 2) == 0);
  CHECK(two.loss(0, 0) == 0.5);
  const double w[] = {0.3, 0.9, -1.2};  // their sum is zero: on the monkey plane
  const auto [x, y] = monkey.point(w);
  const double product = w[0] * w[1] * w[2];
  CHECK(monkey.loss(x, y) == doctest::Approx(0.5 * (product - 1) * (product - 1)).epsilon(1e-12));
  // three valleys and three ridges round the origin: the cubic harmonic changes sign six times in a turn
  int changes = 0;
  bool below = monkey.loss(0.1, 1e-9) < 0.5;
  for (int k = 1; k <= 360; ++k) {
    const double angle = k * std::acos(-1.0) / 180;
    const bool now = monkey.loss(0.1 * std::cos(angle), 0.1 * std::sin(angle) + 1e-9) < 0.5;
    changes += now != below;
    below = now;
  }
  CHECK(changes == 6);
  const double line[] = {0.5, 0.7, 0.7};
  CHECK(three.point(line) == std::pair{0.5, 0.7});
}

TEST_CASE("linear network: the run stands on its landscape where its loss is") {
  for (const char* plane : {"layers", "monkey"}) {
    Run run = open(kNetwork, {{"depth", std::int64_t{2}}, {"plane", std::string(plane)}, {"observe", std::string("all")}, {"normalisation", std::string("half_sum")}, {"alpha", 0.1}},
                   {{"target", array({1, 1}, {1})}});
    steps(run, 20);
    const Series at = measured(run, "landscape", Part::Point), grid = measured(run, "landscape"), extent = measured(run, "landscape", Part::Extent);
    REQUIRE(at.data.size() == 2);
    CHECK(grid.shape == std::vector<std::int64_t>{Landscape::kSize, Landscape::kSize});
    CHECK(extent.data.size() == 4);
    CHECK(0.5 * std::pow(at.data[0] * at.data[1] - 1, 2) == doctest::Approx(scalar(run, "loss")).epsilon(1e-12));
    CHECK(measured(run, "landscape", Part::Marks).shape == std::vector<std::int64_t>{3, 3});
  }
  const Run other = open(kNetwork, {{"rows", std::int64_t{3}}, {"cols", std::int64_t{3}}});
  CHECK(other.view("landscape") == -1);
}

TEST_CASE("corner: is recognised by its one gap") {
  CHECK(corner_of(kPlain)->plain());
  CHECK_FALSE(corner_of({{"target", array({2, 2}, {1, 1, 1, 0})}}));
  CHECK_FALSE(corner_of({{"target", array({2, 2}, {kGap, kGap, 1, 0})}}));
  CHECK_FALSE(corner_of({{"target", array({1, 2}, {kGap, 1})}}));
  CHECK_FALSE(corner_of({}));
  const auto perturbed = corner_of({{"target", array({2, 2}, {kGap, -2, 0.5, 0.1})}});
  CHECK_FALSE(perturbed->plain());
  CHECK(perturbed->limit() == doctest::Approx(-10));
  CHECK(std::isnan(corner_of(kPlain)->limit()));
}

TEST_CASE("linear network: both sides of the corner's theorems, by random matrices and along a run") {
  Rng rng(5, 1);
  int held = 0;
  for (int k = 0; k < 4000; ++k) {  // the inequalities themselves, for any W with det > 0 and loss < 1/2
    Matrix w(2, 2);
    w << 20 * (2 * rng.uniform() - 1), 1 + 0.7 * rng.normal(), 1 + 0.7 * rng.normal(), 0.5 * rng.normal();
    const double loss = corner_loss(w);
    if (!(loss < 0.5) || w(0, 0) * w(1, 1) - w(0, 1) * w(1, 0) <= 0) continue;
    ++held;
    CHECK(std::abs(w(0, 0)) >= quasi_static::lower_bound(loss));
    SpectrumSolver solver;
    REQUIRE(solver.compute(w));
    CHECK(solver.svd().s[1] <= std::sqrt(2 * loss));
  }
  CHECK(held > 50);
  Run run = open(kNetwork, kCorner, kPlain);
  CHECK(measured(run, "entry_bound", Part::Hypotheses).data == std::vector<double>{0, 1});  // the loss begins at one
  steps(run, 2000);
  CHECK(measured(run, "entry_bound", Part::Hypotheses).data == std::vector<double>{1, 1});
  CHECK(scalar(run, "entry_bound") > scalar(run, "entry_bound", Part::Bound));
  CHECK(scalar(run, "rank_one_bound") < scalar(run, "rank_one_bound", Part::Bound));
  CHECK(scalar(run, "entry_11") == doctest::Approx(scalar(run, "entry_11", Part::Theory)).epsilon(1e-3));
  Settings negative = kCorner;
  negative["det_sign"] = std::string("negative");
  Run other = open(kNetwork, negative, kPlain);
  steps(other, 300);
  CHECK(scalar(other, "determinant") < 0);
  CHECK(measured(other, "entry_bound", Part::Hypotheses).data == std::vector<double>{1, 0});
  CHECK(std::isnan(scalar(other, "entry_11", Part::Theory)));
}

TEST_CASE("linear network: a resumed run goes on with the same bits") {
  Run whole = open(kNetwork, kCorner, kPlain, {"loss", "conservation"});
  steps(whole, 40);
  const State state = whole.save();
  auto again = Run::resume(whole.entry(), whole.document(), kPlain, state);
  REQUIRE(bool(again));
  steps(whole, 40), steps(*again, 40);
  CHECK(whole.bits() == again->bits());
  CHECK(scalar(whole, "conservation", Part::Bound) == scalar(*again, "conservation", Part::Bound));
}
