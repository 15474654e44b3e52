// The mode tree that the page draws and lets a reader change.
#include "ui/mode_tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace rankscope::ui;

namespace {

/// ((1,2),(3,4)): the root is node 0, its halves 1 and 2, the leaves 3 to 6.
ModeTree halves() {
  const double parents[] = {-1, 0, 0, 1, 1, 2, 2}, modes[] = {-1, -1, -1, 0, 1, 2, 3};
  return *mode_tree(parents, modes);
}

/// Every node under the root: two children or more, or a mode; and each child knows its parent.
bool valid(const ModeTree& tree, int i) {
  const ModeTree::Node& n = tree.nodes[static_cast<std::size_t>(i)];
  if (n.mode >= 0) return n.children.empty();
  if (n.children.size() < 2) return false;
  for (const int child : n.children)
    if (tree.nodes[static_cast<std::size_t>(child)].parent != i || !valid(tree, child)) return false;
  return true;
}

}  // namespace

TEST_CASE("ui: a mode tree is written in brackets, its modes from 1 and in order") {
  CHECK(to_text(halves()) == "((1,2),(3,4))");
  const double star[] = {3, 3, 3, -1}, modes[] = {2, 0, 1, -1};
  CHECK(to_text(*mode_tree(star, modes)) == "(1,2,3)");
  const double one[] = {-1}, only[] = {0};
  CHECK(to_text(*mode_tree(one, only)) == "1");
  CHECK(modes_under(halves(), 2) == std::vector<int>{2, 3});
  CHECK(modes_under(halves(), 0).size() == 4);
}

TEST_CASE("ui: what is no mode tree is refused") {
  const auto refused = [](std::vector<double> parents, std::vector<double> modes) { return !mode_tree(parents, modes); };
  CHECK(refused({}, {}));
  CHECK(refused({-1, 0}, {-1}));                       // one of them shorter
  CHECK(refused({-1, -1}, {0, 1}));                    // two roots
  CHECK(refused({1, 0}, {-1, -1}));                    // none
  CHECK(refused({-1, 0, 0, 4, 3}, {-1, 0, 1, -1, -1})); // a cycle beside the tree
  CHECK(refused({-1, 0, 0}, {-1, 0, -1}));             // a leaf without a mode
  CHECK(refused({-1, 0, 0}, {2, 0, 1}));               // an inner node with one
  CHECK(refused({-1, 0, 7}, {-1, 0, 1}));              // a parent that is not there
  CHECK(refused({-1, 0, std::nan("")}, {-1, 0, 1}));
}

TEST_CASE("ui: leaves stand evenly apart at the foot, the root on top, a node over the middle of its children") {
  const auto spots = lay_out(halves());
  CHECK(spots[0].y == 0.f);
  CHECK(spots[1].y == doctest::Approx(0.5));
  for (int leaf = 3; leaf < 7; ++leaf) {
    CHECK(spots[static_cast<std::size_t>(leaf)].y == 1.f);
    CHECK(spots[static_cast<std::size_t>(leaf)].x == doctest::Approx((leaf - 3 + 0.5) / 4));
  }
  CHECK(spots[2].x == doctest::Approx(0.75));
  CHECK(spots[0].x == doctest::Approx(0.5));
}

TEST_CASE("ui: a leaf that is dropped makes the tree one would draw") {
  const ModeTree tree = halves();
  CHECK(to_text(move_leaf(tree, 4, 5)) == "(1,((2,3),4))");   // onto a leaf: a new node of the two, the old one is dissolved
  CHECK(to_text(move_leaf(tree, 4, 2)) == "(1,(2,3,4))");     // onto a node: one child more
  CHECK(to_text(move_leaf(tree, 4, 0)) == "(1,2,(3,4))");     // onto the root
  CHECK(to_text(move_leaf(tree, 4, 3)) == "((1,2),(3,4))");   // onto the one beside it
  CHECK(to_text(move_leaf(tree, 4, 4)) == "((1,2),(3,4))");   // onto itself
  CHECK(to_text(move_leaf(tree, 4, 1)) == "((1,2),(3,4))");   // onto the node it hangs on
  CHECK(to_text(move_leaf(tree, 1, 5)) == "((1,2),(3,4))");   // no leaf
  const ModeTree one_three = move_leaf(move_leaf(tree, 4, 6), 5, 3);  // 2 to 4, then 3 to 1
  CHECK(to_text(one_three) == "((1,3),(2,4))");
  const double two[] = {-1, 0, 0}, modes[] = {-1, 0, 1};
  CHECK(to_text(move_leaf(*mode_tree(two, modes), 1, 2)) == "(1,2)");
}

TEST_CASE("ui: no row of drops makes an invalid tree or loses a mode") {
  std::mt19937 random(7);
  ModeTree tree = halves();
  std::vector<std::string> seen;
  for (int i = 0; i < 4000; ++i) {
    std::vector<int> open{tree.root}, here;
    while (!open.empty()) {
      const int at = open.back();
      open.pop_back(), here.push_back(at);
      const auto& children = tree.nodes[static_cast<std::size_t>(at)].children;
      open.insert(open.end(), children.begin(), children.end());
    }
    const auto any = [&] { return here[random() % here.size()]; };
    const int leaf = any(), onto = any();
    tree = move_leaf(tree, leaf, onto);
    REQUIRE(valid(tree, tree.root));
    REQUIRE(modes_under(tree, tree.root) == std::vector<int>{0, 1, 2, 3});
    seen.push_back(to_text(tree));
  }
  std::sort(seen.begin(), seen.end());
  CHECK(std::unique(seen.begin(), seen.end()) - seen.begin() == 26);  // all trees over four labelled leaves
}

TEST_CASE("ui: the effective rank beside an edge is exp of the entropy of what is finite") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double flat[] = {2, 2, 2, nan}, one[] = {5, 0, 0}, none[] = {nan, 0};
  CHECK(effective_rank(flat) == doctest::Approx(3));
  CHECK(effective_rank(one) == doctest::Approx(1));
  CHECK(effective_rank(none) == 0);
}
