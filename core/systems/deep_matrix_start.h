// Starting a deep matrix factorization from the arrays of a file: factors W_1 ... W_N, and the optimiser's where they fit.
#pragma once
#include <string>
#include <vector>

#include "flow/integrator.h"
#include "lab/data.h"
#include "math/matrix.h"

namespace rankscope {

constexpr int kMaxDepth = 10;

/// Whether a part of a state has no entry that is not a number.
bool finite(const Field& part);

/// The input `start`; null when there is none.
const State* start_of(const Inputs& inputs);

/// How many factors follow each other, at least 1.
int depth_of(const State& start);

/// d_0 .. d_N: the hidden ones by the file, d_0 and d_N as the problem needs them. What does not fit is left to start_layers.
std::vector<std::int64_t> widths_of(const State& start, std::int64_t rows, std::int64_t cols);

/// Error: a factor that is missing, not a matrix of floating-point numbers, of the wrong shape, or not finite.
Result<std::vector<Matrix>> start_layers(const State& start, const std::vector<std::int64_t>& widths);

/// Gives the optimiser what it had gathered; step size and the like stay the settings'. Returns what one should know: that
/// the file's is another optimiser's, which is ignored. Error: an array that is not finite.
Result<std::string> start_optimizer(const State& start, const Settings& settings, Integrator& integrator);

}  // namespace rankscope
