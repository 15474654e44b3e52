// The mathematics that defines the end-to-end flow. Its reference files are replayed in tests/io.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "allocation_count.h"
#include "lab/claim.h"
#include "lab/run.h"
#include "lab/study.h"
#include "math/product.h"
#include "math/rng.h"
#include "math/svd.h"
#include "systems/end_to_end.h"
#include "systems/end_to_end_field.h"
#include "systems/matrix_init.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

const Entry& entry() {
  static const Entry e = end_to_end_entry();
  return e;
}

Settings with(std::initializer_list<std::pair<const std::string, Value>> some) {
  Settings s = {{"rows", std::int64_t{4}}, {"cols", std::int64_t{4}}, {"rank", std::int64_t{4}}, {"alpha", 0.5}, {"observed", 0.7}, {"normalisation", std::string("half_sum")},
                {"tolerance", 1e-10}};
  for (const auto& [key, value] : some) s[key] = value;
  return s;
}

Run open(const Settings& settings, Inputs inputs = {}, double until = 0, std::uint64_t seed = 1, const Entry& of = entry()) {
  Document d;
  d.settings = settings;
  d.seed = seed;
  d.steps = 1000000;
  d.every = 1;
  d.until.time = until;
  auto run = Run::open(of, d, std::move(inputs));
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

Frame frame(const Run& run, const char* key) {
  const int v = run.view(key);
  REQUIRE_MESSAGE(v >= 0, key);
  const std::uint32_t id[] = {static_cast<std::uint32_t>(v)};
  return run.measure(id);
}

std::vector<double> values(const Run& run, const char* key) { return frame(run, key).values.at(0).data; }

ClaimState state(const Run& run, const char* key) {
  const auto v = static_cast<std::uint32_t>(run.view(key));
  return claim_state(run.views()[v], v, frame(run, key));
}

void finish(Run& run) {
  run.advance(1000000, [] { return true; }, [](const Frame&) {});
  REQUIRE(run.status() == Status::Running);
}

Matrix gaussian(std::int64_t rows, std::int64_t cols, std::uint64_t seed) {
  Rng rng(seed);
  Matrix m(rows, cols);
  for (Eigen::Index j = 0; j < m.cols(); ++j)
    for (Eigen::Index i = 0; i < m.rows(); ++i) m(i, j) = rng.normal();
  return m;
}

Matrix times(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows(), b.cols());
  multiply(c, a, b);
  return c;
}

/// The definition for whole N, by products with (W W^T)^(1/N) from eigenvectors of W W^T (well conditioned W only).
Matrix by_definition(const Matrix& w, const Matrix& g, int n) {
  auto root = [n](const Matrix& a) {  // of a symmetric positive matrix, the n-th
    SvdSolver solver;
    solver.compute(a);
    Vector s = solver.svd().s;
    for (double& x : s) x = std::pow(x, 1.0 / n);
    return Matrix(solver.svd().u * s.asDiagonal() * solver.svd().u.transpose());
  };
  const Matrix a = root(w * w.transpose()), b = root(w.transpose() * w);
  Matrix sum = Matrix::Zero(w.rows(), w.cols());
  for (int j = 1; j <= n; ++j) {
    Matrix term = g;
    for (int k = 0; k < n - j; ++k) term = times(a, term);
    for (int k = 0; k < j - 1; ++k) term = times(term, b);
    sum += term;
  }
  return sum;
}

Inputs start(std::int64_t rows, std::int64_t cols, std::vector<double> values) { return {{"w", share(Dense{{rows, cols}, std::move(values)})}}; }

}  // namespace

