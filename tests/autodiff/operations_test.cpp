// Every operation's value, gradient and gradient of its gradient.
#include "autodiff/operations.h"

#include <array>
#include <cmath>
#include <limits>

#include "autodiff/finite_differences.h"

using namespace rankscope;
using test::check_derivatives;
using test::Shape;
using Arguments = std::span<const Var>;

namespace {

const std::vector<Shape> kShapes = {{1, 1}, {1, 5}, {4, 1}, {3, 4}, {6, 5}};

double positive(double x) { return 0.5 + std::abs(x); }
double not_small(double x) { return x < 0 ? x - 0.3 : x + 0.3; }

}  // namespace

TEST_CASE("operations: elementwise ones have the derivatives of finite differences, twice") {
  for (const Shape& s : kShapes) {
    check_derivatives("+", [](Tape&, Arguments x) { return x[0] * x[0] + x[1]; }, {s, s});
    check_derivatives("-", [](Tape&, Arguments x) { return x[0] - x[1] * x[1]; }, {s, s});
    check_derivatives("*", [](Tape&, Arguments x) { return x[0] * x[1]; }, {s, s});
    check_derivatives("x * x", [](Tape&, Arguments x) { return x[0] * x[0] * x[0]; }, {s});
    check_derivatives("/", [](Tape&, Arguments x) { return x[0] / x[1]; }, {s, s}, not_small);
    check_derivatives("scale", [](Tape&, Arguments x) { return -2.5 * (x[0] * x[0]); }, {s});
    check_derivatives("shift", [](Tape&, Arguments x) { return (x[0] + 0.7) * (x[0] + 0.7); }, {s});
    check_derivatives("relu", [](Tape&, Arguments x) { return relu(x[0]) * x[0]; }, {s}, not_small);
    check_derivatives("step", [](Tape&, Arguments x) { return step(x[0]) * x[0] * x[0]; }, {s}, not_small);
    check_derivatives("abs", [](Tape&, Arguments x) { return abs(x[0]) * x[0]; }, {s}, not_small);
    check_derivatives("sign", [](Tape&, Arguments x) { return sign(x[0]) * x[0] * x[0]; }, {s}, not_small);
    check_derivatives("sqrt", [](Tape&, Arguments x) { return sqrt(x[0]); }, {s}, positive);
    check_derivatives("reciprocal", [](Tape&, Arguments x) { return reciprocal(x[0]); }, {s}, positive);
    check_derivatives("exp", [](Tape&, Arguments x) { return exp(x[0]); }, {s});
    check_derivatives("log", [](Tape&, Arguments x) { return log(x[0]); }, {s}, positive);
  }
}

TEST_CASE("operations: products have the derivatives of finite differences, twice, with every pair of transposes") {
  for (const auto& [m, k, n] : {std::array<Eigen::Index, 3>{1, 1, 1}, {1, 3, 2}, {4, 1, 3}, {3, 5, 1}, {5, 4, 6}})
    for (Op a : {Op::None, Op::Transpose})
      for (Op b : {Op::None, Op::Transpose}) {
        const Shape left = a == Op::None ? Shape{m, k} : Shape{k, m}, right = b == Op::None ? Shape{k, n} : Shape{n, k};
        check_derivatives("product", [=](Tape&, Arguments x) { return product(x[0], x[1], a, b); }, {left, right});
        check_derivatives("product of squares", [=](Tape&, Arguments x) { return product(x[0] * x[0], x[1] * x[1], a, b); }, {left, right});
      }
}

TEST_CASE("operations: a sparse product is the dense one, and so are its derivatives") {
  const SparseMatrix s = sparse_matrix(4, 3, {{2, 1, 0.5}, {0, 2, -1.5}, {0, 0, 2}, {3, 1, 1}, {2, 1, 0.25}});  // row 1 is empty, one place is twice
  CHECK(s.value == std::vector<double>{2, -1.5, 0.75, 1});
  Matrix dense(4, 3);
  dense << 2, 0, -1.5, 0, 0, 0, 0, 0.75, 0, 0, 1, 0;
  Rng rng(3);
  for (Eigen::Index cols : {1, 4})
    for (Op op : {Op::None, Op::Transpose}) {
      const Matrix x = test::normals(op == Op::None ? 3 : 4, cols, rng);
      Matrix found(op == Op::None ? 4 : 3, cols), wanted(found.rows(), cols);
      multiply(found, s, x, op);
      multiply_plain(wanted, dense, x, op);
      CHECK(found == wanted);
      check_derivatives("sparse product", [&s, op](Tape&, Arguments v) { return product(s, v[0] * v[0], op); }, {{x.rows(), cols}});
    }
}

