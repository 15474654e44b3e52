// One run of a session: plays both ways, seeks, restarts, branches, and says what happened.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "io/checkpoint.h"
#include "io/halt.h"
#include "io/past.h"
#include "lab/run.h"

namespace rankscope {

/// Bytes that all runs of a session together may take for what is remembered of them, see io/past.h.
constexpr std::size_t kMostPast = std::size_t{128} << 20;

/// Opens what a document describes. One without a study that records nothing records every scalar and spectrum.
Result<Run> open_run(const Entry& entry, Document document, Inputs inputs);

class Slot {
 public:
  /// What is new since it was asked last.
  struct News {
    std::vector<Frame> frames;       ///< recorded
    std::optional<Frame> standing;   ///< the last recorded one at or before this moment, when another was told last; without matrices
    std::vector<Event> events;
    std::string halted;              ///< why it paused by itself
    bool status = false;             ///< the status changed
    bool any() const { return status || !events.empty(); }
  };
  using More = Run::More;

  static Result<Slot> open(const Entry& entry, Document document, Inputs inputs);
  /// As it stood: what it had recorded is news again, and it pauses there.
  static Result<Slot> resume(const Entry& entry, Checkpoint checkpoint, Inputs inputs);
  /// The same run at the same moment with the same past, of which nothing is news; paused.
  Result<Slot> fork();
  /// write_checkpoint() of this moment.
  Result<std::vector<std::byte>> save(const Tables& tables) const;

  const Run& run() const { return run_; }
  Run& run() { return run_; }
  /// What was recorded, see io/past.h; where the run has gone back, later Frames too.
  const std::vector<Frame>& frames() const { return past_.frames(); }
  const Past& past() const { return past_; }
  std::int64_t recordings() const { return recordings_; }  ///< how many were ever made
  const std::vector<Event>& events() const { return past_.events(); }
  News news();
  const char* status() const;
  bool going() const;
  /// On the way through states that are not to be seen: playing back, a stretch is replayed forwards.
  bool between() const { return run_.step() < hidden_to_; }
  /// The step that is seen, or will be at the end of that way.
  std::int64_t shown() const { return between() ? hidden_to_ : run_.step(); }
  /// Makes that way at once, and that of a seek through steps which it knows: what is done now is done there.
  void arrive();

  void play(bool back = false);
  void pause();
  void step(std::int64_t n);
  void seek(std::int64_t step);
  void to_event(bool back);
  void halt(std::vector<Halt> halts);
  /// `near_events`: the share of the pace near events; 0: the same there.
  void limit(double steps_per_second, double near_events) { rate_ = steps_per_second, near_ = near_events, credit_ = 0; }
  /// Whether the run started anew. Error: the run is as it was.
  Result<bool> set(const std::string& key, const Value& value);
  Result<void> nudge(const std::string& view, std::int64_t entry, double value);
  Result<void> restart(std::optional<std::uint64_t> seed);
  /// Becomes this document's run, on the way to `step`, paused there. Returns the step up to which what was recorded stands; -1: nothing does.
  Result<std::int64_t> revise(const Entry& entry, Document document, Inputs inputs, std::int64_t step);
  /// See kMostPast: this run's part.
  void budget(std::size_t bytes) { budget_ = bytes, past_.budget(bytes); }

  /// Whether it plays near something that happens, where it is to slow down; and whether it does, for its own sake or another run's beside it.
  bool near() const { return playing_ && near_ > 0 && near_event(); }
  void slow(bool on) { slow_ = on; }

  /// Wall time that went into its steps: Document::until.seconds counts it, where they were not made before.
  void spend(double seconds);
  /// Lets `seconds` pass for a run with a speed limit.
  void earn(double seconds);
  /// Seconds until it may step; 0: now.
  double wait() const;
  /// At most `most` steps, forwards or back; returns how many were made.
  std::int64_t advance(std::int64_t most, const More& more);

 private:
  explicit Slot(Run run) : run_(std::move(run)), past_(run_, kMostPast) {}
  void begin();
  void aim(std::int64_t goal);
  void go_back();
  void drive(std::int64_t to, const More& more);
  void record(const Frame& frame);
  void forget_after(std::int64_t step);
  std::int64_t common_with(const Document& document, const Inputs& inputs) const;
  template <class Use>
  void each_event(const Use& use) const;
  double range() const;
  bool near_event() const;
  std::int64_t steps_to_event() const;
  double rate() const;
  Document now() const;
  Result<void> rebuild(Document document);
  bool limited() const { return playing_ && rate() > 0; }

  Run run_;
  std::size_t budget_ = kMostPast;
  Past past_;
  Frame standing_;                ///< the last one recorded, or passed in a replay; without matrices
  std::int64_t told_ = -1;        ///< step of the recorded Frame that was told last
  News news_;
  std::int64_t recordings_ = 0;
  std::int64_t known_to_ = 0;     ///< the run has been here
  std::int64_t ended_at_ = -1;    ///< where the wall clock ended it: a replay ends there too
  std::int64_t goal_ = 0;
  std::int64_t hidden_to_ = -1;   ///< see between()
  std::int64_t turn_ = 0;         ///< steps back that this way is
  std::int64_t replay_to_ = -1;   ///< states on the way there are kept: going back further will need them
  bool astray_ = false;           ///< where it stands is no way to the goal: first to a state that is
  bool playing_ = false;          ///< was told to play and not to pause: a restart plays on, even after the end
  bool back_ = false;             ///< plays backwards
  bool to_event_ = false;         ///< the next event is the goal
  bool slow_ = false;             ///< at the share of the pace
  bool stop_ = false;             ///< at the Frame that was just recorded
  bool fresh_ = false;            ///< the last steps were made for the first time
  bool touched_ = false;          ///< edited since it was opened
  Halts halts_;
  double rate_ = 0, near_ = 0, credit_ = 0;
  double seconds_ = 0;  ///< of wall time in its steps
};

}  // namespace rankscope
