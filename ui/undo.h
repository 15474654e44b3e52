// What the reader did, to be taken back and done again. Every entry is the whole experiment as it stood: documents say everything, so going back is
// opening them again, and a run comes back with the same bits.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ui/look.h"

namespace rankscope::ui {

/// The runs and how they are shown, at one moment.
struct Experiment {
  std::string document;  ///< of the first run, JSON
  std::string name;      ///< of the first run
  Look look;             ///< with views, beside and step

  bool operator==(const Experiment&) const = default;
};

class Undo {
 public:
  /// `before` is the experiment that the reader is about to change; `what` names the change ("Depth 3 to 4"). Changes of one `key` that follow each
  /// other without anything between are one. What was undone is forgotten.
  void note(std::string what, std::string key, Experiment before);
  bool can_undo() const { return !past_.empty(); }
  bool can_redo() const { return !future_.empty(); }
  /// In words, for the button: what it would take back, or do again.
  const std::string& undo_text() const;
  const std::string& redo_text() const;
  /// The experiment to go back (on) to; `now` is as it stands.
  Experiment undo(Experiment now);
  Experiment redo(Experiment now);
  /// From here on a change of the same key is a new one.
  void settle() { key_.clear(); }
  /// Of the change that was noted last this much was made, in words.
  void done(std::string what);
  /// It was refused. Where it is one with changes before it that were made, these stay.
  void drop_last();

 private:
  struct Step {
    std::string what;
    Experiment experiment;
    std::string done{};  ///< empty: nothing of it yet
  };
  Experiment move(std::vector<Step>& from, std::vector<Step>& to, Experiment now);

  std::vector<Step> past_, future_;
  std::string key_;
};

}  // namespace rankscope::ui
