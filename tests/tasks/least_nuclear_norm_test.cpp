#include "tasks/least_nuclear_norm.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "io/file.h"
#include "io/json.h"
#include "math/product.h"
#include "math/rng.h"
#include "math/spectra.h"

using namespace rankscope;

namespace {

Json file(const std::string& path) {
  auto bytes = read_file(RANKSCOPE_TEST_DATA + path);
  REQUIRE(bytes);
  auto root = parse_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  REQUIRE(root);
  return *root;
}

std::vector<double> numbers(const Json& list) {
  std::vector<double> out;
  for (const Json& x : *list.array()) out.push_back(x.number());
  return out;
}

std::int64_t whole(const Json& object, const char* key) { return *object.find(key)->whole(); }

/// One of the oracle's problems.
std::unique_ptr<MatrixTask> task_of(const Json& p) {
  const std::int64_t rows = whole(p, "rows"), cols = whole(p, "cols");
  std::vector<double> y = numbers(*p.find("y"));
  if (const Json* entries = p.find("entries")) {
    std::vector<std::int64_t> at;
    for (double k : numbers(*entries)) at.push_back(static_cast<std::int64_t>(k) / cols + static_cast<std::int64_t>(k) % cols * rows);
    return completion_task(rows, cols, at, y, {});
  }
  const auto& list = *p.find("measurements")->array();
  Matrix a(rows * cols, static_cast<Eigen::Index>(list.size()));
  for (Eigen::Index k = 0; k < a.cols(); ++k) {
    const auto row = numbers(list[static_cast<std::size_t>(k)]);
    for (Eigen::Index e = 0; e < a.rows(); ++e) a(e / cols + e % cols * rows, k) = row[static_cast<std::size_t>(e)];
  }
  return sensing_task(std::move(a), Eigen::Map<const Vector>(y.data(), std::ssize(y)), {});
}

/// How many pieces of work it took; at most `most`.
int solve(LeastNuclearNorm& least, double tolerance, int most) {
  SpectrumSolver solver;
  int pieces = 0;
  double lower = 0, upper = INFINITY;
  for (; pieces < most && !least.done(tolerance); ++pieces) {
    least.advance(solver);
    CHECK(least.lower() >= lower);  // the best of each is kept
    CHECK(least.upper() <= upper);
    CHECK(least.lower() <= least.upper() * (1 + 1e-13));
    lower = least.lower(), upper = least.upper();
  }
  return pieces;
}

std::unique_ptr<MatrixTask> gaussian_sensing(std::int64_t rows, std::int64_t cols, std::int64_t m, std::uint64_t seed) {
  Rng rng(seed);
  Matrix a(rows * cols, m);
  Vector y(m);
  for (double& x : a.reshaped()) x = rng.normal();
  for (double& x : y) x = rng.normal();
  return sensing_task(std::move(a), std::move(y), {});
}

}  // namespace

TEST_CASE("least nuclear norm: what two convex solvers find, for completion and for measurements of every kind") {
  const Json oracle = file("/tasks/nuclear_oracle.json");
  REQUIRE(oracle.find("problems")->array()->size() == 8);
  for (const Json& p : *oracle.find("problems")->array()) {
    CAPTURE(*p.find("kind")->text());
    CAPTURE(whole(p, "rows"));
    const auto task = task_of(p);
    LeastNuclearNorm least(*task, whole(p, "rows"), whole(p, "cols"));
    solve(least, 1e-6, 40000);  // hundreds, and thousands where minimiser and dual point are degenerate
    CHECK(least.done());
    for (const char* theirs : {"clarabel", "scs"}) {
      CHECK(least.lower() == doctest::Approx(p.find(theirs)->number()).epsilon(1.1e-6));
      CHECK(least.upper() == doctest::Approx(p.find(theirs)->number()).epsilon(1.1e-6));
    }
    // the upper bound is of a matrix that agrees
    Vector read(std::ssize(task->observed()));
    const Matrix found = least.feasible();
    task->observe(found, read);
    for (Eigen::Index k = 0; k < read.size(); ++k) CHECK(read[k] == doctest::Approx(task->observed()[static_cast<std::size_t>(k)]).epsilon(1e-11).scale(1));
  }
}

TEST_CASE("least nuclear norm: the bounds hold long before they meet, even after the start alone") {
  const Json oracle = file("/tasks/nuclear_oracle.json");
  for (const Json& p : *oracle.find("problems")->array()) {
    CAPTURE(*p.find("kind")->text());
    const double best = p.find("clarabel")->number();
    const auto task = task_of(p);
    LeastNuclearNorm least(*task, whole(p, "rows"), whole(p, "cols"));
    CHECK(!least.started());
    CHECK(!least.done());
    SpectrumSolver solver;
    for (int i = 0; i < 60; ++i) {
      least.advance(solver);
      // a dual point that is not scaled to ||A^T p||_2 = 1 would pass the optimum here
      CHECK(least.lower() <= best * (1 + 1e-6));
      CHECK(least.upper() >= best * (1 - 1e-6));
      CHECK(least.lower() > 0);
    }
    CHECK(least.upper() < 1.2 * least.lower());
  }
}

