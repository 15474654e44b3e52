#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "allocation_count.h"
#include "lab/run.h"
#include "math/svd.h"
#include "systems/deep_matrix.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

const Entry& entry() { return systems()[0]; }

Settings with(std::initializer_list<std::pair<const std::string, Value>> some) {
  Settings small = {{"rows", std::int64_t{7}}, {"cols", std::int64_t{5}}, {"rank", std::int64_t{2}}, {"alpha", 0.5},
                    {"optimizer", std::string("gd")}, {"step_size", 1e-3}, {"observed", 0.6}};
  for (const auto& [key, value] : some) small[key] = value;
  return small;
}

Run open(const Settings& settings, Inputs inputs = {}, std::vector<std::string> record = {}, std::uint64_t seed = 1) {
  Document d;
  d.settings = settings;
  d.seed = seed;
  d.steps = 1000000;
  d.every = 1;
  d.record = std::move(record);
  auto run = Run::open(entry(), d, std::move(inputs));
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

double scalar(const Run& run, const char* key) {
  const int v = run.view(key);
  REQUIRE_MESSAGE(v >= 0, key);
  const std::uint32_t id[] = {static_cast<std::uint32_t>(v)};
  return run.measure(id).values.at(0).data.at(0);
}

std::vector<double> values(const Run& run, const char* key) {
  const int v = run.view(key);
  REQUIRE_MESSAGE(v >= 0, key);
  const std::uint32_t id[] = {static_cast<std::uint32_t>(v)};
  return run.measure(id).values.at(0).data;
}

void steps(Run& run, std::int64_t n) {
  run.advance(run.step() + n, [] { return true; }, [](const Frame&) {});
}

/// Every weight's derivative of the loss by central differences against the step that gd takes.
void check_gradient(const Settings& settings, Inputs inputs = {}) {
  Run run = open(settings, std::move(inputs));
  const std::vector<double> start(run.weights().begin(), run.weights().end());
  const double eta = 1e-3;
  steps(run, 1);
  std::vector<double> gradient;
  for (std::size_t i = 0; i < start.size(); ++i) gradient.push_back((start[i] - run.weights()[i]) / eta);
  double scale = 0;
  for (double g : gradient) scale = std::max(scale, std::abs(g));
  REQUIRE(scale > 0);
  for (std::size_t i = 0; i < start.size(); ++i) {
    double loss[2];
    const double h = 1e-5;
    for (int side = 0; side < 2; ++side) {
      std::copy(start.begin(), start.end(), run.weights().begin());
      run.weights()[i] += side ? h : -h;
      loss[side] = scalar(run, "loss");
    }
    CHECK(gradient[i] == doctest::Approx((loss[1] - loss[0]) / (2 * h)).epsilon(1e-6).scale(scale));
  }
}

}  // namespace

TEST_CASE("deep_matrix: gradient matches finite differences for every depth, shape and bottleneck") {
  for (std::int64_t depth = 1; depth <= 10; ++depth) {
    CAPTURE(depth);
    check_gradient(with({{"depth", depth}, {"init", std::string("gaussian")}}));
  }
  check_gradient(with({{"depth", std::int64_t{3}}, {"widths", std::vector<std::int64_t>{9, 2}}}));
  check_gradient(with({{"depth", std::int64_t{4}}, {"width", std::int64_t{3}}}));
  check_gradient(with({{"rows", std::int64_t{1}}, {"depth", std::int64_t{3}}}));
  check_gradient(with({{"cols", std::int64_t{1}}, {"depth", std::int64_t{2}}}));
}

TEST_CASE("deep_matrix: gradient matches finite differences for every task, loss, normalisation and start") {
  for (const char* task : {"completion", "sensing", "regression"})
    for (const char* loss : {"squared", "lp", "huber"})
      for (const char* normalisation : {"mean", "sum", "half_sum", "half_mean", "mean_over_p", "custom"}) {
        CAPTURE(task);
        CAPTURE(loss);
        CAPTURE(normalisation);
        check_gradient(with({{"task", std::string(task)}, {"loss", std::string(loss)}, {"normalisation", std::string(normalisation)}, {"loss_scale", 0.3},
                             {"huber_delta", 0.4}, {"measurements", std::int64_t{12}}, {"samples", std::int64_t{9}}}));
      }
  for (const char* init : {"uniform", "identity", "orthogonal", "balanced"}) {
    CAPTURE(init);
    check_gradient(with({{"init", std::string(init)}}));
  }
  check_gradient(with({{"task", std::string("sensing")}, {"sensing", std::string("rank_one")}, {"measurements", std::int64_t{12}}}));
  check_gradient(with({{"task", std::string("regression")}, {"whiten", true}, {"samples", std::int64_t{9}}, {"noise", 0.2}}));
  check_gradient(with({{"loss", std::string("lp")}, {"p", 3.0}}));
  check_gradient(with({{"centering", std::string("rows")}, {"scaling", std::string("deviation")}}));
}

