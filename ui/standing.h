// How a claim stands in a run, in words: what its card's badge says.
#pragma once
#include <string>
#include <vector>

#include "lab/claim.h"
#include "ui/model.h"

namespace rankscope::ui {

struct Standing {
  ClaimState state = ClaimState::NotApplicable;
  std::string text;            ///< "holds", "violated at step 120", "not applicable: square loss"
  std::vector<double> holds;   ///< now, of each hypothesis; shorter when it is not known yet
};

/// A claim that was violated at a recorded step stays so; else as the latest moment has it.
Standing standing_of(const Slot& slot, std::uint32_t view);

}  // namespace rankscope::ui
