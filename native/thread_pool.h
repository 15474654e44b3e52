// The threads of the command line and of the desktop: as many as asked for, the caller's own being one of them.
#pragma once
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "math/parallel.h"

namespace rankscope {

/// Threads wait for parts for some microseconds awake, because a step has several products in a row, then asleep. A task that
/// meets the pool at work (one within a task, or from another thread) runs in line, so nothing can wait for itself.
class ThreadPool final : public Parallel {
 public:
  explicit ThreadPool(int threads);  ///< 1: nothing is started
  ~ThreadPool() override;            ///< after the last run has returned
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const override { return static_cast<int>(workers_.size()) + 1; }
  void run(int parts, Task task, const void* context) override;

 private:
  /// Takes parts of the task that `ticket` belongs to until none is left.
  void take_parts(std::uint64_t ticket);
  void work();

  // The task's number (32 bits), its parts and the next one to take (16 bits each), in one word: whoever takes a part by
  // compare-and-swap knows that the task it read of is still the current one.
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<int> left_{0};  ///< parts not done
  std::atomic<bool> busy_{false};
  std::atomic<bool> stop_{false};
  Task task_ = nullptr;             // written before the ticket, read after a part of it is taken
  const void* context_ = nullptr;
  std::vector<std::thread> workers_;
};

/// The process's threads while it lives: `threads`, or as many as the machine has cores when that is 0.
class UseThreads {
 public:
  explicit UseThreads(int threads);
  ~UseThreads();

 private:
  ThreadPool pool_;
};

}  // namespace rankscope
