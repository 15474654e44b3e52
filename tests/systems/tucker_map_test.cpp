#include "systems/tucker_map.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "systems/tensor_gradients.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

/// A^n of a Tucker map, d_n x c_n row-major, by the definition.
std::vector<double> factor_of(const TuckerMap& map, std::span<const double> weights, std::size_t mode, std::size_t depth) {
  const std::size_t c = static_cast<std::size_t>(map.core()[mode]), d = static_cast<std::size_t>(map.layout().shape[mode]);
  const auto first = map.block(weights, 1 + mode * depth);
  std::vector<double> out(first.begin(), first.end());
  for (std::size_t p = 1; p < depth; ++p) {
    const auto f = map.block(weights, 1 + mode * depth + p);
    std::vector<double> next(out.size(), 0.0);
    for (std::size_t i = 0; i < d; ++i)
      for (std::size_t j = 0; j < c; ++j)
        for (std::size_t k = 0; k < c; ++k) next[i * c + j] += out[i * c + k] * f[k * c + j];
    out = next;
  }
  return out;
}

/// sum over the core of G prod A, entry by entry.
std::vector<double> by_definition(const TuckerMap& map, std::span<const double> weights, std::size_t depth) {
  const Shape &shape = map.layout().shape, &core = map.core();
  std::vector<std::vector<double>> factors;
  for (std::size_t n = 0; n < shape.size(); ++n) factors.push_back(factor_of(map, weights, n, depth));
  const Shape of_w = strides(shape), of_core = strides(core);
  std::vector<double> out(static_cast<std::size_t>(entries(shape)), 0.0);
  for (std::int64_t i = 0; i < entries(shape); ++i)
    for (std::int64_t g = 0; g < entries(core); ++g) {
      double term = map.block(weights, 0)[static_cast<std::size_t>(g)];
      for (std::size_t n = 0; n < shape.size(); ++n) {
        const std::int64_t row = i / of_w[n] % shape[n], col = g / of_core[n] % core[n];
        term *= factors[n][static_cast<std::size_t>(row * core[n] + col)];
      }
      out[static_cast<std::size_t>(i)] += term;
    }
  return out;
}

struct Case {
  Shape shape, core;
  int depth;
};
const std::vector<Case> kCases = {{{5, 4}, {5, 4}, 1},       {{4, 5}, {2, 3}, 3},       {{3, 4, 5}, {3, 4, 5}, 1},          {{4, 3, 5}, {2, 3, 2}, 2},
                                  {{3, 2, 4, 3}, {2, 2, 3, 3}, 1}, {{2, 3, 2, 3}, {3, 2, 1, 4}, 3}, {{2, 3, 2, 2, 3}, {2, 2, 2, 1, 2}, 2}, {{2, 2, 3, 2, 2, 2}, {2, 2, 2, 2, 2, 2}, 1}};

}  // namespace

TEST_CASE("tucker_map: the end tensor is the sum over the core, of order 2 to 6 and at any depth") {
  for (const Case& c : kCases) {
    CAPTURE(c.shape.size());
    TuckerMap map(c.shape, c.core, c.depth);
    const auto weights = drawn_weights(map);
    const auto wanted = by_definition(map, weights, static_cast<std::size_t>(c.depth));
    const Matrix& w = map.forward(weights);
    REQUIRE(static_cast<std::size_t>(w.size()) == wanted.size());
    for (std::size_t k = 0; k < wanted.size(); ++k) CHECK(w.data()[k] == doctest::Approx(wanted[k]).epsilon(1e-12));
  }
}

TEST_CASE("tucker_map: the gradient is the one of central differences, for every task and both ways through it") {
  for (const Case& c : kCases) {
    CAPTURE(c.shape.size());
    TuckerMap map(c.shape, c.core, c.depth);
    check_gradients(map);
  }
}

TEST_CASE("tucker_map: a gradient takes at most 2.5 times the operations of W, 4 times where few entries are read") {
  for (const auto& [side, order, core, depth] : std::vector<std::array<int, 4>>{{10, 3, 10, 1}, {20, 3, 20, 3}, {8, 4, 8, 2}, {10, 4, 3, 1}, {5, 6, 5, 1}, {25, 3, 5, 2}}) {
    const TuckerMap map(Shape(static_cast<std::size_t>(order), side), Shape(static_cast<std::size_t>(order), core), depth);
    const double w = map.forward_flops(0);
    CHECK(map.gradient_flops(0) <= 2.5 * w);
    const std::int64_t few = map.layout().rows() * map.layout().cols() / 50;
    CHECK(map.gradient_flops(few) <= 4 * map.forward_flops(few));
  }
}
