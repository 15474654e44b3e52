// Deep matrix factorization: gradient descent on L(W_N ... W_1) over the layers of a deep linear network
// (Arora, Cohen, Hu and Luo 2019; Cohen and Razin, lecture notes on linear neural networks).
#pragma once
#include "lab/system.h"

namespace rankscope {

Entry deep_matrix_entry();

/// d_0 .. d_N of what these settings and inputs make. Error: they make nothing.
Result<std::vector<std::int64_t>> deep_matrix_widths(const Settings& settings, const Inputs& inputs);

/// What Entry::make builds; the theory's degree N may be set apart from the depth, so that a test can see a wrong exponent fail.
Result<std::unique_ptr<System>> make_deep_matrix(const Settings& settings, const Inputs& inputs, std::uint64_t seed, int theory_degree);

}  // namespace rankscope