TEST_CASE("deep_matrix: unbalancedness drifts with slope 1 in the step size") {
  auto drift = [](double eta) {
    const auto n = static_cast<std::int64_t>(std::lround(2 / eta));
    Run run = open(with({{"rows", std::int64_t{4}}, {"cols", std::int64_t{4}}, {"task", std::string("regression")}, {"whiten", true},
                         {"samples", std::int64_t{20}}, {"normalisation", std::string("half_mean")}, {"init", std::string("balanced")},
                         {"alpha", 0.3}, {"step_size", eta}}));
    CHECK(scalar(run, "unbalancedness") < 1e-14);
    steps(run, n);
    return scalar(run, "unbalancedness");
  };
  const double coarse = drift(1e-2), middle = drift(3e-3), fine = drift(1e-3);
  CHECK(std::log(coarse / middle) / std::log(10.0 / 3) == doctest::Approx(1).epsilon(0.05));
  CHECK(std::log(middle / fine) / std::log(3.0) == doctest::Approx(1).epsilon(0.05));
}

TEST_CASE("deep_matrix: an aligned whitened run follows the closed form of the decoupled mode") {
  // W* = s* I, identity start: every singular value obeys d sigma/dt = N sigma^(2-2/N) (s* - sigma); depth 2: the logistic,
  // depth 1: exponential approach (science 0.1).
  Dense target{{3, 3}, {1.5, 0, 0, 0, 1.5, 0, 0, 0, 1.5}};
  for (std::int64_t depth : {1, 2}) {
    Run run = open(with({{"task", std::string("regression")}, {"whiten", true}, {"samples", std::int64_t{12}}, {"normalisation", std::string("half_mean")},
                         {"init", std::string("identity")}, {"alpha", 1e-2}, {"depth", depth}, {"step_size", 1e-5}}),
                   {{"target", share(target)}});
    steps(run, 200000);
    const double t = 2, s = 1.5, s0 = 1e-2;
    const double expected = depth == 1 ? s - (s - s0) * std::exp(-t) : s * std::exp(2 * s * t) / (std::exp(2 * s * t) - 1 + s / s0);
    for (double sigma : values(run, "singular_values")) CHECK(sigma == doctest::Approx(expected).epsilon(1e-4));
  }
}

TEST_CASE("deep_matrix: take-off of an aligned mode comes at the predicted flow time") {
  // D >= 3, constant force g = s*: t* = sigma0^-(1-2/D) / ((D-2) g); measured where sigma passes half of s*, s* large against sigma0
  for (std::int64_t depth : {3, 4}) {
    Dense target{{1, 1}, {1.0}};
    Run run = open(with({{"task", std::string("regression")}, {"whiten", true}, {"samples", std::int64_t{3}}, {"normalisation", std::string("half_mean")},
                         {"init", std::string("identity")}, {"alpha", 1e-6}, {"depth", depth}, {"step_size", 1e-3}}),
                   {{"target", share(target)}});
    double before = 0;
    while (values(run, "singular_values")[0] < 0.5 && before < 1e4) {
      steps(run, 20);
      before = run.time();
    }
    const double q = 1 - 2.0 / static_cast<double>(depth);
    const double takeoff = std::pow(1e-6, -q) / (static_cast<double>(depth) - 2);
    CHECK(before == doctest::Approx(takeoff).epsilon(0.05));
  }
}

