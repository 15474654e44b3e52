// What the interface knows: the catalog, and for each slot its declaration, its document, its histories and the last
// moment.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ui/app.h"
#include "ui/history.h"
#include "ui/lens.h"
#include "ui/protocol.h"

namespace rankscope::ui {

enum class Phase { Empty, Loading, Paused, Running, Finished, Diverged };

struct Slot {
  std::string name;  ///< of the variant, in legends
  Phase phase = Phase::Empty;
  Document document;
  Show show;
  History history;
  History glimpses;               ///< of views that are looked at and not recorded: from the moments
  Frame now;                      ///< the latest moment, with everything looked at
  Frame recorded;                 ///< the latest recorded one: only it has theory, identities and forecasts
  std::set<std::uint32_t> moves;  ///< images and matrices seen to change: what the run believes, not what it was given
  std::uint64_t version = 0;      ///< counts the moments
  std::vector<Event> events;
  std::int64_t trouble_step = 0;
  std::string trouble, remark;  ///< why it diverged; what it says of itself at rest
  double rate = 0;              ///< measured steps per second
  bool play_when_open = false;
  std::set<std::string> missing;  ///< files that are being fetched
  std::string opening;            ///< the document that waits for them

  std::int64_t step() const { return now.step; }
  const Series* find(std::uint32_t view, Part part = Part::Measured) const;
  /// The history that has this view.
  const History& past(std::uint32_t view) const { return history.track(view) ? history : glimpses; }
  void forget();  ///< everything of the past
};

class Model {
 public:
  explicit Model(Host& host) : host_(host) {}

  void start();  ///< asks for the catalog; the first preset follows unless something else was opened
  void reply(const Reply& reply);
  void message(std::span<const std::byte> bytes, double now);

  void open(int slot, std::string document, bool play);
  /// As a closed page left it.
  void reopen(std::string document, bool play, std::vector<std::string> shown, int speed, bool compare);
  void play(bool on);  ///< all slots
  void step(std::int64_t n);
  void seek(std::int64_t step);
  void reset();
  void reseed(std::uint64_t seed);
  void set_speed(int index);  ///< into kSpeeds
  void set(const std::string& key, const Value& value);
  void show_view(const std::string& key, bool on);
  void compare(bool on, bool play = true);
  void use_file(const std::string& input);  ///< the chosen file becomes this input of a new run of the same system
  void export_as(std::string_view form);
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
  bool can_compare() const { return preset() && preset()->runs.size() > 1; }
  bool running() const;
  int speed() const { return speed_; }

  std::optional<Error> problem;  ///< the last refused command, until dismissed
  std::optional<FileInfo> file;  ///< chosen or dropped, not used yet
  bool file_arrived = false;     ///< set once for the panel that shows it
  std::vector<FileInfo> files;   ///< all that were chosen or dropped
  LensModel lens;
  bool dirty = true;             ///< something to draw

 private:
  void send(const Command& command) { host_.send(command.done()); }
  void look(int slot);
  void opened(const Reply& reply, Slot& slot);
  void take_document(const Reply& reply, Slot& slot);
  void send_speed(int slot);

  Host& host_;
  Catalog catalog_;
  std::vector<Slot> slots_ = std::vector<Slot>(1);
  std::vector<std::string> shown_;
  std::optional<Document>
      adopting_;          ///< a file's run, until it is open: settings that do not fit the file are dropped one by one
  std::vector<std::string> reopened_;  ///< views to show once the document is open, and
  bool comparing_again_ = false;       ///< whether to compare then
  std::string shown_of_;  ///< study or system the list is for
  std::map<std::string, Value> undo_;  ///< settings before a change that may be refused
  bool changed_ = false;
  int speed_ = 1;
  double rate_time_ = 0;
  std::int64_t rate_step_ = 0;
};

struct Speed {
  const char* label;
  double factor;  ///< of the pace that takes a run ten seconds; 0: as fast as it goes
};
inline constexpr Speed kSpeeds[] = {{"×¼", 0.25}, {"×1", 1}, {"×4", 4}, {"max", 0}};

}  // namespace rankscope::ui
