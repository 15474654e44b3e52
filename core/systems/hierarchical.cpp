// A tensor written as a tree of small joins, one mode tree for all (Razin, Maman and Cohen 2022).
#include "systems/hierarchical.h"

#include <algorithm>

#include "systems/hierarchical_map.h"
#include "systems/hierarchical_start.h"
#include "systems/hierarchical_system.h"
#include "systems/mode_tree.h"
#include "systems/tensor_entry.h"

namespace rankscope {
namespace {

constexpr std::int64_t kWidest = 4096;
constexpr double kMostNumbers = 4e7;  // weights and partial products: 320 MB

Result<ModeTree> tree_of(const Settings& s, const TensorShape& shape) {
  const auto& tree = get<std::string>(s, "tree");
  const int order = static_cast<int>(shape.shape.size());
  if (tree == "drawn") return drawn_tree(get<std::string>(s, "drawn_tree"), order);
  if (tree == "squares") return square_tree(order);
  return tree == "half" ? half_tree(order) : adjacent_tree(order);
}

Result<std::vector<std::int64_t>> widths_of(const Settings& s, const ModeTree& tree) {
  auto widths = get<std::vector<std::int64_t>>(s, "widths");
  const auto levels = static_cast<std::size_t>(tree.levels());
  if (widths.size() == 1) widths = std::vector<std::int64_t>(levels, widths[0]);
  if (widths.size() != levels)
    return Error{"widths", "has " + std::to_string(widths.size()) + " numbers", "one for each of the tree's " + std::to_string(levels) + " levels, from the leaves on, or one for all"};
  return widths;
}

std::vector<Param> params() {
  const std::string g = "Factorization";
  return tensor_params({
      {"tree", "Mode tree", g,
       "Which modes are joined first. adjacent: neighbours. half: each with the one half the modes further on. squares: 2 x 2 patches of modes that lie in a square. drawn: as written.", "",
       std::string("adjacent"), {}, When::Restart, {"adjacent", "half", "squares", "drawn"}, {}},
      {"drawn_tree", "Drawn tree", g, "In brackets: every mode once, two or more joined by each pair of brackets.", "", std::string("((1,2),(3,4))"), {}, When::Restart, {}, {"tree", {"drawn"}}},
      {"widths", "Widths", g, "How many local components a node has, one number a level from the leaves on; one number: all alike.", "", std::vector<std::int64_t>{16}, {1, kWidest}, When::Restart, {},
       {}},
      {"root", "Root", g, "trained: W is a weighted sum of the root's local components. ones: their plain sum; of order 2 that is matrix factorization of depth 2.", "", std::string("trained"), {},
       When::Restart, {"trained", "ones"}, {}},
      {"init", "Start", g, "gaussian: every weight N(0, s²). balanced: a draw in which all axes of a local component have the norm s, at nodes wider than the root less.", "",
       std::string("gaussian"), {}, When::Restart, {"gaussian", "balanced"}, {}, "start"},
      {"init_scale", "Initial scale s", g, "Standard deviation of every weight, or the norm of the balanced axes.", "", 0.01, {1e-5, 2, Scale::Log}, When::Restart, {}, {}, "start"},
  });
}

struct Plan {
  TensorShape shape;
  std::unique_ptr<HierarchicalMap> map;
  double numbers = 0;  ///< weights and workspace of the map
};

Result<Plan> plan(const Settings& s, const Inputs& in) {
  auto shape = tensor_shape(s, in);
  if (!shape) return shape.error();
  auto tree = tree_of(s, *shape);
  if (!tree) return tree.error();
  auto widths = widths_of(s, *tree);
  if (!widths) return widths.error();
  // before anything of that size is taken: of a node below the root its weights, T and dL/dT, and of one that joins others also pre and its derivative
  double numbers = 0;
  for (const ModeTree::Node& n : tree->nodes) {
    if (n.parent < 0) continue;
    double indices = 1;
    for (int m : n.modes) indices *= static_cast<double>(shape->shape[static_cast<std::size_t>(m)]);
    const auto up = static_cast<double>((*widths)[static_cast<std::size_t>(tree->nodes[static_cast<std::size_t>(n.parent)].height - 1)]);
    const auto own = n.height ? static_cast<double>((*widths)[static_cast<std::size_t>(n.height - 1)]) : 0;
    numbers += (n.height ? own : indices) * up + 2 * up * indices + 2 * own * indices;
  }
  if (numbers > kMostNumbers) return Error{"widths", "so wide a tree has more than 4e7 weights and partial products", "take narrower levels, or a smaller tensor"};
  auto map = std::make_unique<HierarchicalMap>(shape->shape, std::move(*tree), *widths, get<std::string>(s, "root") == "trained");
  return Plan{std::move(*shape), std::move(map), numbers};
}

struct HierarchicalFamily : TensorFamily {
  static Result<Plan> plan(const Settings& s, const Inputs& in) { return rankscope::plan(s, in); }
  static std::vector<ViewInfo> own(const Settings&, const Plan& plan) { return hierarchical_views(*plan.map); }
  static std::vector<Modes> further(const Plan& plan) { return tree_matricizations(plan.map->tree()); }
  static double numbers(const Plan& plan) { return plan.numbers; }
  static std::vector<double> start(const Settings& s, const Plan& plan, MatrixTask&, std::uint64_t seed) { return hierarchical_start(*plan.map, get<std::string>(s, "init"), get<double>(s, "init_scale"), seed); }
  static std::unique_ptr<TensorSystem> system(TensorSetup setup) { return hierarchical_system(std::move(setup)); }
};

}  // namespace

Entry hierarchical_entry() {
  return tensor_entry<HierarchicalFamily>(
      "hierarchical",
      "Hierarchical tensor factorization",
      "Razin, Maman and Cohen 2022 (arXiv 2201.11729)",
      "A tensor joined along a mode tree and fitted by gradient descent from a small start: local components depart one after another at every node, and the tree's own matricizations become low "
      "rank.", params());
}

}  // namespace rankscope
