// The system behind deep matrix factorization: steps, archive, measures, theory.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "lab/system.h"
#include "math/matrix.h"
#include "tasks/matrix_problem.h"

namespace rankscope {

/// `layers` are W_1 ... W_N as they start, W_j of widths[j] x widths[j - 1]. `start`: the state whose optimizer's arrays are taken
/// over; null: none. Error: one of those is of no use.
Result<std::unique_ptr<System>> deep_matrix_system(const Settings& settings, MatrixProblem problem, const MatrixShape& shape,
                                                   std::vector<std::int64_t> widths, const std::vector<Matrix>& layers, int theory_degree,
                                                   std::uint64_t seed, const State* start);

}  // namespace rankscope
