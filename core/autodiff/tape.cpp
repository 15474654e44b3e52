#include "autodiff/tape.h"

#include <algorithm>
#include <cassert>

namespace rankscope {

Eigen::Index Var::rows() const { return tape_->node(*this).rows; }
Eigen::Index Var::cols() const { return tape_->node(*this).cols; }
ConstMatrixMap Var::value() const { return tape_->matrix(tape_->index(*this)); }

double Var::number() const {
  assert(rows() == 1 && cols() == 1);
  return value()(0, 0);
}

std::int32_t Tape::index(Var x) const {
  assert(x.tape_ == this && "a matrix of another tape, or none");
  assert(x.generation_ == generation_ && "a matrix from before the tape was cleared");
  return x.index_;
}

ConstMatrixMap Tape::matrix(std::int32_t at) const {
  const Node& n = nodes_[static_cast<std::size_t>(at)];
  return {n.value, n.rows, n.cols};
}

Var Tape::leaf(ConstMatrixMap values) {
  Node n;
  n.rows = values.rows(), n.cols = values.cols(), n.value = values.data();
  return write(n);
}

Var Tape::constant(Eigen::Index rows, Eigen::Index cols, double value) {
  Node n;
  n.rows = rows, n.cols = cols;
  double* out = arena_.take(static_cast<std::size_t>(rows * cols));
  std::fill(out, out + rows * cols, value);
  n.value = out;
  return write(n);
}

Var Tape::write(Node n) {
  assert(n.rows > 0 && n.cols > 0);
  if (n.operation == Operation::Reshape) n.value = nodes_[static_cast<std::size_t>(n.a)].value;
  if (!n.value) {
    double* out = arena_.take(static_cast<std::size_t>(n.rows * n.cols));
    evaluate(n, out);
    n.value = out;
  }
  nodes_.push_back(n);
  return var(static_cast<std::int32_t>(nodes_.size()) - 1);
}

void Tape::clear() {
  nodes_.clear();
  arena_.clear();
  ++generation_;
}

}  // namespace rankscope
