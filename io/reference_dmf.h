// Reference runs of a deep matrix factorization, `dmf`, as runs of the system deep_matrix.
#pragma once
#include "io/reference.h"
#include "io/reference_file.h"

namespace rankscope {

Result<Replay> replay_dmf(const ReferenceFile& file, const Json& root, const Tables& tables);

}  // namespace rankscope
