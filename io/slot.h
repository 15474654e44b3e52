// One run of a session: plays, seeks, restarts, and says what happened.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/checkpoint.h"
#include "lab/events.h"
#include "lab/run.h"

namespace rankscope {

/// Opens what a document describes. One without a study that records nothing records every scalar and spectrum.
Result<Run> open_run(const Entry& entry, Document document, Inputs inputs);

class Slot {
 public:
  /// What is new since it was asked last.
  struct News {
    std::vector<Frame> frames;   ///< recorded
    std::vector<Event> events;
    bool status = false;         ///< the status changed
    bool any() const { return status || !events.empty(); }
  };
  using More = Run::More;

  static Result<Slot> open(const Entry& entry, Document document, Inputs inputs);
  /// As it stood: what it had recorded is news again, and it pauses there.
  static Result<Slot> resume(const Entry& entry, Checkpoint checkpoint, Inputs inputs);
  /// write_checkpoint() of this moment.
  Result<std::vector<std::byte>> save(const Tables& tables) const;

  const Run& run() const { return run_; }
  Run& run() { return run_; }
  /// What was recorded, without matrices. Beyond 64 MiB every second Frame is forgotten: it was posted.
  const std::vector<Frame>& frames() const { return frames_; }
  std::int64_t recordings() const { return recordings_; }  ///< how many were ever made
  const std::vector<Event>& events() const { return events_; }
  News news();
  const char* status() const;
  bool going() const { return goal_ > run_.step() && !run_.finished(); }

  void play();
  void pause();
  void step(std::int64_t n);
  void seek(std::int64_t step);
  void limit(double steps_per_second) { rate_ = steps_per_second, credit_ = 0; }
  /// Whether the run started anew. Error: the run is as it was.
  Result<bool> set(const std::string& key, const Value& value);
  Result<void> restart(std::optional<std::uint64_t> seed);

  /// Wall time that went into its steps: Document::until.seconds counts it.
  void spend(double seconds);
  /// Lets `seconds` pass for a run with a speed limit.
  void earn(double seconds);
  /// Seconds until it may step; 0: now.
  double wait() const;
  /// At most `most` steps; returns how many were made.
  std::int64_t advance(std::int64_t most, const More& more);

 private:
  explicit Slot(Run run) : run_(std::move(run)), events_found_(run_.views(), run_.recorded()) {}
  void begin();
  void forget_after(std::int64_t step);
  void record(const Frame& frame);
  void thin();
  Document now() const;
  Result<void> rebuild(Document document);
  bool limited() const { return playing_ && rate_ > 0; }

  Run run_;
  Events events_found_;
  std::vector<Event> events_;
  std::vector<Frame> frames_;
  News news_;
  std::size_t frame_bytes_ = 0;
  std::int64_t recordings_ = 0;
  std::int64_t recorded_to_ = -1;  ///< replays do not record again
  std::int64_t goal_ = 0;
  bool playing_ = false;  ///< was told to play and not to pause: a restart plays on, even after the end
  bool touched_ = false;  ///< edited since it was opened
  double rate_ = 0, credit_ = 0;
  double seconds_ = 0;  ///< of wall time in its steps
};

}  // namespace rankscope
