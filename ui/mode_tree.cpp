#include "ui/mode_tree.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <utility>

namespace rankscope::ui {
namespace {

ModeTree::Node& node(ModeTree& tree, int i) { return tree.nodes[static_cast<std::size_t>(i)]; }
const ModeTree::Node& node(const ModeTree& tree, int i) { return tree.nodes[static_cast<std::size_t>(i)]; }

int first_mode(const ModeTree& tree, int i) {
  const ModeTree::Node& n = node(tree, i);
  int first = n.children.empty() ? n.mode : INT_MAX;
  for (const int child : n.children) first = std::min(first, first_mode(tree, child));
  return first;
}

void sort_children(ModeTree& tree) {
  for (ModeTree::Node& n : tree.nodes)
    for (std::size_t i = 1; i < n.children.size(); ++i)  // they are few, and a sort of its own would cost the page more bytes than this
      for (std::size_t j = i; j > 0 && first_mode(tree, n.children[j]) < first_mode(tree, n.children[j - 1]); --j) std::swap(n.children[j], n.children[j - 1]);
}

/// Puts one node where another one hangs.
void replace(ModeTree& tree, int old, int by) {
  const int parent = node(tree, old).parent;
  node(tree, by).parent = parent;
  if (parent < 0)
    tree.root = by;
  else
    std::replace(node(tree, parent).children.begin(), node(tree, parent).children.end(), old, by);
}

}  // namespace

std::optional<ModeTree> mode_tree(std::span<const double> parents, std::span<const double> modes) {
  const auto count = static_cast<int>(parents.size());
  if (count == 0 || modes.size() != parents.size()) return {};
  ModeTree tree;
  tree.nodes.resize(parents.size());
  for (int i = 0; i < count; ++i) {
    const double parent = parents[static_cast<std::size_t>(i)], mode = modes[static_cast<std::size_t>(i)];
    if (!(parent >= -1 && parent < count) || !(mode >= -1 && mode < count)) return {};
    node(tree, i).parent = static_cast<int>(parent), node(tree, i).mode = static_cast<int>(mode);
    if (parent >= 0)
      node(tree, static_cast<int>(parent)).children.push_back(i);
    else if (tree.root >= 0)
      return {};
    else
      tree.root = i;
  }
  if (tree.root < 0) return {};
  for (int i = 0; i < count; ++i) {
    if ((node(tree, i).mode >= 0) != node(tree, i).children.empty()) return {};
    int up = i, steps = 0;
    while (up >= 0 && steps++ <= count) up = node(tree, up).parent;
    if (up >= 0) return {};  // round and round
  }
  sort_children(tree);
  return tree;
}

std::vector<int> modes_under(const ModeTree& tree, int i) {
  std::vector<int> out, open{i};
  while (!open.empty()) {
    const ModeTree::Node& n = node(tree, open.back());
    open.pop_back();
    if (n.mode >= 0) out.push_back(n.mode);
    open.insert(open.end(), n.children.begin(), n.children.end());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Spot> lay_out(const ModeTree& tree) {
  std::vector<Spot> spots(tree.nodes.size());
  std::vector<int> height(tree.nodes.size());  // above the leaves
  const auto leaves = static_cast<float>(modes_under(tree, tree.root).size());
  float next = 0.5f;
  const auto walk = [&](const auto& self, int i) -> void {
    Spot& spot = spots[static_cast<std::size_t>(i)];
    const ModeTree::Node& n = node(tree, i);
    if (n.children.empty()) {
      spot.x = next++ / leaves;
      return;
    }
    for (const int child : n.children) {
      self(self, child);
      height[static_cast<std::size_t>(i)] = std::max(height[static_cast<std::size_t>(i)], height[static_cast<std::size_t>(child)] + 1);
    }
    spot.x = (spots[static_cast<std::size_t>(n.children.front())].x + spots[static_cast<std::size_t>(n.children.back())].x) / 2;
  };
  walk(walk, tree.root);
  const auto top = static_cast<float>(std::max(height[static_cast<std::size_t>(tree.root)], 1));
  for (std::size_t i = 0; i < spots.size(); ++i) spots[i].y = 1 - static_cast<float>(height[i]) / top;
  return spots;
}

ModeTree move_leaf(ModeTree tree, int leaf, int onto) {
  const int from = node(tree, leaf).parent;
  if (leaf == onto || from < 0 || from == onto || !node(tree, leaf).children.empty()) return tree;
  std::erase(node(tree, from).children, leaf);
  if (node(tree, onto).mode >= 0) {
    const auto made = static_cast<int>(tree.nodes.size());
    tree.nodes.emplace_back();
    replace(tree, onto, made);
    node(tree, made).children = {onto};
    node(tree, onto).parent = made, onto = made;
  }
  node(tree, onto).children.push_back(leaf);
  node(tree, leaf).parent = onto;
  if (node(tree, from).children.size() == 1) replace(tree, from, node(tree, from).children.front());
  sort_children(tree);
  return tree;
}

std::string to_text(const ModeTree& tree) {
  const auto write = [&](const auto& self, int i) -> std::string {
    const ModeTree::Node& n = node(tree, i);
    if (n.mode >= 0) return std::to_string(n.mode + 1);
    std::string out;
    for (const int child : n.children) (out += out.empty() ? "(" : ",") += self(self, child);
    return out + ")";
  };
  return write(write, tree.root);
}

double effective_rank(std::span<const double> values) {
  double sum = 0, entropy = 0;
  for (const double x : values)
    if (x > 0 && std::isfinite(x)) sum += x;
  for (const double x : values)
    if (x > 0 && std::isfinite(x)) entropy -= x / sum * std::log(x / sum);
  return sum > 0 ? std::exp(entropy) : 0;
}

}  // namespace rankscope::ui
