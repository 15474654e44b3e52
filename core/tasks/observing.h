// What completions of matrices and tensors have in common: which of the known entries are observed, and the noise on what is.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lab/data.h"
#include "lab/settings.h"

namespace rankscope {

/// "3 x 4", for messages.
std::string dims(const std::vector<std::int64_t>& shape);

/// The setting `observe` with `auto` resolved: the mask if there is one, all where there are gaps, else a fraction.
std::string observe_rule(const Settings& settings, const Inputs& inputs, bool gaps);

/// How many of the known entries the rule `fraction` takes; at least 1.
std::int64_t observed_of(const Settings& settings, std::int64_t known);

/// Gaussian noise, a share of the values' root mean square, from this stream of the seed.
void add_noise(const Settings& settings, std::uint64_t seed, std::uint64_t stream, std::span<double> values);

}  // namespace rankscope
