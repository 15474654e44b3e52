#include "lens/notions.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "io/lens_trees.h"
#include "math/rng.h"

using namespace rankscope;
using namespace rankscope::lens;

namespace {

std::vector<double> normals(std::int64_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> out;
  for (std::int64_t i = 0; i < n; ++i) out.push_back(rng.normal());
  return out;
}

/// sum_a left(i, a) right(a, j), row-major.
std::vector<double> product(const std::vector<double>& left, const std::vector<double>& right, std::size_t inner) {
  const std::size_t rows = left.size() / inner, cols = right.size() / inner;
  std::vector<double> out(rows * cols, 0.0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t a = 0; a < inner; ++a)
      for (std::size_t j = 0; j < cols; ++j) out[i * cols + j] += left[i * inner + a] * right[a * cols + j];
  return out;
}

std::vector<std::int64_t> ranks(const Dense& array, const std::string& key, const std::optional<OwnTree>& own = {}, double threshold = 1e-10) {
  const auto trees = lens_trees(static_cast<int>(array.shape.size()), own);
  REQUIRE(trees);
  const Table table = table_of(array.shape, *trees);
  for (const Notion& n : table.notions) {
    if (n.key != key) continue;
    std::vector<std::int64_t> out;
    for (const Member& m : n.members) out.push_back(rank_above(spectrum(array, table.matricizations[static_cast<std::size_t>(m.matricization)]), threshold));
    return out;
  }
  FAIL("no such notion: " << key);
  return {};
}

using Ranks = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("which matricizations there are, and of which modes each number is") {
  const auto names = [](const Table& table, const std::string& key) {
    std::string out;
    for (const Notion& n : table.notions)
      for (const Member& m : n.members)
        if (n.key == key) out += (out.empty() ? "" : " ") + name_of(m.rows) + "@" + std::to_string(m.matricization);
    return out;
  };
  const Table matrix = table_of({3, 5}, *lens_trees(2));
  CHECK(matrix.matricizations.size() == 1);
  CHECK(matrix.notions.size() == 4);
  CHECK(names(matrix, "matrix") == "{1}@0");
  CHECK(names(matrix, "tucker") == "{1}@0 {2}@0");  // a matrix and its transpose
  CHECK(names(matrix, "hierarchical") == "{1}@0 {2}@0");
  const Table four = table_of({2, 3, 4, 5}, *lens_trees(4, OwnTree{"((2,4),1,3)", "this run's"}));
  REQUIRE(four.matricizations.size() == 7);
  CHECK(four.matricizations[4].rows == Modes{0, 1});
  CHECK(four.matricizations[4].height == 6);
  CHECK(four.matricizations[4].width == 20);
  CHECK(names(four, "tucker") == "{1}@0 {2}@1 {3}@2 {4}@3");
  CHECK(names(four, "tensor_train") == "{1}@0 {1,2}@4 {1,2,3}@3");
  CHECK(names(four, "own") == "{2,4}@5 {1}@0 {3}@2 {2}@1 {4}@3");  // {2,4} are the columns of {1,3}
  CHECK(names(four, "hierarchical") == "{1,2}@4 {3,4}@4 {1}@0 {2}@1 {3}@2 {4}@3");
  CHECK(names(four, "half") == "{1,3}@5 {2,4}@5 {1}@0 {3}@2 {2}@1 {4}@3");
  CHECK(names(four, "pairs") == "{1,2}@4 {1,3}@5 {1,4}@6");
  CHECK(table_of({2, 2, 2}, *lens_trees(3)).matricizations.size() == 3);
  CHECK(table_of(Shape(16, 2), *lens_trees(16)).matricizations.size() < 60);
  // of five modes neighbours are joined as the system `hierarchical` joins them, not by halves
  CHECK(names(table_of(Shape(5, 2), *lens_trees(5)), "hierarchical").rfind("{1,2,3,4}@4 {5}@4 {1,2}@5 {3,4}@7 {1}@0 ", 0) == 0);
}

TEST_CASE("a tree of the reader's own: its ranks are there, named, and a wrong one is refused by the character") {
  const auto trees = lens_trees(4, OwnTree{"((1,4),(2,3))", "as given"});
  REQUIRE(trees);
  CHECK(trees->front().key == "own");
  CHECK(trees->front().label == "Hierarchical, as given");
  CHECK(trees->front().definition.find("((1,4),(2,3))") != std::string::npos);
  // W[i j k l] = A[i l] B[j k]: one product over {1,4}, all of them over {1,2}
  const auto a = normals(9, 1), b = normals(9, 2);
  Dense tensor{{3, 3, 3, 3}, {}};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t l = 0; l < 3; ++l) tensor.data.push_back(a[3 * i + l] * b[3 * j + k]);
  CHECK(ranks(tensor, "own", OwnTree{"((1,4),(2,3))", ""}) == Ranks{1, 1, 3, 3, 3, 3});
  CHECK(ranks(tensor, "hierarchical") == Ranks{9, 9, 3, 3, 3, 3});
  CHECK(ranks(tensor, "own", OwnTree{"(1,2,3,4)", ""}) == Ranks{3, 3, 3, 3});
  for (const char* wrong : {"", "((1,2),3)", "((1,2),(3,3))", "((1,2),(3,5))", "((1,2),(3,4)", "1,2,3,4", "((1,2),(3,4)) 5", "((1),2,3,4)"}) {
    CAPTURE(wrong);
    const auto refused = lens_trees(4, OwnTree{wrong, ""});
    REQUIRE(!refused);
    CHECK(refused.error().where == "drawn_tree");
  }
}

