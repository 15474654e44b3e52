// What gradient flow conserves of each factorization, from the weights alone: a list of differences, each constant.
#pragma once
#include <doctest/doctest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "systems/cp_map.h"
#include "systems/deep_component_map.h"
#include "systems/hierarchical_components.h"
#include "systems/layer_product.h"
#include "systems/tensor_train_map.h"
#include "systems/tucker_map.h"

namespace rankscope::test {

/// a aᵀ - bᵀ b.
inline Matrix gram_difference(ConstMatrixRef a, ConstMatrixRef b) { return a * a.transpose() - b.transpose() * b; }

/// The differences of all pairs of rows, one matrix an entry.
inline std::vector<Matrix> row_differences(const Matrix& rows) {
  std::vector<Matrix> out;
  for (Eigen::Index i = 0; i < rows.rows(); ++i)
    for (Eigen::Index j = 0; j < i; ++j)
      for (Eigen::Index r = 0; r < rows.cols(); ++r) out.push_back(Matrix::Constant(1, 1, rows(i, r) - rows(j, r)));
  return out;
}

/// W_{j+1}ᵀ W_{j+1} - W_j W_jᵀ
inline std::vector<Matrix> conserved(const LayerProduct& product, std::span<const double> weights) {
  std::vector<Matrix> out;
  for (int j = 1; j < product.depth(); ++j) out.push_back(gram_difference(product.layer(weights, j + 1).transpose(), product.layer(weights, j).transpose()));
  return out;
}

/// ‖w_r^n‖² - ‖w_r^m‖²
inline std::vector<Matrix> conserved(const CpMap& map, std::span<const double> weights) {
  Matrix squares(static_cast<Eigen::Index>(map.blocks().size()), map.inner());
  for (std::size_t n = 0; n < map.blocks().size(); ++n) squares.row(static_cast<Eigen::Index>(n)) = map.matrix(weights, n).rowwise().squaredNorm().transpose();
  return row_differences(squares);
}

/// The same of the axes of every local component: a column of each child's weights and a row of the node's own.
inline std::vector<Matrix> conserved(const HierarchicalMap& map, std::span<const double> weights) {
  std::vector<Matrix> out;
  for (int node = map.tree().order(); node <= map.tree().root(); ++node) {
    const ModeTree::Node& n = map.tree().nodes[static_cast<std::size_t>(node)];
    std::vector<Vector> axes;
    // a block is turned: a column of the child's weights is a row of its matrix, a row of the node's own a column
    for (int c : n.children) axes.push_back(map.matrix(weights, static_cast<std::size_t>(c)).rowwise().squaredNorm());
    if (n.parent >= 0) axes.push_back(map.matrix(weights, static_cast<std::size_t>(node)).colwise().squaredNorm().transpose());
    else if (map.trained_root()) axes.push_back(map.matrix(weights, static_cast<std::size_t>(node)).col(0).array().square().matrix());
    Matrix squares(std::ssize(axes), map.width(node));
    for (std::size_t k = 0; k < axes.size(); ++k) squares.row(static_cast<Eigen::Index>(k)) = axes[k].transpose();
    for (Matrix& m : row_differences(squares)) out.push_back(std::move(m));
  }
  return out;
}

/// FᵀF - F'F'ᵀ of neighbours in a mode's chain, and of its end and the core's unfolding.
inline std::vector<Matrix> conserved(const TuckerMap& map, std::span<const double> weights) {
  std::vector<Matrix> out;
  for (std::size_t n = 0; n < map.core().size(); ++n) {
    const FactorChain& chain = map.factors(n);
    for (std::size_t p = 0; p + 1 < chain.count(); ++p) out.push_back(gram_difference(chain.factor(map, weights, p), chain.factor(map, weights, p + 1)));
    const Matrix core = matricize(map.block(weights, 0), map.core(), Modes{static_cast<int>(n)});
    out.push_back(gram_difference(chain.factor(map, weights, chain.count() - 1), core.transpose()));
  }
  return out;
}

/// The same of what stands to the left and to the right of every bond, and of neighbours on it.
inline std::vector<Matrix> conserved(const TensorTrainMap& map, std::span<const double> weights) {
  std::vector<Matrix> out;
  for (std::size_t k = 0; k < map.bonds(); ++k) {
    const FactorChain& right = map.right_of(k);
    out.push_back(gram_difference(map.left_of(weights, k), right.factor(map, weights, 0)));
    for (std::size_t p = 0; p + 1 < right.count(); ++p) out.push_back(gram_difference(right.factor(map, weights, p), right.factor(map, weights, p + 1)));
  }
  return out;
}

}  // namespace rankscope::test
