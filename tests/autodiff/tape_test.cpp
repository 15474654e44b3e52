#include "autodiff/tape.h"

#include <doctest/doctest.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <functional>
#include <utility>

#include "allocation_count.h"
#include "autodiff/finite_differences.h"
#include "autodiff/layers.h"
#include "autodiff/operations.h"

#if !defined(NDEBUG) && !defined(__EMSCRIPTEN__)
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace rankscope;

namespace {

ConstMatrixMap map(const Matrix& m) { return {m.data(), m.rows(), m.cols()}; }

}  // namespace

TEST_CASE("tape: a Hessian times a vector, where the Hessian is known") {
  // f(x) = x^T A x / 2 + sum x_i^4: the Hessian is A + diag(12 x_i^2)
  Rng rng(5);
  const Matrix half = test::normals(6, 6, rng), a = half + half.transpose(), x = test::normals(6, 1, rng), v = test::normals(6, 1, rng);
  Tape tape;
  const Var at = tape.leaf(map(x)), square = at * at;
  const Var f = 0.5 * product(at, product(tape.leaf(map(a)), at), Op::Transpose) + sum(square * square);
  const Var along = sum(tape.gradient(f, at) * tape.leaf(map(v)));
  const Matrix found = tape.gradient(along, at).value(), wanted = a * v + Matrix(12 * x.cwiseAbs2().cwiseProduct(v));
  CHECK((found - wanted).norm() < 1e-13 * wanted.norm());
}

TEST_CASE("tape: derivatives of every order of x^5") {
  Tape tape;
  const Matrix x = Matrix::Constant(1, 1, 1.5);
  const Var at = tape.leaf(map(x));
  Var y = at * at * at * at * at;
  double wanted = std::pow(1.5, 5);
  for (int order = 0; order <= 6; ++order) {
    CHECK(y.number() == doctest::Approx(wanted));
    y = tape.gradient(y, at);
    wanted *= (5 - order) / 1.5;
  }
}

TEST_CASE("tape: what y does not depend on has the gradient 0, what stands in between has its own, and a mean over a batch that of its rows") {
  Tape tape;
  Rng rng(2);
  const Matrix x = test::normals(3, 2, rng), z = test::normals(2, 2, rng);
  const Var at = tape.leaf(map(x)), other = tape.leaf(map(z)), between = at * at, y = sum(between * between), after = 2 * y;
  const Var asked[] = {other, between, at, after};
  Var out[4];
  tape.gradient(y, asked, out);
  CHECK(out[0].value() == Matrix::Zero(2, 2));
  CHECK(out[1].value().isApprox(2 * x.cwiseAbs2()));
  CHECK(out[2].value().isApprox(4 * x.cwiseAbs2().cwiseProduct(x)));
  CHECK(out[3].value() == Matrix::Zero(1, 1));
  CHECK(tape.gradient(y, y).number() == 1);
  CHECK(tape.gradient(sum(step(2 * (at + at))), at).value() == Matrix::Zero(3, 2));
}

TEST_CASE("tape: the bits of a gradient do not depend on the order in which a compiler takes the operands") {
  Rng rng(8);
  const Matrix x = test::normals(20, 1, rng), w = test::normals(20, 20, rng);
  const auto gradients = [&](bool turned) {
    Tape tape;
    const Var at = tape.leaf(map(x)), by = tape.leaf(map(w));
    Var parts[4];  // four ways to x, written in one order or the other, and put together in the same one
    for (int k = 0; k < 4; ++k) {
      const int which = turned ? 3 - k : k;
      if (which == 0) parts[0] = product(by, at);
      if (which == 1) parts[1] = exp(at);
      if (which == 2) parts[2] = at * at;
      if (which == 3) parts[3] = product(by, at * at, Op::Transpose);
    }
    const Var y = sum(((parts[0] * parts[1]) + parts[2]) * (parts[3] + parts[1]));
    const Var g = tape.gradient(y, at);
    const Matrix first = g.value(), second = tape.gradient(sum(g * g), at).value();
    return std::pair(first, second);
  };
  CHECK(gradients(false).first == gradients(true).first);
  CHECK(gradients(false).second == gradients(true).second);
}

