#include "lab/claim.h"

#include <doctest/doctest.h>

#include <limits>

using namespace rankscope;

TEST_CASE("claim: holds on its side of the bound, is violated beyond it, and says nothing without its hypotheses") {
  const ClaimInfo most{"loss", "bound", true, 0, {"square loss"}}, least{"sigma_min", "margin", false, 0, {}};
  const double yes[] = {1}, no[] = {0};
  CHECK(claim_state(most, 1, 2, yes) == ClaimState::Holds);
  CHECK(claim_state(most, 2, 1, yes) == ClaimState::Violated);
  CHECK(claim_state(most, 2, 1, no) == ClaimState::NotApplicable);
  CHECK(claim_state(least, 2, 1, {}) == ClaimState::Holds);
  CHECK(claim_state(least, 1, 2, {}) == ClaimState::Violated);
  CHECK(claim_state(most, std::numeric_limits<double>::quiet_NaN(), 1, yes) == ClaimState::NotApplicable);
  CHECK(claim_state(most, 1 + 1e-12, 1, yes) == ClaimState::Holds);  // rounding
  CHECK(claim_state(most, 1 + 1e-6, 1, yes) == ClaimState::Violated);
  CHECK(claim_state({"", "", true, 1e-5, {}}, 1 + 1e-6, 1, yes) == ClaimState::Holds);
}

TEST_CASE("claim: is read from a Frame") {
  ViewInfo info;
  info.kind = Kind::Claim;
  Frame frame;
  CHECK(claim_state(info, 3, frame) == ClaimState::NotApplicable);
  frame.values = {{3, Part::Measured, {}, {2}}, {3, Part::Bound, {}, {1}}};
  CHECK(claim_state(info, 3, frame) == ClaimState::Violated);
  frame.values.push_back({3, Part::Hypotheses, {2}, {1, 0}});
  CHECK(claim_state(info, 3, frame) == ClaimState::NotApplicable);
}
