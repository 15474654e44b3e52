#include "systems/layer_product.h"

#include <algorithm>

#include "math/product.h"
#include "math/sampled_product.h"

namespace rankscope {

LayerProduct::LayerProduct(std::vector<std::int64_t> widths) : widths_(std::move(widths)) {
  offsets_.push_back(0);
  for (int j = 1; j <= depth(); ++j) offsets_.push_back(offsets_.back() + static_cast<std::size_t>(widths_[j] * widths_[j - 1]));
  partial_.resize(static_cast<std::size_t>(depth()));
  back_.resize(static_cast<std::size_t>(depth()));
}

MatrixMap LayerProduct::layer(std::span<double> weights, int j) const {
  return MatrixMap(weights.data() + offsets_[j - 1], widths_[j], widths_[j - 1]);
}

ConstMatrixMap LayerProduct::layer(std::span<const double> weights, int j) const {
  return ConstMatrixMap(weights.data() + offsets_[j - 1], widths_[j], widths_[j - 1]);
}

/// W_j ... W_1 after forward_to(j).
ConstMatrixRef LayerProduct::partial(std::span<const double> weights, int j) const {
  if (j == 1) return layer(weights, 1);
  return partial_[j - 1];
}

/// Where (W_N ... W_{j+1})^T G goes.
MatrixRef LayerProduct::back(std::span<double> gradient, int j) {
  if (j == 1) return layer(gradient, 1);
  back_[j - 1].resize(widths_[j], widths_[0]);
  return back_[j - 1];
}

/// The products of the first 2, 3, ... `layers` layers.
void LayerProduct::forward_to(std::span<const double> weights, int layers) {
  for (int j = 2; j <= layers; ++j) {
    partial_[j - 1].resize(widths_[j], widths_[0]);
    multiply(partial_[j - 1], layer(weights, j), partial(weights, j - 1));
  }
}

const Matrix& LayerProduct::forward(std::span<const double> weights) {
  if (depth() == 1) partial_[0] = layer(weights, 1);
  forward_to(weights, depth());
  return partial_.back();
}

std::size_t LayerProduct::narrowest() const { return static_cast<std::size_t>(std::min_element(widths_.begin(), widths_.end()) - widths_.begin()); }

bool LayerProduct::narrow() const { return 2 * widths_[narrowest()] <= std::min(widths_.front(), widths_.back()); }

void LayerProduct::split(std::span<const double> weights, Matrix& left, Matrix& right) {
  const int at = static_cast<int>(narrowest());
  assert(narrow() && at > 0 && at < depth());
  forward_to(weights, at);
  right = partial(weights, at);
  left = layer(weights, at + 1);
  for (int j = at + 2; j <= depth(); ++j) {
    Matrix next(widths_[j], widths_[at]);
    multiply(next, layer(weights, j), left);
    left = std::move(next);
  }
}

Factors LayerProduct::factors(std::span<const double> weights) {
  const int n = depth();
  forward_to(weights, n - 1);
  last_t_.resize(widths_[n - 1], widths_[n]);
  transpose(last_t_, layer(weights, n));
  return {last_t_, partial(weights, n - 1)};
}

/// From what back() has been given for the last of so many layers.
void LayerProduct::backward(std::span<const double> weights, std::span<double> gradient, int layers) {
  for (int j = layers; j >= 2; --j) {
    multiply(layer(gradient, j), back_[j - 1], partial(weights, j - 1), Op::None, Op::Transpose);
    multiply(back(gradient, j - 1), layer(weights, j), back_[j - 1], Op::Transpose);
  }
}

double LayerProduct::descend(std::span<const double> weights, MatrixTask& task, std::span<const std::int64_t> batch, std::span<double> gradient) {
  int n = depth();
  double loss = 0;
  if (by_factors(task, std::ssize(batch))) {
    const Factors w = factors(weights);
    last_gradient_t_.resize(widths_[n - 1], widths_[n]);
    loss = task.evaluate(w, {last_gradient_t_, back(gradient, n - 1)}, batch);
    transpose(layer(gradient, n), last_gradient_t_);
    --n;
  } else {
    loss = task.evaluate(forward(weights), back(gradient, n), batch);
  }
  backward(weights, gradient, n);
  return loss;
}

void LayerProduct::backward_from(std::span<const double> weights, ConstMatrixRef slope, std::span<double> gradient) {
  back(gradient, depth()) = slope;
  backward(weights, gradient, depth());
}

double LayerProduct::flops(std::int64_t entries) const {
  double sum = 0;
  const bool sampled = depth() > 1 && entries > 0 && few_entries(entries, widths_.back(), widths_.front());
  for (int j = 2; j <= depth() - sampled; ++j) sum += 6.0 * static_cast<double>(widths_[j] * widths_[j - 1] * widths_[0]);
  if (sampled) sum += 6.0 * static_cast<double>(entries * widths_[depth() - 1]);
  return sum;
}

}  // namespace rankscope
