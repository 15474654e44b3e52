// CP factorization as a map: W = sum_r a_r^1 x ... x a_r^N. Its halves are the Khatri-Rao products of the leading and of the other modes, each
// made by a tree of products of two, so that no partial product is made twice (a dimension tree).
#pragma once
#include <vector>

#include "systems/tensor_map.h"

namespace rankscope {

class CpMap final : public TensorMap {
 public:
  /// Blocks A_1 .. A_N, d_n x components.
  CpMap(const Shape& shape, std::int64_t components);

  std::int64_t inner() const override { return components_; }
  void evaluate(std::span<const double> weights) override;
  Factors halves() const override;
  void backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) override;
  double evaluate_flops() const override;
  double backward_flops() const override { return 4 * evaluate_flops(); }

 private:
  /// Column (i, j) of a node's value is the entrywise product of column i of `a`'s and column j of `b`'s.
  struct Node {
    int mode = -1;       ///< of a leaf
    int a = -1, b = -1;  ///< of the others
    Matrix value, slope; ///< components x places; of a leaf both are in the weights and the gradient
  };
  int build(int first, int last);
  ConstMatrixRef value(std::span<const double> weights, int node) const;
  void back(std::span<const double> weights, int node, ConstMatrixRef slope, std::span<double> gradient);

  std::int64_t components_;
  std::vector<Node> nodes_;  ///< children before parents
  int leading_, other_;      ///< the nodes of the two halves
  std::span<const double> weights_;
};

}  // namespace rankscope
