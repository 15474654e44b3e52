#include "tasks/observing.h"

#include <algorithm>
#include <cmath>

#include "math/rng.h"

namespace rankscope {

std::string dims(const std::vector<std::int64_t>& shape) {
  std::string out;
  for (std::int64_t d : shape) out += (out.empty() ? "" : " x ") + std::to_string(d);
  return out.empty() ? "a single number" : out;
}

std::string observe_rule(const Settings& s, const Inputs& inputs, bool gaps) {
  const auto& rule = get<std::string>(s, "observe");
  if (rule != "auto") return rule;
  return inputs.count("mask") ? "mask" : gaps ? "all" : "fraction";
}

std::int64_t observed_of(const Settings& s, std::int64_t known) {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(get<double>(s, "observed") * static_cast<double>(known) + 0.5)), 1, std::max<std::int64_t>(known, 1));
}

void add_noise(const Settings& s, std::uint64_t seed, std::uint64_t stream, std::span<double> values) {
  const double share = get<double>(s, "noise");
  if (share == 0 || values.empty()) return;
  double squares = 0;
  for (double x : values) squares += x * x;
  const double deviation = share * std::sqrt(squares / static_cast<double>(values.size()));
  Rng rng(seed, stream);
  for (double& x : values) x += deviation * rng.normal();
}

}  // namespace rankscope
