// The runs of a session, driven side by side: whose turn it is, what is posted, where the time goes.
#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/json.h"
#include "io/slot.h"

namespace rankscope {

/// A quantity per second over about the last second.
class Rate {
 public:
  void add(double amount) { amount_ += amount; }
  void pass(double seconds) {
    if (seconds_ > 1) amount_ /= 2, seconds_ /= 2;
    seconds_ += seconds;
  }
  double value() const { return seconds_ > 0 ? amount_ / seconds_ : 0; }

 private:
  double amount_ = 0, seconds_ = 0;
};

class Lanes {
 public:
  using Clock = std::chrono::steady_clock;
  using More = std::function<bool()>;
  using Bytes = std::vector<std::byte>;

  struct Lane {
    explicit Lane(Slot s) : slot(std::move(s)) {}
    Slot slot;
    bool moved = true;  ///< there is a moment that was not posted
    Rate steps;

   private:
    friend Lanes;
    std::vector<std::string> looked;  ///< besides what is recorded
    bool watched = false;
    Clock::time_point posted;
    double moment_cost = 0, record_cost = 0;  ///< seconds
  };

  std::map<int, Lane>& all() { return lanes_; }
  Lane& open(int at, Slot slot);
  /// Slot `to` becomes the same run; what is not yet taken of the recorded Frames is said of both.
  Result<void> fork(int at, int to);
  /// The two exchange their runs, and what is not yet taken of them.
  void swap(int at, int with);
  /// What was recorded of later steps is not said any more.
  void forget_after(int at, std::int64_t step);
  void send_saved(int at, std::span<const std::byte> checkpoint);
  void close(int at);
  /// Moments are posted from now on, with these views besides the recorded ones.
  void look(Lane& lane, std::vector<std::string> views);

  bool advance(const More& more, double passed);
  double wait() const;
  std::optional<Bytes> take();
  double stepping_share() const;

 private:
  void post(int at, Lane& lane);
  bool turn(Lane& lane, const More& more);
  Lane* next_turn();
  void measure_recording(Clock::time_point now);
  void share_past();
  void keep_pace();

  std::map<int, Lane> lanes_;
  std::deque<std::pair<int, Bytes>> queue_;  ///< slot, message
  int turn_at_ = -1;
  std::int64_t turn_left_ = 0;
  Rate stepping_;
  Clock::time_point last_, probed_;
  bool was_going_ = false;
};

/// The kinds of outgoing message of io/session.h, and one of them.
enum class Message : unsigned char { Recorded = 1, Moment, Notice, Saved, Spectra, CpRank, Standing };
Lanes::Bytes message(Message kind, int slot, const void* data, std::size_t size);

void write_event(JsonWriter& out, const Event& event);

}  // namespace rankscope
