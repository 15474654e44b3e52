// The end-to-end map of a deep linear network: W = W_N ... W_1 over one flat weight vector (W_1 first, each column-major).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"
#include "tasks/matrix_task.h"

namespace rankscope {

class LayerProduct {
 public:
  explicit LayerProduct(std::vector<std::int64_t> widths);  ///< d_0 .. d_N

  int depth() const { return static_cast<int>(widths_.size()) - 1; }
  std::size_t size() const { return offsets_.back(); }  ///< number of weights
  MatrixMap layer(std::span<double> weights, int j) const;  ///< W_j of d_j x d_{j-1}, j = 1..N
  ConstMatrixMap layer(std::span<const double> weights, int j) const;

  /// Whether neither W nor G is formed by descend.
  bool by_factors(const MatrixTask& task, std::int64_t batch) const { return depth() > 1 && task.sampled(batch); }
  /// Whether W goes through a layer of at most half its width.
  bool narrow() const;
  /// W = left right at the narrowest layer.
  void split(std::span<const double> weights, Matrix& left, Matrix& right);
  /// W = L R as descend has it by factors.
  Factors factors(std::span<const double> weights);
  /// W, kept here until the next call.
  const Matrix& forward(std::span<const double> weights);
  const Matrix& end_to_end() const { return partial_.back(); }  ///< of the last forward
  /// The loss at these weights, of a batch (empty: all), and its gradient: dL/dW_j = (W_N ... W_{j+1})^T G (W_{j-1} ... W_1)^T from
  /// G = dL/dW. Where the task reads few entries of W, neither W nor G is formed. Allocates nothing after the first call.
  double descend(std::span<const double> weights, MatrixTask& task, std::span<const std::int64_t> batch, std::span<double> gradient);
  /// The way back from dL/dW at the weights of the last forward().
  void backward_from(std::span<const double> weights, ConstMatrixRef slope, std::span<double> gradient);
  double flops(std::int64_t entries) const;  ///< of one descend, the task's own aside, when W is read at so many entries; 0: at all

 private:
  std::size_t narrowest() const;
  void forward_to(std::span<const double> weights, int layers);
  ConstMatrixRef partial(std::span<const double> weights, int j) const;
  MatrixRef back(std::span<double> gradient, int j);
  void backward(std::span<const double> weights, std::span<double> gradient, int layers);

  std::vector<std::int64_t> widths_;
  std::vector<std::size_t> offsets_;
  // partial_[j-1] = W_j ... W_1 and back_[j-1] = (W_N ... W_{j+1})^T G, d_j x d_0; but W_1 and (unless it is all of W) G are read,
  // and the gradient of W_1 is written, where they are. Each is made when it is first needed.
  std::vector<Matrix> partial_, back_;
  Matrix last_t_, last_gradient_t_;  ///< W_N^T and its gradient, on the way by factors
};

}  // namespace rankscope
