#include "allocation_count.h"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {
std::int64_t count = 0;
}

std::int64_t rankscope::allocation_count() { return count; }

// Eigen calls malloc itself, so counting operator new is not enough: each C library has its own way to stand before
// malloc.
#if defined(__SANITIZE_ADDRESS__)
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, std::size_t),
                                                         void (*)(const volatile void*));
namespace {
[[maybe_unused]] const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++count; }, [](const volatile void*) {});
}
#elif defined(__EMSCRIPTEN__)
extern "C" void* emscripten_builtin_malloc(std::size_t);
extern "C" void* malloc(std::size_t size) { return ++count, emscripten_builtin_malloc(size); }
#else
extern "C" void* __libc_malloc(std::size_t);
extern "C" void* malloc(std::size_t size) { return ++count, __libc_malloc(size); }
#endif

TEST_CASE("math: allocations of the standard library and of Eigen are counted") {
  const std::int64_t before = rankscope::allocation_count();
  const auto v = std::make_unique<std::vector<double>>(100);
  CHECK(rankscope::allocation_count() == before + 2);
  const std::int64_t then = rankscope::allocation_count();
  const Eigen::MatrixXd m = Eigen::MatrixXd::Zero(30, 30);
  CHECK(rankscope::allocation_count() == then + 1);
  CHECK(m.size() + static_cast<Eigen::Index>(v->size()) == 1000);
}
