#include "ui/model.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rankscope::ui {

const Series* Slot::find(std::uint32_t view, Part part) const {
  const Series* s = now.find(view, part);
  return s ? s : recorded.find(view, part);
}

void Slot::forget() {
  arriving.reset();
  history.clear(), glimpses.clear(), moves.clear(), events.clear();
  recorded = {};
  trouble.clear(), remark.clear();
}

void Slot::forget_after(std::int64_t step) {
  history.forget_after(step), glimpses.forget_after(step);
  std::erase_if(events, [&](const Event& e) { return e.step > step; });
}

void Slot::begin_anew(std::int64_t step) {
  if (!arriving) arriving_since = -1;
  arriving.emplace();
  arriving->phase = Phase::Paused, arriving->moves = moves;
  goal = step, missed = -1, anew = true;
}

void Slot::arrive() {
  if (!arriving) return;
  if (arriving->now.values.empty()) arriving->now = std::move(now);  // until there is a moment of it
  static_cast<Known&>(*this) = std::move(*arriving);
  arriving.reset();
  ++version;
}

void Model::start() { send(Command("list")); }

std::string Model::title() const {
  if (const PresetRow* row = preset()) return row->title;
  for (const auto& [key, ref] : main().document.inputs) return ref.name;
  return main().show.title;
}

Slot* Model::at_lane(int lane) {
  const auto it = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.lane == lane; });
  return it == slots_.end() ? nullptr : &*it;
}

void Model::open(std::string document, bool play) {
  noted_open_ = !main().text.empty();
  note("Open another study");
  ask(main(), std::move(document), play);
}

/// `document` may be a link.
void Model::ask(Slot& slot, std::string document, bool play) {
  slot.arrive();
  slot.phase = Phase::Loading, slot.play_when_open = play, slot.missing.clear();
  slot.opening = std::move(document);
  problem.reset();
  dirty = true;
  send(Command("open", slot.lane).text("document", slot.opening).json("lenient", "true"));
}

void Model::use_file(const std::string& input) {
  if (!file) return;
  Document d;
  d.system = main().document.system, d.settings = main().document.settings, d.seed = main().document.seed;
  d.steps = main().document.steps, d.every = main().document.every;
  d.inputs[input] = {file->name, ""};  // the others belonged to the data before
  shown_of_ = d.system;                // the same views go on being shown, as far as the file has them
  adopting_ = d;
  open(encode(d), true);
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
  send(command.number("tolerance", std::pow(10.0, -lens.tolerance)).number("starts", lens.starts).json("relative", lens.relative ? "true" : "false"));
}

void Model::close_lens() {
  lens.open = false;
  send(Command("lens", 0));
}

void Model::show_view(const std::string& key, bool on) {
  note((on ? "Show " : "Hide ") + key);
  std::erase(shown_, key);
  if (on) shown_.push_back(key);
  dirty = true;
  for (const Slot& slot : slots_) look_at(slot);
}

void Model::look_at(const Slot& slot) {
  std::vector<std::string> keys;
  for (const std::string& key : shown_)
    if (slot.show.view(key) >= 0) keys.push_back(key);
  send(Command("look", slot.lane).texts("views", keys));
}

void Model::watch(const Slot& slot) { look_at(slot), send_speed(slot); }

std::int64_t Model::rests_at() const {
  const Slot& s = main();
  if (s.goal >= 0) return s.goal;
  if (s.phase == Phase::Diverged) return s.missed;
  return s.phase == Phase::Paused || s.phase == Phase::Finished ? std::max(s.at, s.missed) : -1;
}

void Model::set(const std::string& key, const Value& value, bool held) {
  next_.reset();  // what waited is of the same hand
  if (main().document.settings[key] == value) return;
  if (held && waits()) next_ = Change{key, value};
  else tell({key, value});
}

/// The value under the hand, once the run of the one before has come.
void Model::follow() {
  if (next_ && !waits()) tell(*std::exchange(next_, std::nullopt));
}

void Model::tell(const Change& change) {
  const auto& [key, value] = change;
  const Value held = main().document.settings[key];
  const Param* p = find(main().show.params, key);
  const bool live = p && p->when == When::Live && main().phase != Phase::Diverged;
  unanswered_.push_back((p ? p->label : key) + " " + to_text(held) + " to " + to_text(value));
  note(unanswered_.back(), key);
  if (live) branch();
  main().document.settings[key] = value;
  before_.try_emplace(key, held);
  problem.reset();
  dirty = true;
  Command command("set", 0);
  command.text("key", key).value("value", value);
  if (const std::int64_t step = rests_at(); !live && step >= 0) command.number("step", static_cast<double>(step));
  sent_ = change;
  send(command);
}

void Model::share(bool moment) {
  shared.reset();
  send(Command("share", 0).text("id", "sheet").json("page", encode(look_now(moment))).json("arrays", "true"));
}

void Model::save() { send(Command("share", 0).text("id", "file").json("page", encode(look_now(true))).json("arrays", "true")); }

void Model::tell_address() {
  const bool busy = std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.phase == Phase::Running || s.phase == Phase::Loading || s.goal >= 0; });
  if (busy && !told_.empty() && told_of_ == shown_of_) return;
  if (main().text.empty() || main().phase == Phase::Loading) return;
  const std::string page = encode(look_now(!busy && main().phase == Phase::Paused)), now = main().text + page;
  if (now == told_) return;
  const bool leaf = told_of_ != shown_of_;
  told_ = now, told_of_ = shown_of_;
  send(Command("share", 0).text("id", leaf ? "leaf" : "same").json("page", page).json("arrays", "true"));
}

void Model::export_as(std::string_view form) { send(Command("export", 0).text("form", form)); }

}  // namespace rankscope::ui
