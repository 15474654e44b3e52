#include "io/session.h"

#include <algorithm>

#include "io/declaration.h"
#include "io/lens_trees.h"
#include "io/session_impl.h"

namespace rankscope {
namespace {

constexpr double kLensTurn = 0.003;  // seconds of the lens between two turns of the runs

}  // namespace

Result<void> Session::Impl::list(const Json&, JsonWriter& out) {
  write_list(out, tables);
  return {};
}

Result<void> Session::Impl::show(const Json& c, JsonWriter& out) {
  auto key = text_field(c, "key");
  if (!key) return key.error();
  auto declaration = declaration_of(tables, *key);
  if (!declaration) return declaration.error();
  for (const auto& [input, ref] : declaration->document.inputs)
    if (auto data = files.find(ref.name); data && *data) declaration->inputs[input] = *data;
  write_show(out, *declaration);
  return {};
}

Result<void> Session::Impl::look(const Json& c, JsonWriter&) {
  const Json* keys = c.find("views");
  if (!keys || !keys->array()) return Error{"views", "must be a list of keys", "[] for none"};
  return each(c, [&](Lane& l) -> Result<void> {
    std::vector<std::string> wanted;
    for (const Json& key : *keys->array()) wanted.push_back(key.text() ? *key.text() : std::string());
    for (const std::string& key : wanted)
      if (auto at = view(l, key); !at) return at.error();
    lanes.look(l, std::move(wanted));
    return {};
  });
}

Result<std::uint32_t> Session::Impl::view(const Lane& l, const std::string& key) {
  const int at = l.slot.run().view(key);
  if (at >= 0) return static_cast<std::uint32_t>(at);
  std::vector<std::string> known;
  for (const ViewInfo& v : l.slot.run().views()) known.push_back(v.key);
  const std::string near = nearest(key, known);
  return Error{key, "is not a view of this run",
               near.empty() ? "see `show " + l.slot.run().entry().key + "`" : "did you mean '" + near + "'?"};
}

Result<void> Session::Impl::one_view(const Json& c, JsonWriter& out) {
  auto l = lane(c);
  if (!l) return l.error();
  auto key = text_field(c, "key");
  if (!key) return key.error();
  auto at = view(**l, *key);
  if (!at) return at.error();
  const std::uint32_t wanted[] = {*at};
  const Frame frame = (*l)->slot.run().measure(wanted);
  const Series* s = frame.find(*at);
  if (!s) return Error{*key, "cannot be measured now", ""};
  out.member("key", *key).member("step", frame.step).key("shape").begin_array();
  for (const std::int64_t d : s->shape) out.value(d);
  out.end_array().key("data").begin_array();
  for (const double x : s->data) out.value(x);
  out.end_array();
  return {};
}

Result<void> Session::Impl::bits(const Json& c, JsonWriter& out) {
  auto l = lane(c);
  if (!l) return l.error();
  const std::uint64_t b = (*l)->slot.run().bits();
  std::string hex(16, '0');
  for (int i = 0; i < 16; ++i) hex[static_cast<std::size_t>(i)] = "0123456789abcdef"[b >> (60 - 4 * i) & 15];
  out.member("bits", hex).member("step", (*l)->slot.run().step());
  return {};
}

Result<void> Session::Impl::stats(const Json& c, JsonWriter& out) {
  auto l = lane(c);
  if (!l) return l.error();
  const Run& run = (*l)->slot.run();
  out.member("step", (*l)->slot.shown()).member("flops_per_step", run.entry().cost(run.document().settings, run.inputs()));
  out.member("stepsPerSecond", (*l)->steps.value()).member("steppingShare", lanes.stepping_share());
  return {};
}

Error Session::Impl::no_lens() { return {"lens", "this core has no rank lens", "rankscope_core has it"}; }

Result<Lens::Sight> Session::Impl::sight_of_run(int at, const std::string& key) {
  const auto it = lanes.all().find(at);
  if (it == lanes.all().end()) return Error{"slot", std::to_string(at) + " holds no run", "open a document there first"};
  auto index = view(it->second, key);
  if (!index) return index.error();
  const std::uint32_t wanted[] = {*index};
  const Frame frame = it->second.slot.run().measure(wanted);
  const Series* s = frame.find(*index);
  if (!s) return Error{key, "cannot be measured now", "look at another view"};
  return Lens::Sight{frame.step, frame.time, {s->shape, s->data}};
}

/// In brackets, of a run whose tree can be chosen; else "".
std::string Session::Impl::tree_of_run(int at) {
  const auto it = lanes.all().find(at);
  if (it == lanes.all().end()) return "";
  const Run& run = it->second.slot.run();
  for (std::uint32_t v = 0; v < run.views().size(); ++v) {
    if (run.views()[v].edits.empty()) continue;
    const std::uint32_t wanted[] = {v};
    const Frame frame = run.measure(wanted);
    const Series *parents = frame.find(v, Part::Parents), *modes = frame.find(v, Part::Modes);
    if (parents && modes) return tree_text(parents->data, modes->data);
  }
  return "";
}

Result<Lens::Sight> Session::Impl::sight_of_file(const std::string& name) {
  auto data = files.find(name);
  if (!data) return data.error();
  if (!*data) return Error{name, "no file was put under this name", "put its bytes first"};
  const Dense* dense = std::get_if<Dense>(data->get());
  if (!dense) return Error{name, "is no single array", "name one of an archive's arrays: " + name + "?array=KEY"};
  Lens::Sight sight{0, 0, *dense};
  if (name.ends_with("?channel=rgb") && dense->shape.size() == 2)  // the three side by side, see io/image.h
    sight.array.shape = {dense->shape[0], 3, dense->shape[1] / 3};
  return sight;
}

Result<void> Session::Impl::look_through(const Json& c, JsonWriter& out) {
  if (!lens) return no_lens();
  auto at = slot_of(c);
  if (!at) return at.error();
  const bool run = c.find("view");
  if (!run && !c.find("file")) return lens->look_away(), Result<void>();
  auto name = text_field(c, run ? "view" : "file");
  if (!name) return name.error();
  lens_slot = *at;
  if (run) return lens->look(*name, [this, at = *at, key = *name] { return sight_of_run(at, key); }, tree_of_run(*at), out);
  return lens->look(*name, [this, key = *name] { return sight_of_file(key); }, "", out);
}

Result<void> Session::Impl::cp_rank(const Json& c, JsonWriter&) { return lens ? lens->search(c) : no_lens(); }

std::string Session::Impl::command(std::string_view text) {
  static constexpr Verb verbs[] = {
      {"list", &Impl::list},   {"show", &Impl::show},       {"open", &Impl::open},         {"close", &Impl::close},
      {"play", &Impl::play},   {"pause", &Impl::pause},     {"step", &Impl::step},         {"seek", &Impl::seek},
      {"to_event", &Impl::to_event}, {"halt", &Impl::halt}, {"fork", &Impl::fork},         {"revise", &Impl::revise},
      {"nudge", &Impl::nudge}, {"swap", &Impl::swap},       {"speed", &Impl::speed}, {"set", &Impl::set},         {"reset", &Impl::reset},       {"seed", &Impl::seed},
      {"look", &Impl::look},   {"view", &Impl::one_view},   {"document", &Impl::document}, {"bits", &Impl::bits},
      {"stats", &Impl::stats}, {"export", &Impl::exported},  {"save", &Impl::save},
      {"share", &Impl::shared},
      {"lens", &Impl::look_through}, {"cp_rank", &Impl::cp_rank},
  };
  auto json = parse_json(text);
  if (!json) return refusal({}, json.error());
  auto verb = text_field(*json, "do");
  if (!verb) return refusal(*json, {"do", "must name the command", "{\"do\": \"list\"}"});
  for (const Verb& v : verbs)
    if (*verb == v.name) {
      JsonWriter out;
      write_head(out, *json);
      const auto done = (this->*v.answer)(*json, out);
      if (lens) lens->stir();
      return done ? out.end_object().text() : refusal(*json, done.error());
    }
  std::vector<std::string> known;
  for (const Verb& v : verbs) known.push_back(v.name);
  const std::string near = nearest(*verb, known);
  return refusal(*json, {"do", "'" + *verb + "' is not a command", near.empty() ? "" : "did you mean '" + near + "'?"});
}

Session::Session(Tables tables, std::unique_ptr<Lens> (*lens)()) : impl_(std::make_unique<Impl>(tables, lens)) {}
Session::~Session() = default;

std::string Session::command(std::string_view json) { return impl_->command(json); }

std::string Session::put(std::string_view name, std::span<const std::byte> bytes) {
  Json command;
  command.value = Json::Object{{"do", {"put", 0}}};
  Notes notes;
  auto data = impl_->files.put(name, bytes, &notes);
  if (!data) return refusal(command, data.error());
  JsonWriter out;
  write_head(out, command);
  out.member("name", name);
  write_description(out, *data);
  out.key("notes").begin_array();
  for (const std::string& note : notes) out.value(note);
  return out.end_array().end_object().text();
}

bool Session::advance(const std::function<bool()>& more, double seconds) {
  Impl& i = *impl_;
  const bool before = i.going;
  i.going = i.lanes.advance(more, seconds);
  if (i.lens && (before || i.going)) i.lens->stir();
  i.lens_works = i.lens && i.lens->advance(kLensTurn, i.going);
  return i.going || i.lens_works;
}

double Session::wait() const { return impl_->lens_works ? 0 : impl_->lanes.wait(); }

std::optional<std::vector<std::byte>> Session::take() {
  if (auto message = impl_->lanes.take()) return message;
  auto news = impl_->lens ? impl_->lens->take() : std::nullopt;
  if (!news) return std::nullopt;
  return message(news->spectra ? Message::Spectra : Message::CpRank, impl_->lens_slot, news->body.data(), news->body.size());
}

}  // namespace rankscope