TEST_CASE("the text of a tree that a frame holds") {
  const std::vector<double> parents{4, 5, 4, 5, 6, 6, -1}, modes{0, 1, 2, 3, -1, -1, -1};
  CHECK(tree_text(parents, modes) == "((1,3),(2,4))");
  CHECK(tree_text(std::vector<double>{4, 5, 5, 4, 5, -1}, std::vector<double>{0, 1, 2, 3, -1, -1}) == "((1,4),2,3)");
  CHECK(tree_text(std::vector<double>{}, std::vector<double>{}).empty());
}

TEST_CASE("a tensor train of bonds 2, 5, 3 has these ranks, and larger ones across them") {
  // W = G1 (4 x 2) G2 (2 x 4*5) G3 (5 x 4*3) G4 (3 x 4)
  const auto a = product(normals(8, 1), normals(40, 2), 2), b = product(a, normals(60, 3), 5), c = product(b, normals(12, 4), 3);
  const Dense tensor{{4, 4, 4, 4}, c};
  CHECK(ranks(tensor, "tensor_train") == Ranks{2, 5, 3});
  CHECK(ranks(tensor, "tucker") == Ranks{2, 4, 4, 3});
  CHECK(ranks(tensor, "pairs")[0] == 5);
  CHECK(ranks(tensor, "pairs")[1] > 5);  // {1,3} crosses all bonds
}

TEST_CASE("a Tucker form with a 2 x 3 x 2 core has that multirank") {
  std::vector<double> core = normals(12, 5);
  // mode by mode: (4 x 2) on the first, then on the others by matricizations in their own order
  Dense t{{2, 3, 2}, core};
  for (int mode = 0; mode < 3; ++mode) {
    const std::int64_t r = t.shape[static_cast<std::size_t>(mode)], d = 5 + mode;
    const Matrix unfolded = matricize(t.data, t.shape, Modes{mode});
    const std::vector<double> factor = normals(d * r, 10 + static_cast<std::uint64_t>(mode));
    Matrix u(static_cast<Eigen::Index>(d), static_cast<Eigen::Index>(r));
    for (Eigen::Index i = 0; i < u.size(); ++i) u.data()[i] = factor[static_cast<std::size_t>(i)];
    const Matrix next = u * unfolded;
    // back: rows are the mode, columns the others in ascending order
    Shape moved{d};
    Modes order;
    for (int m = 0; m < 3; ++m)
      if (m != mode) moved.push_back(t.shape[static_cast<std::size_t>(m)]);
    for (int m = 0, at = 1; m < 3; ++m) order.push_back(m == mode ? 0 : at++);
    std::vector<double> rows(static_cast<std::size_t>(next.size()));
    for (Eigen::Index i = 0; i < next.rows(); ++i)
      for (Eigen::Index j = 0; j < next.cols(); ++j) rows[static_cast<std::size_t>(i * next.cols() + j)] = next(i, j);
    t.shape[static_cast<std::size_t>(mode)] = d;
    t.data.assign(rows.size(), 0.0);
    permute(rows, moved, order, t.data);
  }
  CHECK(t.shape == Shape{5, 6, 7});
  CHECK(ranks(t, "tucker") == Ranks{2, 3, 2});
  CHECK(ranks(t, "hierarchical") == Ranks{2, 2, 2, 3});  // {1,2} has the spectrum of {3}
}

