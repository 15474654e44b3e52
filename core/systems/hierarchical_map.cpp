#include "systems/hierarchical_map.h"

#include <algorithm>

#include "math/product.h"

namespace rankscope {
namespace {

std::size_t at(int node) { return static_cast<std::size_t>(node); }

std::int64_t indices_of(const Shape& shape, const Modes& modes) {
  std::int64_t n = 1;
  for (int m : modes) n *= shape[at(m)];
  return n;
}

/// How many of the root's children are the first half.
std::size_t first_children(const Shape& shape, const ModeTree& tree) {
  const auto& children = tree.nodes.back().children;
  const std::int64_t all = indices_of(shape, tree.nodes.back().modes);
  std::int64_t cols = 1, least = -1;
  std::size_t best = 1;
  for (std::size_t k = 1; k < children.size(); ++k) {
    cols *= indices_of(shape, tree.nodes[at(children[k - 1])].modes);
    const std::int64_t longer = std::max(cols, all / cols);
    if (least < 0 || longer < least) least = longer, best = k;
  }
  return best;
}

std::vector<std::int64_t> node_widths(const ModeTree& tree, std::span<const std::int64_t> widths) {
  std::vector<std::int64_t> out;
  for (const ModeTree::Node& n : tree.nodes) out.push_back(n.height ? widths[at(n.height - 1)] : 0);
  return out;
}

std::vector<Block> blocks_of(const Shape& shape, const ModeTree& tree, const std::vector<std::int64_t>& width, bool trained_root) {
  std::vector<Block> out;
  for (std::size_t n = 0; n + 1 < tree.nodes.size(); ++n) {
    const ModeTree::Node& node = tree.nodes[n];
    const std::int64_t up = width[at(node.parent)];
    if (node.children.empty()) out.push_back({"U_" + std::to_string(n + 1), {shape[n], up}});
    else out.push_back({"V_" + key_of(tree.under(static_cast<int>(n))), {width[n], up}});
  }
  if (trained_root) out.push_back({"o", {width.back()}});
  return out;
}

/// out(r, (i, j)) = a(r, i) b(r, j)
void khatri_rao(Matrix& out, const Matrix& a, const Matrix& b) {
  for (Eigen::Index i = 0; i < a.cols(); ++i)
    for (Eigen::Index j = 0; j < b.cols(); ++j) out.col(i * b.cols() + j) = a.col(i).cwiseProduct(b.col(j));
}

/// The way back of khatri_rao.
void khatri_rao_back(ConstMatrixRef slope, const Matrix& a, const Matrix& b, Matrix& slope_a, Matrix& slope_b) {
  slope_a.setZero();
  slope_b.setZero();
  for (Eigen::Index i = 0; i < a.cols(); ++i)
    for (Eigen::Index j = 0; j < b.cols(); ++j) {
      const auto s = slope.col(i * b.cols() + j);
      slope_a.col(i) += s.cwiseProduct(b.col(j));
      slope_b.col(j) += s.cwiseProduct(a.col(i));
    }
}

}  // namespace

Layout layout_of(const Shape& shape, const ModeTree& tree) {
  Layout out{shape, tree.nodes.back().modes, 0};
  const auto& children = tree.nodes.back().children;
  for (std::size_t k = 0; k < first_children(shape, tree); ++k) out.split += static_cast<int>(tree.nodes[at(children[k])].modes.size());
  return out;
}

HierarchicalMap::HierarchicalMap(const Shape& shape, ModeTree tree, std::span<const std::int64_t> widths, bool trained_root)
    : TensorMap(layout_of(shape, tree), blocks_of(shape, tree, node_widths(tree, widths), trained_root)), tree_(std::move(tree)), trained_root_(trained_root),
      width_(node_widths(tree_, widths)), joint_(tree_.nodes.size()) {
  for (std::size_t n = 0; n < tree_.nodes.size(); ++n) {
    const ModeTree::Node& node = tree_.nodes[n];
    indices_.push_back(indices_of(shape, node.modes));
    if (node.parent >= 0 && !node.children.empty()) joint_[n] = joint_of(node.children, width_[n]);
  }
  const auto& children = tree_.nodes.back().children;
  const auto middle = children.begin() + static_cast<std::ptrdiff_t>(first_children(shape, tree_));
  first_ = joint_of({children.begin(), middle}, width_.back());
  last_ = joint_of({middle, children.end()}, width_.back());
}

HierarchicalMap::Joint HierarchicalMap::joint_of(std::vector<int> parts, std::int64_t width) const {
  Joint out{std::move(parts), width, {}, {}, {}};
  std::int64_t columns = indices_[at(out.parts[0])];
  for (std::size_t k = 1; k < out.parts.size(); ++k) out.columns.push_back(columns *= indices_[at(out.parts[k])]);
  return out;
}

void HierarchicalMap::make_room() {
  value_.resize(tree_.nodes.size()), slope_.resize(tree_.nodes.size());
  for (std::size_t n = 0; n + 1 < tree_.nodes.size(); ++n) {
    const std::int64_t up = width_[at(tree_.nodes[n].parent)];
    value_[n].resize(up, indices_[n]), slope_[n].resize(up, indices_[n]);
  }
  const auto room = [](Joint& joint) {
    for (const std::int64_t columns : joint.columns) joint.partial.emplace_back(joint.width, columns), joint.slope.emplace_back(joint.width, columns);
  };
  for (Joint& joint : joint_) room(joint);
  room(first_), room(last_);
}

const Matrix& HierarchicalMap::join(Joint& joint) {
  const Matrix* product = &value_[at(joint.parts[0])];
  for (std::size_t k = 1; k < joint.parts.size(); ++k) {
    khatri_rao(joint.partial[k - 1], *product, value_[at(joint.parts[k])]);
    product = &joint.partial[k - 1];
  }
  return *product;
}

void HierarchicalMap::part(Joint& joint, ConstMatrixRef slope) {
  const std::size_t n = joint.parts.size();
  if (n == 1) slope_[at(joint.parts[0])] = slope;
  for (std::size_t k = n; k-- > 1;) {
    const auto last = at(joint.parts[k]), first = at(joint.parts[0]);
    const ConstMatrixRef here = k + 1 == n ? slope : ConstMatrixRef(joint.slope[k - 1]);
    khatri_rao_back(here, k == 1 ? value_[first] : joint.partial[k - 2], value_[last], k == 1 ? slope_[first] : joint.slope[k - 2], slope_[last]);
  }
}

void HierarchicalMap::evaluate(std::span<const double> weights) {
  if (value_.empty()) make_room();
  for (std::size_t n = 0; n + 1 < tree_.nodes.size(); ++n) {
    if (leaf(static_cast<int>(n))) value_[n] = matrix(weights, n);
    else multiply(value_[n], matrix(weights, n), join(joint_[n]));
  }
  left_ = join(last_);
  right_ = join(first_);
  if (!trained_root_) return;
  const ConstMatrixMap o = matrix(weights, blocks().size() - 1);
  for (Eigen::Index j = 0; j < right_.cols(); ++j) right_.col(j) = right_.col(j).cwiseProduct(o.col(0));
}

void HierarchicalMap::backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) {
  part(last_, halves.left_t);
  if (trained_root_) {
    const ConstMatrixMap o = matrix(weights, blocks().size() - 1);
    MatrixMap slope = matrix(gradient, blocks().size() - 1);
    const Matrix& right = first_.partial.empty() ? value_[at(first_.parts[0])] : first_.partial.back();
    scaled_.resize(halves.right.rows(), halves.right.cols());
    slope.setZero();
    for (Eigen::Index j = 0; j < right.cols(); ++j) {
      slope.col(0) += halves.right.col(j).cwiseProduct(right.col(j));
      scaled_.col(j) = halves.right.col(j).cwiseProduct(o.col(0));
    }
    part(first_, scaled_);
  } else {
    part(first_, halves.right);
  }
  for (std::size_t n = tree_.nodes.size() - 1; n-- > 0;) {
    MatrixMap slope = matrix(gradient, n);
    if (leaf(static_cast<int>(n))) {
      slope = slope_[n];
      continue;
    }
    Joint& joint = joint_[n];
    multiply(slope, slope_[n], joint.partial.back(), Op::None, Op::Transpose);
    multiply(joint.slope.back(), matrix(weights, n), slope_[n], Op::Transpose);
    part(joint, joint.slope.back());
  }
}

double HierarchicalMap::joint_flops(const Joint& joint) const {
  double out = 0;
  for (const std::int64_t columns : joint.columns) out += static_cast<double>(joint.width) * static_cast<double>(columns);
  return out;
}

double HierarchicalMap::evaluate_flops() const {
  const double right = static_cast<double>(inner()) * static_cast<double>(layout().cols());
  double out = joint_flops(first_) + joint_flops(last_) + (trained_root_ ? right : 0);
  for (std::size_t n = 0; n + 1 < tree_.nodes.size(); ++n)
    if (!leaf(static_cast<int>(n))) out += joint_flops(joint_[n]) + 2 * static_cast<double>(width_[n]) * values(n);
  return out;
}

double HierarchicalMap::backward_flops() const {
  const double right = static_cast<double>(inner()) * static_cast<double>(layout().cols());
  double out = 4 * (joint_flops(first_) + joint_flops(last_)) + (trained_root_ ? 3 * right : 0);
  for (std::size_t n = 0; n + 1 < tree_.nodes.size(); ++n)
    if (!leaf(static_cast<int>(n))) out += 4 * joint_flops(joint_[n]) + 4 * static_cast<double>(width_[n]) * values(n);
  return out;
}

}  // namespace rankscope
