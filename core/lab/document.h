// One document describes a run: study + settings + inputs by name and hash + seed + timed edits + stop rule.
// The same thing is the saved session, the command line's input, what `run` writes back, and what the JS API takes.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab/settings.h"

namespace rankscope {

struct InputRef {
  std::string name;  ///< a shipped sample, or the file's name
  std::string hash;  ///< of the array, see hash(Data); empty: not checked
};

/// A change made while the run stood at `step`: of a Live parameter, or of an entry of a view, which the weights are moved to (System::nudge).
struct Edit {
  std::int64_t step = 0;
  std::string key;          ///< of the parameter, or of the view
  Value value;              ///< of an entry: a double
  std::int64_t entry = -1;  ///< -1: a parameter. Else which entry of the view, row-major
};

/// What ends a run before its last step; 0: not asked for.
struct Until {
  double time = 0;     ///< on the system's time axis: the first step at or past it, or on it where the system chooses its steps
  double loss = 0;     ///< the first step that finds the training loss at or below it
  double seconds = 0;  ///< of wall time, summed over interruptions; the one rule whose result depends on the machine

  bool operator==(const Until&) const = default;
};

struct Document {
  std::string study;    ///< the preset it starts from; empty: a system's own defaults
  std::string variant;  ///< which of the study's runs; empty: the first
  std::string system;
  Settings settings;                        ///< complete
  std::map<std::string, InputRef> inputs;   ///< by the system's input keys
  std::uint64_t seed = 1;
  std::int64_t steps = 1000;                ///< the stop rule: at most so many, and
  Until until;
  std::int64_t every = 10;                  ///< a recorded Frame each so many steps, and one at the start and the end
  std::vector<std::string> record;          ///< keys of the recorded views
  std::vector<Edit> edits;                  ///< ascending in step
  std::string page;                         ///< how it is shown, a JSON object (docs/links.md); empty: as usual. Carried, never read by the core
};

}  // namespace rankscope
