// A mode tree: where its nodes stand on screen, how it is changed by a drag, how it is written.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rankscope::ui {

/// Leaves are modes, every other node has two children or more.
struct ModeTree {
  struct Node {
    int parent = -1, mode = -1;  ///< -1: it is the root; it is no leaf
    std::vector<int> children;   ///< by their smallest mode
  };
  std::vector<Node> nodes;  ///< those that do not hang on the root belong no longer to the tree
  int root = -1;
};

/// std::nullopt where parents (-1 the root's) and modes (0-based, -1 where there is none) are no tree: several roots or none,
/// a cycle, a leaf without a mode or an inner node with one.
std::optional<ModeTree> mode_tree(std::span<const double> parents, std::span<const double> modes);

/// The modes under a node, ascending.
std::vector<int> modes_under(const ModeTree& tree, int node);

/// Of each node, as shares: x of the width, leaves evenly apart; y of the height, leaves at 1, the root at 0.
struct Spot {
  float x = 0, y = 0;
};
std::vector<Spot> lay_out(const ModeTree& tree);

/// The tree after a leaf was dropped onto a node: beside another leaf, under a new node of the two; among the children of a node
/// that is none. A node that is left with one child gives its place to it. Onto itself or the node it hangs on: unchanged.
ModeTree move_leaf(ModeTree tree, int leaf, int onto);

/// In brackets, with modes from 1: "((1,2),(3,4))".
std::string to_text(const ModeTree& tree);

/// exp of the entropy of the values' shares of their sum, finite and positive ones counted; 0 where there is none.
double effective_rank(std::span<const double> values);

}  // namespace rankscope::ui