TEST_CASE("operations: sums, repeats, blocks and places have the derivatives of finite differences, twice") {
  for (const Shape& s : kShapes) {
    const auto square = [](Var x) { return x * x; };
    check_derivatives("column_sums", [&](Tape&, Arguments x) { return square(column_sums(square(x[0]))); }, {s});
    check_derivatives("row_sums", [&](Tape&, Arguments x) { return square(row_sums(square(x[0]))); }, {s});
    check_derivatives("sum", [&](Tape&, Arguments x) { return square(sum(square(x[0]))); }, {s});
    check_derivatives("mean", [&](Tape&, Arguments x) { return square(mean(square(x[0]))); }, {s});
    check_derivatives("repeat_rows", [&](Tape&, Arguments x) { return square(x[1]) * repeat_rows(square(x[0]), x[1].rows()); }, {{1, s.second}, s});
    check_derivatives("repeat_columns", [&](Tape&, Arguments x) { return square(x[1]) * repeat_columns(square(x[0]), x[1].cols()); }, {{s.first, 1}, s});
    check_derivatives("transpose", [&](Tape&, Arguments x) { return square(transpose(x[0])) * x[1]; }, {s, {s.second, s.first}});
    check_derivatives("reshape", [&](Tape&, Arguments x) { return square(reshape(x[0], 1, x[0].rows() * x[0].cols())); }, {s});
    check_derivatives("place", [&](Tape&, Arguments x) { return square(place(square(x[0]), 1, 2, x[0].rows() + 1, x[0].cols() + 3)); }, {s});
    const std::vector<std::int64_t> rows = {s.first - 1, -1, 0, 0}, cols = {-1, s.second - 1, s.second - 1, 0, -1};
    check_derivatives("gather_rows", [&](Tape&, Arguments x) { return square(gather_rows(square(x[0]), rows)); }, {s});
    check_derivatives("gather_columns", [&](Tape&, Arguments x) { return square(gather_columns(square(x[0]), cols)); }, {s});
    std::vector<std::int64_t> down, across;
    for (Eigen::Index i = 0; i < s.first; ++i) down.push_back(i == 1 ? -1 : i / 2);
    for (Eigen::Index j = 0; j < s.second; ++j) across.push_back(j == 1 ? -1 : 3 - j % 2);
    check_derivatives("scatter_rows", [&](Tape&, Arguments x) { return square(scatter_rows(square(x[0]), down, 4)); }, {s});
    check_derivatives("scatter_columns", [&](Tape&, Arguments x) { return square(scatter_columns(square(x[0]), across, 5)); }, {s});
  }
  check_derivatives("slice", [](Tape&, Arguments x) { return slice(x[0], 1, 2, 3, 2) * slice(x[0], 2, 0, 3, 2); }, {{5, 4}});
  check_derivatives("slice of all", [](Tape&, Arguments x) { return slice(x[0], 0, 0, 1, 1) * x[0]; }, {{1, 1}});
}

TEST_CASE("operations: values are those of the definition") {
  Tape tape;
  Matrix x(2, 3), y(2, 3);
  x << 1, -2, 3, 0, 5, -6;
  y << 2, 4, -1, 8, 0.5, 3;
  const Var a = tape.leaf(ConstMatrixMap(x.data(), 2, 3)), b = tape.leaf(ConstMatrixMap(y.data(), 2, 3));
  CHECK((a + b).value() == x + y);
  CHECK((a - b).value() == x - y);
  CHECK((a * b).value() == x.cwiseProduct(y));
  CHECK((a / b).value() == x.cwiseQuotient(y));
  CHECK((2 * a).value() == 2 * x);
  CHECK((a + 2).value() == (x.array() + 2).matrix());
  CHECK(relu(a).value() == x.cwiseMax(0));
  CHECK(step(a).value() == (x.array() > 0).cast<double>().matrix());
  CHECK(sign(a).value() == x.cwiseSign());
  CHECK(abs(a).value() == x.cwiseAbs());
  CHECK(column_sums(a).value() == x.colwise().sum());
  CHECK(row_sums(a).value() == x.rowwise().sum());
  CHECK(sum(a).number() == 1);
  CHECK(mean(a).number() == doctest::Approx(1.0 / 6));
  CHECK(row_maxima(a).value() == x.rowwise().maxCoeff());
  CHECK(tape.gradient(sum(row_maxima(a) * row_sums(a)), a).value() == (Matrix(2, 3) << 3, 3, 3, 5, 5, 5).finished());  // the maxima as constants
  CHECK(transpose(a).value() == x.transpose());
  CHECK(reshape(a, 3, 2).value() == Matrix(x.reshaped(3, 2)));
  CHECK(slice(a, 1, 1, 1, 2).value() == x.block(1, 1, 1, 2));
  CHECK(sqrt(abs(a)).value() == x.cwiseAbs().cwiseSqrt());
  const std::vector<std::int64_t> columns = {2, -1, 0, 2};
  Matrix gathered(2, 4), scattered(2, 3);
  gathered << 3, 0, 1, 3, -6, 0, 0, -6;
  CHECK(gather_columns(a, columns).value() == gathered);
  scattered << 1, 0, 6, 0, 0, -12;
  CHECK(scatter_columns(gather_columns(a, columns), columns, 3).value() == scattered);
  const std::vector<std::int64_t> rows = {1, 1, -1};
  Matrix turned(3, 3);
  turned << 0, 5, -6, 0, 5, -6, 0, 0, 0;
  CHECK(gather_rows(a, rows).value() == turned);
  CHECK(scatter_rows(tape.leaf(ConstMatrixMap(turned.data(), 3, 3)), rows, 2).value() == (Matrix(2, 3) << 0, 0, 0, 0, 10, -12).finished());
  for (Eigen::Index k = 0; k < 6; ++k) {
    CHECK(exp(a).value().data()[k] == doctest::Approx(std::exp(x.data()[k])).epsilon(1e-14));
    CHECK(log(abs(b)).value().data()[k] == doctest::Approx(std::log(std::abs(y.data()[k]))).epsilon(1e-14));
  }
}

TEST_CASE("operations: what is no number stays none, and logarithms end where they should") {
  Tape tape;
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  CHECK(std::isnan(relu(tape.constant(1, 1, nan)).number()));
  CHECK(std::isnan(log(tape.constant(1, 1, -1)).number()));
  CHECK(std::isnan(log(tape.constant(1, 1, nan)).number()));
  CHECK(log(tape.constant(1, 1, 0)).number() == -infinity);
  CHECK(log(tape.constant(1, 1, infinity)).number() == infinity);
  CHECK(log(tape.constant(1, 1, 1e-310)).number() == doctest::Approx(std::log(1e-310)));
  CHECK(exp(tape.constant(1, 1, 1000)).number() == infinity);
}