TEST_CASE("tape: a training loop allocates nothing once it has gone round, gradients of gradients included") {
  Rng rng(9);
  const Matrix data = test::normals(40, 12, rng), targets = test::normals(40, 3, rng);
  Matrix w1 = test::normals(8, 12, rng), b1 = test::normals(1, 8, rng), w2 = test::normals(3, 8, rng);
  const std::vector<std::int64_t> batches[] = {{1, 5, 7, 20, 33}, {0, 2, 6, 39, 21}, {4}};
  Tape tape;
  const SparseMatrix s = sparse_matrix(3, 3, {{0, 1, 2.0}, {2, 2, -1.0}});
  const auto turn = [&](int k) {
    tape.clear();
    const std::vector<std::int64_t>& rows = batches[k % 3];
    const Var weights[] = {tape.leaf(map(w1)), tape.leaf(map(b1)), tape.leaf(map(w2))};
    const Var y = product(linear(relu(linear(gather_rows(tape.leaf(map(data)), rows), weights[0], weights[1])), weights[2]), tape.constant(3, 3, 0.5));
    const Var loss = mean_square_error(y, gather_rows(tape.leaf(map(targets)), rows)) + 1e-3 * sum(product(s, weights[2]) * weights[2]);
    Var g[3], gg[3];
    tape.gradient(loss, weights, g);
    tape.gradient(sum(g[0] * g[0]), weights, gg);
    w1 -= 1e-3 * gg[0].value();
    return tape.size();
  };
  for (int k = 0; k < 6; ++k) turn(k);
  const std::int64_t before = allocation_count();
  std::size_t nodes = 0;
  for (int k = 0; k < 9; ++k) nodes = turn(k);
  CHECK(allocation_count() == before);
  CHECK(nodes > 30);
}

#if !defined(NDEBUG) && !defined(__EMSCRIPTEN__)
TEST_CASE("tape: misuse is asserted") {
  const auto dies = [](const std::function<void(Tape&, Var)>& misuse) {
    const pid_t child = fork();
    if (child == 0) {
      std::signal(SIGABRT, SIG_DFL);  // doctest would report it
      if (!std::freopen("/dev/null", "w", stderr)) _exit(0);
      Tape tape;
      misuse(tape, tape.constant(2, 3, 1));
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
  };
  CHECK(!dies([](Tape& t, Var x) { (void)t.gradient(sum(x + x), x); }));
  CHECK(dies([](Tape& t, Var x) { (void)(x + t.constant(3, 2, 1)); }));
  CHECK(dies([](Tape&, Var x) { (void)product(x, x); }));
  CHECK(dies([](Tape& t, Var x) { (void)t.gradient(x, x); }));  // not a number
  CHECK(dies([](Tape&, Var x) {
    Tape other;
    (void)(x + other.constant(2, 3, 1));
  }));
  CHECK(dies([](Tape& t, Var x) {
    t.clear();
    (void)t.constant(2, 3, 1);
    (void)relu(x);
  }));
  CHECK(dies([](Tape&, Var x) { (void)reshape(x, 4, 2); }));
  CHECK(dies([](Tape&, Var x) { (void)slice(x, 1, 1, 2, 2); }));
  CHECK(dies([](Tape&, Var x) { (void)place(x, 1, 0, 2, 3); }));
  CHECK(dies([](Tape&, Var x) { (void)repeat_rows(x, 4); }));
  CHECK(dies([](Tape&, Var x) { (void)repeat_columns(x, 4); }));
  CHECK(dies([](Tape&, Var x) {
    const std::vector<std::int64_t> rows = {0, 2};
    (void)gather_rows(x, rows);
  }));
  CHECK(dies([](Tape&, Var x) {
    const std::vector<std::int64_t> columns = {0, 1};
    (void)scatter_columns(x, columns, 3);
  }));
  CHECK(dies([](Tape&, Var) { (void)sparse_matrix(2, 2, {{2, 0, 1}}); }));
  CHECK(dies([](Tape&, Var x) { (void)product(sparse_matrix(2, 3, {}), x); }));
  CHECK(dies([](Tape&, Var) { Convolution({1, 3, 3}, 2, 5); }));
}
#endif
