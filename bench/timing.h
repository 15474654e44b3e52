// Processor time, and the least of several interleaved rounds.
#pragma once
#include <algorithm>
#include <ctime>
#include <functional>
#include <vector>

#if defined(__EMSCRIPTEN__)
#include <emscripten.h>
#endif

namespace rankscope::bench {

/// Of this process's own processor time: neighbours slow the clock on the wall.
inline double seconds() {
#if defined(__EMSCRIPTEN__)
  return EM_ASM_DOUBLE({
    const used = process.cpuUsage();
    return (used.user + used.system) * 1e-6;
  });
#else
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
#endif
}

/// Seconds a call of each, the least of `rounds` rounds of about `slice` seconds; in every round each has its turn, so that
/// what slows the machine for a while slows all of them.
inline std::vector<double> least_times(const std::vector<std::function<void()>>& works, int rounds = 9, double slice = 0.004) {
  const auto run = [](const std::function<void()>& work, long calls) {
    const double start = seconds();
    for (long i = 0; i < calls; ++i) work();
    return seconds() - start;
  };
  std::vector<long> calls(works.size(), 1);
  std::vector<double> best(works.size(), 1e300);
  for (std::size_t w = 0; w < works.size(); ++w)
    while (run(works[w], calls[w]) < slice) calls[w] *= 2;
  for (int round = 0; round < rounds; ++round)
    for (std::size_t w = 0; w < works.size(); ++w)
      best[w] = std::min(best[w], run(works[w], calls[w]) / static_cast<double>(calls[w]));
  return best;
}

}  // namespace rankscope::bench
