// A Tree in a Frame, from its nodes.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lab/frame.h"

namespace rankscope {

struct TreeNode {
  int parent = -1, mode = -1;
  std::vector<double> bars;         ///< largest first
  std::vector<double> edge, truth;  ///< singular values of the matricization by the modes under it; of the truth, where it is known
};

/// The node's bars as Measured, its parent, mode and edge; Target when any node has a truth.
void append_tree(std::uint32_t view, std::span<const TreeNode> nodes, Frame& frame);

}  // namespace rankscope
