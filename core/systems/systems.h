// The table of systems: one row a model of the papers. Self-registering statics register nothing from a static library.
#pragma once
#include <span>

#include "lab/system.h"

namespace rankscope {
std::span<const Entry> systems();
}  // namespace rankscope
