// Reverse-mode differentiation of dense matrices: a computation is written on a tape, and gradient() writes the backward pass on the same
// tape, of the same operations, so that what it returns can be differentiated again. What can be written is in autodiff/operations.h.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "autodiff/arena.h"
#include "autodiff/sparse.h"
#include "math/matrix.h"
#include "math/product.h"

namespace rankscope {

class Tape;

/// A matrix on a tape; of no use after Tape::clear.
class Var {
 public:
  Var() = default;  ///< none
  Eigen::Index rows() const;
  Eigen::Index cols() const;
  ConstMatrixMap value() const;
  double number() const;  ///< of a 1 x 1
  Tape& tape() const { return *tape_; }

 private:
  friend class Tape;
  Var(Tape* tape, std::int32_t index, std::uint32_t generation) : tape_(tape), index_(index), generation_(generation) {}

  Tape* tape_ = nullptr;
  std::int32_t index_ = -1;
  std::uint32_t generation_ = 0;  ///< how often the tape had been cleared
};

/// A loop that clears the tape and writes the same again allocates nothing after the first turn.
class Tape {
 public:
  /// Refers to `values`, which must stay as they are until clear().
  Var leaf(ConstMatrixMap values);
  Var constant(Eigen::Index rows, Eigen::Index cols, double value);

  /// out_i = dy/dx_i, y being 1 x 1: a matrix of x_i's shape that can be differentiated in turn; zeros where y does not depend on x_i.
  /// Its bits depend on what is made of what, not on the order in which it was written.
  /// The derivative of |x| and relu(x) at 0 is taken to be 0, and their second derivative 0 everywhere.
  void gradient(Var y, std::span<const Var> x, std::span<Var> out);
  Var gradient(Var y, Var x);

  void clear();
  std::size_t size() const { return nodes_.size(); }

  // --- for autodiff/operations.cpp, which checks what it writes ---
  enum class Operation : std::uint8_t {
    Given, Add, Subtract, Multiply, Divide, Scale, Shift, Product, SparseProduct, ColumnSums, RowSums, RepeatRows, RepeatColumns,
    Relu, Step, Abs, Sign, Sqrt, Reciprocal, Exp, Log, RowMaxima, Reshape, Transpose, Slice, Place, GatherRows, ScatterRows, GatherColumns, ScatterColumns,
  };
  struct Node {
    Operation operation = Operation::Given;
    Op op_a = Op::None, op_b = Op::None;  ///< of a product
    std::int32_t a = -1, b = -1;          ///< operands
    Eigen::Index rows = 0, cols = 0;
    Eigen::Index row = 0, col = 0;        ///< of Slice and Place
    double number = 0;                    ///< of Scale and Shift
    std::span<const std::int64_t> places{};  ///< of Gather and Scatter
    const SparseMatrix* sparse = nullptr;
    const double* value = nullptr;
  };
  std::int32_t index(Var x) const;
  const Node& node(Var x) const { return nodes_[static_cast<std::size_t>(index(x))]; }
  /// Takes the memory and computes the value.
  Var write(Node node);

 private:
  friend class Var;
  void evaluate(const Node& node, double* out) const;
  void arrange(std::int32_t last);
  void backward(std::int32_t at);
  void send(std::int32_t to, Var gradient);
  Var var(std::int32_t at) { return {this, at, generation_}; }
  ConstMatrixMap matrix(std::int32_t at) const;

  std::vector<Node> nodes_;
  Arena arena_;
  std::uint32_t generation_ = 0;
  std::vector<char> needed_;            ///< of gradient(): whether the node depends on what is asked for
  std::vector<std::int32_t> adjoint_;   ///< of gradient(): the node that is dy/d this one; -1: none yet
  std::vector<std::int32_t> order_, path_;  ///< of arrange()
  std::vector<char> visits_;
};

}  // namespace rankscope
