// Counts allocations, for tests that something makes none, or how many bytes at most. Defined in
// math/allocation_count_test.cpp.
#pragma once
#include <cstdint>

namespace rankscope {

/// Calls of malloc by this process so far: those of operator new and of Eigen are among them.
std::int64_t allocation_count();

/// Bytes that malloc has given and free has not taken back, and the most of them since the last call of reset_peak.
/// Natively only.
std::int64_t allocated_bytes();
std::int64_t allocated_peak();
void reset_peak();

}  // namespace rankscope
