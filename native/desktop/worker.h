// A session in a thread of its own: commands go in, replies and Frames come out in order, and the window never waits
// for a step. As web/loop.js does it for the page.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/session.h"

namespace rankscope::desktop {

/// One of the two is empty.
struct News {
  std::string reply;
  std::vector<std::byte> message;  ///< as Session::take gives it
};

class Worker {
 public:
  /// What is done in the thread; its text, a JSON reply, becomes news unless it is empty.
  using Job = std::function<std::string(Session&)>;

  /// `ring` is called from the thread when there is news.
  Worker(const Tables& tables, std::function<void()> ring);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void post(Job job);
  /// All of it so far. A batch is made only when the one before was taken: a slow screen gets fewer, and the steps get
  /// the time.
  std::vector<News> take();

 private:
  void work();
  void flush(bool reply);

  Session session_;  ///< the thread's, as `made_`
  std::vector<News> made_;
  std::function<void()> ring_;
  std::mutex guard_;  ///< of all below
  std::condition_variable woken_;
  std::vector<Job> jobs_;
  std::vector<News> news_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace rankscope::desktop
