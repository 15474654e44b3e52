#include "ui/model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <utility>

namespace rankscope::ui {
namespace {

constexpr double kPace = 10;        // seconds that a whole run takes at speed x1
constexpr double kRateEvery = 0.5;  // seconds between measurements of the pace

/// The first views of each kind, for a run that does not say which ones matter.
std::vector<std::string> default_views(const Show& show) {
  std::vector<std::string> out;
  const auto take = [&](Kind kind, std::size_t count) {
    for (const ViewInfo& v : show.views)
      if (v.kind == kind && count > 0) out.push_back(v.key), --count;
  };
  take(Kind::Image, 3), take(Kind::Landscape, 1), take(Kind::Tensor, 1), take(Kind::Spectrum, 1), take(Kind::Components, 1), take(Kind::Tree, 1), take(Kind::Scalar, 4);
  if (out.empty()) take(Kind::Matrix, 3);
  return out;
}

/// Takes out the setting of that key, or, when it names an input, the choice that asked for this input.
bool drop(Settings& settings, std::string where) {
  constexpr std::string_view kPath = "settings.";
  if (where.substr(0, kPath.size()) == kPath) where.erase(0, kPath.size());
  return settings.erase(where) > 0 ||
         std::erase_if(settings, [&](const auto& s) { return s.second == Value(where); }) > 0;
}

Phase phase_of(const std::string& status) {
  return status == "running"    ? Phase::Running
         : status == "finished" ? Phase::Finished
         : status == "diverged" ? Phase::Diverged
                                : Phase::Paused;
}

}  // namespace

const Series* Slot::find(std::uint32_t view, Part part) const {
  const Series* s = now.find(view, part);
  return s ? s : recorded.find(view, part);
}

void Slot::forget() {
  history.clear(), glimpses.clear(), moves.clear(), events.clear();
  recorded = {};
  trouble.clear(), remark.clear();
}

void Model::start() { send(Command("list")); }

std::string Model::title() const {
  if (const PresetRow* row = preset()) return row->title;
  for (const auto& [key, ref] : main().document.inputs) return ref.name;
  return main().show.title;
}

bool Model::running() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.phase == Phase::Running; });
}

void Model::open(int slot, std::string document, bool play) {
  if (static_cast<int>(slots_.size()) <= slot) slots_.resize(static_cast<std::size_t>(slot) + 1);
  Slot& s = slots_[static_cast<std::size_t>(slot)];
  s.phase = Phase::Loading, s.play_when_open = play, s.missing.clear();
  s.opening = std::move(document);
  problem.reset();
  dirty = true;
  send(Command("open", slot).json("document", std::string(s.opening)));
}

void Model::reopen(std::string document, bool play, std::vector<std::string> shown, int speed, bool compare) {
  reopened_ = std::move(shown), comparing_again_ = compare;
  speed_ = std::clamp(speed, 0, static_cast<int>(std::size(kSpeeds)) - 1);
  open(0, std::move(document), play);
}

void Model::opened(const Reply& reply, Slot& slot) {
  if (!reply.needs.empty()) {
    slot.missing = {reply.needs.begin(), reply.needs.end()};
    for (const std::string& name : reply.needs) host_.fetch(name);
    return;
  }
  slot.forget();
  slot.now = {};
  slot.phase = Phase::Paused;
  if (reply.slot == 0) adopting_.reset(), changed_ = false;
  slot.opening.clear();
  take_document(reply, slot);
  const int index = reply.slot;
  if (index == 0) {
    const std::string owner = slot.document.study.empty() ? slot.document.system : slot.document.study;
    if (owner != shown_of_ || shown_.empty())
      shown_ = slot.show.shown.empty() ? default_views(slot.show) : slot.show.shown;
    shown_of_ = owner;
    if (const PresetRow* row = preset(); row && row->beside && reopened_.empty()) comparing_again_ = true;
    if (!reopened_.empty()) shown_ = std::exchange(reopened_, {});
    if (slots_.size() > 1) compare(false);
  }
  look(index), send_speed(index);
  if (index == 0 && lens.open && !lens.file) look_through(false, {});
  if (slots_[static_cast<std::size_t>(index)].play_when_open) send(Command("play", index));
  if (index == 0 && std::exchange(comparing_again_, false)) compare(true, slots_.front().play_when_open);
}