TEST_CASE("a hierarchical form over the adjacent tree has its widths, and larger ranks over the other tree") {
  // W[(i j), (k l)] = sum_s L[(i j), s] R[s, (k l)], each side of 3 x 3 with leaves of rank 2 inside
  const auto side = [](std::uint64_t seed) {  // (16 x 3): three matrices 4 x 4 in one space of rank 2 per side
    std::vector<double> out(16 * 3, 0.0);
    const auto u = normals(8, seed), v = normals(8, seed + 1), m = normals(12, seed + 2);
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j)
        for (std::size_t s = 0; s < 3; ++s)
          for (std::size_t a = 0; a < 2; ++a)
            for (std::size_t b = 0; b < 2; ++b) out[(i * 4 + j) * 3 + s] += u[i * 2 + a] * v[j * 2 + b] * m[(a * 2 + b) * 3 + s];
    return out;
  };
  const auto left = side(1), right = side(11);
  std::vector<double> turned(right.size());
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t s = 0; s < 3; ++s) turned[s * 16 + i] = right[i * 3 + s];
  const Dense tensor{{4, 4, 4, 4}, product(left, turned, 3)};
  CHECK(ranks(tensor, "hierarchical") == Ranks{3, 3, 2, 2, 2, 2});
  CHECK(ranks(tensor, "half") == Ranks{4, 4, 2, 2, 2, 2});
}

TEST_CASE("arrays without a rank are refused by name") {
  const auto refused = [](Shape shape, std::vector<double> data) { return check({std::move(shape), std::move(data)}, "x.npy").error().text(); };
  CHECK(refused({}, {1}) == "x.npy: is a single number (rank is of arrays with two modes or more)");
  CHECK(refused({3}, {1, 2, 3}) == "x.npy: is a list: it has one mode (rank is of arrays with two modes or more)");
  CHECK(refused({0, 3}, {}) == "x.npy: has no entries (an array with some)");
  CHECK(refused(Shape(17, 1), {1}) == "x.npy: has 17 modes (at most 16 are looked at: merge some of them)");
  CHECK(refused({1025, 1024}, std::vector<double>(1025 * 1024, 1.0)).rfind("x.npy: has 1049600 entries (at most 1048576", 0) == 0);
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK(refused({2, 2}, {1, bad, 3, 4}).rfind("x.npy: 1 of its 4 entries are not numbers", 0) == 0);
  CHECK(bool(check({{1, 1}, {0}}, "x.npy")));
  CHECK(spectrum({{1, 1}, {0}}, table_of({1, 1}).matricizations[0]) == std::vector<double>{0});
}

TEST_CASE("a threshold counts values above its share of the largest") {
  CHECK(rank_above({4, 2, 1, 0.01}, 0.5) == 1);
  CHECK(rank_above({4, 2, 1, 0.01}, 0.25) == 2);
  CHECK(rank_above({4, 2, 1, 0.01}, 1e-3) == 4);
  CHECK(rank_above({0, 0}, 1e-3) == 0);
  CHECK(rank_above({}, 0.1) == 0);
}
