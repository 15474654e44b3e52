// Tensor train: W_{i_1 ... i_N} = G_1[i_1] G_2[i_2] ... G_N[i_N], G_1 of d_1 x r_1, G_k of r_{k-1} x d_k x r_k, G_N of r_{N-1} x d_N. A deep one has P - 1
// square matrices more on each bond: G_k B_1 ... B_{P-1} G_{k+1}; at order 2 that is matrix factorization of depth P + 1.
#pragma once
#include <vector>

#include "systems/factor_chain.h"
#include "systems/tensor_map.h"

namespace rankscope {

/// Blocks: "G_1", then bond by bond "B_1_1" ... "B_1_{P-1}", "G_2" ... The matrix is split at the bond where one evaluation takes the fewest
/// operations; k is the rank there.
class TensorTrainMap final : public TensorMap {
 public:
  /// `ranks`: r_1 ... r_{N-1}.
  TensorTrainMap(const Shape& shape, const Shape& ranks, int depth);

  std::size_t bonds() const { return ranks_.size(); }
  /// Of bond k = 0 ... N-2, what stands to its right: B_1 ... B_{P-1} G_{k+2}.
  const FactorChain& right_of(std::size_t bond) const { return chains_[bond]; }
  /// What stands to its left, G_{k+1} as r_{k+1} x (all other indices).
  ConstMatrixMap left_of(std::span<const double> weights, std::size_t bond) const { return matrix(weights, bond * chains_[0].count()); }

  std::int64_t inner() const override { return ranks_[split_]; }
  void evaluate(std::span<const double> weights) override;
  Factors halves() const override;
  void backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) override;
  double evaluate_flops() const override;
  double backward_flops() const override { return 2 * evaluate_flops(); }

 private:
  /// The core to a bond's right as (all other indices) x the bond's rank; of a deep train with the matrices of the bond, of the last evaluate().
  ConstMatrixMap carriage(std::span<const double> weights, std::size_t bond) const { return chains_[bond].product(*this, weights); }
  /// r_{k+1} x (d_1 ... d_{k+1}) of bond k, counted from 0, up to the split.
  ConstMatrixMap left(std::span<const double> weights, std::size_t bond) const;
  /// (d_{k+2} ... d_N) x r_{k+1}, from the split on.
  ConstMatrixMap right(std::span<const double> weights, std::size_t bond) const;

  Shape ranks_;
  std::size_t split_;  ///< the bond of the matricization
  std::vector<FactorChain> chains_;
  std::vector<Matrix> left_, left_slopes_, right_, right_slopes_;  ///< of left() and right(), where they are no end of the train, and dL/d(these); made when first needed
  Matrix right_t_;                                                 ///< right() at the split, turned
  ConstMatrixMap left_half_{nullptr, 0, 0};                        ///< left() there, of the last evaluate()
};

}  // namespace rankscope
