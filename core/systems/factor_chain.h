// A product F_1 F_2 ... F_P of following blocks of a tensor map: what makes a factor of Tucker, a bond of a tensor train or a vector of
// a component deep.
#pragma once
#include <span>
#include <vector>

#include "systems/tensor_map.h"

namespace rankscope {

/// A block is read as the matrix (first index) x (all others), so the last factor may be a core or a vector.
class FactorChain {
 public:
  /// Of the blocks first ... first + count - 1; the first index of each is as long as the last of the one before.
  FactorChain(const std::vector<Block>& blocks, std::size_t first, std::size_t count);

  std::size_t first() const { return first_; }
  std::size_t count() const { return shapes_.size(); }

  /// Multiplies from the last factor on. Allocates nothing after the first call, as backward().
  void evaluate(const TensorMap& map, std::span<const double> weights);
  /// (F_1 ... F_P)^T of the last evaluate(): its storage is the row-major product.
  ConstMatrixMap product(const TensorMap& map, std::span<const double> weights) const;
  /// dL/d(product)^T: where the way back begins, for the caller to fill.
  Matrix& slope();
  /// Writes dL/dF_1 ... dL/dF_P from slope().
  void backward(const TensorMap& map, std::span<const double> weights, std::span<double> gradient);

  double evaluate_flops() const;  ///< backward() has twice as many

  /// F_p^T, p = 0 ... count() - 1.
  ConstMatrixMap factor(const TensorMap& map, std::span<const double> weights, std::size_t p) const;
  /// max ||F_p^T F_p - F_{p+1} F_{p+1}^T||_F: gradient flow conserves each difference; 0 for one factor.
  double unbalancedness(const TensorMap& map, std::span<const double> weights) const;

 private:
  struct Sides {
    std::int64_t rows, cols;  ///< of F_p
  };

  std::size_t first_;
  std::vector<Sides> shapes_;
  std::vector<Matrix> partial_, slopes_;  ///< (F_p ... F_P)^T, the last one's read where it is; dL/d(these). Made when first needed
};

/// ||a a^T - b^T b||_F, where two neighbours share an index: a has it as its rows, b as its columns.
double gap(ConstMatrixRef a, ConstMatrixRef b);

}  // namespace rankscope