TEST_CASE("end_to_end: the field is the sum of the definition, for square and rectangular W") {
  for (int n = 1; n <= 5; ++n)
    for (auto shape : {std::pair(3, 3), std::pair(2, 5), std::pair(5, 2), std::pair(1, 4), std::pair(4, 1)}) {
      const int rows = shape.first, cols = shape.second;
      CAPTURE(n);
      CAPTURE(rows);
      CAPTURE(cols);
      const Matrix w = gaussian(rows, cols, 3), g = gaussian(rows, cols, 4);
      Matrix f(rows, cols);
      REQUIRE(EndToEndField(n).apply(w, g, f));
      // W W^T of a tall W is singular: its root there is that of rounding, at most 1e-16^(1/N); the sum is compared where both are regular, and through the
      // smaller Gram matrix W^T W = A elsewhere: (W W^T)^p = W A^(p-1) W^T, 0 for p = 0 on the complement but for p = 0 itself
      if (rows == cols) CHECK((f - by_definition(w, g, n)).norm() < 1e-12 * f.norm());
      if (rows == 1 || cols == 1) {  // |w|^(2-2/N) (g + (N-1) Proj_w g)
        const double norm = w.norm();
        const Matrix one = std::pow(norm, 2 - 2.0 / n) * (g + (n - 1) * (w.cwiseProduct(g).sum() / (norm * norm)) * w);
        CHECK((f - one).norm() < 1e-13 * f.norm());
      }
      if (n == 2 && rows < cols) {  // (W W^T)^(1/2) G + G (W^T W)^(1/2), the second one W^T (W W^T)^(-1/2) W
        SvdSolver solver;
        solver.compute(w);
        const Svd& svd = solver.svd();
        const Matrix two = svd.u * svd.s.asDiagonal() * svd.u.transpose() * g + g * svd.v * svd.s.asDiagonal() * svd.v.transpose();
        CHECK((f - two).norm() < 1e-13 * f.norm());
      }
      Matrix turned(cols, rows);
      REQUIRE(EndToEndField(n).apply(w.transpose(), g.transpose(), turned));
      CHECK((f - turned.transpose()).norm() < 1e-13 * f.norm());
    }
}

TEST_CASE("end_to_end: P for real N is the quotient of its definition, continuous at whole N, and has its limits at equal and at zero values") {
  for (double n : {1.25, 1.5, 2.5, 3.7, 9.5}) {
    CAPTURE(n);
    for (double s : {1e-3, 0.4, 7.0})
      for (double t : {2e-3, 0.41, 3.0}) {
        const double quotient = (s * s - t * t) / (std::pow(s, 2 / n) - std::pow(t, 2 / n));
        CHECK(end_to_end_multiplier(s, t, n) == doctest::Approx(quotient).epsilon(1e-12));
        CHECK(end_to_end_multiplier(t, s, n) == end_to_end_multiplier(s, t, n));
      }
    CHECK(end_to_end_multiplier(0.3, 0.3, n) == doctest::Approx(n * std::pow(0.3, 2 - 2 / n)).epsilon(1e-14));
    CHECK(end_to_end_multiplier(0.3, 0, n) == doctest::Approx(std::pow(0.3, 2 - 2 / n)).epsilon(1e-14));
    CHECK(end_to_end_multiplier(0, 0, n) == 0);
    // towards equal values the exact quotient loses its digits; the limit and its neighbourhood must join without a jump
    for (double gap : {1e-2, 1e-4, 1e-6, 1e-9, 1e-12, 1e-15}) {
      const double s = 0.3, t = s * (1 - gap), middle = s * (1 - gap / 2);
      CAPTURE(gap);
      CHECK(std::abs(end_to_end_multiplier(s, t, n) / (n * std::pow(middle, 2 - 2 / n)) - 1) < gap * gap + 1e-14);
    }
  }
  for (int n = 2; n <= 9; ++n)
    for (double off : {-1e-7, 1e-7})
      for (double s : {1e-6, 0.2, 3.0})
        for (double t : {0.0, 1e-7, 0.2, 0.21, 5.0}) {
          CAPTURE(n);
          CAPTURE(s);
          CAPTURE(t);
          const double at = end_to_end_multiplier(s, t, n);
          CHECK(end_to_end_multiplier(s, t, n + off) == doctest::Approx(at).epsilon(1e-5));
        }
  CHECK(end_to_end_multiplier(0, 0, 1) == 1);
}

