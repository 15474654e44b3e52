// Threads as the core sees them: somebody who runs the parts of a task side by side. Who that is, the program decides
// (native/thread_pool.h); without one the parts run one after the other, as they always do in WebAssembly.
#pragma once

namespace rankscope {

/// Calls task(0) ... task(parts - 1), each once, in any order and on any thread, and returns when all are done. Results must not
/// depend on which thread does what: parts write to places of their own, and no sum crosses from one part to another.
class Parallel {
 public:
  using Task = void (*)(const void* context, int part);

  virtual ~Parallel() = default;
  virtual int threads() const = 0;  ///< how many parts may run at once, at least 1
  virtual void run(int parts, Task task, const void* context) = 0;
};

/// The process's one; null: in line. Set it before the first run and take it away after the last.
Parallel* parallel();
void set_parallel(Parallel* p);

inline int threads() { return parallel() ? parallel()->threads() : 1; }

/// work(part) for every part of 0 .. parts - 1.
template <class Work>
void for_each_part(int parts, const Work& work) {
  Parallel* p = parallel();
  if (p && parts > 1) {
    p->run(parts, [](const void* context, int part) { (*static_cast<const Work*>(context))(part); }, &work);
    return;
  }
  for (int part = 0; part < parts; ++part) work(part);
}

}  // namespace rankscope
