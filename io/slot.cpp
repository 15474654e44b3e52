#include "io/slot.h"

#include <algorithm>
#include <limits>

#include "io/document.h"
#include "io/memory.h"

namespace rankscope {
namespace {

constexpr std::size_t kMostFrameBytes = std::size_t{1} << 26;

std::size_t bytes_of(const Frame& frame) {
  std::size_t bytes = sizeof frame;
  for (const Series& s : frame.values)
    bytes += sizeof s + s.shape.size() * sizeof(std::int64_t) + s.data.size() * sizeof(double);
  return bytes;
}

/// A record holds no matrices: a thousand of them would fill the memory.
Frame without_matrices(const Frame& frame) {
  Frame out{frame.step, frame.time, {}};
  for (const Series& s : frame.values)
    if (s.shape.size() < 2) out.values.push_back(s);
  return out;
}

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
  slot.goal_ = slot.run_.step();
  slot.seconds_ = checkpoint.seconds;
  slot.touched_ = checkpoint.touched;
  slot.news_.status = true;
  return slot;
}

Result<std::vector<std::byte>> Slot::save(const Tables& tables) const {
  return write_checkpoint(run_, frames_, seconds_, touched_, tables);
}

void Slot::begin() {
  frames_.clear();
  seconds_ = 0;
  frame_bytes_ = 0;
  events_.clear();
  news_ = {};
  news_.status = true;
  recorded_to_ = -1;
  goal_ = 0;
  events_found_ = Events(run_.views(), run_.recorded());
  run_.advance(
      0, [] { return true; }, [&](const Frame& f) { record(f); });
}

void Slot::record(const Frame& frame) {
  if (frame.step <= recorded_to_) return;
  recorded_to_ = frame.step;
  ++recordings_;
  frames_.push_back(without_matrices(frame));
  frame_bytes_ += bytes_of(frames_.back());
  if (frame_bytes_ > kMostFrameBytes) thin();
  news_.frames.push_back(frame);
  for (Event& e : events_found_.observe(frame)) {
    events_.push_back(e);
    news_.events.push_back(std::move(e));
  }
}

void Slot::thin() {
  std::size_t kept = 0;
  frame_bytes_ = 0;
  for (std::size_t i = 0; i < frames_.size(); i += 2, ++kept) {
    if (i != kept) frames_[kept] = std::move(frames_[i]);
    frame_bytes_ += bytes_of(frames_[kept]);
  }
  frames_.resize(kept);
}

Slot::News Slot::news() {
  News out = std::move(news_);
  news_ = {};
  return out;
}

const char* Slot::status() const {
  if (run_.status() == Status::Diverged) return "diverged";
  if (run_.finished()) return "finished";
  return going() ? "running" : "paused";
}

void Slot::play() {
  playing_ = true;
  goal_ = run_.document().steps;
  news_.status = true;
}

void Slot::pause() {
  playing_ = false;
  goal_ = run_.step();
  news_.status = true;
}

void Slot::step(std::int64_t n) {
  pause();
  goal_ += std::clamp<std::int64_t>(n, 0, run_.document().steps - run_.step());
}

void Slot::seek(std::int64_t step) {
  step = std::clamp<std::int64_t>(step, 0, run_.document().steps);
  pause();
  if (step < run_.step() || run_.status() != Status::Running) {
    auto again = Run::open(run_.entry(), run_.document(), run_.inputs());
    assert(again);  // the same document opened before
    run_ = std::move(*again);
    run_.advance(
        0, [] { return true; }, [&](const Frame& f) { record(f); });
  }
  goal_ = step;
}

Document Slot::now() const {
  Document d = run_.document();
  if (!touched_) return d;  // edits that came with the document are part of it
  for (const Edit& e : d.edits)
    if (e.step <= run_.step()) d.settings[e.key] = e.value;
  d.edits.clear();
  return d;
}

Result<void> Slot::rebuild(Document document) {
  auto run = Run::open(run_.entry(), std::move(document), run_.inputs(), available_memory());
  if (!run) return run.error();
  run_ = std::move(*run);
  touched_ = false;
  begin();
  if (playing_) play();
  return {};
}

void Slot::forget_after(std::int64_t step) {
  if (recorded_to_ <= step) return;
  for (; !frames_.empty() && frames_.back().step > step; frames_.pop_back()) frame_bytes_ -= bytes_of(frames_.back());
  recorded_to_ = step;
  events_found_ = Events(run_.views(), run_.recorded());
  events_.clear();
  for (const Frame& f : frames_)
    for (Event& e : events_found_.observe(f)) events_.push_back(std::move(e));
}

Result<bool> Slot::set(const std::string& key, const Value& value) {
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

Result<void> Slot::restart(std::optional<std::uint64_t> seed) {
  Document document = now();
  if (seed) document.seed = *seed;
  return rebuild(std::move(document));
}

void Slot::spend(double seconds) {
  seconds_ += seconds;
  const double limit = run_.document().until.seconds;
  if (!(limit > 0) || seconds_ < limit || run_.finished()) return;
  run_.out_of_time([&](const Frame& f) { record(f); });
  news_.status = true;
}

void Slot::earn(double seconds) {
  if (limited() && going()) credit_ = std::min(credit_ + rate_ * seconds, std::max(1.0, 0.25 * rate_));
}

double Slot::wait() const { return limited() && credit_ < 1 ? (1 - credit_) / rate_ : 0; }

std::int64_t Slot::advance(std::int64_t most, const More& more) {
  const std::int64_t from = run_.step();
  if (!going()) return 0;
  if (limited()) most = std::min(most, static_cast<std::int64_t>(credit_));
  run_.advance(from + std::min(most, goal_ - from), more, [&](const Frame& f) { record(f); });
  const std::int64_t made = run_.step() - from;
  if (limited()) credit_ -= static_cast<double>(made);
  if (!going()) news_.status = true;
  return made;
}

}  // namespace rankscope
