// Moves all weights at once until a number that they make has a wanted value: what is done when a reader drags an entry.
#pragma once
#include <functional>
#include <span>
#include <string_view>

#include "lab/result.h"

namespace rankscope {

/// A number that the weights make; both functions may be asked at any weights.
struct Held {
  std::function<double(std::span<const double> weights)> value;
  std::function<void(std::span<const double> weights, std::span<double> gradient)> gradient;  ///< of the number; writes all of it
  double largest = 0;  ///< magnitude of what stands beside it: `wanted` is reached to 1e-10 of this, or of itself where that is larger
};

/// Along the number's gradient g at the weights as they are, w + a g with the nearest a that is found: outwards by secants that at most double a,
/// then by false position, an end's weight halved as in the Illinois rule, and bisection where that shortens the bracket by less than half. Where
/// the number turns back on this line before it is there, on from the nearest point along the gradient there. Of + - * / and sqrt: the same bits
/// everywhere. Error, under the name `what`: the gradient is zero, or the value is not reached; the weights are as they were.
Result<void> move_to(std::string_view what, std::span<double> weights, double wanted, const Held& held);

}  // namespace rankscope
