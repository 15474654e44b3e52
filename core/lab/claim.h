// Whether a theorem's inequality holds at a moment: one rule for the page, the terminal and the tests.
#pragma once
#include <cstdint>
#include <span>

#include "lab/frame.h"

namespace rankscope {

enum class ClaimState {
  Holds,
  Violated,
  NotApplicable,  ///< a hypothesis fails, or a side is not a number: the theorem says nothing, so it is never violated
};

/// left <= right (or >=, by `claim`) up to claim.slack and a relative 1e-9, the rounding of both sides.
ClaimState claim_state(const ClaimInfo& claim, double left, double right, std::span<const double> hypotheses);

/// Of a Claim view in a Frame; NotApplicable where the Frame does not have it.
ClaimState claim_state(const ViewInfo& info, std::uint32_t view, const Frame& frame);

}  // namespace rankscope
