// What the core answers and tells, taken into the model.
#include <algorithm>
#include <cstring>
#include <utility>

#include "ui/model.h"

namespace rankscope::ui {
namespace {

constexpr double kRateEvery = 0.5;  // seconds between measurements of the pace
constexpr double kSeenOn = 0.25;    // seconds for which a run that was built anew is seen as it was

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

/// Whether what is known of a run of the one can be seen as it was while one of the other is on its way.
bool same_views(const Show& a, const Show& b) {
  return std::equal(a.views.begin(), a.views.end(), b.views.begin(), b.views.end(), [](const ViewInfo& x, const ViewInfo& y) { return x.key == y.key && x.kind == y.kind; });
}

Phase phase_of(const std::string& status) {
  return status == "running"    ? Phase::Running
         : status == "finished" ? Phase::Finished
         : status == "diverged" ? Phase::Diverged
                                : Phase::Paused;
}

}  // namespace

void Model::opened(const Reply& reply, Slot& slot) {
  if (!reply.needs.empty()) {
    slot.missing = {reply.needs.begin(), reply.needs.end()};
    for (const std::string& name : reply.needs) host_.fetch(name);
    return;
  }
  const int lane = slot.lane;
  if (lane == 0)
    for (std::size_t i = slots_.size(); i-- > 1;) close(i);
  const std::string before = slot.text;
  slot.forget();
  slot.now = {};
  slot.stop_waiting();
  slot.phase = Phase::Paused;
  slot.opening.clear();
  take_document(reply, slot);
  if (lane == 0 && std::exchange(noted_open_, false) && slot.text == before) undone_.drop_last();  // the same, in another core
  for (const std::string& text : reply.notes) host_.say(text);
  if (lane == 0) {
    adopting_.reset(), changed_ = false;
    next_.reset(), unanswered_.clear();
    const std::string owner = slot.document.study.empty() ? slot.document.system : slot.document.study;
    if (owner != shown_of_ || shown_.empty()) shown_ = slot.show.shown.empty() ? default_views(slot.show) : slot.show.shown;
    if (owner != shown_of_) {
      Look usual;
      usual.speed = look.speed, usual.map = look.map, usual.by_time = slot.show.by_time;
      look = std::move(usual);
    }
    shown_of_ = owner;
    if (const PresetRow* row = preset(); row && row->beside && slot.document.page.empty()) comparing_again_ = true;
  }
  const bool first = lane == 0, play = slot.play_when_open;
  const std::int64_t to = std::exchange(slot.going_to, -1);
  watch(slot);
  if (to > 0) slot.goal = to, send(Command("seek", slot.lane).number("step", static_cast<double>(to)));
  if (first) {
    send_halt();
    if (lens.open && !lens.file) look_through(false, {});
    if (!slot.document.page.empty() && take_look(slot)) return;  // `slot` may have moved
    if (std::exchange(comparing_again_, false)) return compare(true, play);
  }
  if (waiting_) return together();
  if (play && to <= 0 && (lane != 0 || look.predict.empty())) send(Command("play", lane));  // what is to be predicted waits for the reader
}

/// What the first run's document says of how it is to be shown; true when it also said where it stands, or beside what.
bool Model::take_look(const Slot& slot) {
  Look wanted = decode_look(slot.document.page);
  std::vector<std::string> known;
  for (const std::string& key : wanted.views)
    if (slot.show.view(key) >= 0) known.push_back(key);
  if (!known.empty()) shown_ = std::move(known);
  const bool play = slot.play_when_open;
  const std::vector<Beside> others = std::move(wanted.beside);
  const std::int64_t step = std::clamp<std::int64_t>(wanted.step, -1, slot.document.steps);
  wanted.views.clear(), wanted.beside.clear(), wanted.step = -1;
  if (slot.document.page.find("\"over\"") == std::string::npos) wanted.by_time = slot.show.by_time;
  look = std::move(wanted);
  watch(slot);
  for (const Beside& b : others) {
    Slot& other = beside(b.name, b.color);
    other.going_to = step;
    ask(other, b.document, false);
  }
  if (step > 0) seek(step);
  else if (!others.empty()) begin_together(play && look.predict.empty());
  return step > 0 || !others.empty();
}

void Model::revised(const Reply& reply, Slot& slot) {
  slot.stop_waiting();
  slot.phase = Phase::Paused;
  const std::int64_t to = std::exchange(slot.going_to, -1);
  if (reply.from >= 0) slot.forget_after(reply.from);
  else if (to >= 0 && reply.show && same_views(slot.show, *reply.show)) slot.begin_anew(to);
  else slot.forget(), slot.now = {};
  take_document(reply, slot);
  if (slot.lane == 0) {
    const std::string owner = slot.document.study.empty() ? slot.document.system : slot.document.study;
    shown_of_ = owner;
    std::erase_if(shown_, [&](const std::string& key) { return slot.show.view(key) < 0; });
    if (shown_.empty()) shown_ = slot.show.shown.empty() ? default_views(slot.show) : slot.show.shown;
    if (lens.open && !lens.file) look_through(false, {});
  }
  watch(slot);
}

void Model::take_document(const Reply& reply, Slot& slot) {
  if (reply.show) slot.show = *reply.show, labels_.clear();
  if (!reply.document) return;
  slot.document = *reply.document, slot.text = reply.document_text, labels_.clear();
  slot.began = slot.document.settings;
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
    if (main().phase == Phase::Empty && !catalog_.presets.empty()) open("{\"study\":\"" + catalog_.presets.front().key + "\"}", true);
    return;
  }
  if (r.command == "lens" || r.command == "cp_rank") {
    if (r.error && r.command == "cp_rank") lens.no_search = r.error->text(), lens.searching = false;
    if (r.error && r.command == "lens") lens.trouble = r.error->text(), lens.info = {};
    if (r.error || r.lens.matricizations.empty()) return;
    lens.info = r.lens, lens.trouble.clear();
    if (lens.searching) search_cp(true);
    return;
  }
  if (r.command == "share") {
    if (r.error || !r.shared) return;
    const Document& d = main().document;
    if (r.id == "sheet") shared = *r.shared;
    else if (r.id == "file") host_.save_file((d.study.empty() ? d.system : d.study) + ".rankscope.json", r.shared->text + "\n");
    else if (main().phase != Phase::Loading) host_.address(r.shared->link, r.id == "leaf");  // else it is of what something newer replaces
    return;
  }
  Slot* slot = at_lane(r.slot);
  if (r.error) return refused(r, slot);
  if (r.command == "put") {
    if (r.chosen && r.file) {
      file = r.file, file_arrived = true;
      std::erase_if(files, [&](const FileInfo& f) { return f.name == file->name; });
      files.push_back(*file);
    }
    for (Slot& s : slots_)
      if (s.missing.erase(r.name) && s.missing.empty()) ask(s, std::string(s.opening), s.play_when_open);
    return;
  }
  if (r.command == "export") return host_.save_file(r.name, r.text);
  if (!slot) return;
  if (r.command == "open") return opened(r, *slot);
  if (r.command == "revise") return revised(r, *slot);
  if (r.command == "set" || r.command == "nudge" || r.command == "seed" || r.command == "reset") {
    before_.clear(), branched_ = false;
    if (slot->lane == 0 && (r.command == "set" || r.command == "nudge")) changed_ = true;
    const bool seen_on = r.restarted && r.step && r.show && same_views(slot->show, *r.show);
    if (seen_on) slot->begin_anew(*r.step);
    else if (r.restarted) slot->forget(), slot->goal = r.step.value_or(-1), slot->missed = -1, slot->anew = r.step.has_value();
    take_document(r, *slot);
    if (!r.restarted) slot->arrive();
    if (!r.restarted && !slot->document.edits.empty() && r.command != "reset") slot->forget_after(slot->document.edits.back().step);  // what followed is void
    if (r.restarted && !seen_on) look_at(*slot);
    if (r.restarted && slot->lane == 0 && lens.open && !lens.file) look_through(false, {});  // of another shape, perhaps
    if (r.command == "set") answered();
  }
}