void Model::take_document(const Reply& reply, Slot& slot) {
  if (reply.show) slot.show = *reply.show;
  if (!reply.document) return;
  slot.document = *reply.document;
  slot.remark = reply.remark;
  for (const Edit& e : slot.document.edits)  // what was changed on the way is what a slider stands at; later ones are yet to come
    if (reply.command == "set" || e.step == 0) slot.document.settings[e.key] = e.value;
  for (auto& [key, value] :
       slot.document.settings)  // JSON knows one kind of number, a parameter's type is its declaration's
    if (const Param* p = find(slot.show.params, key))
      if (auto typed = check(*p, value)) value = *typed;
}

void Model::reply(const Reply& r) {
  dirty = true;
  if (r.catalog) {
    catalog_ = *r.catalog;
    if (main().phase == Phase::Empty && !catalog_.presets.empty())
      open(0, "{\"study\":\"" + catalog_.presets.front().key + "\"}", true);
    return;
  }
  const bool known = r.slot >= 0 && r.slot < static_cast<int>(slots_.size());
  if (r.command == "lens" || r.command == "cp_rank") {
    if (r.error && r.command == "cp_rank") lens.no_search = r.error->text(), lens.searching = false;
    if (r.error && r.command == "lens") lens.trouble = r.error->text(), lens.info = {};
    if (r.error || r.lens.matricizations.empty()) return;
    lens.info = r.lens, lens.trouble.clear();
    if (lens.searching) search_cp(true);
    return;
  }
  if (r.error) {
    if (r.command == "open" && r.slot == 0 && adopting_ && drop(adopting_->settings, r.error->where))
      return open(0, encode(*adopting_), true);
    problem = r.error;
    if (!known) return;
    Slot& slot = slots_[static_cast<std::size_t>(r.slot)];
    if (r.command == "open" || (r.command == "put" && slot.phase == Phase::Loading))
      slot.phase = slot.show.views.empty() ? Phase::Empty : Phase::Paused;
    if (r.command == "set") {
      for (const auto& [key, value] : undo_) slot.document.settings[key] = value;
      undo_.clear();
    }
    return;
  }
  if (r.command == "put") {
    if (r.chosen && r.file) {
      file = r.file, file_arrived = true;
      std::erase_if(files, [&](const FileInfo& f) { return f.name == file->name; });
      files.push_back(*file);
    }
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (slots_[i].missing.erase(r.name) && slots_[i].missing.empty())
        open(static_cast<int>(i), std::string(slots_[i].opening), slots_[i].play_when_open);
    return;
  }
  if (r.command == "export") return host_.save_file(r.name, r.text);
  if (!known) return;
  Slot& slot = slots_[static_cast<std::size_t>(r.slot)];
  if (r.command == "open") return opened(r, slot);
  if (r.command == "set" || r.command == "seed" || r.command == "reset") {
    undo_.clear();
    if (r.command == "set" && r.slot == 0) changed_ = true;
    if (r.restarted) slot.forget();
    take_document(r, slot);
    if (r.restarted) look(r.slot);
    if (r.restarted && r.slot == 0 && lens.open && !lens.file) look_through(false, {});  // of another shape, perhaps
  }
}

