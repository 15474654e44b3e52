// One component whose vectors are products: W = u^1 x ... x u^N with u^n = F_1 ... F_{K-1} v, F_p square. W is homogeneous of degree D = N K in the
// factors.
#pragma once
#include <vector>

#include "systems/cp_map.h"
#include "systems/factor_chain.h"

namespace rankscope {

/// Blocks mode by mode "A_1_1" ... "A_1_K", the last one v.
class DeepComponentMap final : public TensorMap {
 public:
  DeepComponentMap(const Shape& shape, int depth);

  const std::vector<FactorChain>& chains() const { return chains_; }

  std::int64_t inner() const override { return 1; }
  void evaluate(std::span<const double> weights) override;
  Factors halves() const override { return component_.halves(); }
  void backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) override;
  double evaluate_flops() const override;
  double backward_flops() const override;

 private:
  CpMap component_;
  std::vector<FactorChain> chains_;
  std::vector<double> vectors_, slopes_;  ///< u^1 ... u^N, and dL/d(these)
};

}  // namespace rankscope
