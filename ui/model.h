// What the interface knows: the catalog, and for each slot its declaration, its document, its histories and the last
// moment.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ui/app.h"
#include "ui/history.h"
#include "ui/lens.h"
#include "ui/look.h"
#include "ui/protocol.h"
#include "ui/undo.h"

namespace rankscope::ui {

enum class Phase { Empty, Loading, Paused, Running, Finished, Diverged };

/// What a run's messages have said.
struct Known {
  Phase phase = Phase::Empty;
  History history;
  History glimpses;               ///< of views that are looked at and not recorded: from the moments
  Frame now;                      ///< the latest moment, with everything looked at
  Frame recorded;                 ///< the latest recorded one: only it has theory, identities and forecasts
  std::set<std::uint32_t> moves;  ///< images and matrices seen to change: what the run believes, not what it was given
  std::vector<Event> events;
  std::int64_t trouble_step = 0;
  std::string trouble, remark;  ///< why it diverged; what it says of itself at rest
  std::string halted;           ///< why it paused by itself
  std::int64_t at = 0;          ///< where it is by its newest message: what is recorded comes a little before the moment that shows it
};

struct Slot : Known {
  int lane = 0;      ///< the session's slot; 0 is the first run's, and stays so
  int color = 0;     ///< of Theme::slot; it keeps it whatever comes and goes beside it
  std::string name;  ///< as the reader called it, or the study's name for it; empty: what differs says it (label_of)
  Document document;  ///< its settings as the sliders stand: with the edits made so far
  Settings began;     ///< its settings at step 0
  std::string text;  ///< the document as the session wrote it, complete but for its page
  Show show;
  std::optional<Known> arriving;  ///< of the run that it has become, on its way to `goal`: what was known before is still seen, see Model::pass()
  double arriving_since = -1;     ///< seconds; -1: not seen yet
  std::uint64_t version = 0;      ///< counts the moments
  double rate = 0;              ///< measured steps per second
  bool play_when_open = false;
  std::set<std::string> missing;  ///< files that are being fetched
  std::string opening;            ///< the document that waits for them
  std::int64_t going_to = -1;     ///< where it is to stand once it is open; -1: where it opens
  std::int64_t goal = -1;         ///< the step it was told to go to and has not reached; -1: none
  bool anew = false;              ///< it goes there from step 0, after a change
  std::int64_t missed = -1;       ///< the goal before which it diverged or its rule ended it; -1: none
  bool seeking = false;           ///< towards an event that is not known yet
  bool back = false;              ///< it plays backwards

  std::int64_t step() const { return now.step; }
  const Series* find(std::uint32_t view, Part part = Part::Measured) const;
  /// The history that has this view.
  const History& past(std::uint32_t view) const { return history.track(view) ? history : glimpses; }
  /// The last step that is recorded, whatever moment is shown.
  std::int64_t reached() const { return history.steps().empty() ? 0 : static_cast<std::int64_t>(history.steps().back()); }
  void forget();  ///< everything of the past
  void forget_after(std::int64_t step);
  /// It has become another run of the same views, which goes to `step`.
  void begin_anew(std::int64_t step);
  void arrive();  ///< what is arriving is seen from now on
  bool under_way() const { return goal >= 0 && !arriving; }
  /// It is told to go elsewhere: where it was going, and why it had paused, are of the past.
  void stop_waiting() { arrive(), goal = missed = -1, seeking = back = anew = false, halted.clear(); }
};

/// When a run that plays is to pause by itself.
struct Halt {
  std::string event;         ///< "any" or a kind of event; empty: a view decides
  std::string view;
  bool below = true;
  double value = 0;

  bool operator==(const Halt&) const = default;
};

inline constexpr std::size_t kMostRuns = 1 + kMostBeside;

class Model {
 public:
  explicit Model(Host& host) : host_(host) {}

  void start();  ///< asks for the catalog; the first preset follows unless something else was opened
  void reply(const Reply& reply);
  void message(std::span<const std::byte> bytes, double now);
  /// Time goes by between the messages: a run that was built anew is seen from when it has reached its step, or from a quarter of a second after the change.
  void pass(double now);
  bool arriving() const;

  /// In slot 0, in place of everything: a document, or a link, as text.
  void open(std::string document, bool play);
  // --- Time: all runs together ---
  void play(bool on);
  void play_back();
  void step(std::int64_t n);  ///< back when negative
  void seek(std::int64_t step);
  void to_event(bool back);   ///< the next one, on at full speed if none is known; or the one before
  void halt(std::optional<Halt> when);
  const std::optional<Halt>& halting() const { return halt_; }
  /// Whether the first run stands before what it has recorded: a change there begins a branch.
  bool scrubbed() const;
  /// Moves an entry of a view of the first run to a value. It begins a branch as set() does.
  void nudge(const std::string& view, std::int64_t entry, double value);

  // --- Runs beside the first, see ui/runs.cpp ---
  bool can_pin() const { return slots_.size() < kMostRuns && !main().show.views.empty(); }
  void pin();                                     ///< the first run as it is, with its past; both go on
  void remove(std::size_t at);                    ///< of slots(), not the first
  void rename(std::size_t at, std::string name);
  void promote(std::size_t at);                   ///< it becomes the first run, which takes its place
  void remove_all();
  /// A run for each value of a parameter, the first run's own value being its; in lock-step from the start.
  void ladder(const std::string& key, const std::vector<Value>& values);
  /// So many seeds, the first run's and those after it, in lock-step from the start, shown as mean and spread.
  void seeds(int count);
  /// What tells this run from the others: "Depth 3 · Step size 0.1 from step 400". Empty for one alone, counted for twins.
  const std::string& label_of(const Slot& slot) const;
  /// How they are shown, what is as usual left out; with the step that the first run stands at.
  Look look_now(bool moment) const;
  int replayed() const;                           ///< runs that are still on their way to where they were told to go

