// A deep linear network with the theorems of the lecture notes drawn on the run: deep matrix factorization, and beside it the
// landscape of scalar layers, conservation, shared spectra, the determinant, and the problem that no norm explains.
#pragma once
#include "lab/system.h"

namespace rankscope {
Entry linear_network_entry();
}  // namespace rankscope
