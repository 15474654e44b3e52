#include <doctest/doctest.h>

#include <chrono>
#include <functional>

#include "math/rng.h"
#include "systems/hierarchical_components.h"
#include "systems/hierarchical_map.h"
#include "systems/hierarchical_start.h"
#include "tensor_gradients.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

/// Trees of orders 2 to 6: complete ones by neighbours and by halves, and drawn ones with nodes of two to five children.
struct Case {
  Shape shape;
  ModeTree tree;
  std::vector<std::int64_t> widths;
};
std::vector<Case> cases() {
  std::vector<Case> out;
  const Shape sizes = {2, 3, 4, 2, 3, 2};
  for (int order = 2; order <= 6; ++order) {
    const Shape shape(sizes.begin(), sizes.begin() + order);
    for (ModeTree tree : {adjacent_tree(order), half_tree(order)}) {
      std::vector<std::int64_t> widths;
      for (int level = 0; level < tree.levels(); ++level) widths.push_back(2 + level);
      out.push_back({shape, std::move(tree), std::move(widths)});
    }
  }
  for (const char* text : {"(1,2,3)", "(3,(1,2))", "((3,1),2)"}) out.push_back({{3, 2, 4}, *drawn_tree(text, 3), {4, 3}});
  for (const char* text : {"(1,2,3,4)", "((4,2,1),3)", "(1,(4,(3,2)))"}) out.push_back({{3, 2, 4, 2}, *drawn_tree(text, 4), {4, 3, 2}});
  for (const char* text : {"((1,3,5),(2,4))", "(1,2,3,4,5)", "(((5,1),4),2,3)"}) out.push_back({{3, 2, 2, 2, 3}, *drawn_tree(text, 5), {2, 4, 3}});
  for (const char* text : {"((1,2,3),(4,5,6))", "((6,1),(5,2),(4,3))", "(((1,6),2),((3,4),5))", "(2,((3,6,1),4),5)"})
    out.push_back({{2, 2, 3, 2, 2, 2}, *drawn_tree(text, 6), {4, 2, 3}});
  return out;
}

std::string name_of(const ModeTree& tree) {
  std::string out;
  for (const ModeTree::Node& n : tree.nodes)
    if (!n.children.empty()) out += rankscope::name_of(n.modes);
  return out;
}

/// An entry of W straight from the definition, with sums over every width.
double entry(const HierarchicalMap& map, std::span<const double> weights, int node, std::int64_t s, const Shape& index) {
  const ModeTree::Node& n = map.tree().nodes[static_cast<std::size_t>(node)];
  if (n.children.empty()) return map.matrix(weights, static_cast<std::size_t>(node))(s, index[static_cast<std::size_t>(node)]);
  double sum = 0;
  for (std::int64_t r = 0; r < map.width(node); ++r) {
    double product = node < map.tree().root() ? map.matrix(weights, static_cast<std::size_t>(node))(s, r) : map.trained_root() ? map.matrix(weights, static_cast<std::size_t>(node))(r, 0) : 1;
    for (int c : n.children) product *= entry(map, weights, c, r, index);
    sum += product;
  }
  return sum;
}

double loss_at(const HierarchicalMap& map, MatrixTask& task, const Matrix& w) {
  Matrix slope(w.rows(), w.cols());
  (void)map;
  return task.evaluate(w, slope);
}

}  // namespace

TEST_CASE("a hierarchical map is its definition, entry by entry") {
  for (const Case& c : cases())
    for (const bool trained : {true, false}) {
      HierarchicalMap map(c.shape, c.tree, c.widths, trained);
      CAPTURE(name_of(c.tree));
      const auto weights = drawn_weights(map);
      const Matrix& w = map.forward(weights);
      std::vector<double> tensor(static_cast<std::size_t>(entries(c.shape)));
      map.layout().to_natural({w.data(), tensor.size()}, tensor);
      double worst = 0;
      for (std::size_t k = 0; k < tensor.size(); ++k) {
        Shape index(c.shape.size());
        auto rest = static_cast<std::int64_t>(k);
        for (std::size_t m = c.shape.size(); m-- > 0; rest /= c.shape[m]) index[m] = rest % c.shape[m];
        worst = std::max(worst, std::abs(tensor[k] - entry(map, weights, map.tree().root(), 0, index)));
      }
      CHECK(worst < 1e-13 * w.norm());
    }
}

TEST_CASE("its gradient agrees with finite differences for every order, tree, task and loss, and allocates nothing") {
  for (const Case& c : cases()) {
    CAPTURE(name_of(c.tree));
    HierarchicalMap map(c.shape, c.tree, c.widths, true);
    check_gradients(map);
    HierarchicalMap plain(c.shape, c.tree, c.widths, false);
    const auto task = drawn_task(plain.layout(), Measured::Entries, {});
    CHECK(gradient_error(plain, *task, drawn_weights(plain)) < 1e-8);
  }
}

TEST_CASE("the sides of its matricization are as alike as the tree lets them be") {
  const HierarchicalMap four({2, 3, 4, 5}, *drawn_tree("(1,2,3,4)", 4), std::vector<std::int64_t>{2}, true);
  CHECK(four.layout().cols() == 6);  // 2 3 against 4 5, not 2 3 4 against 5
  const HierarchicalMap even({4, 4, 4, 4}, half_tree(4), std::vector<std::int64_t>{2, 2}, true);
  CHECK(even.layout().order == Modes{0, 2, 1, 3});
  CHECK(even.layout().rows() == 16);
}

