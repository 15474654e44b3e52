// A matrix problem from settings and inputs: the task W is fitted to, the truth where it is known, and the way back to the
// original units. Given data or a seeded draw of the papers (Arora et al. 2019, gen_gt: W* = U V^T / sqrt(r), ||W*||_F^2 = entries).
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "lab/data.h"
#include "lab/system.h"
#include "tasks/matrix_task.h"
#include "tasks/units.h"

namespace rankscope {

/// Entries of a matrix by storage offset i + j * rows, row by row; the others are unknown.
struct Listed {
  std::vector<std::int64_t> at;
  std::vector<double> value;
};

struct MatrixProblem {
  std::int64_t rows = 0, cols = 0;   ///< of W: outputs x inputs
  std::unique_ptr<MatrixTask> task;
  std::int64_t observations = 0;     ///< entries, measurements or samples
  Units units;
  Matrix truth;   ///< original units, NaN where unknown; 0 x 0: none, or `known`
  Listed known;   ///< the truth where it was given by its entries: it is never made a whole matrix for a step
  Listed seen;    ///< completion: what is observed, original units
  Listed unseen;  ///< what is known and not observed, original units

  bool truth_complete() const;
  Matrix truth_matrix() const;  ///< NaN where unknown; 0 x 0: none
  Matrix truth_in_model() const;  ///< where it is complete: in the units that W is fitted in
  Matrix seen_matrix() const;
  /// In the original units.
  Matrix completed(ConstMatrixRef w) const;
  /// Mean square over the unseen entries, original units (reference series `test_mse`).
  double test_mse(ConstMatrixRef w) const;
  /// The same from W's values at the unseen entries alone, in their order.
  double test_mse_of(std::span<const double> at_unseen) const;
  /// test_mse of knowing nothing, W = 0: the truth's mean square over the unseen entries, about the centre of the fit. With
  /// centring this is the truth's variance there.
  double unseen_power() const;
  /// ||completed - truth||_F / ||truth||_F over the known entries.
  double reconstruction_error(ConstMatrixRef w) const;
};

/// What can be known before anything is drawn; cheap.
struct MatrixShape {
  std::int64_t rows = 0, cols = 0;
  std::string task;
  bool truth = false, unseen = false;
  std::int64_t entries = 0;  ///< completion: how many are observed; else 0
};

/// task, rows, cols, rank, observe, observed, measurements, sensing, samples, whiten, noise, centering, scaling.
std::span<const Param> matrix_problem_params();
/// target, mask, measurements, targets, x, y.
std::span<const InputInfo> matrix_problem_inputs();
/// Errors: an input that is missing, has the wrong number of axes, or does not fit the others.
Result<MatrixShape> matrix_shape(const Settings& settings, const Inputs& inputs);
/// Numbers of 8 bytes, roughly: what a problem holds, and the most while it is made.
struct MatrixProblemSize {
  double lasting = 0, making = 0;
};
MatrixProblemSize matrix_problem_size(const Settings& settings, const Inputs& inputs, const MatrixShape& shape);
Result<MatrixProblem> make_matrix_problem(const Settings& settings, const Inputs& inputs, std::uint64_t seed);

}  // namespace rankscope