void Model::message(std::span<const std::byte> bytes, double now) {
  if (bytes.size() < 5) return;
  const auto kind = static_cast<int>(bytes[0]);
  std::uint32_t index = 0;
  std::memcpy(&index, bytes.data() + 1, sizeof index);
  if (index >= slots_.size()) return;
  Slot& slot = slots_[index];
  const auto body = bytes.subspan(5);
  dirty = true;
  if (kind == 6) {
    const auto word = decode_reply({reinterpret_cast<const char*>(body.data()), body.size()});
    if (word && word->cp) lens.cp = *word->cp;
    return;
  }
  if (kind == 3) {
    const auto notice = decode_reply({reinterpret_cast<const char*>(body.data()), body.size()});
    if (!notice) return;
    slot.phase = phase_of(notice->status);
    slot.trouble = notice->trouble, slot.trouble_step = notice->step.value_or(0), slot.remark = notice->remark;
    slot.events.insert(slot.events.end(), notice->events.begin(), notice->events.end());
    return;
  }
  auto frame = decode(body);
  if (!frame) return;
  if (kind == 5) {
    lens.spectra = std::move(*frame);
    return;
  }
  if (kind == 1) {
    slot.history.add(*frame, slot.show.views);
    std::erase_if(slot.events, [&](const Event& e) { return e.step > frame->step; });  // of a past that is void
    slot.recorded = std::move(*frame);
    return;
  }
  if (kind != 2) return;
  for (const Series& s : frame->values)
    if (s.shape.size() == 2 && s.part == Part::Measured)
      if (const Series* before = slot.now.find(s.view);
          before && before->shape == s.shape && slot.now.step != frame->step &&
          std::memcmp(before->data.data(), s.data.data(), s.data.size() * sizeof(double)) != 0)
        slot.moves.insert(s.view);
  Frame unrecorded{frame->step, frame->time, {}};
  for (const Series& s : frame->values)
    if (s.shape.size() < 2 && !slot.history.track(s.view)) unrecorded.values.push_back(s);
  if (!unrecorded.values.empty()) slot.glimpses.add(unrecorded, slot.show.views);
  slot.now = std::move(*frame);
  ++slot.version;
  if (index != 0) return;
  if (slot.now.step < rate_step_) rate_step_ = slot.now.step, rate_time_ = now;
  if (now - rate_time_ >= kRateEvery) {
    slot.rate = static_cast<double>(slot.now.step - rate_step_) / (now - rate_time_);
    rate_step_ = slot.now.step, rate_time_ = now;
  }
}

void Model::look(int index) {
  std::vector<std::string> keys;
  for (const std::string& key : shown_)
    if (slots_[static_cast<std::size_t>(index)].show.view(key) >= 0) keys.push_back(key);
  send(Command("look", index).texts("views", keys));
}

void Model::show_view(const std::string& key, bool on) {
  std::erase(shown_, key);
  if (on) shown_.push_back(key);
  dirty = true;
  for (std::size_t i = 0; i < slots_.size(); ++i) look(static_cast<int>(i));
}

void Model::play(bool on) {
  if (on && main().phase == Phase::Finished) return reset();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (!on || slots_[i].phase == Phase::Paused) send(Command(on ? "play" : "pause", static_cast<int>(i)));
  dirty = true;
}

void Model::step(std::int64_t n) {
  if (running()) play(false);
  send(Command("step", -1).number("n", static_cast<double>(n)));
}

void Model::seek(std::int64_t step) { send(Command("seek", -1).number("step", static_cast<double>(step))); }

void Model::reset() {
  const bool play_on = main().phase == Phase::Running || main().phase == Phase::Finished;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].forget();
    send(Command("reset", static_cast<int>(i)));
  }
  if (play_on) send(Command("play", -1));
  dirty = true;
}

void Model::reseed(std::uint64_t seed) {
  const bool play_on = main().phase == Phase::Running || main().phase == Phase::Finished;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].forget();
    slots_[i].document.seed = seed;
    send(Command("seed", static_cast<int>(i)).number("value", static_cast<double>(seed)));
  }
  if (play_on) send(Command("play", -1));
  dirty = true;
}

void Model::send_speed(int index) {
  const double steps = static_cast<double>(slots_[static_cast<std::size_t>(index)].document.steps);
  send(Command("speed", index)
           .number("steps_per_second", kSpeeds[speed_].factor * std::max(1.0, std::round(steps / kPace))));
}

