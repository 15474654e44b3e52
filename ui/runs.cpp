// The runs beside the first one: pinned, branched off, opened as a ladder; and the experiment as a whole, to be handed on and taken back.
#include <algorithm>
#include <set>
#include <utility>

#include "ui/format.h"
#include "ui/model.h"

namespace rankscope::ui {
namespace {

/// The variant that a document names, or the study's first.
std::string variant_of(const Slot& slot, const PresetRow* row) {
  return !slot.document.variant.empty() || !row || row->runs.empty() ? slot.document.variant : row->runs.front();
}

}  // namespace

int Model::free_lane() const {
  for (int lane = 1;; ++lane)
    if (std::none_of(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.lane == lane; })) return lane;
}

int Model::free_color() const {
  for (int color = 1;; ++color)
    if (std::none_of(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.color == color; })) return color;
}

/// May move the others in memory.
Slot& Model::beside(std::string name, int color) {
  const int lane = free_lane();
  if (color <= 0 || std::any_of(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.color == color; })) color = free_color();
  labels_.clear();
  Slot& slot = slots_.emplace_back();
  slot.lane = lane, slot.color = color, slot.name = std::move(name);
  return slot;
}

void Model::close(std::size_t at) {
  send(Command("close", slots_[at].lane));
  slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(at));
  labels_.clear();
  dirty = true;
}

/// The first run as it is, with its past, goes on in a lane of its own too.
void Model::fork() {
  main().arrive();
  Slot copy = main();
  copy.lane = free_lane(), copy.color = free_color(), copy.goal = -1, copy.seeking = copy.back = false;
  const int lane = copy.lane;
  slots_.push_back(std::move(copy));
  labels_.clear();
  send(Command("fork", 0).number("to", lane));
  watch(slots_.back());
  if (main().phase == Phase::Running) send(Command("play", lane));
  dirty = true;
}

void Model::pin() {
  if (!can_pin()) return;
  note("Pin");
  fork();
}

/// A change of a past moment: what was there goes on beside.
void Model::branch() {
  if (branched_ || !scrubbed() || !can_pin()) return;
  fork();
  branched_ = true;
  main().name.clear(), labels_.clear();
}

void Model::remove(std::size_t at) {
  if (at == 0 || at >= slots_.size()) return;
  note("Remove " + label_of(slots_[at]));
  close(at);
}

void Model::remove_all() {
  if (slots_.size() < 2) return;
  note("Remove the runs beside");
  for (std::size_t i = slots_.size(); i-- > 1;) close(i);
  if (look.arrange == Arrange::Band) look.arrange = Arrange::Overlay;
}

void Model::rename(std::size_t at, std::string name) {
  if (at >= slots_.size() || slots_[at].name == name) return;
  note("Rename " + label_of(slots_[at]), "name");
  slots_[at].name = std::move(name), labels_.clear();
  dirty = true;
}

void Model::promote(std::size_t at) {
  if (at == 0 || at >= slots_.size()) return;
  note("Work on " + label_of(slots_[at]));
  send(Command("swap", 0).number("with", slots_[at].lane));
  std::swap(slots_[0], slots_[at]);
  std::swap(slots_[0].lane, slots_[at].lane);
  labels_.clear();
  if (look.arrange != Arrange::Band) std::swap(slots_[0].color, slots_[at].color);  // the accent is the first run's
  std::erase_if(shown_, [&](const std::string& key) { return main().show.view(key) < 0; });
  for (const Slot& s : slots_) watch(s);
  send_halt();
  dirty = true;
}

/// All from step 0, once each of them is open.
void Model::begin_together(bool play) {
  waiting_ = true, play_together_ = play;
  together();
}

void Model::together() {
  if (!waiting_ || std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.phase == Phase::Loading; })) return;
  waiting_ = false;
  seek(0);
  if (play_together_) play(true);
}

