// Counts allocations, for tests that something makes none. Defined in math/allocation_count_test.cpp.
#pragma once
#include <cstdint>

namespace rankscope {

/// Calls of malloc by this process so far: those of operator new and of Eigen are among them.
std::int64_t allocation_count();

}  // namespace rankscope