TEST_CASE("end_to_end: W of deficient rank stays on its rank, and repeated singular values are nothing special") {
  const Matrix one = times(gaussian(4, 1, 1), gaussian(1, 3, 2)), g = gaussian(4, 3, 5);
  for (double n : {2.0, 2.5, 3.0, 7.0}) {
    CAPTURE(n);
    Matrix f(4, 3);
    REQUIRE(EndToEndField(n).apply(one, g, f));
    // the field is tangent to the matrices of rank one: nothing of it is orthogonal to both the rows and the columns of W
    SvdSolver solver;
    solver.compute(one);
    const Vector u = solver.svd().u.col(0), v = solver.svd().v.col(0);
    const Matrix off = f - u * (u.transpose() * f) - (f * v) * v.transpose() + u * (u.dot(f * v)) * v.transpose();
    CHECK(off.norm() < 1e-13 * f.norm());
    Matrix same(3, 3), identity = 0.5 * Matrix::Identity(3, 3);
    const Matrix h = gaussian(3, 3, 6);
    REQUIRE(EndToEndField(n).apply(identity, h, same));
    CHECK((same - n * std::pow(0.5, 2 - 2 / n) * h).norm() < 1e-13 * same.norm());
  }
}

TEST_CASE("end_to_end: depth 1 is gradient flow itself, every task and loss") {
  const Entry& layers = *Tables{systems(), {}}.system("deep_matrix");
  for (const char* task : {"completion", "sensing", "regression"})
    for (const char* loss : {"squared", "lp", "huber"}) {
      CAPTURE(task);
      CAPTURE(loss);
      const Settings s = with({{"task", std::string(task)}, {"loss", std::string(loss)}, {"rows", std::int64_t{3}}, {"measurements", std::int64_t{12}}, {"samples", std::int64_t{9}},
                               {"optimizer", std::string("gd")}, {"step_size", 1e-3}, {"init", std::string("gaussian")}});
      Settings end = s, plain = s;
      end["depth"] = 1.0;
      plain["depth"] = std::int64_t{1};
      Run a = open(end), b = open(plain, {}, 0, 1, layers);
      for (Run* run : {&a, &b}) run->advance(200, [] { return true; }, [](const Frame&) {});
      CHECK(values(a, "end_to_end") == values(b, "end_to_end"));
    }
}

TEST_CASE("end_to_end: the layers' own gradient flow has the same product, at depth 2, 3, 4 and rectangular W, within the tolerance") {
  for (double depth : {2.0, 3.0, 4.0})
    for (std::int64_t rows : {3, 4, 6})
      for (double tolerance : {1e-6, 1e-10}) {
        CAPTURE(depth);
        CAPTURE(rows);
        CAPTURE(tolerance);
        Run run = open(with({{"depth", depth}, {"rows", rows}, {"factors", true}, {"tolerance", tolerance}}), {}, 4);
        finish(run);
        CHECK(state(run, "factor_distance") == ClaimState::Holds);
        CHECK(frame(run, "factor_distance").values[1].data[0] < 1e5 * tolerance);  // it says something
      }
  // a claim of whole depth and flow alone
  Run real = open(with({{"depth", 2.5}, {"factors", true}}), {}, 1);
  finish(real);
  CHECK(state(real, "factor_distance") == ClaimState::NotApplicable);
}

TEST_CASE("end_to_end: rates of the singular values are the finite differences along the flow") {
  for (double depth : {1.0, 2.0, 2.5, 3.0, 6.0}) {
    CAPTURE(depth);
    const double t = 0.5, h = 1e-4;
    std::vector<double> at[3], rates;
    for (int k = 0; k < 3; ++k) {
      Run run = open(with({{"depth", depth}, {"cols", std::int64_t{3}}, {"tolerance", 1e-12}}), {}, t + (k - 1) * h);
      finish(run);
      CHECK(run.time() == doctest::Approx(t + (k - 1) * h).epsilon(1e-14));
      at[k] = values(run, "singular_values");
      if (k == 1) rates = values(run, "singular_value_rates");
    }
    for (std::size_t r = 0; r < rates.size(); ++r) CHECK(rates[r] == doctest::Approx((at[2][r] - at[0][r]) / (2 * h)).epsilon(1e-6).scale(1e-3));
  }
}

