// Tucker and deep Tucker factorization as a system.
#pragma once
#include "lab/system.h"

namespace rankscope {
Entry tucker_entry();
}  // namespace rankscope
