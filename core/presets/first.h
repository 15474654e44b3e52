// The tables that the page begins with: what its first screen needs and no more, so that the linker drops the rest.
#pragma once
#include "lab/study.h"

namespace rankscope {
Tables first_tables();
}  // namespace rankscope
