#include "autodiff/operations.h"

#include <algorithm>
#include <cassert>

namespace rankscope {
namespace {

using Operation = Tape::Operation;

Tape::Node node_of(Operation operation, Var a, Eigen::Index rows, Eigen::Index cols) {
  Tape::Node n;
  n.operation = operation, n.a = a.tape().index(a), n.rows = rows, n.cols = cols;
  return n;
}

Var elementwise(Operation operation, Var a, Var b) {
  assert(a.rows() == b.rows() && a.cols() == b.cols() && "matrices of different shapes");
  Tape::Node n = node_of(operation, a, a.rows(), a.cols());
  n.b = a.tape().index(b);
  return a.tape().write(n);
}

Var elementwise(Operation operation, Var x, double number = 0) {
  Tape::Node n = node_of(operation, x, x.rows(), x.cols());
  n.number = number;
  return x.tape().write(n);
}

Var by_places(Operation operation, Var x, std::span<const std::int64_t> places, Eigen::Index rows, Eigen::Index cols, [[maybe_unused]] Eigen::Index below) {
  assert(std::all_of(places.begin(), places.end(), [&](std::int64_t k) { return k < below; }) && "a place out of range");
  Tape::Node n = node_of(operation, x, rows, cols);
  n.places = places;
  return x.tape().write(n);
}

}  // namespace

Var operator+(Var a, Var b) { return elementwise(Operation::Add, a, b); }
Var operator-(Var a, Var b) { return elementwise(Operation::Subtract, a, b); }
Var operator*(Var a, Var b) { return elementwise(Operation::Multiply, a, b); }
Var operator/(Var a, Var b) { return elementwise(Operation::Divide, a, b); }
Var operator*(double f, Var x) { return elementwise(Operation::Scale, x, f); }
Var operator+(Var x, double shift) { return elementwise(Operation::Shift, x, shift); }
Var relu(Var x) { return elementwise(Operation::Relu, x); }
Var step(Var x) { return elementwise(Operation::Step, x); }
Var abs(Var x) { return elementwise(Operation::Abs, x); }
Var sign(Var x) { return elementwise(Operation::Sign, x); }
Var sqrt(Var x) { return elementwise(Operation::Sqrt, x); }
Var reciprocal(Var x) { return elementwise(Operation::Reciprocal, x); }
Var exp(Var x) { return elementwise(Operation::Exp, x); }
Var log(Var x) { return elementwise(Operation::Log, x); }

Var product(Var a, Var b, Op op_a, Op op_b) {
  assert((op_a == Op::None ? a.cols() : a.rows()) == (op_b == Op::None ? b.rows() : b.cols()) && "inner sizes differ");
  Tape::Node n = node_of(Operation::Product, a, op_a == Op::None ? a.rows() : a.cols(), op_b == Op::None ? b.cols() : b.rows());
  n.b = a.tape().index(b), n.op_a = op_a, n.op_b = op_b;
  return a.tape().write(n);
}

Var product(const SparseMatrix& a, Var b, Op op_a) {
  assert((op_a == Op::None ? a.cols : a.rows) == b.rows() && "inner sizes differ");
  Tape::Node n = node_of(Operation::SparseProduct, b, op_a == Op::None ? a.rows : a.cols, b.cols());
  n.sparse = &a, n.op_a = op_a;
  return b.tape().write(n);
}

Var column_sums(Var x) { return x.tape().write(node_of(Operation::ColumnSums, x, 1, x.cols())); }
Var row_sums(Var x) { return x.tape().write(node_of(Operation::RowSums, x, x.rows(), 1)); }

Var repeat_rows(Var x, Eigen::Index rows) {
  assert(x.rows() == 1 && "more than one row");
  return x.tape().write(node_of(Operation::RepeatRows, x, rows, x.cols()));
}

Var repeat_columns(Var x, Eigen::Index cols) {
  assert(x.cols() == 1 && "more than one column");
  return x.tape().write(node_of(Operation::RepeatColumns, x, x.rows(), cols));
}

Var sum(Var x) { return row_sums(column_sums(x)); }
Var mean(Var x) { return 1 / static_cast<double>(x.rows() * x.cols()) * sum(x); }
Var row_maxima(Var x) { return x.tape().write(node_of(Operation::RowMaxima, x, x.rows(), 1)); }

Var transpose(Var x) { return x.tape().write(node_of(Operation::Transpose, x, x.cols(), x.rows())); }

Var reshape(Var x, Eigen::Index rows, Eigen::Index cols) {
  assert(rows * cols == x.rows() * x.cols() && "another number of entries");
  return x.tape().write(node_of(Operation::Reshape, x, rows, cols));
}

Var slice(Var x, Eigen::Index row, Eigen::Index col, Eigen::Index rows, Eigen::Index cols) {
  assert(row >= 0 && col >= 0 && row + rows <= x.rows() && col + cols <= x.cols() && "a block that is not inside");
  Tape::Node n = node_of(Operation::Slice, x, rows, cols);
  n.row = row, n.col = col;
  return x.tape().write(n);
}

Var place(Var x, Eigen::Index row, Eigen::Index col, Eigen::Index rows, Eigen::Index cols) {
  assert(row >= 0 && col >= 0 && row + x.rows() <= rows && col + x.cols() <= cols && "a block that is not inside");
  Tape::Node n = node_of(Operation::Place, x, rows, cols);
  n.row = row, n.col = col;
  return x.tape().write(n);
}

Var gather_rows(Var x, std::span<const std::int64_t> places) {
  return by_places(Operation::GatherRows, x, places, std::ssize(places), x.cols(), x.rows());
}

Var scatter_rows(Var x, std::span<const std::int64_t> places, Eigen::Index rows) {
  assert(std::ssize(places) == x.rows() && "a place for every row");
  return by_places(Operation::ScatterRows, x, places, rows, x.cols(), rows);
}

Var gather_columns(Var x, std::span<const std::int64_t> places) {
  return by_places(Operation::GatherColumns, x, places, x.rows(), std::ssize(places), x.cols());
}

Var scatter_columns(Var x, std::span<const std::int64_t> places, Eigen::Index cols) {
  assert(std::ssize(places) == x.cols() && "a place for every column");
  return by_places(Operation::ScatterColumns, x, places, x.rows(), cols, cols);
}

}  // namespace rankscope
