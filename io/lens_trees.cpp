#include "io/lens_trees.h"

#include <algorithm>
#include <utility>

#include "systems/mode_tree.h"

namespace rankscope {
namespace {

lens::Tree tree_of(std::string key, std::string label, std::string definition, const ModeTree& tree) {
  lens::Tree out{std::move(key), std::move(label), std::move(definition), {}};
  std::vector<int> nodes{tree.root()};
  for (std::size_t k = 0; k < nodes.size(); ++k)
    for (const int child : tree.nodes[static_cast<std::size_t>(nodes[k])].children) {
      nodes.push_back(child);
      out.nodes.push_back(tree.under(child));
    }
  return out;
}

}  // namespace

Result<std::vector<lens::Tree>> lens_trees(int order, const std::optional<OwnTree>& own) {
  std::vector<lens::Tree> out;
  if (own) {
    auto tree = drawn_tree(own->text, order);
    if (!tree) return tree.error();
    out.push_back(tree_of("own", "Hierarchical, " + own->whose, "At the nodes of " + own->text + ": widths of the smallest form over it.", *tree));
  }
  out.push_back(tree_of("hierarchical", order > 3 ? "Hierarchical, adjacent" : "Hierarchical ranks",
                        "At the nodes of the tree that joins neighbours: widths over it.", adjacent_tree(order)));
  if (order > 3)  // of three modes every tree has the same ranks
    out.push_back(tree_of("half", "Hierarchical, half", "The tree that joins modes half of them apart: other ranks again.", half_tree(order)));
  return out;
}

std::string tree_text(std::span<const double> parents, std::span<const double> modes) {
  struct Part {
    int first;  ///< the smallest mode under it
    std::string text;
  };
  const auto write = [&](const auto& self, std::size_t node) -> Part {
    if (modes[node] >= 0) return {static_cast<int>(modes[node]), std::to_string(static_cast<int>(modes[node]) + 1)};
    std::vector<Part> children;
    for (std::size_t child = 0; child < parents.size(); ++child)
      if (parents[child] == static_cast<double>(node)) children.push_back(self(self, child));
    std::sort(children.begin(), children.end(), [](const Part& a, const Part& b) { return a.first < b.first; });
    std::string out;
    for (const Part& child : children) (out += out.empty() ? "(" : ",") += child.text;
    return {children.empty() ? 0 : children.front().first, out + ")"};
  };
  for (std::size_t node = 0; node < parents.size(); ++node)
    if (parents[node] == -1) return write(write, node).text;
  return "";
}

}  // namespace rankscope
