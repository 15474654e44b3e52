#include "systems/factor_chain.h"

#include <algorithm>
#include <cassert>

#include "math/product.h"

namespace rankscope {

FactorChain::FactorChain(const std::vector<Block>& blocks, std::size_t first, std::size_t count) : first_(first), partial_(count), slopes_(count) {
  for (std::size_t p = 0; p < count; ++p) {
    const Shape& shape = blocks[first + p].shape;
    shapes_.push_back({shape.front(), entries(shape) / shape.front()});
    assert(p == 0 || shapes_[p - 1].cols == shapes_[p].rows);
  }
}

ConstMatrixMap FactorChain::factor(const TensorMap& map, std::span<const double> weights, std::size_t p) const {
  return ConstMatrixMap(map.block(weights, first_ + p).data(), shapes_[p].cols, shapes_[p].rows);
}

void FactorChain::evaluate(const TensorMap& map, std::span<const double> weights) {
  for (std::size_t p = count() - 1; p-- > 0;) {
    partial_[p].resize(shapes_.back().cols, shapes_[p].rows);
    if (p + 2 == count()) multiply(partial_[p], factor(map, weights, p + 1), factor(map, weights, p));
    else multiply(partial_[p], partial_[p + 1], factor(map, weights, p));
  }
}

ConstMatrixMap FactorChain::product(const TensorMap& map, std::span<const double> weights) const {
  if (count() == 1) return factor(map, weights, 0);
  return ConstMatrixMap(partial_[0].data(), partial_[0].rows(), partial_[0].cols());
}

Matrix& FactorChain::slope() {
  slopes_[0].resize(shapes_.back().cols, shapes_[0].rows);
  return slopes_[0];
}

void FactorChain::backward(const TensorMap& map, std::span<const double> weights, std::span<double> gradient) {
  const auto out = [&](std::size_t p) { return MatrixMap(map.block(gradient, first_ + p).data(), shapes_[p].cols, shapes_[p].rows); };
  for (std::size_t p = 0; p + 1 < count(); ++p) {
    if (p + 2 == count()) multiply(out(p), factor(map, weights, p + 1), slopes_[p], Op::Transpose);
    else multiply(out(p), partial_[p + 1], slopes_[p], Op::Transpose);
    slopes_[p + 1].resize(shapes_.back().cols, shapes_[p + 1].rows);
    multiply(slopes_[p + 1], slopes_[p], factor(map, weights, p), Op::None, Op::Transpose);
  }
  out(count() - 1) = slopes_.back();
}

double FactorChain::evaluate_flops() const {
  double sum = 0;
  for (std::size_t p = 0; p + 1 < count(); ++p)
    sum += 2.0 * static_cast<double>(shapes_.back().cols) * static_cast<double>(shapes_[p].cols) * static_cast<double>(shapes_[p].rows);
  return sum;
}

double FactorChain::unbalancedness(const TensorMap& map, std::span<const double> weights) const {
  double worst = 0;
  for (std::size_t p = 0; p + 1 < count(); ++p) worst = std::max(worst, gap(factor(map, weights, p), factor(map, weights, p + 1)));
  return worst;
}

double gap(ConstMatrixRef a, ConstMatrixRef b) {
  Matrix left(a.rows(), a.rows()), right(a.rows(), a.rows());
  multiply(left, a, a, Op::None, Op::Transpose);
  multiply(right, b, b, Op::Transpose);
  return (left - right).norm();
}

}  // namespace rankscope
