#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "math/svd.h"
#include "systems/systems.h"
#include "tasks/matrix_problem.h"

using namespace rankscope;

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

Settings with(Settings some) {
  auto s = complete(systems()[0].params, some);
  INFO((s ? "" : s.error().text()));
  REQUIRE(bool(s));
  return *s;
}

MatrixProblem problem(const Settings& s, const Inputs& inputs = {}, std::uint64_t seed = 1) {
  auto p = make_matrix_problem(with(s), inputs, seed);
  INFO((p ? "" : p.error().text()));
  REQUIRE(bool(p));
  return std::move(*p);
}

Inputs target(std::vector<std::int64_t> shape, std::vector<double> data) { return {{"target", share(Dense{std::move(shape), std::move(data)})}}; }

}  // namespace

TEST_CASE("matrix_problem: a drawn target has the set rank and mean square 1") {
  const auto p = problem({{"rows", std::int64_t{30}}, {"cols", std::int64_t{20}}, {"rank", std::int64_t{4}}});
  CHECK(p.truth.squaredNorm() == doctest::Approx(600));
  SvdSolver svd;
  REQUIRE(svd.compute(p.truth));
  CHECK(svd.svd().s[3] > 1);
  CHECK(svd.svd().s[4] < 1e-12);
}

TEST_CASE("matrix_problem: a fraction is observed exactly, without replacement, and differs from seed to seed") {
  const Settings s = {{"rows", std::int64_t{30}}, {"cols", std::int64_t{20}}, {"observed", 0.25}};
  const auto a = problem(s), b = problem(s, {}, 2);
  CHECK(a.observations == 150);
  CHECK(a.unseen.at.size() == 450);
  CHECK(a.unseen.at != b.unseen.at);
  for (auto at : a.unseen.at) CHECK(std::isnan(a.seen_matrix().data()[at]));
}

TEST_CASE("matrix_problem: gaps are not observed, a mask chooses, and auto knows which") {
  const auto gaps = problem({}, target({2, 3}, {1, kGap, 3, 4, 5, std::numeric_limits<double>::infinity()}));
  CHECK(gaps.observations == 4);
  CHECK(gaps.unseen.at.empty());
  Inputs masked = target({2, 2}, {1, 2, 3, 4});
  masked["mask"] = share(Dense{{2, 2}, {1, 0, 0, 1}});
  const auto mask = problem({}, masked);
  CHECK(mask.observations == 2);
  CHECK(mask.seen_matrix()(0, 0) == 1);
  CHECK(std::isnan(mask.seen_matrix()(0, 1)));
  Triplets ratings{3, 2, {0, 2}, {1, 0}, {4, 5}, {}, {}};
  const auto sparse = problem({}, {{"target", share(ratings)}});
  CHECK(sparse.rows == 3);
  CHECK(sparse.observations == 2);
  CHECK(sparse.seen_matrix()(2, 0) == 5);
}

TEST_CASE("matrix_problem: centring and scaling are undone in the results") {
  const Inputs in = target({3, 2}, {10, 12, 20, 26, 30, 31});
  for (const char* centering : {"none", "mean", "rows", "columns"})
    for (const char* scaling : {"none", "deviation"}) {
      CAPTURE(centering);
      CAPTURE(scaling);
      const auto p = problem({{"observe", std::string("all")}, {"centering", std::string(centering)}, {"scaling", std::string(scaling)}}, in);
      // the model's own fit, entry by entry, comes back as the original
      Matrix model(3, 2);
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 2; ++j) model(i, j) = p.units.to_model(p.truth(i, j), i, j);
      CHECK((p.completed(model) - p.truth).norm() < 1e-12);
      CHECK(p.reconstruction_error(model) < 1e-13);
      Matrix gradient(3, 2);
      CHECK(p.task->evaluate(model, gradient) < 1e-24);  // the task saw the same units
      if (std::string(centering) == "rows") CHECK(model.row(0).sum() == doctest::Approx(0));
      if (std::string(centering) == "columns") CHECK(model.col(1).sum() == doctest::Approx(0));
      if (std::string(scaling) == "deviation" && std::string(centering) != "none")
        CHECK(model.squaredNorm() == doctest::Approx(6));
    }
}

TEST_CASE("matrix_problem: held-out entries do not leak into centring and scaling") {
  Inputs a = target({1, 4}, {1, 3, 100, -7}), b = target({1, 4}, {1, 3, 5, 6});
  a["mask"] = b["mask"] = share(Dense{{1, 4}, {1, 1, 0, 0}});
  const Settings s = {{"centering", std::string("mean")}, {"scaling", std::string("deviation")}};
  const auto first = problem(s, a), second = problem(s, b);
  CHECK(first.units.offset == second.units.offset);
  CHECK(first.units.factor == second.units.factor);
  CHECK(first.test_mse(Matrix::Zero(1, 4)) == doctest::Approx(((100 - 2.0) * (100 - 2) + (-7 - 2.0) * (-7 - 2)) / 2));
  CHECK(first.unseen_power() == first.test_mse(Matrix::Zero(1, 4)));
}

