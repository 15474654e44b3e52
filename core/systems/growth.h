// Polynomial growth: one component of a deep CP factorization, and the power of itself that it grows with.
#pragma once
#include "lab/system.h"

namespace rankscope {
Entry growth_entry();
}  // namespace rankscope
