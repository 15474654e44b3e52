#include "lab/run.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lab/number.h"

namespace rankscope {

namespace {

/// "1.3 GB", "420 MB".
std::string size_of(double bytes) {
  const bool giga = bytes >= 1e9;
  return shortest(giga ? std::round(bytes / 1e8) / 10 : std::round(bytes / 1e6)) + (giga ? " GB" : " MB");
}

/// Whether a run of these views can make the edits; gives their values the parameters' types.
Result<void> check_edits(const Entry& entry, std::span<const ViewInfo> views, std::vector<Edit>& edits) {
  std::int64_t last = 0;
  for (Edit& e : edits) {
    if (e.entry >= 0) {
      const auto v = std::find_if(views.begin(), views.end(), [&](const ViewInfo& view) { return view.key == e.key; });
      const double* value = std::get_if<double>(&e.value);
      if (v == views.end()) return Error{e.key, "is not a view of this run", "take the edit out"};
      if (!v->grasp) return Error{e.key, "cannot be taken hold of", "take the edit out"};
      if (!value || !std::isfinite(*value)) return Error{e.key, "an entry's value must be a finite number", "take the edit out"};
    } else {
      const Param* p = find(entry.params, e.key);
      if (!p) return Error{e.key, "is not a parameter", "take the edit out"};
      if (p->when != When::Live) return Error{e.key, "cannot change during a run", "give it in the settings instead of the edits"};
      auto value = check(*p, e.value);
      if (!value) return value.error();
      e.value = *value;
    }
    if (e.step < last) return Error{e.key, "edits must be in the order of their steps", "sort them"};
    last = e.step;
  }
  return {};
}

/// The stop rule and what is asked of every record.
Result<void> check_rules(const Document& document) {
  if (document.steps < 0) return Error{"steps", "is negative", "0 or more"};
  for (const auto& [key, value] : {std::pair{"until.time", document.until.time}, {"until.loss", document.until.loss}, {"until.seconds", document.until.seconds}})
    if (!(value >= 0) || value > std::numeric_limits<double>::max()) return Error{key, "is not a number above 0", "leave it out for no such rule"};
  if (document.every < 1) return Error{"every", "must be at least 1", "record a frame each so many steps"};
  return {};
}

constexpr const char* kNoLoss = "this system has no loss to watch";

}  // namespace

Result<Run> Run::open(const Entry& entry, Document document, Inputs inputs, double memory) {
  auto settings = complete(entry.params, document.settings);
  if (!settings) return settings.error();
  document.settings = *settings;
  document.system = entry.key;
  if (auto sound = check_rules(document); !sound) return sound.error();
  for (const auto& [key, data] : inputs) {
    const auto info = std::find_if(entry.inputs.begin(), entry.inputs.end(), [&key = key](const InputInfo& i) { return i.key == key; });
    if (info == entry.inputs.end()) {
      std::vector<std::string> keys;
      for (const InputInfo& i : entry.inputs) keys.push_back(i.key);
      const std::string near = nearest(key, keys);
      return Error{key, "is not an input of " + entry.key, near.empty() ? "see `show " + entry.key + "`" : "did you mean '" + near + "'?"};
    }
    if (std::holds_alternative<State>(*data) != info->state)
      return info->state ? Error{key, "needs arrays by their names", "a whole .npz: FILE.npz?array=*"}
                         : Error{key, "holds arrays by their names, one is needed", "name one: FILE.npz?array=NAME"};
    InputRef& ref = document.inputs[key];
    const std::string found = hash(data);
    if (!ref.hash.empty() && ref.hash != found)
      return Error{key, "'" + ref.name + "' is not the array the document was made with (its hash is " + found + ", not " + ref.hash + ")",
                   "give the original file, or take the hash out of the document to run on this one"};
    ref.hash = found;
  }
  for (const auto& [key, ref] : document.inputs)
    if (!inputs.count(key)) return Error{key, "the input '" + ref.name + "' was not given", "name the file with --input " + key + "=PATH"};

  if (const double need = entry.memory(document.settings, inputs); need > memory)
    return Error{"memory", "the run needs about " + size_of(need) + ", and " + size_of(memory) + " are free",
                 "lower its sizes, or run it where there is more"};
  auto system = entry.make(document.settings, inputs, document.seed);  // says what is wrong with settings and inputs
  if (!system) return system.error();

  Run run;
  run.entry_ = &entry;
  run.views_ = entry.views(document.settings, inputs);
  std::vector<std::string> keys;
  for (const ViewInfo& v : run.views_) keys.push_back(v.key);
  for (const std::string& key : document.record) {
    const auto it = std::find(keys.begin(), keys.end(), key);
    if (it == keys.end()) {
      const std::string near = nearest(key, keys);
      return Error{key, "is not a view of this run", near.empty() ? "see `show " + entry.key + "`" : "did you mean '" + near + "'?"};
    }
    run.recorded_.push_back(static_cast<std::uint32_t>(it - keys.begin()));
  }
  if (document.until.loss > 0 && run.view("loss") < 0) return Error{"until.loss", kNoLoss, "use until.time or steps"};
  if (auto sound = check_edits(entry, run.views_, document.edits); !sound) return sound.error();
  run.system_ = std::move(*system);
  if (document.until.time > 0) run.system_->until(document.until.time);
  run.document_ = std::move(document);
  run.inputs_ = std::move(inputs);
  return run;
}

int Run::view(std::string_view key) const {
  for (std::size_t i = 0; i < views_.size(); ++i)
    if (views_[i].key == key) return static_cast<int>(i);
  return -1;
}

std::string Run::trouble() const { return status_ == Status::Diverged ? system_->trouble() : std::string(); }

void Run::record(const Recorded& recorded) {
  if (recorded_step_ == step_) return;
  recorded_step_ = step_;
  Frame frame = measure(recorded_);
  system_->record(recorded_, frame);
  recorded(frame);
}

void Run::set(const Edit& edit) {
  [[maybe_unused]] const auto done = system_->set(edit.key, edit.value);
  assert(done);  // open() and edit() checked it
  changed_.insert(edit.key);
}

/// The document's edits that are due at this step.
void Run::apply_edits() {
  for (; next_edit_ < document_.edits.size() && document_.edits[next_edit_].step <= step_; ++next_edit_) {
    const Edit& e = document_.edits[next_edit_];
    if (e.entry < 0) set(e);
    else if (auto moved = system_->nudge(e.key, e.entry, std::get<double>(e.value)); !moved)
      unmoved_ = "The edit of " + e.key + "'s entry " + std::to_string(e.entry) + " at step " + std::to_string(e.step) + " was not made: it " + moved.error().what + ".";
  }
}

void Run::advance(std::int64_t until, const More& more, const Recorded& recorded) {
  until = std::min(until, document_.steps);
  if (step_ == 0) record(recorded);
  while (step_ < until && !finished()) {
    apply_edits();
    held_.reset();
    status_ = system_->step();
    if (status_ != Status::Running) return;  // what diverged is not shown: the last good frame stays
    ++step_;
    const Until& end = document_.until;
    constexpr double kRounding = 1e-12;  // a sum of step sizes that should be the time exactly
    if (end.time > 0 && system_->time() >= end.time * (1 - kRounding)) ended_by_ = Rule::Time;
    else if (end.loss > 0 && system_->loss() <= end.loss) ended_by_ = Rule::Loss;
    if (step_ % document_.every == 0 || finished()) record(recorded);
    else system_->follow();
    if (!more()) break;
  }
  apply_edits();
}

void Run::out_of_time(const Recorded& recorded) {
  if (finished()) return;
  ended_by_ = Rule::Seconds;
  record(recorded);
}

Result<void> Run::edit(std::string_view key, const Value& value) {
  const Param* p = find(entry_->params, key);
  if (!p) return Error{std::string(key), "is not a parameter", "see `show " + entry_->key + "`"};
  if (p->when != When::Live) return Error{p->key, "cannot change during a run", "restart with the new value"};
  auto checked = check(*p, value);
  if (!checked) return checked.error();
  return make({step_, p->key, *checked});
}

Result<void> Run::nudge(std::string_view key, std::int64_t entry, double value) {
  const int at = view(key);
  if (at < 0) return Error{std::string(key), "is not a view of this run", "see `show " + entry_->key + "`"};
  if (!views_[static_cast<std::size_t>(at)].grasp) return Error{std::string(key), "cannot be taken hold of", "see `show " + entry_->key + "` for the views that can"};
  if (entry < 0) return Error{std::string(key), "has no entry " + std::to_string(entry), "entries are counted from 0, row by row"};
  if (!std::isfinite(value)) return Error{std::string(key), "an entry's value must be a finite number", ""};
  return make({step_, std::string(key), value, entry});
}

/// Several moves of one thing while the run stands still are one edit, made on the state as it was before the first: so that the document replays it.
Result<void> Run::make(Edit edit) {
  auto& edits = document_.edits;
  const bool again = held_ && next_edit_ > 0 && edits[next_edit_ - 1].step == step_ && edits[next_edit_ - 1].key == edit.key && edits[next_edit_ - 1].entry == edit.entry;
  if (again) {
    restore(*held_);
  } else {
    Archive archive;
    system_->archive(archive);
    held_ = archive.state();
  }
  if (edit.entry < 0) {
    set(edit);
  } else if (auto moved = system_->nudge(edit.key, edit.entry, std::get<double>(edit.value)); !moved) {
    if (again) --next_edit_, apply_edits();
    else held_.reset();
    return moved.error();
  }
  edits.erase(edits.begin() + static_cast<std::ptrdiff_t>(next_edit_ - (again ? 1 : 0)), edits.end());
  edits.push_back(std::move(edit));
  next_edit_ = edits.size();
  return {};
}

bool Run::edited_here() const { return next_edit_ > 0 && document_.edits[next_edit_ - 1].step == step_; }

Frame Run::measure(std::span<const std::uint32_t> views) const {
  Frame frame;
  frame.step = step_;
  frame.time = system_->time();
  system_->measure(views, frame);
  return frame;
}

std::uint64_t Run::bits() const {
  Archive archive;
  system_->archive(archive);
  return archive.hash();
}

void Run::archive(Archive& a) {
  auto next = static_cast<std::int64_t>(next_edit_);
  auto status = static_cast<std::int32_t>(status_), ended = static_cast<std::int32_t>(ended_by_);
  a("run.step", step_), a("run.recorded_step", recorded_step_), a("run.next_edit", next), a("run.status", status), a("run.ended_by", ended);
  if (a.reading()) {
    if (step_ < 0 || step_ > document_.steps || recorded_step_ > step_) a.refuse("run.step", "is out of range");
    if (next < 0 || next > std::ssize(document_.edits)) a.refuse("run.next_edit", "is out of range"), next = 0;
    if (status < 0 || status > static_cast<std::int32_t>(Status::Diverged)) a.refuse("run.status", "is out of range"), status = 0;
    if (ended < 0 || ended > static_cast<std::int32_t>(Rule::Seconds)) a.refuse("run.ended_by", "is out of range"), ended = 0;
    next_edit_ = static_cast<std::size_t>(next);
    status_ = static_cast<Status>(status), ended_by_ = static_cast<Rule>(ended);
    for (std::size_t i = 0; i < next_edit_; ++i)  // before the state: it holds what came of them, and all of what came of the others
      if (document_.edits[i].entry < 0) set(document_.edits[i]);
  }
  system_->archive(a);
}

State Run::save() const {
  Archive archive;
  const_cast<Run*>(this)->archive(archive);  // writing changes nothing
  return archive.state();
}

void Run::restore(const State& state) {
  Archive archive(state);
  system_->archive(archive);
  assert(archive.whole());
}

void Run::rewind(const State& state) {
  for (const std::string& key : changed_) {
    [[maybe_unused]] const auto done = system_->set(key, document_.settings.at(key));
    assert(done);
  }
  changed_.clear();
  held_.reset();
  unmoved_.clear();
  Archive archive(state);
  this->archive(archive);
  assert(archive.whole());
}

Result<void> Run::revise(Document document) {
  if (auto sound = check_rules(document); !sound) return sound;
  if (document.until.loss > 0 && view("loss") < 0) return Error{"until.loss", kNoLoss, "use until.time or steps"};
  if (auto sound = check_edits(*entry_, views_, document.edits); !sound) return sound;
  document_.edits = std::move(document.edits);
  document_.steps = document.steps;
  document_.until = document.until;
  document_.page = std::move(document.page);
  system_->until(document_.until.time > 0 ? document_.until.time : std::numeric_limits<double>::infinity());
  return {};
}

Result<Run> Run::resume(const Entry& entry, Document document, Inputs inputs, const State& state, double memory) {
  auto run = open(entry, std::move(document), std::move(inputs), memory);
  if (!run) return run.error();
  Archive archive(state);
  run->archive(archive);
  if (auto fits = archive.whole(); !fits) return fits.error();
  return run;
}

}  // namespace rankscope
