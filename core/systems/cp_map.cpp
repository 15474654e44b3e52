#include "systems/cp_map.h"

#include <numeric>

#include "systems/tensor_system.h"

namespace rankscope {
namespace {

Modes natural(std::size_t order) {
  Modes out(order);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

std::vector<Block> blocks_of(const Shape& shape, std::int64_t components) {
  std::vector<Block> out;
  for (std::size_t n = 0; n < shape.size(); ++n) out.push_back({"A_" + std::to_string(n + 1), {shape[n], components}});
  return out;
}

}  // namespace

CpMap::CpMap(const Shape& shape, std::int64_t components)
    : TensorMap(even_layout(shape, natural(shape.size())), blocks_of(shape, components)), components_(components) {
  leading_ = build(0, layout().split);
  other_ = build(layout().split, static_cast<int>(shape.size()));
}

int CpMap::build(int first, int last) {
  Node node;
  std::int64_t places = layout().shape[static_cast<std::size_t>(first)];
  if (last - first == 1) {
    node.mode = first;
  } else {
    const int middle = (first + last) / 2;
    node.a = build(first, middle), node.b = build(middle, last);
    for (int n = first + 1; n < last; ++n) places *= layout().shape[static_cast<std::size_t>(n)];
    node.value.resize(components_, places), node.slope.resize(components_, places);
  }
  nodes_.push_back(std::move(node));
  return static_cast<int>(nodes_.size()) - 1;
}

ConstMatrixRef CpMap::value(std::span<const double> weights, int i) const {
  const Node& node = nodes_[static_cast<std::size_t>(i)];
  if (node.mode >= 0) return matrix(weights, static_cast<std::size_t>(node.mode));
  return node.value;
}

void CpMap::evaluate(std::span<const double> weights) {
  weights_ = weights;
  for (Node& node : nodes_) {
    if (node.mode >= 0) continue;
    const ConstMatrixRef a = value(weights, node.a), b = value(weights, node.b);
    for (Eigen::Index i = 0; i < a.cols(); ++i)
      for (Eigen::Index j = 0; j < b.cols(); ++j) node.value.col(i * b.cols() + j) = a.col(i).cwiseProduct(b.col(j));
  }
}

Factors CpMap::halves() const { return {value(weights_, other_), value(weights_, leading_)}; }

void CpMap::backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) {
  back(weights, other_, halves.left_t, gradient);
  back(weights, leading_, halves.right, gradient);
}

void CpMap::back(std::span<const double> weights, int i, ConstMatrixRef slope, std::span<double> gradient) {
  Node& node = nodes_[static_cast<std::size_t>(i)];
  if (node.mode >= 0) {
    matrix(gradient, static_cast<std::size_t>(node.mode)) = slope;
    return;
  }
  const auto own = [&](int child) -> MatrixRef {  // a leaf's slope is its gradient
    Node& n = nodes_[static_cast<std::size_t>(child)];
    if (n.mode >= 0) return matrix(gradient, static_cast<std::size_t>(n.mode));
    return n.slope;
  };
  const ConstMatrixRef a = value(weights, node.a), b = value(weights, node.b);
  MatrixRef to_a = own(node.a), to_b = own(node.b);
  to_b.setZero();
  for (Eigen::Index i_a = 0; i_a < a.cols(); ++i_a) {
    to_a.col(i_a).setZero();
    for (Eigen::Index j = 0; j < b.cols(); ++j) {
      const auto s = slope.col(i_a * b.cols() + j);
      to_a.col(i_a) += s.cwiseProduct(b.col(j));
      to_b.col(j) += s.cwiseProduct(a.col(i_a));
    }
  }
  for (int child : {node.a, node.b})
    if (nodes_[static_cast<std::size_t>(child)].mode < 0) back(weights, child, nodes_[static_cast<std::size_t>(child)].slope, gradient);
}

double CpMap::evaluate_flops() const {
  double sum = 0;
  for (const Node& node : nodes_) sum += static_cast<double>(node.value.size());
  return sum;
}

}  // namespace rankscope
