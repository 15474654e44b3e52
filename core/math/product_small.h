// Products of at most kSmall in every direction: a step of a small network is made of these, and what surrounds the sums would cost
// more than they do. All rows stay in registers; one function, chosen once by the shape, does the whole product.
#pragma once
#include "math/product_pack.h"

namespace rankscope::tile {

constexpr Index kSmall = 16;

/// c = op(a) op(b) for 2 <= rows <= kSmall, 1 <= columns <= kSmall, 0 <= inner <= kSmall. The sums are those of the plain loop.
void multiply_small(double* c, Index stride, const Side& a, const Side& b, Index inner);

}  // namespace rankscope::tile
