// Hierarchical tensor factorization over any mode tree (science 4.1; Razin, Maman and Cohen 2022). A leaf has U_n (d_n x r), a node below
// the root V (r x s), named by its modes, the root o (r). From the leaves up, with T of a leaf its U:
//   pre(i.., r) = product over the children c of T_c(i_c, r),   T(i.., s) = sum_r V(r, s) pre(i.., r),   W(i..) = sum_r o_r pre_root(i.., r).
// Its halves are the products of the root's first children and of its last ones.
#pragma once
#include <span>
#include <vector>

#include "systems/mode_tree.h"
#include "systems/tensor_map.h"

namespace rankscope {

class HierarchicalMap final : public TensorMap {
 public:
  /// `widths`: the r of the nodes of height 1, 2 ... Without a `trained_root` o is 1 and no weight.
  HierarchicalMap(const Shape& shape, ModeTree tree, std::span<const std::int64_t> widths, bool trained_root);

  const ModeTree& tree() const { return tree_; }
  bool trained_root() const { return trained_root_; }
  /// How many local components the node joins: r. Of a node that is no leaf.
  std::int64_t width(int node) const { return width_[static_cast<std::size_t>(node)]; }

  // Blocks are in the order of the nodes, o last.
  std::int64_t inner() const override { return width_.back(); }
  void evaluate(std::span<const double> weights) override;
  Factors halves() const override { return {left_, right_}; }
  void backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) override;
  double evaluate_flops() const override;
  double backward_flops() const override;

  /// T of a node below the root, r of its parent x indices of its modes (row-major, in their order), at the weights of the last evaluate().
  const Matrix& value(int node) const { return value_[static_cast<std::size_t>(node)]; }
  /// The product of the children's T of a node below the root, r x indices.
  const Matrix& joined(int node) const { return joint_[static_cast<std::size_t>(node)].partial.back(); }

 private:
  /// Some T's multiplied for each r: partial[k] is of the first k + 2 of them, columns[k] wide.
  struct Joint {
    std::vector<int> parts;
    std::int64_t width = 0;
    std::vector<std::int64_t> columns;
    std::vector<Matrix> partial, slope;
  };
  Joint joint_of(std::vector<int> parts, std::int64_t width) const;
  void make_room();  ///< at the first evaluation, so that a map which is only asked what it costs takes none
  double values(std::size_t node) const { return static_cast<double>(width_[static_cast<std::size_t>(tree_.nodes[node].parent)]) * static_cast<double>(indices_[node]); }
  const Matrix& join(Joint& joint);
  /// To dL/dT of the parts, from that of their product.
  void part(Joint& joint, ConstMatrixRef slope);
  double joint_flops(const Joint& joint) const;
  bool leaf(int node) const { return tree_.nodes[static_cast<std::size_t>(node)].children.empty(); }

  ModeTree tree_;
  bool trained_root_;
  std::vector<std::int64_t> width_, indices_;  ///< by node
  std::vector<Matrix> value_, slope_;          ///< by node: T, dL/dT
  std::vector<Joint> joint_;                   ///< by node; the root has two of its own
  Joint first_, last_;
  Matrix left_, right_, scaled_;
};

/// The layout of such a map: the leaves' order, split between the root's children so that the sides are as alike as they can be.
Layout layout_of(const Shape& shape, const ModeTree& tree);

}  // namespace rankscope
