#include "systems/layer_product.h"

#include "math/product.h"

namespace rankscope {

LayerProduct::LayerProduct(std::vector<std::int64_t> widths) : widths_(std::move(widths)) {
  offsets_.push_back(0);
  for (int j = 1; j <= depth(); ++j) {
    offsets_.push_back(offsets_.back() + static_cast<std::size_t>(widths_[j] * widths_[j - 1]));
    partial_.emplace_back(widths_[j], widths_[0]);
    back_.emplace_back(widths_[j], widths_[0]);
  }
}

MatrixMap LayerProduct::layer(std::span<double> weights, int j) const {
  return MatrixMap(weights.data() + offsets_[j - 1], widths_[j], widths_[j - 1]);
}

ConstMatrixMap LayerProduct::layer(std::span<const double> weights, int j) const {
  return ConstMatrixMap(weights.data() + offsets_[j - 1], widths_[j], widths_[j - 1]);
}

const Matrix& LayerProduct::forward(std::span<const double> weights) {
  if (depth() == 1) partial_[0] = layer(weights, 1);
  else multiply(partial_[1], layer(weights, 2), layer(weights, 1));
  for (int j = 3; j <= depth(); ++j) multiply(partial_[j - 1], layer(weights, j), partial_[j - 2]);
  return partial_.back();
}

void LayerProduct::backward(std::span<const double> weights, ConstMatrixRef g, std::span<double> gradient) {
  const int n = depth();
  if (n == 1) layer(gradient, 1) = g;
  for (int j = n; j >= 2; --j) {
    const ConstMatrixRef back = j == n ? g : ConstMatrixRef(back_[j - 1]);
    multiply(layer(gradient, j), back, j == 2 ? ConstMatrixRef(layer(weights, 1)) : ConstMatrixRef(partial_[j - 2]), Op::None, Op::Transpose);
    multiply(j == 2 ? MatrixRef(layer(gradient, 1)) : MatrixRef(back_[j - 2]), layer(weights, j), back, Op::Transpose);
  }
}

double LayerProduct::flops() const {
  double sum = 0;
  for (int j = 2; j <= depth(); ++j) sum += 6.0 * static_cast<double>(widths_[j] * widths_[j - 1] * widths_[0]);
  return sum;
}

}  // namespace rankscope
