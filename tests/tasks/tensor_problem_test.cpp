#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "math/rng.h"
#include "math/svd_values.h"
#include "tasks/batches.h"
#include "tasks/tensor_problem.h"
#include "tasks/tensor_target.h"

using namespace rankscope;

namespace {

Settings complete_with(std::initializer_list<std::pair<const std::string, Value>> some) {
  std::vector<Param> params(tensor_problem_params().begin(), tensor_problem_params().end());
  for (auto list : {loss_params(), batch_params()}) params.insert(params.end(), list.begin(), list.end());
  auto all = complete(params, Settings(some));
  REQUIRE(bool(all));
  return std::move(*all);
}

Layout natural(const Shape& shape) {
  Layout out{shape, {}, 1};
  for (std::size_t n = 0; n < shape.size(); ++n) out.order.push_back(static_cast<int>(n));
  return out;
}

Data counted(Shape shape) {
  Dense d{std::move(shape), {}};
  for (std::int64_t k = 0; k < d.size(); ++k) d.data.push_back(static_cast<double>(k % 7) - 2.5);
  return share(std::move(d));
}

std::string refused(const Settings& s, const Inputs& in) {
  auto shape = tensor_shape(s, in);
  if (!shape) return shape.error().where + ": " + shape.error().what;
  auto made = make_tensor_problem(s, in, 1, natural(shape->shape));
  return made ? "" : made.error().where + ": " + made.error().what;
}

std::int64_t rank_of(const TensorTarget& t, const Shape& shape, const Modes& rows) {
  SpectrumSolver solver;
  REQUIRE(solver.compute(matricize(t.tensor, shape, rows)));
  const Vector& s = solver.svd().s;
  std::int64_t rank = 0;
  for (double x : s) rank += x > 1e-10 * s[0];
  return rank;
}

}  // namespace

TEST_CASE("tensor_problem: drawn targets have the ranks of their form and the norm that is asked") {
  const Shape shape{4, 5, 4, 3};
  for (const char* form : {"cp", "tucker", "tensor_train", "hierarchical"}) {
    CAPTURE(form);
    const TensorTarget t = draw_target(shape, form, 2, 3.5, 9, 1);
    double squares = 0;
    for (double x : t.tensor) squares += x * x;
    CHECK(std::sqrt(squares) == doctest::Approx(3.5));
    CHECK(rank_of(t, shape, {0}) == 2);
    CHECK(rank_of(t, shape, {3}) == 2);
    CHECK(rank_of(t, shape, {0, 1}) == (std::string(form) == "tucker" ? 4 : 2));
    // the pair that belongs to no tree of neighbours; it cuts every bond of a train
    CHECK(rank_of(t, shape, {0, 2}) == (std::string(form) == "cp" ? 2 : std::string(form) == "tensor_train" ? 8 : 4));
  }
  // The norms of a target's own components are those that it is made of: a single one has all of the norm.
  const TensorTarget one = draw_target(shape, "cp", 1, 3.5, 9, 1);
  REQUIRE(one.components.size() == 1);
  CHECK(one.components[0] == doctest::Approx(3.5));
  CHECK(draw_target(shape, "tucker", 2, 1, 9, 1).components.empty());
}

TEST_CASE("tensor_problem: what is observed, unseen and measured, by the definitions") {
  const Settings s = complete_with({{"sizes", std::vector<std::int64_t>{3, 4, 2}}, {"observed", 0.25}});
  const Shape shape{3, 4, 2};
  auto p = make_tensor_problem(s, {}, 4, Layout{shape, {2, 0, 1}, 1});
  REQUIRE(bool(p));
  CHECK(p->seen.size() == 6);
  CHECK(p->unseen.size() == 18);
  // the task reads exactly the seen entries: moving any other leaves the loss as it is
  Matrix w(12, 2), g(12, 2);
  p->layout.from_natural(p->truth, {w.data(), 24});
  CHECK(p->task->evaluate(w, g) == 0);
  for (std::int64_t k = 0; k < 24; ++k) {
    const bool seen = std::find(p->seen.begin(), p->seen.end(), k) != p->seen.end();
    Matrix moved = w;
    moved.data()[p->layout.place(k)] += 1;
    CHECK(p->task->evaluate(moved, g) == doctest::Approx(seen ? 1.0 / 6 : 0.0));
  }
  std::vector<double> zero(24, 0.0);
  CHECK(p->test_mse(zero) == doctest::Approx(p->unseen_power()));
  CHECK(p->test_mse(p->truth) == 0);
  CHECK(p->reconstruction_error(zero) == doctest::Approx(1));
}

