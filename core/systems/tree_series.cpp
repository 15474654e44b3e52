#include "systems/tree_series.h"

#include <algorithm>
#include <limits>

namespace rankscope {
namespace {

/// The rows of a table, each filled up with NaN.
Series table(std::uint32_t view, Part part, std::span<const TreeNode> nodes, std::vector<double> TreeNode::*row) {
  std::size_t longest = 0;
  for (const TreeNode& n : nodes) longest = std::max(longest, (n.*row).size());
  Series out{view, part, {std::ssize(nodes), static_cast<std::int64_t>(longest)}, std::vector<double>(nodes.size() * longest, std::numeric_limits<double>::quiet_NaN())};
  for (std::size_t i = 0; i < nodes.size(); ++i) std::copy((nodes[i].*row).begin(), (nodes[i].*row).end(), out.data.begin() + static_cast<std::ptrdiff_t>(i * longest));
  return out;
}

}  // namespace

void append_tree(std::uint32_t view, std::span<const TreeNode> nodes, Frame& frame) {
  Series parents{view, Part::Parents, {std::ssize(nodes)}, {}}, modes{view, Part::Modes, {std::ssize(nodes)}, {}};
  for (const TreeNode& n : nodes) parents.data.push_back(n.parent), modes.data.push_back(n.mode);
  frame.values.push_back(table(view, Part::Measured, nodes, &TreeNode::bars));
  frame.values.push_back(std::move(parents));
  frame.values.push_back(std::move(modes));
  frame.values.push_back(table(view, Part::Edges, nodes, &TreeNode::edge));
  if (std::any_of(nodes.begin(), nodes.end(), [](const TreeNode& n) { return !n.truth.empty(); }))
    frame.values.push_back(table(view, Part::Target, nodes, &TreeNode::truth));
}

}  // namespace rankscope
