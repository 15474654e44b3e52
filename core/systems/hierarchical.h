#pragma once
#include "lab/system.h"

namespace rankscope {

/// Hierarchical tensor factorization over any mode tree (Razin, Maman and Cohen 2022); key `hierarchical`.
Entry hierarchical_entry();

}  // namespace rankscope
