// A reference run of a deep matrix factorization as settings and inputs of the system deep_matrix.
#pragma once
#include <string>

#include "io/reference_file.h"
#include "lab/settings.h"

namespace rankscope {

struct DmfSetup {
  Settings settings;
  Inputs inputs;                           ///< the problem's, and w1 .. wN
  bool prediction_from_the_right = false;  ///< regression: X E, so E = W^T
  bool truth_is_target = true;             ///< false: the observed values are not the truth's
  Dense truth;                             ///< as the file has it; empty: none
  std::string problem;                     ///< what this program does not know; "": nothing
};

/// Error: the file is malformed.
Result<DmfSetup> read_dmf(const ReferenceFile& file, const Json& root);

}  // namespace rankscope