void Model::ladder(const std::string& key, const std::vector<Value>& values) {
  const Param* p = find(main().show.params, key);
  if (!p) return;
  note("A ladder of " + p->label);
  for (std::size_t i = slots_.size(); i-- > 1;) close(i);
  if (look.arrange == Arrange::Band) look.arrange = Arrange::Overlay;
  main().name.clear(), labels_.clear();
  Document d = main().document;
  d.page.clear(), d.record.clear();  // another depth has other views
  const Value own = d.settings[key];
  std::erase_if(d.edits, [&](const Edit& e) { return e.entry >= 0 || e.key == key; });
  for (const Value& value : values) {
    if (value == own || slots_.size() >= kMostRuns) continue;
    d.settings[key] = value;
    ask(beside({}, 0), encode(d), false);
  }
  begin_together(true);
}

void Model::seeds(int count) {
  note("A band of seeds");
  for (std::size_t i = slots_.size(); i-- > 1;) close(i);
  main().name.clear(), labels_.clear();
  Document d = main().document;
  d.page.clear();
  for (int i = 1; i < count && slots_.size() < kMostRuns; ++i) {
    ++d.seed;
    ask(beside({}, 0), encode(d), false);
  }
  look.arrange = Arrange::Band;
  begin_together(true);
}

void Model::compare(bool on, bool play) {
  if (!on) return remove_all();
  const PresetRow* row = preset();
  if (!row) return;
  if (main().phase != Phase::Paused || main().step() > 0) note("Compare");
  for (std::size_t i = slots_.size(); i-- > 1;) close(i);
  const std::string mine = variant_of(main(), row);
  main().name = mine, labels_.clear();
  for (const std::string& run : row->runs) {
    if (run == mine || slots_.size() >= kMostRuns) continue;
    Document other;
    other.study = row->key, other.variant = run, other.seed = main().document.seed, other.steps = main().document.steps;
    other.every = main().document.every;
    ask(beside(run, 0), encode(other), false);
  }
  begin_together(play);
}

/// Every chart asks for labels in every frame, and what differs takes all runs to find.
const std::string& Model::label_of(const Slot& slot) const {
  if (labels_.size() != slots_.size()) label();
  return labels_[static_cast<std::size_t>(&slot - slots_.data())];
}

void Model::label() const {
  std::vector<std::string> differences;
  for (const Slot& slot : slots_) differences.push_back(slot.name.empty() ? difference_of(slot) : slot.name);
  labels_ = differences;
  for (std::size_t i = 1; i < slots_.size(); ++i) {  // twins are counted
    if (!slots_[i].name.empty()) continue;
    int before = 1;
    for (std::size_t k = 0; k < i; ++k) before += slots_[k].name.empty() && differences[k] == differences[i];
    if (before > 1) labels_[i] += " (" + std::to_string(before) + ")";
  }
}

std::string Model::difference_of(const Slot& slot) const {
  std::string out;
  const auto say = [&](const std::string& what) { (out += out.empty() ? "" : " · ") += what; };
  const auto differs = [&](auto value_of) {
    return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& other) { return !(value_of(other) == value_of(slot)); });
  };
  if (differs([](const Slot& s) { return s.document.system + "/" + s.document.study; })) say(slot.show.title);
  for (const Param& p : slot.show.params) {
    const auto held = [&](const Slot& s) {
      const auto it = s.began.find(p.key);
      return it == s.began.end() ? std::string() : to_text(it->second);
    };
    if (const std::string mine = held(slot); !mine.empty() && differs(held)) say(p.label + " " + mine);
  }
  if (differs([](const Slot& s) { return s.document.seed; })) say("seed " + std::to_string(slot.document.seed));
  const auto told = [](const Slot& s, const Edit& e) {
    std::string name = e.key;
    if (e.entry < 0) {
      if (const Param* p = find(s.show.params, e.key)) name = p->label;
    } else if (const int v = s.show.view(e.key); v >= 0) {
      name = s.show.views[static_cast<std::size_t>(v)].label;
    }
    return name + " " + to_text(e.value) + (e.step > 0 ? (e.entry < 0 ? " from step " : " at step ") + grouped(e.step) : "");
  };
  std::set<std::string> common;
  for (const Edit& e : slot.document.edits) common.insert(told(slot, e));
  for (const Slot& other : slots_) {
    std::set<std::string> theirs;
    for (const Edit& e : other.document.edits) theirs.insert(told(other, e));
    std::erase_if(common, [&](const std::string& text) { return !theirs.count(text); });
  }
  for (const Edit& e : slot.document.edits)
    if (const std::string text = told(slot, e); !common.count(text)) say(text);
  if (!out.empty() || slots_.size() == 1) return out;
  const bool alike = std::all_of(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.text == slot.text; });
  return alike ? "this run" : "as before";
}

