// The row of CP tensor factorization in the table of systems.
#pragma once
#include "lab/system.h"

namespace rankscope {

Entry cp_entry();

}  // namespace rankscope
