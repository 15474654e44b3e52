// Training and test error of an image predictor against its rank: a whole run of it for each rank, one after the other.
#pragma once
#include "lab/system.h"

namespace rankscope {

Entry rank_curve_entry();

}  // namespace rankscope
