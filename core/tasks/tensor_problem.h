// A tensor problem from settings and inputs, of any order from 2 on: what the tensor W is fitted to, and the truth where it is known. Given
// data or a seeded draw of the papers (Razin et al. 2021, 2022: a random factorization of small rank, scaled to a Frobenius norm). The fit
// is a task on the matrix that the layout makes of W.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "lab/data.h"
#include "lab/system.h"
#include "math/tensor.h"
#include "tasks/matrix_task.h"

namespace rankscope {

constexpr int kLeastOrder = 2, kMostOrder = 16;

struct TensorProblem {
  Layout layout;
  std::unique_ptr<MatrixTask> task;
  std::int64_t observations = 0;    ///< entries, or measurements
  std::vector<double> truth;        ///< row-major, NaN where unknown; empty: none
  std::vector<double> components;   ///< of a target drawn as a sum of components: their norms, largest first
  std::vector<std::int64_t> seen;   ///< completion: what is observed, by row-major place, ascending
  std::vector<double> seen_values;  ///< with their noise
  std::vector<std::int64_t> unseen; ///< what is known and not observed

  bool truth_complete() const;
  /// Mean square over the unseen entries; `w` row-major (reference series `test_mse`).
  double test_mse(std::span<const double> w) const;
  /// The truth's mean square there: test_mse of knowing nothing, W = 0.
  double unseen_power() const;
  /// ||W - W*||_F / ||W*||_F over the known entries.
  double reconstruction_error(std::span<const double> w) const;
};

/// What can be known before anything is drawn; cheap.
struct TensorShape {
  Shape shape;
  std::string task;
  bool truth = false, unseen = false;
  std::int64_t entries = 0;       ///< completion: how many are observed; else 0
  std::int64_t measurements = 0;  ///< sensing
};

/// task, sizes, target_form, target_rank, target_norm, observe, observed, measurements, sensing, noise.
std::span<const Param> tensor_problem_params();
/// target, mask, measurements, targets.
std::span<const InputInfo> tensor_problem_inputs();
/// Errors: an order or a size out of range, an input that is missing or does not fit the others, nothing observed.
Result<TensorShape> tensor_shape(const Settings& settings, const Inputs& inputs);
/// `layout` is of that shape.
Result<TensorProblem> make_tensor_problem(const Settings& settings, const Inputs& inputs, std::uint64_t seed, const Layout& layout);
/// Numbers of 8 bytes that a problem holds, roughly, and operations that its task makes of W and back in a step.
double tensor_problem_numbers(const TensorShape& shape);
double tensor_task_flops(const TensorShape& shape, const Settings& settings);

}  // namespace rankscope
