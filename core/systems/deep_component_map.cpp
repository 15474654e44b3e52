#include "systems/deep_component_map.h"

namespace rankscope {
namespace {

std::vector<Block> blocks_of(const Shape& shape, int depth) {
  std::vector<Block> out;
  for (std::size_t n = 0; n < shape.size(); ++n)
    for (int p = 1; p <= depth; ++p) out.push_back({"A_" + std::to_string(n + 1) + "_" + std::to_string(p), {shape[n], p == depth ? 1 : shape[n]}});
  return out;
}

}  // namespace

DeepComponentMap::DeepComponentMap(const Shape& shape, int depth)
    : TensorMap(CpMap(shape, 1).layout(), blocks_of(shape, depth)), component_(shape, 1), vectors_(component_.size()), slopes_(component_.size()) {
  for (std::size_t n = 0; n < shape.size(); ++n) chains_.emplace_back(blocks(), n * static_cast<std::size_t>(depth), static_cast<std::size_t>(depth));
}

void DeepComponentMap::evaluate(std::span<const double> weights) {
  for (std::size_t n = 0; n < chains_.size(); ++n) {
    chains_[n].evaluate(*this, weights);
    component_.matrix(std::span<double>(vectors_), n) = chains_[n].product(*this, weights);
  }
  component_.evaluate(vectors_);
}

void DeepComponentMap::backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) {
  component_.backward(vectors_, halves, slopes_);
  for (std::size_t n = 0; n < chains_.size(); ++n) {
    chains_[n].slope() = component_.matrix(std::span<const double>(slopes_), n);
    chains_[n].backward(*this, weights, gradient);
  }
}

double DeepComponentMap::evaluate_flops() const {
  double sum = component_.evaluate_flops();
  for (const FactorChain& chain : chains_) sum += chain.evaluate_flops();
  return sum;
}

double DeepComponentMap::backward_flops() const {
  double sum = component_.backward_flops();
  for (const FactorChain& chain : chains_) sum += 2 * chain.evaluate_flops();
  return sum;
}

}  // namespace rankscope