TEST_CASE("end_to_end: the sign of the determinant and the rank are conserved, and the loss never rises") {
  for (double depth : {2.0, 2.5, 4.0}) {
    CAPTURE(depth);
    Run run = open(with({{"depth", depth}, {"det_sign", std::string("negative")}, {"alpha", 0.2}}), {}, 20);
    double before = std::numeric_limits<double>::infinity();
    int seen = 0;
    const auto v = static_cast<std::uint32_t>(run.view("loss_never_increases"));
    while (!run.finished()) {
      run.advance(run.step() + 1, [] { return true; }, [](const Frame&) {});
      const double loss = values(run, "loss")[0];
      CHECK(loss <= before * (1 + 1e-9));
      before = loss;
      const ClaimState now = claim_state(run.views()[v], v, frame(run, "loss_never_increases"));
      CHECK(now != ClaimState::Violated);
      seen += now == ClaimState::Holds;
    }
    CHECK(seen > 10);
    const auto w = values(run, "end_to_end");
    Matrix m = Eigen::Map<const Matrix>(w.data(), 4, 4);
    CHECK(determinant_sign(m) == -1);
    CHECK(values(run, "singular_values")[3] > 0);
  }
}

TEST_CASE("end_to_end: convergence bound and margin hold where their hypotheses do, and say nothing where one fails") {
  const Dense target{{2, 2}, {1.5, 0.3, -0.2, 1.2}};
  auto run_from = [&](std::vector<double> w, Settings more) {
    Settings s = with({{"observe", std::string("all")}, {"depth", 3.0}});
    for (auto& [key, value] : more) s[key] = value;
    Inputs in = start(2, 2, std::move(w));
    in["target"] = share(target);
    return open(s, in, 6);
  };
  for (double depth : {1.0, 2.0, 2.5, 5.0}) {
    CAPTURE(depth);
    Run run = run_from({1.2, 0.1, 0.1, 1.0}, {{"depth", depth}});
    int records = 0;
    while (!run.finished()) {
      run.advance(run.step() + 1, [] { return true; }, [](const Frame&) {});
      CHECK(state(run, "convergence_bound") == ClaimState::Holds);
      CHECK(state(run, "margin") == ClaimState::Holds);
      ++records;
    }
    CHECK(records > 5);
    // not slack: with a rate 5 times as high the bound would be broken
    const Frame f = frame(run, "convergence_bound");
    CHECK(f.values[0].data[0] > std::pow(f.values[1].data[0], 5));
  }
  for (auto& [key, value] : Settings{{"loss", std::string("huber")}, {"optimizer", std::string("gd")}, {"observed", 0.5}}) {
    const std::string name = key;
    CAPTURE(name);
    Run run = run_from({1.2, 0.1, 0.1, 1.0}, key == "observed" ? Settings{{"observe", std::string("fraction")}, {"observed", 0.5}} : Settings{{key, value}});
    run.advance(3, [] { return true; }, [](const Frame&) {});
    CHECK(state(run, "convergence_bound") == ClaimState::NotApplicable);
    CHECK(state(run, "margin") == ClaimState::NotApplicable);
  }
  Run far = run_from({-1, 0, 0, 1}, {});  // no margin
  finish(far);
  CHECK(state(far, "convergence_bound") == ClaimState::NotApplicable);
  CHECK(state(far, "margin") == ClaimState::NotApplicable);
  // whitened regression is the same loss in another dress, a rectangular W has the slower rate
  Run regression = open(with({{"task", std::string("regression")}, {"whiten", true}, {"samples", std::int64_t{30}}, {"rows", std::int64_t{1}}, {"cols", std::int64_t{2}},
                              {"normalisation", std::string("half_mean")}}),
                        [&] {
                          Inputs in = start(1, 2, {0.8, 0.3});
                          in["target"] = share(Dense{{1, 2}, {1, 0.5}});
                          return in;
                        }(), 3);
  finish(regression);
  CHECK(state(regression, "convergence_bound") == ClaimState::Holds);
  const double c = std::sqrt(1.25) - std::sqrt(0.08);
  CHECK(frame(regression, "convergence_bound").values[1].data[0] == doctest::Approx(std::exp(-2 * std::pow(c, 2 - 2.0 / 3) * 3)).epsilon(1e-9));
  Run raw = open(with({{"task", std::string("regression")}, {"samples", std::int64_t{30}}, {"normalisation", std::string("half_mean")}}), {}, 0.5);
  finish(raw);
  CHECK(state(raw, "convergence_bound") == ClaimState::NotApplicable);
}

