// Whether the end-to-end update is the gradient of anything: its line integral round a closed loop in the plane (Arora, Cohen and Hazan 2018, section 7).
#pragma once
#include "lab/system.h"

namespace rankscope {

Entry update_loop_entry();

}  // namespace rankscope