/// A change was taken: the settings are the run's, but for what was told since.
void Model::answered() {
  if (!unanswered_.empty()) undone_.done(std::move(unanswered_.front())), unanswered_.pop_front();
  if (unanswered_.empty()) return follow();
  Value& stands = main().document.settings[sent_->key];
  before_[sent_->key] = stands;
  stands = sent_->value;
}

void Model::refused(const Reply& r, Slot* slot) {
  if (r.command == "open" && r.slot == 0 && adopting_ && drop(adopting_->settings, r.error->where)) return ask(main(), encode(*adopting_), true);
  problem = r.error;
  if (!slot) return;
  const auto at = static_cast<std::size_t>(slot - slots_.data());
  if (r.command == "open" || (r.command == "put" && slot->phase == Phase::Loading)) {
    slot->phase = slot->show.views.empty() ? Phase::Empty : Phase::Paused;
    if (at > 0) close(at), together();  // what could not be opened does not stand beside
  }
  if (r.command == "revise") slot->going_to = -1;
  if (r.command == "fork" && slots_.size() > 1) close(slots_.size() - 1);
  if (r.command == "set" || r.command == "nudge") {
    branched_ = false;
    if (r.command == "set" && !unanswered_.empty()) unanswered_.pop_front();
    if (!unanswered_.empty()) return;  // what was told since may be taken
    for (const auto& [key, value] : before_) slot->document.settings[key] = value;
    before_.clear();
    undone_.drop_last();
    follow();
  }
}

