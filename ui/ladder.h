// Which values of a parameter make a ladder: a run for each of them, in lock-step.
#pragma once
#include <vector>

#include "ui/protocol.h"

namespace rankscope::ui {

/// Numbers that matter in this run, as declared; those that another parameter or an input settles are not among them.
std::vector<Param> ladder_parameters(const Show& show, const Document& document);
/// The one of them that counts layers, or nullptr. Systems give what they have in common one key, so the key says it.
const Param* depth_of(const std::vector<Param>& params);
/// The one of them that sets how large the weights begin, or nullptr.
const Param* scale_of(const std::vector<Param>& params);

/// Ascending, within the declared range, the run's own value among them: of a depth the first five whole numbers, of a scale a hundredth to ten times of
/// what it is, by decades; of others three to five around it.
std::vector<Value> ladder_values(const Param& param, const Value& own);

}  // namespace rankscope::ui
