#include "lab/claim.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope {

ClaimState claim_state(const ClaimInfo& claim, double left, double right, std::span<const double> hypotheses) {
  if (std::isnan(left) || std::isnan(right) || std::count(hypotheses.begin(), hypotheses.end(), 0.0) > 0) return ClaimState::NotApplicable;
  const double room = claim.slack + 1e-9 * std::max(std::abs(left), std::abs(right));
  const double beyond = claim.at_most ? left - right : right - left;
  return beyond <= room ? ClaimState::Holds : ClaimState::Violated;
}

ClaimState claim_state(const ViewInfo& info, std::uint32_t view, const Frame& frame) {
  const auto side = [&](Part part) {
    const Series* s = frame.find(view, part);
    return s && s->data.size() == 1 ? s->data[0] : std::numeric_limits<double>::quiet_NaN();
  };
  const Series* hypotheses = frame.find(view, Part::Hypotheses);
  return claim_state(info.claim, side(Part::Measured), side(Part::Bound), hypotheses ? std::span<const double>(hypotheses->data) : std::span<const double>());
}

}  // namespace rankscope
