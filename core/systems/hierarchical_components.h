// Local components of a hierarchical tensor factorization (science 4.2): component r of the node that joins the children C has as its
// axes column r of each child's weights and row r of the node's own. Its norm is the product of theirs, and W is linear in each.
#pragma once
#include <span>

#include "systems/hierarchical_map.h"

namespace rankscope {

/// K: how many axes the node's local components have, one a child and one of its own (an untrained root has none).
int axes_of_node(const HierarchicalMap& map, int node);

/// Squared norms of the axes, K x components.
Matrix axis_squares(const HierarchicalMap& map, std::span<const double> weights, int node);

/// sigma_r
Vector local_component_norms(const HierarchicalMap& map, std::span<const double> weights, int node);
/// The same into `out`, of the node's width; allocates nothing.
void local_component_norms(const HierarchicalMap& map, std::span<const double> weights, int node, std::span<double> out);

/// -<dL/dw, w> / sigma_r for every axis w, K x components: the rows agree, for W is linear in each axis. It is the force gamma_r of
///   d sigma / dt = K sigma^(2 - 2/K) gamma  (balanced axes; Razin, Maman and Cohen 2022).
/// 0 where sigma_r is.
Matrix axis_forces(const HierarchicalMap& map, std::span<const double> weights, std::span<const double> gradient, int node);

/// What a local component of norm 1 adds to W, all else as it is: gamma_r = -<dL/dW, this>.
class ComponentDirections {
 public:
  /// Of this node, at the weights of the map's last evaluate().
  ComponentDirections(const HierarchicalMap& map, std::span<const double> weights, int node);
  /// As W is stored; 0 where sigma_r is.
  void direction(std::int64_t r, Matrix& out) const;

 private:
  const HierarchicalMap& map_;
  int node_;
  Vector norms_;
  Matrix around_;             ///< r x the indices that are not the node's: the derivative of W by pre(r; .)
  std::int64_t inside_ = 1, behind_ = 1;  ///< indices of the node's modes, and of those behind it in the leaves' order
};

}  // namespace rankscope