TEST_CASE("deep_matrix: rates of the singular values are those of the run") {
  Run run = open(with({{"rows", std::int64_t{6}}, {"cols", std::int64_t{6}}, {"init", std::string("balanced")}, {"alpha", 0.7}, {"step_size", 1e-6},
                       {"observed", 0.7}, {"normalisation", std::string("half_sum")}}));
  steps(run, 10);
  const auto before = values(run, "singular_values"), rates = values(run, "singular_value_rates");
  steps(run, 1);
  const auto after = values(run, "singular_values");
  double largest = 0;
  for (double r : rates) largest = std::max(largest, std::abs(r));
  for (std::size_t r = 0; r < rates.size(); ++r) CHECK((after[r] - before[r]) / 1e-6 == doctest::Approx(rates[r]).epsilon(1e-3).scale(largest));
}

TEST_CASE("deep_matrix: theory tracks the run, and a wrong exponent does not") {
  auto deviation = [](int degree) {
    Entry other = entry();
    static int chosen;
    chosen = degree;
    other.make = [](const Settings& s, const Inputs& in, std::uint64_t seed) { return make_deep_matrix(s, in, seed, chosen); };
    Document d;
    d.settings = with({{"rows", std::int64_t{16}}, {"cols", std::int64_t{16}}, {"init", std::string("balanced")}, {"alpha", 1e-3}, {"observed", 0.7},
                       {"optimizer", std::string("group_rmsprop")}, {"step_size", 5e-3}});
    d.steps = 2000;
    d.every = 5;
    d.record = {"singular_values"};
    auto run = Run::open(other, d, {});
    REQUIRE(bool(run));
    double worst = 0;
    run->advance(d.steps, [] { return true; }, [&](const Frame& f) {
      const auto& sigma = f.find(f.values[0].view)->data;
      const auto& theory = f.find(f.values[0].view, Part::Theory)->data;
      if (f.step >= 600) worst = std::max(worst, std::abs(sigma[0] - theory[0]) / sigma[0]);
      else worst = std::max(worst, std::abs(sigma[0] - theory[0]) / 16);
    });
    return worst;
  };
  const double right = deviation(3);
  CHECK(right < 0.25);
  for (int wrong : {1, 2, 4, 6}) {
    CAPTURE(wrong);
    CHECK(deviation(wrong) > 2 * right);
  }
}

TEST_CASE("deep_matrix: balanced and orthogonal starts are balanced, every start has the stated scale") {
  const double expected = 0.5 * std::sqrt(std::sqrt(80.0 * 60.0));
  for (const char* init : {"gaussian", "uniform", "balanced"})
    for (std::int64_t depth : {1, 2, 3, 5}) {
      CAPTURE(init);
      CAPTURE(depth);
      Run run = open(with({{"rows", std::int64_t{80}}, {"cols", std::int64_t{60}}, {"init", std::string(init)}, {"depth", depth}}));
      CHECK(scalar(run, "fro_norm") == doctest::Approx(expected).epsilon(0.1));
    }
  for (const char* init : {"identity", "orthogonal", "balanced"}) {
    CAPTURE(init);
    Run run = open(with({{"rows", std::int64_t{20}}, {"cols", std::int64_t{20}}, {"init", std::string(init)}, {"depth", std::int64_t{4}}}));
    CHECK(scalar(run, "unbalancedness") < 1e-13);
    CHECK(scalar(run, "unbalancedness_relative") < 1e-12);
  }
  Run identity = open(with({{"rows", std::int64_t{9}}, {"cols", std::int64_t{9}}, {"init", std::string("identity")}, {"depth", std::int64_t{3}}}));
  for (double s : values(identity, "singular_values")) CHECK(s == doctest::Approx(0.5).epsilon(1e-12));
  // a bottleneck: the balanced start is cut there
  Run narrow = open(with({{"init", std::string("balanced")}, {"widths", std::vector<std::int64_t>{5, 2}}}));
  CHECK(scalar(narrow, "numerical_rank") == 2);
}

TEST_CASE("deep_matrix: the sign of the determinant is as asked") {
  for (const char* init : {"gaussian", "balanced", "identity", "orthogonal"})
    for (int sign : {1, -1})
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Run run = open(with({{"rows", std::int64_t{2}}, {"cols", std::int64_t{2}}, {"init", std::string(init)},
                             {"det_sign", std::string(sign > 0 ? "positive" : "negative")}}), {}, {}, seed);
        const auto w = values(run, "end_to_end");
        CHECK((w[0] * w[3] - w[1] * w[2]) * sign > 0);
      }
}

