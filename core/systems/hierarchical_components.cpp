#include "systems/hierarchical_components.h"

#include <algorithm>
#include <cmath>

#include "math/product.h"

namespace rankscope {
namespace {

std::size_t at(int node) { return static_cast<std::size_t>(node); }

/// Whether the node has weights of its own: all but an untrained root.
bool has_own(const HierarchicalMap& map, int node) { return node != map.tree().root() || map.trained_root(); }

/// dW/dpre(r; .) of a node below the root, r x (indices before it, indices behind it); of the root r x 1.
Matrix derivative(const HierarchicalMap& map, std::span<const double> weights, int node) {
  const ModeTree::Node& here = map.tree().nodes[at(node)];
  if (here.parent < 0) return map.trained_root() ? Matrix(map.matrix(weights, at(node))) : Matrix(Matrix::Ones(map.width(node), 1));
  const Matrix above = derivative(map, weights, here.parent);  // r of the parent x (p, q)
  // T of this node is met by its siblings, those before it and those behind it
  const auto widen = [](const Matrix& a, const Matrix& b) {
    Matrix out(a.rows(), a.cols() * b.cols());
    for (Eigen::Index i = 0; i < a.cols(); ++i)
      for (Eigen::Index j = 0; j < b.cols(); ++j) out.col(i * b.cols() + j) = a.col(i).cwiseProduct(b.col(j));
    return out;
  };
  Matrix before = Matrix::Ones(above.rows(), 1), behind = before;
  bool passed = false;
  std::int64_t q = 1;
  const auto& leaves = map.layout().order;
  const ModeTree::Node& parent = map.tree().nodes[at(here.parent)];
  for (int c : parent.children) {
    if (c == node) passed = true;
    else (passed ? behind : before) = widen(passed ? behind : before, map.value(c));
  }
  for (std::size_t k = leaves.size(); k-- > 0 && leaves[k] != parent.modes.back();) q *= map.layout().shape[at(leaves[k])];
  const Matrix between = widen(before, behind);
  const std::int64_t p = above.cols() / q, b = between.cols();
  Matrix out(above.rows(), p * b * q);
  for (std::int64_t i = 0; i < p; ++i)
    for (std::int64_t j = 0; j < b; ++j)
      for (std::int64_t k = 0; k < q; ++k) out.col((i * b + j) * q + k) = above.col(i * q + k).cwiseProduct(between.col(j));
  Matrix by_pre(map.width(node), out.cols());
  multiply(by_pre, map.matrix(weights, at(node)), out, Op::Transpose);
  return by_pre;
}

}  // namespace

int axes_of_node(const HierarchicalMap& map, int node) {
  return static_cast<int>(map.tree().nodes[at(node)].children.size()) + (has_own(map, node) ? 1 : 0);
}

Matrix axis_squares(const HierarchicalMap& map, std::span<const double> weights, int node) {
  const auto& children = map.tree().nodes[at(node)].children;
  Matrix out(axes_of_node(map, node), map.width(node));
  for (std::size_t k = 0; k < children.size(); ++k) out.row(static_cast<Eigen::Index>(k)) = map.matrix(weights, at(children[k])).rowwise().squaredNorm().transpose();
  if (!has_own(map, node)) return out;
  const ConstMatrixMap own = map.matrix(weights, at(node));
  if (node == map.tree().root()) out.bottomRows(1) = own.col(0).cwiseAbs2().transpose();
  else out.bottomRows(1) = own.colwise().squaredNorm();
  return out;
}

Vector local_component_norms(const HierarchicalMap& map, std::span<const double> weights, int node) {
  Vector out(map.width(node));
  local_component_norms(map, weights, node, {out.data(), static_cast<std::size_t>(out.size())});
  return out;
}

void local_component_norms(const HierarchicalMap& map, std::span<const double> weights, int node, std::span<double> out) {
  constexpr std::size_t kAtOnce = 64;  // rows of a child's weights, read down the columns
  std::fill(out.begin(), out.end(), 1.0);
  for (int c : map.tree().nodes[at(node)].children) {
    const ConstMatrixMap m = map.matrix(weights, at(c));
    for (std::size_t begin = 0; begin < out.size(); begin += kAtOnce) {
      double sums[kAtOnce] = {};
      const std::size_t count = std::min(kAtOnce, out.size() - begin);
      for (Eigen::Index i = 0; i < m.cols(); ++i) {
        const double* rows = m.data() + i * m.rows() + static_cast<Eigen::Index>(begin);
        for (std::size_t r = 0; r < count; ++r) sums[r] += rows[r] * rows[r];
      }
      for (std::size_t r = 0; r < count; ++r) out[begin + r] *= std::sqrt(sums[r]);
    }
  }
  if (!has_own(map, node)) return;
  const ConstMatrixMap own = map.matrix(weights, at(node));
  for (std::size_t r = 0; r < out.size(); ++r)
    out[r] *= node == map.tree().root() ? std::abs(own(static_cast<Eigen::Index>(r), 0)) : own.col(static_cast<Eigen::Index>(r)).norm();
}

Matrix axis_forces(const HierarchicalMap& map, std::span<const double> weights, std::span<const double> gradient, int node) {
  const auto& children = map.tree().nodes[at(node)].children;
  const Vector norms = local_component_norms(map, weights, node);
  Matrix out(axes_of_node(map, node), map.width(node));
  for (std::size_t k = 0; k < children.size(); ++k)
    out.row(static_cast<Eigen::Index>(k)) = map.matrix(gradient, at(children[k])).cwiseProduct(map.matrix(weights, at(children[k]))).rowwise().sum().transpose();
  if (has_own(map, node)) {
    const Matrix own = map.matrix(gradient, at(node)).cwiseProduct(map.matrix(weights, at(node)));
    if (node == map.tree().root()) out.bottomRows(1) = own.col(0).transpose();
    else out.bottomRows(1) = own.colwise().sum();
  }
  for (Eigen::Index r = 0; r < out.cols(); ++r) {
    if (norms[r] > 0) out.col(r) /= -norms[r];
    else out.col(r).setZero();
  }
  return out;
}

ComponentDirections::ComponentDirections(const HierarchicalMap& map, std::span<const double> weights, int node)
    : map_(map), node_(node), norms_(local_component_norms(map, weights, node)) {
  if (node == map.tree().root()) return;  // there it is a product of the two halves
  around_ = derivative(map, weights, node);
  inside_ = map.joined(node).cols();
  const Modes& order = map.layout().order;
  for (std::size_t k = order.size(); k-- > 0 && order[k] != map.tree().nodes[at(node)].modes.back();) behind_ *= map.layout().shape[at(order[k])];
}

void ComponentDirections::direction(std::int64_t r, Matrix& out) const {
  out.resize(map_.layout().rows(), map_.layout().cols());
  if (!(norms_[r] > 0)) {
    out.setZero();
    return;
  }
  const double scale = 1 / norms_[r];
  if (node_ == map_.tree().root()) {
    const Factors f = map_.halves();
    for (Eigen::Index j = 0; j < out.cols(); ++j) {
      const double right = scale * f.right(r, j);
      for (Eigen::Index i = 0; i < out.rows(); ++i) out(i, j) = f.left_t(r, i) * right;
    }
    return;
  }
  const Matrix& joined = map_.joined(node_);
  const std::int64_t before = around_.cols() / behind_;
  double* to = out.data();
  for (std::int64_t p = 0; p < before; ++p)
    for (std::int64_t i = 0; i < inside_; ++i) {
      const double inside = scale * joined(r, i);
      for (std::int64_t q = 0; q < behind_; ++q) *to++ = inside * around_(r, p * behind_ + q);
    }
}

}  // namespace rankscope
