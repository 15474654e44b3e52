#include "native/thread_pool.h"

#include <algorithm>
#include <cassert>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rankscope {
namespace {

constexpr int kMostParts = 0xffff;

/// Looks about `looks` times whether `ready`, then gives up.
template <class Ready>
bool soon(int looks, Ready ready) {
  for (int i = 0; i < looks; ++i) {
    if (ready()) return true;
#if defined(__x86_64__)
    _mm_pause();
#endif
  }
  return false;
}

constexpr int kLooks = 4000;  // some hundred microseconds: longer than what a step does between its products

int part_of(std::uint64_t ticket) { return static_cast<int>(ticket & 0xffff); }
int parts_of(std::uint64_t ticket) { return static_cast<int>(ticket >> 16 & 0xffff); }

}  // namespace

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  stop_.store(true);
  ticket_.store(((ticket_.load() >> 32) + 1) << 32);  // a task of no parts: everybody wakes
  ticket_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(int parts, Task task, const void* context) {
  assert(parts >= 0 && parts <= kMostParts);
  if (parts <= 1 || workers_.empty() || busy_.exchange(true, std::memory_order_acquire)) {
    for (int part = 0; part < parts; ++part) task(context, part);
    return;
  }
  task_ = task, context_ = context;
  left_.store(parts, std::memory_order_relaxed);
  const std::uint64_t ticket = ((ticket_.load(std::memory_order_relaxed) >> 32) + 1) << 32 | static_cast<std::uint64_t>(parts) << 16;
  ticket_.store(ticket, std::memory_order_release);
  ticket_.notify_all();
  take_parts(ticket);
  const auto done = [&] { return left_.load(std::memory_order_acquire) == 0; };
  while (!soon(kLooks, done)) {
    const int left = left_.load(std::memory_order_acquire);
    if (left != 0) left_.wait(left, std::memory_order_acquire);
  }
  busy_.store(false, std::memory_order_release);
}

void ThreadPool::take_parts(std::uint64_t ticket) {
  const std::uint64_t number = ticket >> 32;
  while (ticket >> 32 == number && part_of(ticket) < parts_of(ticket)) {
    if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    task_(context_, part_of(ticket));
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) left_.notify_all();
    ticket = ticket_.load(std::memory_order_acquire);
  }
}

void ThreadPool::work() {
  std::uint64_t seen = 0;  // number of the last task
  while (true) {
    std::uint64_t ticket = 0;
    const auto next = [&] { return (ticket = ticket_.load(std::memory_order_acquire)) >> 32 != seen; };
    while (!soon(kLooks, next)) ticket_.wait(ticket, std::memory_order_acquire);
    if (stop_.load()) return;
    seen = ticket >> 32;
    take_parts(ticket);
  }
}

UseThreads::UseThreads(int threads)
    : pool_(threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {
  set_parallel(&pool_);
}

UseThreads::~UseThreads() { set_parallel(nullptr); }

}  // namespace rankscope
