// Reference runs, computed by other programs, replayed by this one: `rankscope verify`.
//
// A file is one JSON object. `model` (or `kind`) says how to read the rest (tensors: io/reference_tensor.h); for `dmf`, E = F[0] F[1] ... F[N-1]:
//   init                 factors {shape, data}, row-major, the leftmost first
//   problem              observation "entries" | "linear" | "regression"; loss "l2" (also where none is named) | "l4" | "l<p>" |
//                        "huber" (huber_delta) and
//                        loss_scale: L = loss_scale * sum of l(residual); ground_truth with ground_truth_shape;
//                        entries: observed_flat_indices (observed_values if they differ from the truth); linear:
//                        measurements, measurements_shape, targets; regression: X, X_shape, Y, Y_shape, prediction X E
//   step_size, optimizer "gd" | "grouprmsprop" | "momentum" | "adam" (beta1, beta2 ... as this program's settings)
//   logged_iterations    steps made; trajectory: series by name, one element a logged iteration
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/json.h"
#include "lab/study.h"

namespace rankscope {

struct Deviation {
  std::string series;
  double worst =
      0;  ///< largest |a - b| / max(|a|, 1e-3 max|a| of the series), a the stored value; NaN where a value is none
};

struct Replay {
  std::vector<Deviation> series;  ///< in the file's order
  double tolerance = 0;
  std::string problem;  ///< why it could not be checked: an unknown model, loss or series, or it diverged
  /// Every series within the tolerance, and nothing left unchecked.
  bool agrees() const;
};

/// `tolerance` empty: the model's own, 1e-9 for factorizations. Error: the file is malformed; says where.
Result<Replay> verify_reference(std::string_view text, std::string_view name, const Tables& tables,
                                std::optional<double> tolerance = {});

double deviation(const std::vector<double>& stored, const std::vector<double>& replayed);

}  // namespace rankscope
