// The end-to-end map of a deep linear network: W = W_N ... W_1 over one flat weight vector (W_1 first, each column-major).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "math/matrix.h"

namespace rankscope {

class LayerProduct {
 public:
  explicit LayerProduct(std::vector<std::int64_t> widths);  ///< d_0 .. d_N

  int depth() const { return static_cast<int>(widths_.size()) - 1; }
  std::size_t size() const { return offsets_.back(); }  ///< number of weights
  MatrixMap layer(std::span<double> weights, int j) const;  ///< W_j of d_j x d_{j-1}, j = 1..N
  ConstMatrixMap layer(std::span<const double> weights, int j) const;

  /// W, kept here until the next call with W_j ... W_1 for every j.
  const Matrix& forward(std::span<const double> weights);
  const Matrix& end_to_end() const { return partial_.back(); }  ///< of the last forward
  /// After forward with the same weights: dL/dW_j = (W_N ... W_{j+1})^T G (W_{j-1} ... W_1)^T from G = dL/dW.
  void backward(std::span<const double> weights, ConstMatrixRef end_to_end_gradient, std::span<double> gradient);
  double flops() const;  ///< of one forward and one backward

 private:
  std::vector<std::int64_t> widths_;
  std::vector<std::size_t> offsets_;
  // partial_[j-1] = W_j ... W_1 and back_[j-1] = (W_N ... W_{j+1})^T G, d_j x d_0; but W_1 and (unless it is all of W) G are read,
  // and the gradient of W_1 is written, where they are.
  std::vector<Matrix> partial_, back_;
};

}  // namespace rankscope