TEST_CASE("tensor_problem: rank-one sensing by two halves is sensing by the whole outer products") {
  const Shape shape{3, 2, 4};
  const Layout layout{shape, {1, 0, 2}, 2};
  Settings s = complete_with({{"sizes", shape}, {"task", std::string("sensing")}, {"sensing", std::string("rank_one")}, {"measurements", std::int64_t{5}}});
  auto p = make_tensor_problem(s, {}, 4, layout);
  REQUIRE(bool(p));
  const std::span<const double> y = p->task->observed();
  REQUIRE(y.size() == 5);
  // A_i, entry by entry, from what the task says of the unit tensors
  Matrix all(24, 5);
  for (Eigen::Index k = 0; k < 24; ++k) {
    Matrix unit = Matrix::Zero(4, 6);
    unit.data()[k] = 1;
    Vector out(5);
    p->task->observe(unit, out);
    all.row(k) = out.transpose();
  }
  for (Eigen::Index i = 0; i < 5; ++i) CHECK(all.col(i).norm() == doctest::Approx(1));
  const auto dense = sensing_task(all, Eigen::Map<const Vector>(y.data(), 5), make_loss(s, 5));
  Rng rng(3);
  Matrix w(4, 6), g(4, 6), h(4, 6);
  for (Eigen::Index k = 0; k < 24; ++k) w.data()[k] = rng.normal();
  for (const std::vector<std::int64_t>& batch : {std::vector<std::int64_t>{}, {0, 3}}) {
    CHECK(p->task->evaluate(w, g, batch) == doctest::Approx(dense->evaluate(w, h, batch)).epsilon(1e-13));
    CHECK((g - h).norm() < 1e-13 * h.norm());
  }
  // each is an outer product: every matricization of it has rank one
  for (Eigen::Index i = 0; i < 5; ++i) {
    std::vector<double> natural_order(24);
    layout.to_natural({all.col(i).data(), 24}, natural_order);
    for (const Modes& rows : {Modes{0}, Modes{1}, Modes{2}}) CHECK(rank_of({natural_order, {}}, shape, rows) == 1);
  }
}

TEST_CASE("tensor_problem: what does not fit is refused by the input's name") {
  const Settings completion = complete_with({}), sensing = complete_with({{"task", std::string("sensing")}});
  CHECK(refused(complete_with({{"sizes", std::vector<std::int64_t>{5}}}), {}) == "sizes: has 1 mode");
  CHECK(refused(complete_with({{"sizes", std::vector<std::int64_t>(17, 1)}}), {}) == "sizes: has 17 modes");
  CHECK(refused(complete_with({{"sizes", std::vector<std::int64_t>{4096, 4096, 4096}}}), {}) == "sizes: 4096 x 4096 x 4096 has more than 2e7 entries");
  CHECK(refused(completion, {{"target", counted({5})}}) == "target: has 1 mode");
  CHECK(refused(completion, {{"target", counted({2, 0, 3})}}) == "target: has the shape 2 x 0 x 3");
  CHECK(refused(completion, {{"target", share(Triplets{2, 2, {0}, {0}, {1.0}, {}, {}})}}) == "target: is not one array of numbers");
  CHECK(refused(completion, {{"target", share(Dense{{2, 2}, std::vector<double>(4, std::nan(""))})}}) == "target: has no finite entry");
  CHECK(refused(completion, {{"target", counted({2, 3, 2})}, {"mask", counted({2, 3})}}) == "mask: is 2 x 3");
  CHECK(refused(completion, {{"target", counted({2, 2})}, {"mask", share(Dense{{2, 2}, {0, 0, 0, 0}})}}) == "mask: observes no known entry");
  CHECK(refused(completion, {{"measurements", counted({2, 3, 2})}}) == "measurements: is not used by completion");
  CHECK(refused(sensing, {{"mask", counted({2, 3})}}) == "mask: is not used by sensing");
  CHECK(refused(sensing, {{"measurements", counted({4, 3})}}) == "measurements: has the shape 4 x 3");
  CHECK(refused(sensing, {{"measurements", counted({4, 3, 2})}, {"targets", counted({3})}}) == "targets: has 3 numbers");
  CHECK(refused(sensing, {{"measurements", counted({4, 3, 2})}, {"target", counted({2, 3})}}) == "measurements: are of 3 x 2");
  CHECK(refused(sensing, {{"measurements", share(Dense{{1, 2, 2}, {1, 2, 3, std::nan("")}})}}) == "measurements: has entries that are not finite");
  CHECK(refused(sensing, {{"target", share(Dense{{2, 2}, {1, 2, 3, std::nan("")}})}}) == "target: has gaps");
  CHECK(refused(complete_with({{"task", std::string("sensing")}, {"sizes", std::vector<std::int64_t>{100, 100, 100}}}), {}) == "measurements: asks for more than 5e7 numbers");
}