TEST_CASE("least nuclear norm: a scalar multiple of the observations is the same problem") {
  const Json oracle = file("/tasks/nuclear_oracle.json");
  const Json& p = oracle.find("problems")->array()->at(1);
  const auto solve_scaled = [&](double by) {
    std::vector<std::int64_t> at;
    for (double k : numbers(*p.find("entries"))) at.push_back(static_cast<std::int64_t>(k) / 12 + static_cast<std::int64_t>(k) % 12 * 9);
    std::vector<double> y = numbers(*p.find("y"));
    for (double& x : y) x *= by;
    const auto task = completion_task(9, 12, at, y, {});
    LeastNuclearNorm least(*task, 9, 12);
    const int pieces = solve(least, 1e-7, 5000);
    return std::pair(pieces, least.upper() / by);
  };
  const auto one = solve_scaled(1), other = solve_scaled(1024);
  CHECK(one.first == other.first);
  CHECK(one.second == doctest::Approx(other.second).epsilon(1e-12));
}

TEST_CASE("least nuclear norm: closed forms") {
  // A = diag(1, 2), <A, X> = 2: diag(0, 1), and the least Frobenius norm is that of diag(0.4, 0.8), nuclear norm 1.2
  Matrix a(4, 1);
  a << 1, 0, 0, 2;
  const auto commuting = sensing_task(a, Vector::Constant(1, 2.0), {});
  LeastNuclearNorm least(*commuting, 2, 2);
  solve(least, 1e-10, 2000);
  CHECK(least.lower() == doctest::Approx(1).epsilon(1e-9));
  CHECK(least.upper() == doctest::Approx(1).epsilon(1e-9));
  CHECK(least.feasible()(1, 1) == doctest::Approx(1).epsilon(1e-6));

  // all entries observed: nothing is free
  const auto all = completion_task(2, 3, {0, 2, 4, 1, 3, 5}, {3, 0, 0, 0, -4, 0}, {});
  LeastNuclearNorm fixed(*all, 2, 3);
  solve(fixed, 1e-10, 2000);
  CHECK(fixed.upper() == doctest::Approx(7).epsilon(1e-12));
  CHECK(fixed.lower() == doctest::Approx(7).epsilon(1e-9));

  // nothing but zeros: there is nothing to do
  const auto zero = completion_task(2, 2, {0, 3}, {0, 0}, {});
  LeastNuclearNorm none(*zero, 2, 2);
  CHECK(solve(none, 1e-6, 10) == 1);
  CHECK(none.upper() == 0);
}

TEST_CASE("least nuclear norm: measurements that no matrix agrees with have no bounds; a repeated one does no harm") {
  Matrix a(4, 3);
  a << 1, 1, 0, 0, 0, 1, 0, 0, 1, 2, 2, 0;
  Vector y(3);
  y << 2, 3, 1;
  const auto contradictory = sensing_task(a, y, {});
  LeastNuclearNorm none(*contradictory, 2, 2);
  SpectrumSolver solver;
  none.advance(solver);
  CHECK(std::isnan(none.lower()));
  CHECK(std::isnan(none.upper()));
  CHECK(none.done());
  y << 2, 2, 1;
  const auto repeated = sensing_task(a, y, {});
  LeastNuclearNorm least(*repeated, 2, 2);
  solve(least, 1e-7, 5000);
  CHECK(least.done(1e-7));
}

TEST_CASE("least nuclear norm: read back from its archive at any moment it goes on with the same bits") {
  const auto sensed = gaussian_sensing(6, 5, 12, 3);
  const auto seen = completion_task(3, 4, {0, 3, 7, 2, 11}, {1, 2, -1, 0.5, 2}, {});
  for (const auto& [task, rows, cols] : {std::tuple(sensed.get(), 6, 5), std::tuple(seen.get(), 3, 4)})
    for (const int at : {0, 1, 2, 3, 9, 20}) {
      CAPTURE(at);
      SpectrumSolver solver;
      LeastNuclearNorm straight(*task, rows, cols), half(*task, rows, cols), again(*task, rows, cols);
      for (int i = 0; i < 40; ++i) straight.advance(solver);
      for (int i = 0; i < at; ++i) half.advance(solver);
      Archive out;
      half.archive(out);
      Archive in(out.state());
      again.archive(in);
      CHECK(bool(in.whole()));
      for (int i = at; i < 40; ++i) again.advance(solver);
      Archive a, b;
      straight.archive(a), again.archive(b);
      CHECK(a.state() == b.state());
      State broken = a.state();
      for (Field& f : broken)
        if (f.name == "baseline.matrix") f.shape = {1}, f.bytes.resize(8);
      Archive bad(broken);
      LeastNuclearNorm refused(*task, rows, cols);
      refused.archive(bad);
      CHECK(!bad.whole());
    }
}

TEST_CASE("least nuclear norm: what it says it costs grows with what it does, and the start of a large completion is cheap") {
  const auto task = completion_task(3000, 3000, {0}, {2.0}, {});
  LeastNuclearNorm least(*task, 3000, 3000);
  SpectrumSolver solver;
  least.advance(solver);
  CHECK(least.started());
  CHECK(least.work() < 1e3);
  CHECK(least.lower() == 2);
  CHECK(least.upper() == doctest::Approx(2 * std::sqrt(3000.0)));

  const auto sensed = gaussian_sensing(6, 5, 12, 3);
  LeastNuclearNorm small(*sensed, 6, 5);
  double before = 0;
  for (int i = 0; i < 10; ++i) {
    small.advance(solver);
    CHECK(small.work() > before);
    before = small.work();
  }
}
