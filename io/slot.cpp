#include "io/slot.h"

#include <algorithm>
#include <tuple>

#include "io/document.h"
#include "io/memory.h"

namespace rankscope {
namespace {

/// Another task may have no such view; what this run has and the next one has not is no longer recorded.
void keep_known_views(const Run& run, Document& document) {
  const auto views = run.entry().views(document.settings, run.inputs());
  std::erase_if(document.record, [&](const std::string& key) {
    const auto is = [&](const ViewInfo& v) { return v.key == key; };
    return run.view(key) >= 0 && std::none_of(views.begin(), views.end(), is);
  });
}

}  // namespace

Result<Run> open_run(const Entry& entry, Document document, Inputs inputs) {
  if (document.study.empty() && document.record.empty()) {
    auto settings = complete(entry.params, document.settings);
    if (!settings) return settings.error();
    document.record = record_default(entry.views(*settings, inputs));
  }
  return Run::open(entry, std::move(document), std::move(inputs), available_memory());
}

Result<Slot> Slot::open(const Entry& entry, Document document, Inputs inputs) {
  auto run = open_run(entry, std::move(document), std::move(inputs));
  if (!run) return run.error();
  Slot slot(std::move(*run));
  slot.begin();
  return slot;
}

Result<Slot> Slot::resume(const Entry& entry, Checkpoint checkpoint, Inputs inputs) {
  auto run = rankscope::resume(entry, checkpoint.document, inputs, checkpoint);
  if (!run) return run.error();
  Slot slot(std::move(*run));
  for (const Frame& f : checkpoint.frames) slot.record(f);
  slot.past_.mark(slot.run_);
  slot.goal_ = slot.known_to_ = slot.run_.step();
  if (slot.run_.ended_by() == Run::Rule::Seconds) slot.ended_at_ = slot.run_.step();
  slot.seconds_ = checkpoint.seconds;
  slot.touched_ = checkpoint.touched;
  slot.news_.status = true;
  return slot;
}

Result<Slot> Slot::fork() {
  arrive();
  auto run = Run::resume(run_.entry(), run_.document(), run_.inputs(), run_.save(), available_memory());
  if (!run) return run.error();
  Slot out(std::move(*run));
  out.past_ = past_;
  out.standing_ = standing_;
  out.told_ = told_;
  out.recordings_ = recordings_;
  out.known_to_ = known_to_;
  out.ended_at_ = ended_at_;
  out.goal_ = run_.step();
  out.touched_ = touched_;
  out.rate_ = rate_, out.near_ = near_;
  out.seconds_ = seconds_;
  out.news_.status = true;
  return out;
}

Result<std::vector<std::byte>> Slot::save(const Tables& tables) const {
  const auto& frames = past_.frames();
  const auto later = std::upper_bound(frames.begin(), frames.end(), run_.step(), [](std::int64_t step, const Frame& f) { return step < f.step; });
  return write_checkpoint(run_, std::span(frames.data(), static_cast<std::size_t>(later - frames.begin())), seconds_, touched_, tables);
}

void Slot::begin() {
  past_ = Past(run_, budget_);
  seconds_ = 0;
  news_ = {};
  news_.status = true;
  told_ = -1;
  known_to_ = 0;
  ended_at_ = hidden_to_ = replay_to_ = -1;
  goal_ = 0;
  astray_ = false;
  halts_.begin(run_, nullptr);
  past_.mark(run_);
  run_.advance(
      0, [] { return true; }, [&](const Frame& f) { record(f); });
}

Slot::News Slot::news() {
  News out = std::move(news_);
  news_ = {};
  if (between()) return out;
  const std::int64_t stands_at = past_.recorded_at(run_.step());
  if (stands_at == told_ || stands_at < 0) return out;
  if (const Frame* known = standing_.step == stands_at ? &standing_ : past_.recorded(stands_at)) out.standing = *known, told_ = stands_at;
  return out;
}

const char* Slot::status() const {
  if (going()) return "running";
  if (run_.status() == Status::Diverged) return "diverged";
  return run_.finished() ? "finished" : "paused";
}

Document Slot::now() const {
  Document d = run_.document();
  if (!touched_) return d;  // edits that came with the document are part of it
  for (const Edit& e : d.edits)
    if (e.entry < 0 && e.step <= run_.step()) d.settings[e.key] = e.value;
  d.edits.clear();
  return d;
}

Result<void> Slot::rebuild(Document document) {
  auto run = Run::open(run_.entry(), std::move(document), run_.inputs(), available_memory());
  if (!run) return run.error();
  const bool on = playing_ && !back_;
  run_ = std::move(*run);
  touched_ = false;
  pause();
  begin();
  if (on) play();
  return {};
}

void Slot::forget_after(std::int64_t step) {
  past_.forget_after(step, run_);
  std::erase_if(news_.frames, [&](const Frame& f) { return f.step > step; });
  std::erase_if(news_.events, [&](const Event& e) { return e.step > step; });
  if (told_ > step) told_ = -1;
  if (ended_at_ > step) ended_at_ = -1;
  if (known_to_ > step) seconds_ *= static_cast<double>(step) / static_cast<double>(known_to_);  // its steps took alike
  known_to_ = std::min(known_to_, step);
}

Result<bool> Slot::set(const std::string& key, const Value& value) {
  arrive();
  const Param* p = find(run_.entry().params, key);
  if (!p) {
    std::vector<std::string> known;
    for (const Param& q : run_.entry().params) known.push_back(q.key);
    const std::string near = nearest(key, known);
    return Error{key, "is not a parameter of " + run_.entry().key, near.empty() ? "" : "did you mean '" + near + "'?"};
  }
  auto checked =
      std::holds_alternative<std::string>(value) ? parse(*p, std::get<std::string>(value)) : check(*p, value);
  if (!checked) return checked.error();
  if (p->when == When::Live && run_.status() == Status::Running) {
    past_.mark(run_);
    if (auto done = run_.edit(key, *checked); !done) return done.error();
    touched_ = true;
    forget_after(run_.step());
    return false;
  }
  Document document = now();
  document.settings[key] = *checked;
  for (auto it = document.edits.begin(); it != document.edits.end();)
    it = it->key == key ? document.edits.erase(it) : it + 1;
  keep_known_views(run_, document);
  if (auto done = rebuild(std::move(document)); !done) return done.error();
  return true;
}

Result<void> Slot::nudge(const std::string& view, std::int64_t entry, double value) {
  arrive();
  if (run_.status() != Status::Running) return Error{view, "cannot be moved: the run has diverged", "go back to an earlier step first"};
  past_.mark(run_);
  if (auto done = run_.nudge(view, entry, value); !done) return done;
  touched_ = true;
  forget_after(run_.step());
  return {};
}

Result<void> Slot::restart(std::optional<std::uint64_t> seed) {
  Document document = now();
  if (seed) document.seed = *seed;
  return rebuild(std::move(document));
}

/// Up to which step a run of this document is the run there is: its Frames and states stand until there. -1: it is another run.
std::int64_t Slot::common_with(const Document& other, const Inputs& inputs) const {
  const Document& own = run_.document();
  if (std::tie(own.study, own.variant, own.system, own.settings, own.seed, own.every, own.record) !=
      std::tie(other.study, other.variant, other.system, other.settings, other.seed, other.every, other.record))
    return -1;
  if (inputs.size() != run_.inputs().size()) return -1;
  for (const auto& [key, data] : inputs) {
    const auto it = run_.inputs().find(key);
    if (it == run_.inputs().end() || (it->second != data && hash(it->second) != hash(data))) return -1;
  }
  std::int64_t common = known_to_;
  const auto& a = own.edits;
  const auto& b = other.edits;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const bool same = i < a.size() && i < b.size() && a[i].step == b[i].step && a[i].key == b[i].key && a[i].value == b[i].value && a[i].entry == b[i].entry;
    if (same) continue;
    if (i < a.size()) common = std::min(common, a[i].step);
    if (i < b.size()) common = std::min(common, b[i].step);
    break;
  }
  // A run records where it ends, and what it records is part of its state: where ends differ, two runs part a step before.
  if (own.steps != other.steps) common = std::min({common, own.steps - 1, other.steps - 1});
  const Until &rule = own.until, &next = other.until;
  if (rule == next) return common;
  common = std::min(common, known_to_ - 1);
  if (next.time > 0 && next.time != rule.time) {
    std::int64_t before = 0;
    for (const Frame& f : past_.frames())
      if (f.time < next.time * (1 - 1e-9)) before = f.step;
    common = std::min(common, before);
  }
  if (next.loss > rule.loss) common = std::min<std::int64_t>(common, 0);  // it may be below that anywhere
  return common;
}

Result<std::int64_t> Slot::revise(const Entry& entry, Document document, Inputs inputs, std::int64_t step) {
  const bool edits_too = document.edits.size() != run_.document().edits.size() ||
                         !std::equal(document.edits.begin(), document.edits.end(), run_.document().edits.begin(), [](const Edit& a, const Edit& b) {
                           return a.step == b.step && a.key == b.key && a.value == b.value && a.entry == b.entry;
                         });
  if (document.study.empty() && document.record.empty()) document.record = record_default(entry.views(document.settings, inputs));
  const std::int64_t common = common_with(document, inputs);
  if (common < 0) {
    auto run = open_run(entry, std::move(document), std::move(inputs));
    if (!run) return run.error();
    pause();
    run_ = std::move(*run);
    touched_ = false;
    begin();
  } else {
    if (auto done = run_.revise(std::move(document)); !done) return done.error();
    forget_after(common);
    touched_ |= edits_too;
    pause();
  }
  aim(step);
  if (common >= 0) go_back();
  return common;
}

}  // namespace rankscope