  // --- Undo, see ui/undo.h ---
  void undo();
  void redo();
  const Undo& undone() const { return undone_; }
  /// The runs and how they are shown, as they stand.
  Experiment experiment() const;
  /// For what panels change in `look`: call it before.
  void note(std::string what, std::string key = {});

  void reset();
  void reseed(std::uint64_t seed);
  void set_speed(int index);  ///< into kSpeeds
  /// `held`: by a hand that has not let go. Such values are told one at a time, the newest one once the run of the last has come to its step.
  void set(const std::string& key, const Value& value, bool held = false);
  /// The step to which a change that builds the first run anew brings it, where it is at rest; -1: it starts over and goes on as it was.
  std::int64_t rests_at() const;
  void show_view(const std::string& key, bool on);
  void compare(bool on, bool play = true);  ///< the study's other runs
  void use_file(const std::string& input);  ///< the chosen file becomes this input of a new run of the same system
  void export_as(std::string_view form);
  void share(bool moment);  ///< asks for `shared`; with the step at which the first run stands
  void save();              ///< the experiment as NAME.rankscope.json
  /// Tells the host the address of what has changed and come to rest. Call it when nothing is being dragged.
  void tell_address();
  /// The lens looks at a file, or at a view of slot 0; at what it looked at, or at the most likely view, when `source` is empty.
  void look_through(bool file, std::string source);
  void search_cp(bool on);  ///< with the lens's tolerance, from the beginning
  void close_lens();

  const Catalog& catalog() const { return catalog_; }
  Slot& main() { return slots_.front(); }
  const Slot& main() const { return slots_.front(); }
  const std::vector<Slot>& slots() const { return slots_; }
  const std::vector<std::string>& shown() const { return shown_; }
  const PresetRow* preset() const { return catalog_.preset(main().document.study); }
  std::string title() const;
  bool changed() const { return changed_; }  ///< settings are no longer the document's that was opened
  bool comparing() const { return slots_.size() > 1; }
  Slot* at_lane(int lane);
  bool can_compare() const { return preset() && preset()->runs.size() > 1; }
  bool running() const;
  int speed() const { return look.speed; }
  void slow_at_events(bool on);

  Look look;  ///< but for `views`, `beside` and `step`, which are shown(), slots() and where the first run stands
  std::optional<Error> problem;  ///< the last refused command, until dismissed
  std::optional<Shared> shared;  ///< the answer to share()
  std::optional<FileInfo> file;  ///< chosen or dropped, not used yet
  bool file_arrived = false;     ///< set once for the panel that shows it
  std::vector<FileInfo> files;   ///< all that were chosen or dropped
  LensModel lens;
  bool dirty = true;             ///< something to draw

 private:
  struct Change {
    std::string key;
    Value value;
  };

  void send(const Command& command) { host_.send(command.done()); }
  void tell(const Change& change);
  void follow();
  void answered();
  void came(Slot& slot);
  bool waits() const { return !unanswered_.empty() || (main().anew && main().goal >= 0); }
  void ask(Slot& slot, std::string document, bool play);
  void opened(const Reply& reply, Slot& slot);
  void revised(const Reply& reply, Slot& slot);
  void refused(const Reply& reply, Slot* slot);
  void stood_still(std::int64_t step);
  void together_at_rest();
  void meet();
  void take_document(const Reply& reply, Slot& slot);
  bool take_look(const Slot& slot);
  void watch(const Slot& slot);  ///< what is looked at, and at which speed
  void look_at(const Slot& slot);
  void send_speed(const Slot& slot);
  void send_halt();
  Slot& beside(std::string name, int color);
  void close(std::size_t at);
  int free_lane() const;
  int free_color() const;
  void restore(const Experiment& to);
  void begin_together(bool play);
  void together();
  std::string difference_of(const Slot& slot) const;
  void label() const;
  void fork();
  void branch();

  Host& host_;
  Catalog catalog_;
  std::vector<Slot> slots_ = std::vector<Slot>(1);
  std::vector<std::string> shown_;
  std::optional<Document>
      adopting_;          ///< a file's run, until it is open: settings that do not fit the file are dropped one by one
  bool comparing_again_ = false;  ///< whether to open the study's other runs once the first is open
  bool noted_open_ = false;       ///< what is being opened can be taken back
  bool waiting_ = false;          ///< for all runs to be open, to begin together, and
  bool play_together_ = false;    ///< whether they then play
  mutable std::vector<std::string> labels_;  ///< of slots(), made when they are asked for after a change; empty: to be made
  bool meet_ = false;             ///< once all stand still, the others go to the first one's step
  std::int64_t stood_ = 0;        ///< where the first one stood still last
  std::string told_, told_of_;    ///< the address told last: what it says, and the study or files it is of
  std::string shown_of_;  ///< study or system the list is for
  bool branched_ = false;                ///< a change of the past is on its way: what comes with it belongs to the same branch
  std::map<std::string, Value> before_;  ///< settings before a change that may be refused
  std::optional<Change> sent_, next_;  ///< the change that was told last, and what follows it under the hand
  std::deque<std::string> unanswered_;   ///< changes that are not answered yet, in words
  Undo undone_;
  std::optional<Halt> halt_;
  bool changed_ = false;
  double rate_time_ = 0;
  std::int64_t rate_step_ = 0;
};

struct Speed {
  const char* label;
  double factor;  ///< of the pace that takes a run ten seconds; 0: as fast as it goes
};
inline constexpr Speed kSpeeds[] = {{"×¼", 0.25}, {"×1", 1}, {"×4", 4}, {"max", 0}};

}  // namespace rankscope::ui