// ---------------------------------------------------------------- the experiment as a whole

Look Model::look_now(bool moment) const {
  Look out = look;
  const std::vector<std::string>& usual = main().show.shown;
  if (shown_ != usual) out.views = shown_;
  if (main().show.by_time) out.by_time = look.by_time;
  for (std::size_t i = 1; i < slots_.size(); ++i) out.beside.push_back({slots_[i].name, slots_[i].color, slots_[i].text.empty() ? "{}" : slots_[i].text});
  if (moment && main().step() > 0) out.step = main().step();
  return out;
}

Experiment Model::experiment() const {
  Look now = look_now(false);
  now.views = shown_, now.step = main().goal >= 0 ? main().goal : main().step();
  return {main().text, main().name, std::move(now)};
}

void Model::note(std::string what, std::string key) {
  if (main().text.empty()) return;  // nothing is open yet
  undone_.note(std::move(what), std::move(key), experiment());
}

void Model::restore(const Experiment& to) {
  const auto revise = [&](Slot& slot, const std::string& text, std::int64_t step) {
    if (slot.text == text && slot.phase != Phase::Loading) {
      if (slot.step() != step || slot.phase == Phase::Running) slot.goal = step, send(Command("seek", slot.lane).number("step", static_cast<double>(step)));
      return watch(slot);
    }
    slot.text = text, slot.going_to = step;
    send(Command("revise", slot.lane).json("document", text).number("step", static_cast<double>(step)));
  };
  waiting_ = meet_ = false;
  next_.reset();
  while (slots_.size() > to.look.beside.size() + 1) {  // first those that are not in there
    std::size_t at = slots_.size() - 1;
    for (std::size_t i = 1; i < slots_.size(); ++i)
      if (std::none_of(to.look.beside.begin(), to.look.beside.end(), [&](const Beside& b) { return b.document == slots_[i].text && b.color == slots_[i].color; })) at = i;
    close(at);
  }
  shown_ = to.look.views;
  std::string layout = std::move(look.layout);  // where panels stand is not undone
  look = to.look;
  look.layout = std::move(layout);
  look.views.clear(), look.beside.clear(), look.step = -1;
  revise(main(), to.document, to.look.step);
  main().name = to.name;
  for (std::size_t i = 0; i < to.look.beside.size(); ++i) {
    const Beside& b = to.look.beside[i];
    if (i + 1 < slots_.size()) {
      revise(slots_[i + 1], b.document, to.look.step);
    } else {
      Slot& slot = beside(b.name, b.color);
      slot.going_to = to.look.step, slot.text = b.document;
      ask(slot, b.document, false);
    }
    slots_[i + 1].name = b.name, slots_[i + 1].color = b.color;
  }
  labels_.clear();
  problem.reset();
  dirty = true;
}

void Model::undo() {
  if (undone_.can_undo()) restore(undone_.undo(experiment()));
}

void Model::redo() {
  if (undone_.can_redo()) restore(undone_.redo(experiment()));
}

}  // namespace rankscope::ui