/// The run stands where it was to go, or where it will stay.
void Model::came(Slot& slot) {
  slot.goal = -1, slot.anew = false;
  slot.arrive();
  if (slot.lane == 0) follow();
}

bool Model::arriving() const {
  return std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.arriving.has_value(); });
}

void Model::pass(double now) {
  for (Slot& s : slots_) {
    if (!s.arriving) continue;
    if (s.arriving_since < 0 || now < s.arriving_since) s.arriving_since = now;
    if (now - s.arriving_since > kSeenOn) s.arrive(), dirty = true;
  }
}

void Model::message(std::span<const std::byte> bytes, double now) {
  if (bytes.size() < 5) return;
  const auto kind = static_cast<int>(bytes[0]);
  std::uint32_t index = 0;
  std::memcpy(&index, bytes.data() + 1, sizeof index);
  Slot* const found = at_lane(static_cast<int>(index));
  if (!found) return;
  Slot& slot = *found;
  Known& known = slot.arriving ? *slot.arriving : slot;
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
    known.phase = phase_of(notice->status);
    known.halted = notice->halted;
    if (known.phase != Phase::Running) slot.back = false;
    known.trouble = notice->trouble, known.trouble_step = notice->step.value_or(0), known.remark = notice->remark;
    known.events.insert(known.events.end(), notice->events.begin(), notice->events.end());
    const bool lost = known.phase == Phase::Diverged, over = known.phase == Phase::Finished && notice->step.value_or(slot.goal) < slot.goal;
    if (slot.goal >= 0 && (lost || over)) {  // there it will not come
      slot.missed = slot.goal;
      came(slot);
    }
    if (index == 0 && !slot.arriving) stood_ = notice->step.value_or(slot.step()), stood_still(stood_);
    meet();
    return;
  }
  auto frame = decode(body);
  if (!frame) return;
  if (kind == 5) {
    lens.spectra = std::move(*frame);
    return;
  }
  if (kind == 1 || kind == 2) known.at = frame->step;
  if (kind == 1) {
    known.history.add(*frame, slot.show.views);
    std::erase_if(known.events, [&](const Event& e) { return e.step > frame->step; });  // of a past that is void
    known.recorded = std::move(*frame);
    return;
  }
  if (kind == 7) {
    known.recorded = std::move(*frame);
    return;
  }
  if (kind != 2) return;
  for (const Series& s : frame->values)
    if (s.shape.size() == 2 && s.part == Part::Measured)
      if (const Series* before = known.now.find(s.view);
          before && before->shape == s.shape && known.now.step != frame->step &&
          std::memcmp(before->data.data(), s.data.data(), s.data.size() * sizeof(double)) != 0)
        known.moves.insert(s.view);
  Frame unrecorded{frame->step, frame->time, {}};
  for (const Series& s : frame->values)
    if (s.shape.size() < 2 && !known.history.track(s.view)) unrecorded.values.push_back(s);
  if (!unrecorded.values.empty()) known.glimpses.add(unrecorded, slot.show.views);
  known.now = std::move(*frame);
  ++slot.version;
  if (known.now.step == slot.goal) came(slot);
  if (index != 0) return;
  if (slot.now.step < rate_step_) rate_step_ = slot.now.step, rate_time_ = now;
  if (now - rate_time_ >= kRateEvery) {
    slot.rate = static_cast<double>(slot.now.step - rate_step_) / (now - rate_time_);
    rate_step_ = slot.now.step, rate_time_ = now;
  }
}

}  // namespace rankscope::ui
