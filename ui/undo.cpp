#include "ui/undo.h"

#include <utility>

namespace rankscope::ui {
namespace {

constexpr std::size_t kMostSteps = 200;

}  // namespace

void Undo::note(std::string what, std::string key, Experiment before) {
  future_.clear();
  const bool same = !key.empty() && key == key_ && !past_.empty();
  key_ = std::move(key);
  if (same) {
    past_.back().what = std::move(what);  // where it stands now is what is taken back; where it began stays
    return;
  }
  past_.push_back({std::move(what), std::move(before)});
  if (past_.size() > kMostSteps) past_.erase(past_.begin());
}

const std::string& Undo::undo_text() const {
  static const std::string none;
  return past_.empty() ? none : past_.back().what;
}

const std::string& Undo::redo_text() const {
  static const std::string none;
  return future_.empty() ? none : future_.back().what;
}

Experiment Undo::move(std::vector<Step>& from, std::vector<Step>& to, Experiment now) {
  key_.clear();
  if (from.empty()) return now;
  Step step = std::move(from.back());
  from.pop_back();
  to.push_back({step.what, std::move(now)});
  return std::move(step.experiment);
}

Experiment Undo::undo(Experiment now) { return move(past_, future_, std::move(now)); }
Experiment Undo::redo(Experiment now) { return move(future_, past_, std::move(now)); }

void Undo::done(std::string what) {
  if (!past_.empty()) past_.back().done = std::move(what);
}

void Undo::drop_last() {
  if (!past_.empty() && !past_.back().done.empty()) {
    past_.back().what = past_.back().done;
    return;
  }
  if (!past_.empty()) past_.pop_back();
  key_.clear();
}

}  // namespace rankscope::ui