TEST_CASE("end_to_end: an aligned start follows the closed form of its modes, real depth too") {
  // N = 2: the logistic (science of decoupled modes); any N: d sigma/dt = N sigma^(2-2/N) (s - sigma), by small steps of Runge and Kutta
  const double s = 1.5, s0 = 1e-2, t = 2.5;
  for (double depth : {1.5, 2.0, 2.5, 3.0}) {
    CAPTURE(depth);
    Inputs in = start(2, 2, {s0, 0, 0, s0});
    in["target"] = share(Dense{{2, 2}, {s, 0, 0, s}});
    Run run = open(with({{"observe", std::string("all")}, {"depth", depth}, {"tolerance", 1e-12}}), in, t);
    finish(run);
    auto rate = [&](double x) { return depth * std::pow(x, 2 - 2 / depth) * (s - x); };
    double x = s0;
    const int n = 20000;
    for (int i = 0; i < n; ++i) {
      const double h = t / n, a = rate(x), b = rate(x + h / 2 * a), c = rate(x + h / 2 * b), d = rate(x + h * c);
      x += h / 6 * (a + 2 * b + 2 * c + d);
    }
    if (depth == 2) CHECK(x == doctest::Approx(s * std::exp(2 * s * t) / (std::exp(2 * s * t) - 1 + s / s0)).epsilon(1e-12));
    for (double sigma : values(run, "singular_values")) CHECK(sigma == doctest::Approx(x).epsilon(1e-9));
  }
}

TEST_CASE("end_to_end: the preconditioner's eigenvalues, and on two weights its ellipse on the landscape") {
  for (double depth : {1.0, 2.0, 2.5, 3.0}) {
    CAPTURE(depth);
    Inputs in = start(1, 2, {0.6, -0.8});
    in["target"] = share(Dense{{1, 2}, {1, 0.5}});
    Run run = open(with({{"observe", std::string("all")}, {"depth", depth}}), in);
    const auto e = values(run, "preconditioner");  // |w| = 1: N along w, 1 across it
    REQUIRE(e.size() == 2);
    CHECK(e[0] == doctest::Approx(depth).epsilon(1e-14));
    CHECK(e[1] == doctest::Approx(1).epsilon(1e-14));
    const Frame f = frame(run, "landscape");
    const Series* ellipse = f.find(f.values[0].view, Part::Ellipse);
    REQUIRE(ellipse);
    CHECK(ellipse->data[0] == doctest::Approx(1 + (depth - 1) * 0.36).epsilon(1e-13));
    CHECK(ellipse->data[1] == doctest::Approx((depth - 1) * -0.48).epsilon(1e-13));
    CHECK(ellipse->data[2] == doctest::Approx(1 + (depth - 1) * 0.64).epsilon(1e-13));
    const Series* point = f.find(f.values[0].view, Part::Point);
    REQUIRE(point);
    CHECK(point->data == std::vector<double>{0.6, -0.8});
    // the grid is the loss: at its middle W = 0
    CHECK(f.values[0].data[81 * 40 + 40] == doctest::Approx(0.5 * 1.25));
  }
  Run square = open(with({}));
  CHECK(square.view("landscape") < 0);
  CHECK(values(square, "preconditioner").size() == 16);
}

