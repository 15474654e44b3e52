// Drives one System by its Document: steps, records, edits, replays. Knows no clock: the caller says when to stop.
#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lab/document.h"
#include "lab/system.h"

namespace rankscope {

class Run {
 public:
  /// `document.settings` need not be complete. Errors: an unknown key or view, a value out of range, an input that does not fit
  /// or whose hash differs, an edit that is not Live, a run that needs more than `memory` bytes (said before any is taken).
  static Result<Run> open(const Entry& entry, Document document, Inputs inputs,
                          double memory = std::numeric_limits<double>::infinity());
  /// The same run as it stood when `state` was saved: it goes on with the same bits. Error: the part that is missing or does not fit.
  static Result<Run> resume(const Entry& entry, Document document, Inputs inputs, const State& state,
                            double memory = std::numeric_limits<double>::infinity());
  /// Everything the run depends on besides its document and inputs, the system's own parts by their names.
  State save() const;

  const Entry& entry() const { return *entry_; }
  const Document& document() const { return document_; }
  const Inputs& inputs() const { return inputs_; }
  const std::vector<ViewInfo>& views() const { return views_; }
  /// Index of a view by key, -1 when there is none.
  int view(std::string_view key) const;
  std::span<const std::uint32_t> recorded() const { return recorded_; }

  std::int64_t step() const { return step_; }
  double time() const { return system_->time(); }
  Status status() const { return status_; }
  std::string trouble() const;
  /// The system's, or which edit of an entry could not be made.
  std::string remark() const { return unmoved_.empty() ? system_->remark() : unmoved_; }
  bool finished() const { return step_ >= document_.steps || ended_by_ != Rule::Steps || status_ != Status::Running; }
  /// Which rule of Document::until ended it; Steps: none of them did.
  enum class Rule { Steps, Time, Loss, Seconds };
  Rule ended_by() const { return ended_by_; }

  using More = std::function<bool()>;                     ///< asked after each step; false: pause here
  using Recorded = std::function<void(const Frame&)>;
  /// Steps until `until` (at most the stop rule's), divergence, or `more` says no. Recorded Frames come in order, the one of
  /// step 0 first. A Frame and `more` find a step before its edits are made, who looks after that finds it edited.
  void advance(std::int64_t until, const More& more, const Recorded& recorded);

  /// Ends the run here, because a caller with a clock says that Document::until.seconds are over; records this moment.
  void out_of_time(const Recorded& recorded);

  /// Changes a Live parameter now and notes the edit; later edits of the document are dropped. Error: not Live, out of range.
  Result<void> edit(std::string_view key, const Value& value);

  /// Moves an entry of a view to a value (System::nudge) and notes it as an edit; later edits of the document are dropped. Error: the weights are as they were.
  Result<void> nudge(std::string_view view, std::int64_t entry, double value);
  /// Whether an edit of this very step has been made.
  bool edited_here() const;

  /// Back, or on, to the moment of `state`, which this very run saved: its document is the same up to there. Much cheaper than resume():
  /// the problem is not made again.
  void rewind(const State& state);
  /// Takes over edits, stop rule and page of a document that is otherwise this run's. The state stays: it is for the caller to rewind() to a moment that both
  /// have. Error: as of open(), and nothing has changed.
  Result<void> revise(Document document);

  /// Views measured now, whether recorded or not. Matrices included.
  Frame measure(std::span<const std::uint32_t> views) const;

  /// Hash of the whole state: equal bits, equal runs.
  std::uint64_t bits() const;
  std::span<double> weights() { return system_->weights(); }
  System& system() { return *system_; }

 private:
  Run() = default;
  void record(const Recorded& recorded);
  void archive(Archive& archive);
  void set(const Edit& edit);
  void apply_edits();
  Result<void> make(Edit edit);
  void restore(const State& system);

  const Entry* entry_ = nullptr;
  Document document_;
  Inputs inputs_;
  std::vector<ViewInfo> views_;
  std::vector<std::uint32_t> recorded_;
  std::unique_ptr<System> system_;
  std::int64_t step_ = 0, recorded_step_ = -1;
  std::size_t next_edit_ = 0;
  std::set<std::string> changed_;  ///< parameters that an edit has set
  std::optional<State> held_;      ///< of the system, before the last edit was made by hand; until the next step
  std::string unmoved_;
  Status status_ = Status::Running;
  Rule ended_by_ = Rule::Steps;
};

/// "steps", "time", "loss", "seconds", as in documents.
inline const char* word(Run::Rule rule) {
  constexpr const char* kWords[] = {"steps", "time", "loss", "seconds"};
  return kWords[static_cast<int>(rule)];
}

}  // namespace rankscope
