// A tensor system that runs, for tests of what it does and shows.
#pragma once
#include <doctest/doctest.h>

#include <cmath>
#include <ctime>
#include <string>
#include <vector>

#include "lab/run.h"
#include "math/product.h"
#include "systems/tensor_gradients.h"

namespace rankscope::test {

inline Result<Run> try_open(const Entry& entry, Settings settings, Inputs inputs = {}, std::vector<std::string> record = {}, std::int64_t every = 1, std::uint64_t seed = 1) {
  Document d;
  d.settings = std::move(settings), d.seed = seed, d.steps = 1000000, d.every = every, d.record = std::move(record);
  return Run::open(entry, d, std::move(inputs));
}

inline Run opened(const Entry& entry, Settings settings, Inputs inputs = {}, std::vector<std::string> record = {}, std::int64_t every = 1, std::uint64_t seed = 1) {
  auto run = try_open(entry, std::move(settings), std::move(inputs), std::move(record), every, seed);
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

/// "key: what", of a system that cannot be made.
inline std::string refusal(const Entry& entry, Settings settings) {
  auto run = try_open(entry, std::move(settings));
  return run ? "" : run.error().text();
}

inline void steps(Run& run, std::int64_t n) {
  run.advance(run.step() + n, [] { return true; }, [](const Frame&) {});
}

/// A view now; row-major.
inline Series measured(const Run& run, const std::string& key, Part part = Part::Measured) {
  const int v = run.view(key);
  REQUIRE_MESSAGE(v >= 0, key);
  const std::uint32_t id[] = {static_cast<std::uint32_t>(v)};
  const Frame frame = run.measure(id);
  const Series* s = frame.find(id[0], part);
  REQUIRE_MESSAGE(s, key);
  return *s;
}

/// A run that is saved and taken up again goes on with the same bits.
inline void check_resume(const Entry& entry, const Settings& settings, std::vector<std::string> record) {
  Run one = opened(entry, settings, {}, record);
  steps(one, 7);
  Document d = one.document();
  auto other = Run::resume(entry, d, {}, one.save());
  INFO((other ? "" : other.error().text()));
  REQUIRE(bool(other));
  steps(one, 8), steps(*other, 8);
  CHECK(one.bits() == other->bits());
}

inline double largest_difference(std::span<const double> a, std::span<const double> b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

/// Processor time of the way back over that of W, both of one map, taken in turns: the least of each, which other programs disturb least.
inline double time_ratio(TensorMap& map) {
  const std::vector<double> weights = drawn_weights(map);
  std::vector<double> gradient(map.size());
  Matrix slope = Matrix::Ones(map.layout().rows(), map.layout().cols());
  double forward = 1e9, back = 1e9;
  const auto seconds = [](const auto& work) {
    const std::clock_t from = std::clock();
    for (int k = 0; k < 20; ++k) work();
    return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
  };
  for (int k = 0; k < 12; ++k) {
    forward = std::min(forward, seconds([&] { map.forward(weights); }));
    back = std::min(back, seconds([&] { map.backward_from(weights, slope, gradient); }));
  }
  return back / forward;
}

}  // namespace rankscope::test
