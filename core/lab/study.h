// Presets are Studies: one or more runs, and a claim that sees all of them.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/document.h"
#include "lab/system.h"

namespace rankscope {

struct Variant {
  std::string name;   ///< e.g. "depth 3"
  Settings settings;  ///< over the study's
  std::string system{};  ///< another than the study's, beside it: then `settings` are over its own defaults. Such a study has no inputs
};

/// A finished run as a claim sees it: its recorded Frames.
struct Record {
  std::string variant;
  std::vector<ViewInfo> views;
  std::vector<Frame> frames;
  bool diverged = false;

  /// The view's values over the frames, one vector a frame; empty when it was not recorded.
  std::vector<std::vector<double>> series(std::string_view key, Part part = Part::Measured) const;
  /// A scalar view in the last frame; NaN when it was not recorded.
  double last(std::string_view key) const;
};

struct Verdict {
  bool holds = false;
  std::string text;  ///< the numbers that decided
};

/// One row of the table of presets.
struct Study {
  std::string key, system, title;
  std::string group;     ///< of the gallery: the paper, or the chapter of the notes
  std::string sentence;  ///< for the gallery: what one will see
  std::string cite;      ///< the paper, and the source of the data
  std::string claim;     ///< what `holds` checks, in words
  Settings settings;
  std::map<std::string, std::string> inputs;  ///< input key -> sample name
  std::uint64_t seed = 1;
  std::int64_t steps = 1000, every = 10;
  std::vector<std::string> record;  ///< recorded views; where the runs' systems differ, a run takes those that its own has
  std::vector<std::string> shown;   ///< views the page opens, in order
  std::vector<Variant> runs;        ///< at least one; the first is the one shown
  Verdict (*holds)(std::span<const Record>) = nullptr;
  bool by_time = false;      ///< the page's charts begin over the system's time instead of steps
  bool of_this_draw = false; ///< the claim quotes numbers that belong to its own seed; the others must hold on any
  bool takes_long = false;  ///< the claims test leaves it out unless RANKSCOPE_LONG is set, as scripts/claims and the long tests do
  Settings control{};  ///< over every run's: with these the claim must fail, or it says nothing. Empty: the first run under every name is the control
};

/// The two explicit tables, handed to whoever needs them.
struct Tables {
  std::span<const Entry> systems;
  std::span<const Study> presets;

  const Entry* system(std::string_view key) const;
  const Study* preset(std::string_view key) const;
};

/// Whether the study's runs are of several systems, to be seen side by side.
bool beside(const Study& study);
/// The document of one of the study's runs, complete; `variant` empty: the first. Error: no such variant.
Result<Document> document_of(const Tables& tables, const Study& study, std::string_view variant = {});
/// The document of a system's own defaults.
Document document_of(const Entry& entry);

}  // namespace rankscope
