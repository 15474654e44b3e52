#include "systems/tensor_train_map.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "systems/tensor_gradients.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

/// The product of the cores' slices (and of the matrices on the bonds), entry by entry.
std::vector<double> by_definition(const TensorTrainMap& map, std::span<const double> weights) {
  const Shape& shape = map.layout().shape;
  const Shape of_w = strides(shape);
  std::vector<double> out(static_cast<std::size_t>(entries(shape)));
  for (std::int64_t i = 0; i < entries(shape); ++i) {
    std::vector<double> row;
    std::size_t mode = 0;
    for (std::size_t b = 0; b < map.blocks().size(); ++b) {
      const Shape& s = map.blocks()[b].shape;
      const auto x = map.block(weights, b);
      const bool core = map.blocks()[b].name[0] == 'G', first = b == 0, last = b + 1 == map.blocks().size();
      const std::int64_t at = core ? i / of_w[mode] % shape[mode] : 0, left = first ? 1 : s[0], right = last ? 1 : s.back();
      std::vector<double> next(static_cast<std::size_t>(right), 0.0);
      for (std::int64_t p = 0; p < left; ++p)
        for (std::int64_t q = 0; q < right; ++q) {
          const std::int64_t place = first ? at * right + q : !core ? p * right + q : (p * shape[mode] + at) * right + q;
          next[static_cast<std::size_t>(q)] += (first ? 1.0 : row[static_cast<std::size_t>(p)]) * x[static_cast<std::size_t>(place)];
        }
      row = next;
      mode += core;
    }
    out[static_cast<std::size_t>(i)] = row[0];
  }
  return out;
}

struct Case {
  Shape shape, ranks;
  int depth;
};
const std::vector<Case> kCases = {{{5, 4}, {4}, 1},          {{4, 5}, {3}, 3},             {{3, 4, 5}, {3, 5}, 1},           {{4, 3, 5}, {2, 3}, 2},
                                  {{3, 2, 4, 3}, {3, 6, 3}, 1}, {{2, 3, 2, 3}, {3, 2, 4}, 3}, {{2, 3, 2, 2, 3}, {2, 4, 2, 3}, 2}, {{2, 2, 3, 2, 2, 2}, {2, 4, 5, 4, 2}, 1},
                                  {{2, 9, 2}, {5, 1}, 2},       {{8, 2, 2, 2}, {7, 2, 3}, 2}};

}  // namespace

TEST_CASE("tensor_train_map: the end tensor is the product of slices, of order 2 to 6, at any depth and split") {
  std::array<bool, 6> split{};
  for (const Case& c : kCases) {
    CAPTURE(c.shape.size());
    TensorTrainMap map(c.shape, c.ranks, c.depth);
    split[static_cast<std::size_t>(map.layout().split)] = true;
    const auto weights = drawn_weights(map);
    const auto wanted = by_definition(map, weights);
    const Matrix& w = map.forward(weights);
    REQUIRE(static_cast<std::size_t>(w.size()) == wanted.size());
    for (std::size_t k = 0; k < wanted.size(); ++k) CHECK(w.data()[k] == doctest::Approx(wanted[k]).epsilon(1e-12));
  }
  CHECK(split[1]);
  CHECK(split[2]);
  CHECK(split[3]);
}

TEST_CASE("tensor_train_map: the gradient is the one of central differences, for every task and both ways through it") {
  for (const Case& c : kCases) {
    CAPTURE(c.shape.size());
    TensorTrainMap map(c.shape, c.ranks, c.depth);
    check_gradients(map);
  }
}

TEST_CASE("tensor_train_map: a gradient takes at most 2.5 times the operations of W, 4 times where few entries are read") {
  for (const auto& [side, order, rank, depth] : std::vector<std::array<int, 4>>{{10, 3, 10, 1}, {20, 3, 20, 3}, {8, 4, 8, 2}, {10, 4, 3, 1}, {5, 6, 5, 1}, {6, 5, 20, 2}}) {
    const TensorTrainMap map(Shape(static_cast<std::size_t>(order), side), Shape(static_cast<std::size_t>(order - 1), rank), depth);
    CHECK(map.gradient_flops(0) <= 2.5 * map.forward_flops(0));
    const std::int64_t few = map.layout().rows() * map.layout().cols() / 50;
    CHECK(map.gradient_flops(few) <= 4 * map.forward_flops(few));
  }
}
