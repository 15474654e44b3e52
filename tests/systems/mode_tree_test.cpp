#include <doctest/doctest.h>

#include "systems/mode_tree.h"

using namespace rankscope;

namespace {

/// "((1,2),3)"
std::string written(const ModeTree& tree, int node) {
  const ModeTree::Node& n = tree.nodes[static_cast<std::size_t>(node)];
  if (n.children.empty()) return std::to_string(node + 1);
  std::string out;
  for (int c : n.children) out += (out.empty() ? "(" : ",") + written(tree, c);
  return out + ")";
}
std::string written(const ModeTree& tree) { return written(tree, tree.root()); }

/// Leaves are the modes, children come before their parents and point back to them, heights and modes are those of the children.
void check_numbering(const ModeTree& tree) {
  CAPTURE(written(tree));
  for (int n = 0; n <= tree.root(); ++n) {
    const ModeTree::Node& node = tree.nodes[static_cast<std::size_t>(n)];
    CHECK((node.parent < 0) == (n == tree.root()));
    if (n < tree.order()) {
      CHECK(node.children.empty());
      CHECK(node.modes == Modes{n});
      CHECK(node.height == 0);
      continue;
    }
    CHECK(node.children.size() >= 2);
    Modes modes;
    int height = 0;
    for (int c : node.children) {
      const ModeTree::Node& child = tree.nodes[static_cast<std::size_t>(c)];
      CHECK(c < n);
      CHECK(child.parent == n);
      modes.insert(modes.end(), child.modes.begin(), child.modes.end());
      height = std::max(height, child.height + 1);
    }
    CHECK(node.modes == modes);
    CHECK(node.height == height);
    if (n > tree.order()) CHECK(tree.nodes[static_cast<std::size_t>(n - 1)].height <= height);
  }
}

}  // namespace

TEST_CASE("the patterns join what they say, and what is left over goes up unjoined") {
  CHECK(written(adjacent_tree(2)) == "(1,2)");
  CHECK(written(adjacent_tree(3)) == "((1,2),3)");
  CHECK(written(adjacent_tree(4)) == "((1,2),(3,4))");
  CHECK(written(adjacent_tree(5)) == "(((1,2),(3,4)),5)");
  CHECK(written(adjacent_tree(6)) == "(((1,2),(3,4)),(5,6))");
  CHECK(written(adjacent_tree(8)) == "(((1,2),(3,4)),((5,6),(7,8)))");
  CHECK(written(half_tree(2)) == "(1,2)");
  CHECK(written(half_tree(3)) == "((1,3),2)");
  CHECK(written(half_tree(4)) == "((1,3),(2,4))");
  CHECK(written(half_tree(8)) == "(((1,5),(3,7)),((2,6),(4,8)))");
  CHECK(written(*square_tree(4)) == "(1,2,3,4)");
  CHECK(written(*square_tree(16)) == "((1,2,5,6),(3,4,7,8),(9,10,13,14),(11,12,15,16))");
  for (int order = 2; order <= 12; ++order) check_numbering(adjacent_tree(order)), check_numbering(half_tree(order));
  check_numbering(*square_tree(16));
  for (int order : {2, 3, 6, 8, 9, 12, 36}) {
    const auto refused = square_tree(order);
    REQUIRE_FALSE(bool(refused));
    CHECK(refused.error().where == "tree");
  }
}

TEST_CASE("any tree can be drawn") {
  for (const char* text : {"(1,2,3,4)", "((1,3),(2,4))", "(1,(2,(3,4)))", "((4,2,1),3)", "(((4,3),2),1)"}) {
    const auto tree = drawn_tree(text, 4);
    REQUIRE_MESSAGE(bool(tree), text);
    CHECK(written(*tree) == text);
    check_numbering(*tree);
  }
  const auto spaced = drawn_tree("  ( 10 , ( 1,2,3,4,5,6,7,8 ),9) ", 10);
  REQUIRE(bool(spaced));
  CHECK(written(*spaced) == "(10,(1,2,3,4,5,6,7,8),9)");
  // by height, then left to right
  const auto tree = drawn_tree("((5,6),(((3,4),2),1))", 6);
  REQUIRE(bool(tree));
  CHECK(tree->nodes[6].modes == Modes{4, 5});
  CHECK(tree->nodes[7].modes == Modes{2, 3});
  CHECK(tree->nodes[8].modes == Modes{2, 3, 1});
  CHECK(tree->levels() == 4);
}

TEST_CASE("a wrong tree is refused, and the error names the place") {
  const struct {
    const char *text, *says;
  } wrong[] = {
      {"((1,2),(3,5))", "mode 5 is unknown (character 11)"},
      {"((1,2),(3,0))", "mode 0 is unknown (character 11)"},
      {"((1,2),(3,99999999999999999999))", "mode 99999999999999999999 is unknown (character 11)"},
      {"((1,2),(3,1))", "mode 1 is named twice (character 11)"},
      {"((1,2),4)", "mode 3 is missing"},
      {"((1,2),(3,4)", "the bracket at character 1 is not closed"},
      {"((1,2),(3,4", "the bracket at character 8 is not closed"},
      {"((1,2),(3),4)", "a node with one child ends here (character 10)"},
      {"(((1,2),(3,4)))", "a node with one child ends here (character 15)"},
      {"((1,2),(3,4)))", "goes on behind the tree (character 14)"},
      {"((1,2),(3,4)) 5", "goes on behind the tree (character 15)"},
      {"((1,2),,(3,4))", "a mode or '(' is needed (character 8)"},
      {"((1,2)(3,4))", "',' or ')' is needed (character 7)"},
      {"((1,2),(3 4))", "',' or ')' is needed (character 11)"},
      {"((1,2),())", "a mode or '(' is needed (character 9)"},
      {"1", "mode 1 stands outside of any bracket (character 1)"},
      {")", "a mode or '(' is needed (character 1)"},
      {"(a,b)", "a mode or '(' is needed (character 2)"},
      {"", "is empty"},
      {"   ", "is empty"},
  };
  for (const auto& w : wrong) {
    CAPTURE(w.text);
    const auto tree = drawn_tree(w.text, 4);
    REQUIRE_FALSE(bool(tree));
    CHECK(tree.error().where == "drawn_tree");
    CHECK(tree.error().what == w.says);
    CHECK_FALSE(tree.error().remedy.empty());
  }
  const auto deep = drawn_tree(std::string(200'000, '('), 4);  // no depth of brackets is too much
  REQUIRE_FALSE(bool(deep));
  CHECK(deep.error().what == "the bracket at character 200000 is not closed");
}