TEST_CASE("end_to_end: the map of two weights reaches to the minimum and marks it, whatever the loss, and marks none on a plane with a flat direction") {
  const Dense x{{4, 2}, {1, 0.1, -0.5, 0.3, 0.2, -0.4, 0.7, 0.2}};
  Dense y{{4, 1}, {}};
  for (int i = 0; i < 4; ++i) y.data.push_back(x.data[2 * i] - 1.5 * x.data[2 * i + 1]);
  auto map = [&](const Settings& some, Inputs in) {
    Settings s = with({{"task", std::string("regression")}, {"init", std::string("equal")}, {"alpha", 0.07}});
    for (const auto& [key, value] : some) s[key] = value;
    return frame(open(s, std::move(in)), "landscape");
  };
  for (const Settings& loss : {Settings{{"loss", std::string("squared")}}, Settings{{"loss", std::string("lp")}, {"p", 4.0}}, Settings{{"loss", std::string("huber")}, {"huber_delta", 3.0}}}) {
    const Frame f = map(loss, {{"x", share(x)}, {"y", share(y)}});
    const Series *marks = f.find(f.values[0].view, Part::Marks), *extent = f.find(f.values[0].view, Part::Extent);
    REQUIRE(marks);
    CHECK(marks->data[0] == doctest::Approx(1).epsilon(2e-3));
    CHECK(marks->data[1] == doctest::Approx(-1.5).epsilon(2e-3));
    CHECK(extent->data[3] == doctest::Approx(1.875).epsilon(2e-3));
  }
  const Frame flat = map({{"task", std::string("completion")}, {"observe", std::string("mask")}},
                         {{"target", share(Dense{{1, 2}, {1, 0.5}})}, {"mask", share(Dense{{1, 2}, {1, 0}})}});
  CHECK(!flat.find(flat.values[0].view, Part::Marks));
}

TEST_CASE("end_to_end: a start that does not fit is refused, a step that is too long is not the end of the flow") {
  Document d;
  d.settings = with({});
  CHECK(!Run::open(entry(), d, start(3, 4, std::vector<double>(12, 1.0))));
  CHECK(!Run::open(entry(), d, start(4, 4, std::vector<double>(16, std::nan("")))));
  Run run = open(with({{"optimizer", std::string("gd")}, {"step_size", 50.0}}));
  run.advance(200, [] { return true; }, [](const Frame&) {});
  CHECK(run.status() == Status::Diverged);
  CHECK(run.trouble().find("step_size") != std::string::npos);
}

TEST_CASE("end_to_end: a run saved and resumed goes on with the same bits, factors included") {
  const Settings s = with({{"depth", 3.0}, {"factors", true}});
  Document d;
  d.settings = s;
  d.steps = 60;
  auto whole = Run::open(entry(), d, {}), first = Run::open(entry(), d, {});
  REQUIRE(bool(whole));
  REQUIRE(bool(first));
  whole->advance(60, [] { return true; }, [](const Frame&) {});
  first->advance(25, [] { return true; }, [](const Frame&) {});
  auto second = Run::resume(entry(), d, {}, first->save());
  REQUIRE(bool(second));
  second->advance(60, [] { return true; }, [](const Frame&) {});
  CHECK(second->bits() == whole->bits());
  CHECK(frame(*second, "loss_never_increases").values[1].data == frame(*whole, "loss_never_increases").values[1].data);
}

#ifndef __EMSCRIPTEN__
TEST_CASE("end_to_end: the memory it asks for is within a factor of two of what it takes") {
  for (const Settings& some : {Settings{{"rows", std::int64_t{90}}, {"cols", std::int64_t{70}}}, Settings{{"rows", std::int64_t{60}}, {"cols", std::int64_t{110}}, {"factors", true}},
                               Settings{{"rows", std::int64_t{80}}, {"cols", std::int64_t{80}}, {"optimizer", std::string("gd")}},
                               Settings{{"rows", std::int64_t{12}}, {"cols", std::int64_t{200}}, {"task", std::string("regression")}, {"samples", std::int64_t{400}}}}) {
    Document d;
    d.settings = some;
    d.steps = 2;
    d.every = 1;
    const Settings whole = *complete(entry().params, some);
    for (const ViewInfo& v : entry().views(whole, {}))
      if (v.kind == Kind::Scalar || v.kind == Kind::Spectrum || v.kind == Kind::Claim) d.record.push_back(v.key);
    const std::int64_t before = allocated_bytes();
    reset_peak();
    {
      auto run = Run::open(entry(), d, {});
      REQUIRE(bool(run));
      run->advance(2, [] { return true; }, [](const Frame&) {});
    }
    const double took = static_cast<double>(allocated_peak() - before), asked = entry().memory(whole, {});
    INFO("took " << took << ", asked for " << asked);
    CHECK(asked > took / 2);
    CHECK(asked < took * 2);
  }
}
#endif
