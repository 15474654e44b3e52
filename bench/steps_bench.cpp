// Steps of deep_matrix on request, for bench/compare.py, which times them from outside: the same completion (depth 3, plain
// gradient descent, about a quarter of the entries observed, f64) as bench/numpy_steps.py and bench/tfjs_steps.mjs.
//   "step N COUNT"   COUNT steps of the N x N problem, answered by "done"
//   "loss N"         answered by the training loss where it stands
// Its one argument is the number of threads; 1 without.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>

#include "lab/run.h"
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

int serve() {
  std::map<std::int64_t, Run> runs;
  char line[100];
  while (std::fgets(line, sizeof line, stdin)) {
    char verb[8] = {};
    long long n = 0, count = 0;
    const int words = std::sscanf(line, "%7s %lld %lld", verb, &n, &count);
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
