// A mode tree: which modes of a tensor are joined first (science 4.1; Razin, Maman and Cohen 2022). Every leaf is a mode, every other node
// joins two children or more.
#pragma once
#include <string_view>
#include <vector>

#include "lab/result.h"
#include "math/tensor.h"

namespace rankscope {

struct ModeTree {
  struct Node {
    int parent = -1;            ///< -1: the root
    std::vector<int> children;  ///< from left to right; none: a leaf
    Modes modes;                ///< under it, in the order of the leaves
    int height = 0;             ///< a leaf's is 0, any other node's one more than its highest child's
  };
  std::vector<Node> nodes;  ///< leaf k is mode k; behind the leaves the others by height, left to right; the root is last

  int order() const { return static_cast<int>(nodes.back().modes.size()); }
  int levels() const { return nodes.back().height; }
  int root() const { return static_cast<int>(nodes.size()) - 1; }
  /// The modes under a node, ascending: its name, whatever the order of the leaves.
  Modes under(int node) const;
};

/// From brackets with modes from 1, "((1,2),(3,4))". Errors name the character: a mode that is unknown, named twice or missing, a bracket
/// without its other one, a node with one child, text behind the tree.
Result<ModeTree> drawn_tree(std::string_view text, int order);

/// Complete trees that join two at a time. The one that is left over where their number is odd goes up unjoined: the authors' last, smaller
/// window, less the node with one child.
ModeTree adjacent_tree(int order);  ///< neighbours
ModeTree half_tree(int order);      ///< at every level each with the one half the level further on; left over is the middle one
/// The modes are the pixels of a square picture, row by row; each node joins a square of four, 2 x 2. Error: order is not 4, 16, 64 ...
Result<ModeTree> square_tree(int order);

}  // namespace rankscope