TEST_CASE("every axis of a local component gives the same force, and it is the loss's derivative along it") {
  for (const Case& c : cases())
    for (const bool balanced : {false, true}) {
      CAPTURE(name_of(c.tree));
      HierarchicalMap map(c.shape, c.tree, c.widths, c.shape.size() % 2 == 0);
      const auto weights = balanced ? hierarchical_start(map, "balanced", 0.8, 7) : drawn_weights(map);
      const auto task = drawn_task(map.layout(), Measured::Entries, {});
      std::vector<double> gradient(map.size());
      map.descend(weights, *task, {}, gradient);
      const Matrix w = map.forward(weights);
      Matrix slope(w.rows(), w.cols()), direction;
      task->evaluate(w, slope);
      for (int node = map.tree().order(); node <= map.tree().root(); ++node) {
        const Matrix forces = axis_forces(map, weights, gradient, node);
        REQUIRE(forces.rows() == axes_of_node(map, node));
        const double scale = forces.cwiseAbs().maxCoeff();
        const ComponentDirections directions(map, weights, node);
        Matrix sum = Matrix::Zero(w.rows(), w.cols());
        const Vector norms = local_component_norms(map, weights, node);
        for (std::int64_t r = 0; r < map.width(node); ++r) {
          for (Eigen::Index k = 1; k < forces.rows(); ++k) CHECK(forces(k, r) == doctest::Approx(forces(0, r)).epsilon(1e-11).scale(scale));
          directions.direction(r, direction);
          CHECK(forces(0, r) == doctest::Approx(-slope.cwiseProduct(direction).sum()).epsilon(1e-11).scale(scale));
          const double h = 1e-4;
          CHECK(forces(0, r) == doctest::Approx((loss_at(map, *task, w - h * direction) - loss_at(map, *task, w + h * direction)) / (2 * h)).epsilon(1e-6).scale(scale));
          sum += norms[r] * direction;
        }
        CHECK((sum - w).norm() < 1e-12 * w.norm());  // W is the sum of what a node's local components add
      }
    }
}

TEST_CASE("a balanced start gives all axes of a local component one norm") {
  for (const Case& c : cases()) {
    CAPTURE(name_of(c.tree));
    const HierarchicalMap map(c.shape, c.tree, c.widths, true);
    const auto weights = hierarchical_start(map, "balanced", 0.3, 5), plain = hierarchical_start(map, "gaussian", 0.3, 5);
    double apart = 0;
    for (int node = map.tree().order(); node <= map.tree().root(); ++node) {
      const Matrix squares = axis_squares(map, weights, node), drawn = axis_squares(map, plain, node);
      const double norm = 0.3 * 0.3 * static_cast<double>(map.inner()) / static_cast<double>(map.width(node));
      CHECK((squares.array() - norm).abs().maxCoeff() < 1e-13 * norm);
      apart = std::max(apart, (drawn.array() - norm).abs().maxCoeff() / norm);
    }
    CHECK(apart > 0.1);
  }
}

TEST_CASE("the gradient costs at most 2.5 times the forward evaluation, 4 times where few entries are read") {
  struct Size {
    Shape shape;
    ModeTree tree;
    std::vector<std::int64_t> widths;
  };
  const Size sizes[] = {{{8, 8, 8, 8}, adjacent_tree(4), {64, 64}}, {{8, 8, 8, 8}, adjacent_tree(4), {512, 512}}, {{4, 4, 4, 4, 4, 4}, half_tree(6), {16, 16, 16}},
                        {{8, 8, 8, 8}, *drawn_tree("(1,2,3,4)", 4), {64}}, {{30, 30}, adjacent_tree(2), {10}}};
  for (const Size& s : sizes) {
    const HierarchicalMap map(s.shape, s.tree, s.widths, true);
    CAPTURE(name_of(s.tree));
    const std::int64_t few = entries(s.shape) / 20;
    CHECK(map.gradient_flops(0) <= 2.5 * map.forward_flops(0));
    CHECK(map.gradient_flops(few) <= 4 * map.forward_flops(few));
  }
#ifdef NDEBUG  // and by the clock, in the builds that are fast: both in one run, taking turns, the least time of each
  HierarchicalMap map({8, 8, 8, 8}, adjacent_tree(4), std::vector<std::int64_t>{64, 64}, true);
  const auto weights = drawn_weights(map, 0.1);
  std::vector<double> gradient(map.size());
  Matrix slope = Matrix::Ones(map.layout().rows(), map.layout().cols());
  const auto seconds = [](const std::function<void()>& what) {
    const auto begin = std::chrono::steady_clock::now();
    what();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  double forward = 1e9, backward = 1e9;
  for (int k = 0; k < 40; ++k) {
    forward = std::min(forward, seconds([&] { map.forward(weights); }));
    backward = std::min(backward, seconds([&] { map.backward_from(weights, slope, gradient); }));
  }
  CHECK(backward <= 1.3 * 2.5 * forward);
  MESSAGE("gradient over forward, order 4, 8 each, width 64: ", backward / forward);
#endif
}
