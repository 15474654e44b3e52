// The end-to-end map of a tensor factorization: named blocks of one flat weight vector, and the two halves of a matricization of the
// tensor, W = L R, by which it is evaluated and differentiated. The fit sees that matrix: a tensor task is a matrix task.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "math/tensor.h"
#include "tasks/matrix_task.h"

namespace rankscope {

/// One array of weights, row-major, with the name it has in a state.
struct Block {
  std::string name;
  Shape shape;
};

class TensorMap {
 public:
  TensorMap(Layout layout, std::vector<Block> blocks);
  virtual ~TensorMap() = default;

  const Layout& layout() const { return layout_; }
  const std::vector<Block>& blocks() const { return blocks_; }
  std::size_t size() const { return offsets_.back(); }  ///< number of weights
  std::span<double> block(std::span<double> weights, std::size_t b) const { return weights.subspan(offsets_[b], offsets_[b + 1] - offsets_[b]); }
  std::span<const double> block(std::span<const double> weights, std::size_t b) const { return weights.subspan(offsets_[b], offsets_[b + 1] - offsets_[b]); }
  /// A block as a column-major matrix: its last index is the row, all others the column (row-major). A block d x R is so R x d.
  MatrixMap matrix(std::span<double> weights, std::size_t b) const;
  ConstMatrixMap matrix(std::span<const double> weights, std::size_t b) const;

  /// k: the inner dimension of W = L R.
  virtual std::int64_t inner() const = 0;
  /// Makes the halves at these weights. Allocates nothing after the first call, as backward().
  virtual void evaluate(std::span<const double> weights) = 0;
  /// L^T (k x rows) and R (k x cols) of the last evaluate().
  virtual Factors halves() const = 0;
  /// The way back from dL/d(halves) at the weights of the last evaluate(): writes all of dL/dweights.
  virtual void backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) = 0;
  /// Floating-point operations of evaluate(), and of backward().
  virtual double evaluate_flops() const = 0;
  virtual double backward_flops() const = 0;

  /// W, kept here until the next call.
  const Matrix& forward(std::span<const double> weights);
  const Matrix& end_to_end() const { return w_; }  ///< of the last forward
  /// The loss of a batch (empty: all) at these weights, and its gradient. Where the task reads few entries of W, it is not formed.
  double descend(std::span<const double> weights, MatrixTask& task, std::span<const std::int64_t> batch, std::span<double> gradient);
  /// The way back from dL/dW at the weights of the last forward().
  void backward_from(std::span<const double> weights, const Matrix& slope, std::span<double> gradient);

  /// Of one evaluation of the task's loss, and of the gradient besides: with W formed (entries = 0), or read at so many entries.
  double forward_flops(std::int64_t entries) const;
  double gradient_flops(std::int64_t entries) const;

 private:
  Layout layout_;
  std::vector<Block> blocks_;
  std::vector<std::size_t> offsets_;
  Matrix w_, slope_, left_slope_, right_slope_;
};

}  // namespace rankscope
