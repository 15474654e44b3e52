// Every factorization by every order, task and loss: none of the pairs is left to another one's test.
#include <doctest/doctest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "systems/cp_map.h"
#include "systems/deep_component_map.h"
#include "systems/hierarchical_map.h"
#include "systems/layer_product.h"
#include "systems/tensor_gradients.h"
#include "systems/tensor_train_map.h"
#include "systems/tucker_map.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

/// By order from 2 on: unequal sizes, and a mode of size 1.
const std::vector<std::vector<Shape>> kShapes = {{{4, 3}, {1, 5}, {5, 1}}, {{3, 4, 2}, {2, 1, 4}}, {{2, 3, 1, 4}, {3, 2, 2, 3}}, {{3, 1, 2, 4, 2}}, {{2, 3, 1, 2, 2, 2}}};

/// By order from 2 on: every one from 3 on with a node of three children or more.
const std::vector<std::vector<std::string>> kTrees = {
    {"(2,1)"}, {"(3,1,2)", "(3,(1,2))"}, {"(1,2,3,4)", "((4,2,1),3)", "(1,(4,(3,2)))"}, {"((1,3,5),(2,4))", "(4,(2,(1,3,5)))"}, {"(2,((3,6,1),4),5)", "((6,1),(5,2,4,3))"}};

std::vector<std::int64_t> widths_of(const ModeTree& tree) {
  std::vector<std::int64_t> out;
  for (int level = 0; level < tree.levels(); ++level) out.push_back(3 - level % 2);
  return out;
}

std::vector<std::pair<std::string, std::unique_ptr<TensorMap>>> members(const Shape& shape) {
  const int order = static_cast<int>(shape.size());
  std::vector<std::pair<std::string, std::unique_ptr<TensorMap>>> out;
  const auto tree = [&](std::string name, const ModeTree& t, bool trained) {
    out.emplace_back(std::move(name), std::make_unique<HierarchicalMap>(shape, t, widths_of(t), trained));
  };
  out.emplace_back("cp", std::make_unique<CpMap>(shape, 3));
  tree("adjacent", adjacent_tree(order), true);
  tree("half", half_tree(order), true);
  for (const std::string& text : kTrees[shape.size() - 2]) tree("drawn", *drawn_tree(text, order), true);
  tree("root of ones", *drawn_tree(kTrees[shape.size() - 2][0], order), false);
  if (order == 4) tree("squares", *square_tree(4), true);
  Shape core, ranks;
  for (std::size_t n = 0; n < shape.size(); ++n) core.push_back(n % 2 ? 2 : 3);
  for (std::size_t k = 0; k + 1 < shape.size(); ++k) ranks.push_back(k % 2 ? 3 : 2);
  out.emplace_back("tucker", std::make_unique<TuckerMap>(shape, core, 1));
  out.emplace_back("deep tucker", std::make_unique<TuckerMap>(shape, core, 3));
  Shape between;
  for (std::size_t n = 0; n < shape.size(); ++n) between.push_back(4 - static_cast<std::int64_t>(n % 3));
  out.emplace_back("wide tucker", std::make_unique<TuckerMap>(shape, core, 2, between));
  out.emplace_back("tensor train", std::make_unique<TensorTrainMap>(shape, ranks, 1));
  out.emplace_back("deep tensor train", std::make_unique<TensorTrainMap>(shape, ranks, 3));
  out.emplace_back("one deep component", std::make_unique<DeepComponentMap>(shape, 2));
  return out;
}

}  // namespace

TEST_CASE("gradients: every factorization, order from 2 to 6, task and loss against finite differences") {
  std::set<std::pair<std::string, std::size_t>> seen;
  for (const std::vector<Shape>& shapes : kShapes)
    for (const Shape& shape : shapes)
      for (const auto& member : members(shape)) {
        const std::string& name = member.first;
        CAPTURE(name);
        CAPTURE(shape.size());
        CHECK(check_gradients(*member.second) == 16);
        seen.emplace(name, shape.size());
      }
  CHECK(seen.size() == 11 * 5 + 1);  // squares are of order 4
}

TEST_CASE("gradients: deep matrix factorization by the same tasks and losses") {
  for (const std::vector<std::int64_t>& widths : {std::vector<std::int64_t>{3, 4}, {5, 2, 4}, {1, 3, 5}, {4, 3, 2, 1}, {3, 4, 4, 2, 5}, {3, 3, 3, 3, 3, 3}}) {
    LayerProduct map(widths);
    CAPTURE(map.depth());
    CHECK(check_gradients(map, Layout{{widths.front(), widths.back()}, {0, 1}, 1}) == 16);
  }
}
