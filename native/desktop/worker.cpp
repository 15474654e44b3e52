#include "native/desktop/worker.h"

#include <chrono>
#include <cstring>
#include <iterator>
#include <map>
#include <utility>

#include "io/lens.h"

namespace rankscope::desktop {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr double kSlice = 0.008;    // seconds of stepping between two looks at the jobs
constexpr double kPosting = 0.016;  // seconds between two batches

/// A moment replaces the one before of the same run.
void keep_latest_moments(std::vector<News>& batch) {
  std::map<std::uint32_t, std::size_t> latest;
  std::vector<News> kept;
  for (News& n : batch) {
    if (n.message.size() >= 5 && static_cast<int>(n.message[0]) == 2) {
      std::uint32_t slot = 0;
      std::memcpy(&slot, n.message.data() + 1, sizeof slot);
      if (const auto [at, first] = latest.try_emplace(slot, kept.size()); !first) {
        kept[at->second] = std::move(n);
        continue;
      }
    }
    kept.push_back(std::move(n));
  }
  batch = std::move(kept);
}

}  // namespace

Worker::Worker(const Tables& tables, std::function<void()> ring)
    : session_(tables, make_lens), ring_(std::move(ring)), thread_([this] { work(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(guard_);
    stop_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void Worker::post(Job job) {
  {
    const std::lock_guard lock(guard_);
    jobs_.push_back(std::move(job));
  }
  woken_.notify_one();
}

std::vector<News> Worker::take() {
  std::vector<News> out;
  {
    const std::lock_guard lock(guard_);
    out.swap(news_);
  }
  if (!out.empty()) woken_.notify_one();
  return out;
}

/// Hands over what the session has; not between a batch and its taking, unless a reply must come after it.
void Worker::flush(bool reply) {
  const std::lock_guard lock(guard_);
  if (!reply && !news_.empty()) return;
  while (auto message = session_.take()) made_.push_back({"", std::move(*message)});
  if (made_.empty()) return;
  keep_latest_moments(made_);
  std::move(made_.begin(), made_.end(), std::back_inserter(news_));
  made_.clear();
  ring_();
}

void Worker::work() {
  Clock::time_point before = Clock::now(), posted = before;
  for (;;) {
    std::vector<Job> jobs;
    {
      const std::lock_guard lock(guard_);
      if (stop_) return;
      jobs.swap(jobs_);
    }
    for (const Job& job : jobs) {
      flush(true);  // what was so far comes before the reply, what the job brings about after it
      if (std::string reply = job(session_); !reply.empty()) made_.push_back({std::move(reply), {}});
    }
    if (!jobs.empty()) flush(true);

    const Clock::time_point start = Clock::now();
    const double passed = Seconds(start - before).count();
    before = start;
    const bool more = session_.advance([&] { return Seconds(Clock::now() - start).count() < kSlice; }, passed);
    if (!more || Seconds(Clock::now() - posted).count() >= kPosting) flush(false), posted = Clock::now();

    std::unique_lock lock(guard_);
    const auto called = [&] { return stop_ || !jobs_.empty(); };
    if (!more) {
      // at rest; but what could not be handed over yet waits for the window to take what it has
      woken_.wait(lock, [&] { return called() || news_.empty(); });
      if (!called()) {
        lock.unlock();
        flush(false);
        lock.lock();
        woken_.wait(lock, called);
      }
      before = Clock::now();
    } else if (const double rest = session_.wait(); rest > 0.001) {
      woken_.wait_for(lock, Seconds(rest), called);
    }
  }
}

}  // namespace rankscope::desktop
