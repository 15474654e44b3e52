// The system behind the end-to-end flow: steps, archive, measures, theorems.
#pragma once
#include <memory>

#include "lab/system.h"
#include "math/matrix.h"
#include "tasks/matrix_problem.h"

namespace rankscope {

/// `start`: W as it begins.
std::unique_ptr<System> end_to_end_system(const Settings& settings, MatrixProblem problem, const MatrixShape& shape, const Matrix& start);

}  // namespace rankscope
