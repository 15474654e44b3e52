#include "io/memory.h"

#include <doctest/doctest.h>

#include <vector>

using namespace rankscope;

TEST_CASE("memory: what is free is a plausible number, and in the page what is taken is missing from it") {
  const double before = available_memory();
  CHECK(before > 1e7);
  CHECK(before < 1e15);
#ifdef __EMSCRIPTEN__
  const std::vector<char> taken(20000000, 1);
  asm volatile("" : : "r"(taken.data()) : "memory");  // or the compiler sees that nobody reads it, and takes nothing
  CHECK(before - available_memory() > 0.99 * static_cast<double>(taken.size()));
  CHECK(before - available_memory() < 1.1 * static_cast<double>(taken.size()));
#endif
}
