#include "systems/tensor_map.h"

#include "math/product.h"

namespace rankscope {

TensorMap::TensorMap(Layout layout, std::vector<Block> blocks) : layout_(std::move(layout)), blocks_(std::move(blocks)), offsets_{0} {
  for (const Block& b : blocks_) offsets_.push_back(offsets_.back() + static_cast<std::size_t>(entries(b.shape)));
}

MatrixMap TensorMap::matrix(std::span<double> weights, std::size_t b) const {
  const auto part = block(weights, b);
  const Eigen::Index rows = blocks_[b].shape.back();
  return MatrixMap(part.data(), rows, static_cast<Eigen::Index>(part.size()) / rows);
}

ConstMatrixMap TensorMap::matrix(std::span<const double> weights, std::size_t b) const {
  const auto part = block(weights, b);
  const Eigen::Index rows = blocks_[b].shape.back();
  return ConstMatrixMap(part.data(), rows, static_cast<Eigen::Index>(part.size()) / rows);
}

const Matrix& TensorMap::forward(std::span<const double> weights) {
  evaluate(weights);
  const Factors f = halves();
  w_.resize(f.left_t.cols(), f.right.cols());
  multiply(w_, f.left_t, f.right, Op::Transpose);
  return w_;
}

double TensorMap::descend(std::span<const double> weights, MatrixTask& task, std::span<const std::int64_t> batch, std::span<double> gradient) {
  if (!task.sampled(std::ssize(batch))) {
    const Matrix& w = forward(weights);
    slope_.resize(w.rows(), w.cols());
    const double loss = task.evaluate(w, slope_, batch);
    backward_from(weights, slope_, gradient);
    return loss;
  }
  evaluate(weights);
  const Factors f = halves();
  left_slope_.resize(f.left_t.rows(), f.left_t.cols());
  right_slope_.resize(f.right.rows(), f.right.cols());
  const double loss = task.evaluate(f, {left_slope_, right_slope_}, batch);
  backward(weights, {left_slope_, right_slope_}, gradient);
  return loss;
}

void TensorMap::backward_from(std::span<const double> weights, const Matrix& slope, std::span<double> gradient) {
  const Factors f = halves();
  left_slope_.resize(f.left_t.rows(), f.left_t.cols());
  right_slope_.resize(f.right.rows(), f.right.cols());
  multiply(left_slope_, f.right, slope, Op::None, Op::Transpose);
  multiply(right_slope_, f.left_t, slope);
  backward(weights, {left_slope_, right_slope_}, gradient);
}

double TensorMap::forward_flops(std::int64_t entries) const {
  const auto k = static_cast<double>(inner());
  const double read = entries ? static_cast<double>(entries) : static_cast<double>(layout_.rows()) * static_cast<double>(layout_.cols());
  return evaluate_flops() + 2 * k * read;
}

double TensorMap::gradient_flops(std::int64_t entries) const {
  const auto k = static_cast<double>(inner());
  const double read = entries ? static_cast<double>(entries) : static_cast<double>(layout_.rows()) * static_cast<double>(layout_.cols());
  return backward_flops() + 4 * k * read;
}

}  // namespace rankscope