TEST_CASE("matrix_problem: sensing measures the truth, rank-one matrices have norm 1") {
  for (const char* kind : {"dense", "rank_one"}) {
    const auto p = problem({{"task", std::string("sensing")}, {"sensing", std::string(kind)}, {"rows", std::int64_t{6}}, {"cols", std::int64_t{5}},
                            {"measurements", std::int64_t{40}}});
    Matrix g(6, 5);
    CHECK(p.task->evaluate(p.truth, g) < 1e-25);
    CHECK(p.task->evaluate(Matrix::Zero(6, 5), g) > 0.1);
    CHECK(p.observations == 40);
  }
}

TEST_CASE("matrix_problem: whitened regression has X^T X = m I, so its minimiser is Y^T X / m") {
  const auto p = problem({{"task", std::string("regression")}, {"rows", std::int64_t{3}}, {"cols", std::int64_t{5}}, {"samples", std::int64_t{12}},
                          {"whiten", true}, {"normalisation", std::string("half_mean")}});
  Matrix g(3, 5);
  // L(W) = 1/2 ||W - W*||_F^2: the gradient is W - W*
  const Matrix w = Matrix::Constant(3, 5, 0.3);
  CHECK(p.task->evaluate(w, g) == doctest::Approx(0.5 * (w - p.truth).squaredNorm()));
  CHECK((g - (w - p.truth)).norm() < 1e-12);
}

TEST_CASE("matrix_problem: noise has the stated size") {
  const Settings s = {{"rows", std::int64_t{60}}, {"cols", std::int64_t{60}}, {"observe", std::string("all")}, {"noise", 0.5}};
  const auto p = problem(s);
  CHECK((p.seen_matrix() - p.truth).norm() / p.truth.norm() == doctest::Approx(0.5).epsilon(0.05));
}

TEST_CASE("matrix_problem: inputs that do not fit are refused by name") {
  auto refused = [](const Settings& s, const Inputs& in) {
    auto p = make_matrix_problem(with(s), in, 1);
    REQUIRE(!p);
    return p.error();
  };
  Inputs wrong_mask = target({2, 2}, {1, 2, 3, 4});
  wrong_mask["mask"] = share(Dense{{2, 3}, std::vector<double>(6, 1)});
  CHECK(refused({}, wrong_mask).where == "mask");
  CHECK(refused({}, target({2, 2}, {kGap, kGap, kGap, kGap})).what.find("finite") != std::string::npos);
  CHECK(refused({{"task", std::string("regression")}}, {{"y", share(Dense{{3, 1}, {1, 2, 3}})}}).remedy.find("x") != std::string::npos);
  CHECK(refused({{"task", std::string("regression")}, {"whiten", true}, {"samples", std::int64_t{50}}}, {}).where == "whiten");
  CHECK(refused({{"task", std::string("sensing")}, {"measurements", std::int64_t{100000}}, {"rows", std::int64_t{4096}}, {"cols", std::int64_t{4096}}}, {}).where == "measurements");
}

TEST_CASE("matrix_problem: a target given by its entries is the same problem as the matrix with gaps, and no matrix is made of it") {
  Triplets ratings{4, 3, {2, 0, 3, 0, 2, 1}, {1, 2, 0, 0, 1, 1}, {9, 2, 3, 4, 5, kGap}, {}, {}};  // out of order; (2, 1) twice; one not finite
  const Inputs list = {{"target", share(ratings)}}, dense = target({4, 3}, {4, kGap, 2, kGap, kGap, kGap, kGap, 5, kGap, 3, kGap, kGap});
  for (const char* centering : {"none", "rows"}) {
    const Settings s = {{"observe", std::string("fraction")}, {"observed", 0.5}, {"centering", std::string(centering)}, {"noise", 0.1}};
    const auto a = problem(s, list), b = problem(s, dense);
    CHECK(a.truth.size() == 0);
    CHECK(a.seen.at == b.seen.at);
    CHECK(a.seen.value == b.seen.value);
    CHECK(a.unseen.at == b.unseen.at);
    const Matrix w = Matrix::Constant(4, 3, 0.5);
    CHECK(a.test_mse(w) == b.test_mse(w));
    CHECK(a.reconstruction_error(w) == doctest::Approx(b.reconstruction_error(w)).epsilon(1e-14));
    CHECK(a.truth_matrix()(2, 1) == 5);
    CHECK(std::isnan(a.truth_matrix()(1, 1)));
    CHECK_FALSE(a.truth_complete());
  }
}