TEST_CASE("deep_matrix: archive restores the run to the bit") {
  for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop"}) {
    CAPTURE(optimizer);
    const auto settings = with({{"optimizer", std::string(optimizer)}});
    Run straight = open(settings, {}, {"singular_values"}), broken = open(settings, {}, {"singular_values"});
    steps(straight, 60);
    steps(broken, 25);
    Archive out;
    broken.system().archive(out);
    Run fresh = open(settings, {}, {"singular_values"});
    steps(fresh, 3);
    Archive in(out.state());
    fresh.system().archive(in);
    CHECK(in.whole());
    steps(fresh, 35);
    CHECK(fresh.bits() == straight.bits());
    CHECK(std::equal(fresh.weights().begin(), fresh.weights().end(), straight.weights().begin()));
  }
}

TEST_CASE("deep_matrix: what cannot be run says why") {
  auto error = [](Settings s, Inputs in = {}) {
    Document d;
    d.settings = std::move(s);
    auto run = Run::open(entry(), d, std::move(in));
    REQUIRE(!run);
    return run.error().text();
  };
  CHECK(error({{"dept", std::int64_t{3}}}).find("depth") != std::string::npos);
  CHECK(error({{"depth", std::int64_t{11}}}).find("1 to 10") != std::string::npos);
  CHECK(error({{"widths", std::vector<std::int64_t>{3}}}).find("2 hidden layers") != std::string::npos);
  CHECK(error({{"observe", std::string("mask")}}).find("mask") != std::string::npos);
  CHECK(error({}, {{"target", share(Dense{{2, 2, 2}, std::vector<double>(8, 1.0)})}}).find("2 x 2 x 2") != std::string::npos);
  CHECK(error({}, {{"x", share(Dense{{2, 2}, std::vector<double>(4, 1.0)})}}).find("completion") != std::string::npos);
  CHECK(error({}, {{"tagret", share(Dense{{1, 1}, {1.0}})}}).find("target") != std::string::npos);
  CHECK(error({{"det_sign", std::string("positive")}, {"rows", std::int64_t{3}}, {"cols", std::int64_t{2}}}).find("square") != std::string::npos);
  CHECK(error({}, {{"w1", share(Dense{{3, 3}, std::vector<double>(9, 1.0)})}}).find("w1") != std::string::npos);
}

TEST_CASE("deep_matrix: a run that blows up stops and says what to lower") {
  Run run = open(with({{"step_size", 50.0}, {"alpha", 1.0}}));
  steps(run, 1000);
  CHECK(run.status() == Status::Diverged);
  CHECK(run.trouble().find("step_size") != std::string::npos);
  CHECK(std::isfinite(run.time()));
}

TEST_CASE("deep_matrix: a step allocates nothing, and a measurement decomposes only for views that need it") {
  for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop"})
    for (const char* task : {"completion", "sensing", "regression"}) {
      CAPTURE(optimizer);
      CAPTURE(task);
      Run run = open(with({{"rows", std::int64_t{24}}, {"cols", std::int64_t{20}}, {"optimizer", std::string(optimizer)}, {"task", std::string(task)},
                           {"measurements", std::int64_t{60}}, {"samples", std::int64_t{40}}}));
      steps(run, 3);
      const auto before = allocation_count();
      for (int i = 0; i < 10; ++i) (void)run.system().step();
      CHECK(allocation_count() == before);
    }
  Run run = open(with({{"rows", std::int64_t{24}}, {"cols", std::int64_t{20}}}));
  steps(run, 3);
  auto allocations = [&](const char* key) {
    const std::uint32_t view[] = {static_cast<std::uint32_t>(run.view(key))};
    const auto before = allocation_count();
    (void)run.measure(view);
    return allocation_count() - before;
  };
  const auto plain = allocations("loss"), norm = allocations("nuclear_norm");  // the solver's workspace comes with its first use
  CHECK(plain < 8);
  CHECK(norm > plain + 4);
}

