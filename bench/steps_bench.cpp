// Steps of deep_matrix on request, for bench/compare.py, which times them from outside: the same completion (depth 3, plain
// gradient descent, about a quarter of the entries observed, f64) as bench/numpy_steps.py and bench/tfjs_steps.mjs.
//   "step N COUNT"   COUNT steps of the N x N problem, answered by "done"
//   "loss N"         answered by the training loss where it stands
// Or of a tensor, where N is a word: cp3 (10 x 10 x 10, R = 100), cp4 (8^4, R = 500), large (10^4, R = 1000), htf64 and htf512 (8^4, a binary tree of
// so many local components a node), each completed from a fifth of its entries; large_all from all of them.
// Its one argument is the number of threads; 1 without.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <string>

#include "lab/run.h"
#include "lab/study.h"
#include "systems/systems.h"
#if !defined(__EMSCRIPTEN__)
#include "native/thread_pool.h"
#endif

namespace rankscope {
namespace {

/// The same numbers in C++, Python and JavaScript: a 32-bit congruential generator, uniform in [-1/2, 1/2).
class Draw {
 public:
  double operator()() {
    state_ = state_ * 1664525u + 1013904223u;
    return state_ / 4294967296.0 - 0.5;
  }

 private:
  std::uint32_t state_ = 1;
};

Dense draw(std::int64_t n, Draw& next, double factor) {
  Dense d{{n, n}, std::vector<double>(static_cast<std::size_t>(n * n))};
  for (double& x : d.data) x = factor * next();
  return d;
}

Result<Run> open(std::int64_t n) {
  Draw next;
  Inputs inputs;
  for (const char* layer : {"w1", "w2", "w3"}) inputs[layer] = share(draw(n, next, 1 / std::sqrt(static_cast<double>(n))));
  inputs["target"] = share(draw(n, next, 1));
  Dense mask = draw(n, next, 1);
  for (double& x : mask.data) x = x < -0.25;
  inputs["mask"] = share(std::move(mask));
  Document document;
  document.settings = {{"depth", std::int64_t{3}}, {"optimizer", std::string("gd")}, {"step_size", 1e-2}};
  document.steps = document.every = std::numeric_limits<std::int64_t>::max();
  return Run::open(systems()[0], document, std::move(inputs));
}

struct TensorProblem {
  const char* name;
  std::int64_t side, order, width;
  bool hierarchical, all;
};
constexpr TensorProblem kTensors[] = {{"cp3", 10, 3, 100, false, false},   {"cp4", 8, 4, 500, false, false},   {"large", 10, 4, 1000, false, false},
                                      {"large_all", 10, 4, 1000, false, true}, {"htf64", 8, 4, 64, true, false}, {"htf512", 8, 4, 512, true, false}};

Result<Run> open(const TensorProblem& p) {
  Draw next;
  const auto drawn = [&](std::vector<std::int64_t> shape) {
    Dense d{std::move(shape), {}};
    d.data.resize(static_cast<std::size_t>(d.size()));
    for (double& x : d.data) x = next();
    return d;
  };
  Archive start;
  const auto block = [&](const std::string& name, std::vector<std::int64_t> shape) {
    Dense d = drawn(std::move(shape));
    start.array(name, d.data, d.shape);
  };
  for (std::int64_t n = 1; n <= p.order; ++n) block((p.hierarchical ? "U_" : "A_") + std::to_string(n), {p.side, p.width});
  if (p.hierarchical) block("V_1_2", {p.width, p.width}), block("V_3_4", {p.width, p.width}), block("o", {p.width});
  const std::vector<std::int64_t> shape(static_cast<std::size_t>(p.order), p.side);
  Dense target = drawn(shape), mask = drawn(shape);
  double seen = 0;
  for (double& x : mask.data) seen += x = p.all || x < -0.3;
  Document document;
  document.settings = {{"observe", std::string("mask")}, {"optimizer", std::string("gd")}, {"step_size", 1e-2}, {"normalisation", std::string("custom")}, {"loss_scale", 1 / seen}};
  if (p.hierarchical)
    document.settings["widths"] = std::vector<std::int64_t>{p.width};
  else
    document.settings["components"] = p.width;
  document.steps = document.every = std::numeric_limits<std::int64_t>::max();
  const Tables tables{systems(), {}};
  return Run::open(*tables.system(p.hierarchical ? "hierarchical" : "cp"), document,
                   {{"start", share(State(start.state()))}, {"target", share(std::move(target))}, {"mask", share(std::move(mask))}});
}

Result<Run> open(const std::string& name) {
  for (const TensorProblem& p : kTensors)
    if (name == p.name) return open(p);
  return open(std::int64_t{std::atoll(name.c_str())});
}

int serve() {
  std::map<std::string, Run> runs;
  char line[100];
  while (std::fgets(line, sizeof line, stdin)) {
    char verb[8] = {}, n[16] = {};
    long long count = 0;
    const int words = std::sscanf(line, "%7s %15s %lld", verb, n, &count);
    auto it = runs.find(n);
    if (words >= 2 && it == runs.end()) {
      auto run = open(n);
      if (!run) return std::fprintf(stderr, "%s\n", run.error().text().c_str()), 2;
      it = runs.emplace(n, std::move(*run)).first;
    }
    if (words == 3 && !std::strcmp(verb, "step")) {
      it->second.advance(it->second.step() + count, [] { return true; }, [](const Frame&) {});
      std::puts("done");
    } else if (words == 2 && !std::strcmp(verb, "loss")) {
      const auto view = static_cast<std::uint32_t>(it->second.view("loss"));
      std::printf("%.17g\n", it->second.measure(std::span(&view, 1)).values.front().data.front());
    } else {
      std::fprintf(stderr, "neither `step N COUNT` nor `loss N`: %s", line);
      return 2;
    }
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace rankscope

int main([[maybe_unused]] int argc, [[maybe_unused]] char** argv) {
#if !defined(__EMSCRIPTEN__)
  const rankscope::UseThreads threads(argc > 1 ? std::atoi(argv[1]) : 1);
#endif
  return rankscope::serve();
}
