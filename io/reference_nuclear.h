// Reference files of kind `min_nuclear_norm_completion`: the least nuclear norm of a matrix of which some entries are observed.
//   ground_truth                 {shape, data}, row-major; observed_flat_indices: the places that are observed
//   min_nuclear_norm             and certified_lower_bound, certified_upper_bound
//   dual_certificate_Y           what the lower bound is from: supported on the observed entries, ||Y||_2 <= 1
//   solution                     a minimiser, and solution_unique: only then is it compared, with what is said of it: solution_singular_values,
//                                reconstruction_error, test_mse_unobserved, effective_rank_solution
//   ground_truth_nuclear_norm, zero_filled_nuclear_norm, effective_rank_ground_truth
#pragma once
#include "io/reference.h"
#include "io/reference_file.h"

namespace rankscope {

Result<Replay> replay_nuclear(const ReferenceFile& file, const Json& root, const Tables& tables);

}  // namespace rankscope
