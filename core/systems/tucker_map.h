// Tucker: W = G x_1 A^1 ... x_N A^N with a core G (c_1 ... c_N) and, a mode each, a factor A^n = F_1 F_2 ... F_P, d_n x c_n: of F_1 with d_n rows
// and others that are square, c_n x c_n, or with other sizes between them. P = 1 is Tucker, more is deep Tucker.
#pragma once
#include <vector>

#include "systems/factor_chain.h"
#include "systems/tensor_map.h"

namespace rankscope {

/// Blocks: "core", then mode by mode "A_1_1" ... "A_1_P", "A_2_1" ... The matrix has mode 1 as its columns, so k = c_1: all other modes are
/// multiplied to the core one after another, which is never dearer than a product of several modes' factors.
class TuckerMap final : public TensorMap {
 public:
  /// `core`: c_1 ... c_N; `between`: sizes between the factors, depth - 1 for each mode, or none: c_n.
  TuckerMap(const Shape& shape, const Shape& core, int depth, const Shape& between = {});

  const Shape& core() const { return blocks()[0].shape; }
  const FactorChain& factors(std::size_t mode) const { return chains_[mode]; }
  /// (A^n)^T, c_n x d_n, of the last evaluate().
  ConstMatrixMap factor(std::span<const double> weights, std::size_t mode) const { return chains_[mode].product(*this, weights); }

  std::int64_t inner() const override { return core()[0]; }
  void evaluate(std::span<const double> weights) override;
  Factors halves() const override;
  void backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) override;
  double evaluate_flops() const override;
  double backward_flops() const override { return 2 * evaluate_flops(); }

 private:
  /// What stands before mode n is multiplied, c_n x the rest: its last index is mode n.
  ConstMatrixMap before(std::span<const double> weights, std::size_t mode) const;

  std::vector<FactorChain> chains_;
  std::vector<Eigen::Index> rest_;       ///< entries of a stage, but for mode n
  std::vector<Matrix> stages_, slopes_;  ///< after mode n, rest_n x d_n, and dL/d(that); row-major (n ... N transformed, 1 ... n-1 of the core). Made when first needed
  ConstMatrixMap first_{nullptr, 0, 0};  ///< (A^1)^T of the last evaluate()
};

}  // namespace rankscope
