// Reference runs of linear networks, kinds of the collection `linear` (io/reference.h dispatches on them). Matrices are {shape, data}, row-major, layers W_1
// first. A loss is {type, scale, target}: `full` scale ||W - target||_F^2; `entries` the same over observed_flat_indices; `weighted`
// scale tr((W - target) input_covariance (W - target)^T).
//   end_to_end_flow           depth (any real one), W0, times; W, singular_values, singular_value_rates, loss_values at these
//   convergence_bound         depth, W0, the same as balanced layers; flow: t, loss, bound, sigma_min; gd: descent on the layers
//   unbalancedness_drift      layers; runs of descent on them: what W_{j+1}^T W_{j+1} - W_j W_j^T does
//   quasi_static_2x2          a_b_loss, inverse, and the flow's time and W_11 where its loss passes 0.1
//   lp_regression_end_to_end  X, y, w0, p; runs of the end-to-end update of a vector
// A member that is none of these is unknown, but for what a file says of itself: name, kind, formulas, how far its own two computations were apart (max_dev*),
// and `theorem`, values of formulas that nobody checked.
#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include "io/reference.h"
#include "io/reference_file.h"
#include "lab/run.h"

namespace rankscope {

Result<Replay> replay_end_to_end_flow(const ReferenceFile& file, const Json& root, const Tables& tables);
Result<Replay> replay_convergence_bound(const ReferenceFile& file, const Json& root, const Tables& tables);
Result<Replay> replay_unbalancedness_drift(const ReferenceFile& file, const Json& root, const Tables& tables);
Result<Replay> replay_quasi_static(const ReferenceFile& file, const Json& root, const Tables& tables);
Result<Replay> replay_lp_regression(const ReferenceFile& file, const Json& root, const Tables& tables);

/// What they share.
namespace linear {

/// The loss as a task of the systems' own, and the shape of W.
struct Problem {
  Settings settings;
  Inputs inputs;
  std::int64_t rows = 0, cols = 0;
};
Result<Problem> read_loss(const ReferenceFile& file, const Json& root);

/// {shape, data} of `rows` x `cols`; 0: any, up to 64. `path`: its own.
Result<Dense> read_matrix(const ReferenceFile& file, const Json& matrix, const std::string& path, std::int64_t rows = 0, std::int64_t cols = 0);
Result<Dense> read_member(const ReferenceFile& file, const Json& object, const std::string& path, const std::string& key, std::int64_t rows = 0, std::int64_t cols = 0);
/// A list of them that follow each other, and whose product is rows x cols, as inputs w1 .. wN with the settings depth and widths.
Result<void> read_layers(const ReferenceFile& file, const Json& root, const std::string& key, Problem& problem);

/// A run of one of the systems, whose document sets no end.
Result<Run> open(const ReferenceFile& file, const Tables& tables, const char* system, Settings settings, Inputs inputs);
/// A view now, of a run that has it; empty otherwise.
std::vector<double> view(const Run& run, const char* key, Part part = Part::Measured);
/// To a flow time, which a flow lands on. False when the run broke off or would take too many steps.
bool flow_to(Run& run, double time);

/// Worst |a - b| over the largest |a|: of a flow, whose error is one of W as a whole.
double deviation_of_largest(const std::vector<double>& stored, const std::vector<double>& replayed);

/// Says a problem where the object has a member that is not among `known`.
void know(const Json& object, std::initializer_list<const char*> known, Replay& replay);

}  // namespace linear
}  // namespace rankscope
