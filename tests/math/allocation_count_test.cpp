#include "allocation_count.h"

#include <doctest/doctest.h>
#include <malloc.h>

#include <Eigen/Core>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {
std::int64_t count = 0, held = 0, peak = 0;

[[maybe_unused]] void given(std::size_t size) {
  ++count;
  held += static_cast<std::int64_t>(size);
  if (held > peak) peak = held;
}
}  // namespace

std::int64_t rankscope::allocation_count() { return count; }
std::int64_t rankscope::allocated_bytes() { return held; }
std::int64_t rankscope::allocated_peak() { return peak; }
void rankscope::reset_peak() { peak = held; }

// Eigen calls malloc itself, so counting operator new is not enough: each C library has its own way to stand before
// malloc.
#if defined(__has_feature)  // clang's way to say it
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, std::size_t),
                                                         void (*)(const volatile void*));
extern "C" std::size_t __sanitizer_get_allocated_size(const volatile void*);
namespace {
[[maybe_unused]] const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t size) { given(size); },
    [](const volatile void* p) { held -= static_cast<std::int64_t>(p ? __sanitizer_get_allocated_size(p) : 0); });
}
#elif defined(__EMSCRIPTEN__)
extern "C" void* emscripten_builtin_malloc(std::size_t);
extern "C" void* malloc(std::size_t size) { return given(size), emscripten_builtin_malloc(size); }
#else
extern "C" void* __libc_malloc(std::size_t);
extern "C" void __libc_free(void*);
extern "C" void* malloc(std::size_t size) {
  void* p = __libc_malloc(size);
  given(malloc_usable_size(p));
  return p;
}
extern "C" void free(void* p) {
  held -= static_cast<std::int64_t>(malloc_usable_size(p));
  __libc_free(p);
}
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

#ifndef __EMSCRIPTEN__
TEST_CASE("math: the bytes that are held, and the most of them") {
  const std::int64_t before = rankscope::allocated_bytes();
  rankscope::reset_peak();
  {
    const Eigen::MatrixXd m = Eigen::MatrixXd::Zero(300, 300);
    CHECK(rankscope::allocated_bytes() - before >= 8 * m.size());
    CHECK(rankscope::allocated_bytes() - before < 9 * m.size());
  }
  CHECK(rankscope::allocated_bytes() - before < 1000);
  CHECK(rankscope::allocated_peak() - before >= 8 * 90000);
}
#endif
