#include "systems/tensor_train_map.h"

#include <numeric>

#include "math/product.h"
#include "math/sampled_product.h"

namespace rankscope {
namespace {

std::vector<Block> blocks_of(const Shape& shape, const Shape& ranks, int depth) {
  std::vector<Block> out{{"G_1", {shape[0], ranks[0]}}};
  for (std::size_t k = 0; k < ranks.size(); ++k) {
    const std::string bond = std::to_string(k + 1);
    for (int p = 1; p < depth; ++p) out.push_back({"B_" + bond + "_" + std::to_string(p), {ranks[k], ranks[k]}});
    const std::string core = "G_" + std::to_string(k + 2);
    if (k + 1 == ranks.size()) out.push_back({core, {ranks[k], shape[k + 1]}});
    else out.push_back({core, {ranks[k], shape[k + 1], ranks[k + 1]}});
  }
  return out;
}

/// What the two halves take when the train is parted at this bond.
double flops_at(const Shape& shape, const Shape& ranks, std::size_t split) {
  double sum = 0, size = static_cast<double>(shape.front());
  for (std::size_t k = 1; k <= split; ++k) {
    size *= static_cast<double>(shape[k]);
    sum += 2 * size * static_cast<double>(ranks[k]) * static_cast<double>(ranks[k - 1]);
  }
  size = static_cast<double>(shape.back());
  for (std::size_t k = ranks.size() - 1; k-- > split;) {
    size *= static_cast<double>(shape[k + 1]);
    sum += 2 * size * static_cast<double>(ranks[k]) * static_cast<double>(ranks[k + 1]);
  }
  return sum;
}

Layout layout_of(const Shape& shape, const Shape& ranks) {
  Layout out{shape, Modes(shape.size()), 1};
  std::iota(out.order.begin(), out.order.end(), 0);
  const auto size = static_cast<double>(entries(shape));
  const auto cost = [&](std::size_t bond) { return flops_at(shape, ranks, bond) + 2 * size * static_cast<double>(ranks[bond]); };
  std::size_t best = 0;
  for (std::size_t k = 1; k < ranks.size(); ++k)
    if (cost(k) < cost(best)) best = k;
  out.split = static_cast<int>(best) + 1;
  return out;
}

}  // namespace

TensorTrainMap::TensorTrainMap(const Shape& shape, const Shape& ranks, int depth)
    : TensorMap(layout_of(shape, ranks), blocks_of(shape, ranks, depth)), ranks_(ranks), split_(static_cast<std::size_t>(layout().split) - 1),
      left_(ranks.size()), left_slopes_(ranks.size()), right_(ranks.size()), right_slopes_(ranks.size()) {
  const auto count = static_cast<std::size_t>(depth);
  for (std::size_t k = 0; k < bonds(); ++k) chains_.emplace_back(blocks(), 1 + k * count, count);
}

ConstMatrixMap TensorTrainMap::left(std::span<const double> weights, std::size_t bond) const {
  if (bond == 0) return matrix(weights, 0);
  return ConstMatrixMap(left_[bond].data(), left_[bond].rows(), left_[bond].cols());
}

ConstMatrixMap TensorTrainMap::right(std::span<const double> weights, std::size_t bond) const {
  if (bond + 1 == bonds()) return carriage(weights, bond);
  return ConstMatrixMap(right_[bond].data(), right_[bond].rows(), right_[bond].cols());
}

void TensorTrainMap::evaluate(std::span<const double> weights) {
  for (FactorChain& chain : chains_) chain.evaluate(*this, weights);
  for (std::size_t k = 1; k <= split_; ++k) {
    const auto core = carriage(weights, k - 1), before = left(weights, k - 1);
    left_[k].resize(ranks_[k], core.rows() * before.cols() / ranks_[k]);
    multiply(MatrixMap(left_[k].data(), core.rows(), before.cols()), core, before);
  }
  for (std::size_t k = bonds() - 1; k-- > split_;) {
    const auto after = right(weights, k + 1), core = carriage(weights, k);
    const Eigen::Index others = core.size() / after.cols();  // r d of the core, whose rows are its right index here
    right_[k].resize(after.rows() * others / ranks_[k], ranks_[k]);
    multiply(MatrixMap(right_[k].data(), after.rows(), others), after, ConstMatrixMap(core.data(), after.cols(), others));
  }
  const auto half = right(weights, split_);
  right_t_.resize(half.cols(), half.rows());
  transpose(right_t_, half);
  new (&left_half_) ConstMatrixMap(left(weights, split_));
}

Factors TensorTrainMap::halves() const { return {right_t_, left_half_}; }

void TensorTrainMap::backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) {
  if (split_ == 0) matrix(gradient, 0) = halves.right;
  for (std::size_t k = split_; k > 0; --k) {
    const auto core = carriage(weights, k - 1), before = left(weights, k - 1);
    const ConstMatrixMap slope(k == split_ ? halves.right.data() : left_slopes_[k].data(), core.rows(), before.cols());
    multiply(chains_[k - 1].slope(), slope, before, Op::None, Op::Transpose);
    if (k > 1) left_slopes_[k - 1].resize(before.rows(), before.cols());
    multiply(MatrixMap(k == 1 ? block(gradient, 0).data() : left_slopes_[k - 1].data(), before.rows(), before.cols()), core, slope, Op::Transpose);
  }
  right_slopes_[split_].resize(right_t_.cols(), right_t_.rows());
  transpose(right_slopes_[split_], halves.left_t);
  for (std::size_t k = split_; k + 1 < bonds(); ++k) {
    const auto after = right(weights, k + 1);
    const Eigen::Index others = right_[k].size() / after.rows();
    const ConstMatrixMap slope(right_slopes_[k].data(), after.rows(), others), core(carriage(weights, k).data(), after.cols(), others);
    multiply(MatrixMap(chains_[k].slope().data(), after.cols(), others), after, slope, Op::Transpose);
    right_slopes_[k + 1].resize(after.rows(), after.cols());
    multiply(right_slopes_[k + 1], slope, core, Op::None, Op::Transpose);
  }
  chains_.back().slope() = right_slopes_.back();
  for (FactorChain& chain : chains_) chain.backward(*this, weights, gradient);
}

double TensorTrainMap::evaluate_flops() const {
  double sum = flops_at(layout().shape, ranks_, split_);
  for (const FactorChain& chain : chains_) sum += chain.evaluate_flops();
  return sum;
}

}  // namespace rankscope