TEST_CASE("deep_matrix: batches go on from the archive in the middle of an epoch, and what is shown is over all data") {
  for (const char* task : {"completion", "sensing", "regression"}) {
    CAPTURE(task);
    const auto settings = with({{"task", std::string(task)}, {"measurements", std::int64_t{30}}, {"samples", std::int64_t{30}}, {"batch", std::int64_t{4}}});
    Run straight = open(settings, {}, {"singular_values", "loss"}), broken = open(settings, {}, {"singular_values", "loss"}), full = open(with(
        {{"task", std::string(task)}, {"measurements", std::int64_t{30}}, {"samples", std::int64_t{30}}}));
    CHECK(scalar(straight, "loss") == scalar(full, "loss"));
    steps(full, 1);
    steps(straight, 1);
    CHECK_FALSE(std::equal(full.weights().begin(), full.weights().end(), straight.weights().begin()));
    steps(straight, 59);
    steps(broken, 26);
    Archive out;
    broken.system().archive(out);
    Run fresh = open(settings, {}, {"singular_values", "loss"});
    steps(fresh, 3);
    Archive in(out.state());
    fresh.system().archive(in);
    CHECK(in.whole());
    steps(fresh, 34);
    CHECK(fresh.bits() == straight.bits());
    const auto before = allocation_count();
    for (int i = 0; i < 20; ++i) (void)fresh.system().step();
    CHECK(allocation_count() == before);
  }
  Document d;
  d.settings = with({{"batch", std::int64_t{4}}, {"optimizer", std::string("flow")}});
  auto refused = Run::open(entry(), d, {});
  REQUIRE(!refused);
  CHECK(refused.error().where == "batch");
}

TEST_CASE("deep_matrix: few observed entries of a narrow network are stepped, measured and recorded without W, as with it") {
  const auto settings = with({{"rows", std::int64_t{60}}, {"cols", std::int64_t{50}}, {"width", std::int64_t{6}}, {"observed", 0.06}, {"alpha", 0.3},
                              {"step_size", 5e-2}, {"optimizer", std::string("group_rmsprop")}});
  const std::vector<std::string> views = {"loss", "singular_values", "nuclear_norm", "effective_rank"};
  Run run = open(settings, {}, views);
  CHECK(entry().cost(*complete(entry().params, settings), {}) < 0.2 * 6 * 2 * (60 * 6 * 50 + 6 * 6 * 50));
  Frame last;
  run.advance(40, [] { return true; }, [&](const Frame& f) { last = f; });
  // the same through W: its own decomposition, its own loss
  const auto w = values(run, "end_to_end");
  const Matrix product = Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>>(w.data(), 60, 50);
  SvdSolver svd;
  REQUIRE(svd.compute(product));
  const auto sigma = values(run, "singular_values");
  REQUIRE(sigma.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) CHECK(std::abs(sigma[i] - svd.svd().s[static_cast<Eigen::Index>(i)]) < 1e-13 * sigma[0]);
  const std::uint32_t with_w[] = {static_cast<std::uint32_t>(run.view("loss")), static_cast<std::uint32_t>(run.view("test_mse")), static_cast<std::uint32_t>(run.view("end_to_end"))};
  const Frame both = run.measure(with_w);
  CHECK(both.values[0].data[0] == doctest::Approx(scalar(run, "loss")).epsilon(1e-13));
  CHECK(both.values[1].data[0] == doctest::Approx(scalar(run, "test_mse")).epsilon(1e-13));
  // the theory's force at the entries is that of the whole gradient: rates are N sigma^(2 - 2/N) gamma
  const auto* theory = last.find(static_cast<std::uint32_t>(run.view("singular_values")), Part::Theory);
  REQUIRE(theory);
  CHECK(std::abs(theory->data[0] - sigma[0]) < 0.3 * sigma[0]);
}

TEST_CASE("deep_matrix: an error over few unseen entries comes from these alone, and is that of the whole") {
  Triplets ratings{70, 60, {}, {}, {}, {}, {}};
  for (std::int64_t k = 0; k < 70; ++k)
    for (std::int64_t j : {k % 60, (7 * k + 3) % 60})
      if (ratings.row.empty() || ratings.row.back() != k || ratings.col.back() != j) ratings.row.push_back(k), ratings.col.push_back(j), ratings.value.push_back(std::sin(3.0 * static_cast<double>(k + 2 * j)));
  const Inputs in = {{"target", share(ratings)}};
  Run run = open(with({{"width", std::int64_t{4}}, {"observe", std::string("fraction")}, {"observed", 0.8}}), in);
  steps(run, 30);
  const std::uint32_t with_w[] = {static_cast<std::uint32_t>(run.view("unseen_share")), static_cast<std::uint32_t>(run.view("end_to_end"))};
  CHECK(scalar(run, "unseen_share") == doctest::Approx(run.measure(with_w).values[0].data[0]).epsilon(1e-13));
}