void Model::set_speed(int index) {
  speed_ = index;
  dirty = true;
  for (std::size_t i = 0; i < slots_.size(); ++i) send_speed(static_cast<int>(i));
}

void Model::set(const std::string& key, const Value& value) {
  Value& held = main().document.settings[key];
  if (held == value) return;
  undo_.try_emplace(key, held);
  held = value;
  problem.reset();
  dirty = true;
  send(Command("set", 0).text("key", key).value("value", value));
}

void Model::compare(bool on, bool play) {
  dirty = true;
  for (int i = static_cast<int>(slots_.size()) - 1; i > 0; --i) send(Command("close", i));
  slots_.resize(1);
  const PresetRow* row = preset();
  if (!on || !row) return;
  const std::string mine = main().document.variant.empty() ? row->runs.front() : main().document.variant;
  main().name = mine;
  for (const std::string& run : row->runs) {
    if (run == mine) continue;
    Document other;
    other.study = row->key, other.variant = run, other.seed = main().document.seed, other.steps = main().document.steps;
    other.every = main().document.every;
    const int index = static_cast<int>(slots_.size());
    slots_.emplace_back().name = run;
    open(index, encode(other), play);
  }
}

void Model::use_file(const std::string& input) {
  if (!file) return;
  Document d;
  d.system = main().document.system, d.settings = main().document.settings, d.seed = main().document.seed;
  d.steps = main().document.steps, d.every = main().document.every;
  d.inputs[input] = {file->name, ""};  // the others belonged to the data before
  shown_of_ = d.system;                // the same views go on being shown, as far as the file has them
  adopting_ = d;
  open(0, encode(d), true);
}

void Model::look_through(bool of_file, std::string source) {
  const Show& show = main().show;
  const auto fits = [&](const std::string& key) {
    const int v = show.view(key);
    if (v < 0) return false;
    const Kind kind = show.views[static_cast<std::size_t>(v)].kind;
    return kind == Kind::Tensor || kind == Kind::Matrix || kind == Kind::Image;
  };
  if (source.empty()) source = lens.source;
  if (!of_file && !fits(source)) {
    source.clear();
    const auto moves = [&](const std::string& key) { return main().moves.count(static_cast<std::uint32_t>(show.view(key))) > 0; };
    const auto whole = [&](const std::string& key) {
      const Series* s = main().find(static_cast<std::uint32_t>(show.view(key)));
      return s && std::all_of(s->data.begin(), s->data.end(), [](double x) { return std::isfinite(x); });
    };
    for (const std::string& key : shown_)  // what the run believes, before what it was given
      if (source.empty() && fits(key) && moves(key)) source = key;
    for (const std::string& key : shown_)
      if (source.empty() && fits(key) && whole(key)) source = key;
    for (const ViewInfo& v : show.views)
      if (source.empty() && fits(v.key)) source = v.key;
  }
  dirty = true;
  if (!std::exchange(lens.open, true)) lens.searching = true;
  lens.file = of_file, lens.info = {}, lens.spectra = {}, lens.cp = {}, lens.no_search.clear();
  lens.trouble = source.empty() ? "This run has no matrix and no tensor to look at. Drop a file, or choose one." : "";
  lens.source = std::move(source);
  if (!lens.source.empty()) send(Command("lens", 0).text(of_file ? "file" : "view", lens.source));
}

void Model::search_cp(bool on) {
  dirty = true;
  lens.searching = on;
  Command command("cp_rank", 0);
  if (!on) return send(command.json("stop", "true"));
  lens.cp = {}, lens.no_search.clear();
  send(command.number("tolerance", std::pow(10.0, -lens.tolerance)).json("relative", lens.relative ? "true" : "false"));
}

void Model::close_lens() {
  lens.open = false;
  send(Command("lens", 0));
}

void Model::export_as(std::string_view form) { send(Command("export", 0).text("form", form)); }

}  // namespace rankscope::ui
