// What scrubbing costs: going back to steps drawn at random, from the states that a run keeps, against making the run again from step 0; and a step backwards
// against one forwards. Processor time, interleaved. Its argument is a preset's key; without one, some of each kind.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "io/samples.h"
#include "io/slot.h"
#include "math/rng.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "timing.h"

namespace rankscope {
namespace {

constexpr int kSeeks = 12;

void until_there(Slot& slot) {
  while (slot.going()) slot.advance(1 << 20, [] { return true; });
}

int measure(const std::string& key) {
  const Tables tables{systems(), presets()};
  const Study* study = tables.preset(key);
  if (!study) return std::fprintf(stderr, "%s is not a preset\n", key.c_str()), 2;
  auto document = document_of(tables, *study);
  Inputs inputs;
  for (const auto& [input, ref] : document->inputs) inputs[input] = *read_sample(*find_sample(ref.name));
  const Entry& entry = *tables.system(document->system);
  auto slot = Slot::open(entry, *document, inputs);
  if (!slot) return std::fprintf(stderr, "%s: %s\n", key.c_str(), slot.error().text().c_str()), 2;
  const double begun = bench::seconds();
  slot->seek(document->steps);
  until_there(*slot);
  const double whole = bench::seconds() - begun;
  const std::int64_t steps = slot->run().step();

  Rng rng(1);
  double kept = 0, anew = 0, longest = 0;
  for (int i = 0; i < kSeeks; ++i) {
    const std::int64_t to = rng.below(steps + 1);
    double start = bench::seconds();
    slot->seek(to);
    until_there(*slot);
    const double took = bench::seconds() - start;
    kept += took, longest = std::max(longest, took);
    start = bench::seconds();
    auto again = open_run(entry, *document, inputs);
    again->advance(to, [] { return true; }, [](const Frame&) {});
    anew += bench::seconds() - start;
  }
  const std::int64_t back = std::min<std::int64_t>(steps / 2, 200);
  slot->seek(steps / 2);
  until_there(*slot);
  double start = bench::seconds();
  for (std::int64_t i = 0; i < back; ++i) slot->step(-1), until_there(*slot);
  const double backwards = (bench::seconds() - start) / static_cast<double>(back);
  start = bench::seconds();
  for (std::int64_t i = 0; i < back; ++i) slot->step(1), until_there(*slot);
  const double forwards = (bench::seconds() - start) / static_cast<double>(back);
  std::printf("%-16s %7lld %8.2f %9.1f %9.1f %9.1f %8.1f %9.3f %9.3f %8.1f\n", key.c_str(), static_cast<long long>(steps), whole, 1e3 * kept / kSeeks, 1e3 * longest,
              1e3 * anew / kSeeks, anew / kept, 1e3 * backwards, 1e3 * forwards, static_cast<double>(slot->past().bytes()) / (1 << 20));
  return 0;
}

}  // namespace
}  // namespace rankscope

int main(int argc, char** argv) {
  std::vector<std::string> keys = {"cloth", "photograph", "cp-components", "htf", "tensor-train", "balancedness", "autoencoder"};
  if (argc > 1) keys = {argv + 1, argv + argc};
  std::printf("%-16s %7s %8s %9s %9s %9s %8s %9s %9s %8s\n", "preset", "steps", "whole s", "seek ms", "most ms", "anew ms", "ratio", "back ms", "on ms", "MiB kept");
  for (const std::string& key : keys)
    if (const int failed = rankscope::measure(key)) return failed;
}
