#include "io/session.h"

#include <algorithm>
#include <cmath>

#include "io/command.h"
#include "io/declaration.h"
#include "io/document.h"
#include "io/export.h"
#include "io/files.h"
#include "io/lanes.h"
#include "io/lens.h"

namespace rankscope {
namespace {

constexpr int kMostSlots = 16;
constexpr double kMostSteps = 1e15;
constexpr double kLensTurn = 0.003;  // seconds of the lens between two turns of the runs

using Lane = Lanes::Lane;

}  // namespace

struct Session::Impl {
  Impl(Tables t, std::unique_ptr<Lens> (*l)()) : tables(t), lens(l ? l() : nullptr) {}

  using Answer = Result<void> (Impl::*)(const Json&, JsonWriter&);
  struct Verb {
    const char* name;
    Answer answer;
  };

  static Result<int> slot_of(const Json& c) {
    if (!c.find("slot")) return 0;
    auto x = number_field(c, "slot", -1, kMostSlots - 1);
    if (!x) return x.error();
    return static_cast<int>(*x);
  }

  Result<Lane*> lane(const Json& c) {
    auto at = slot_of(c);
    if (!at) return at.error();
    const auto it = lanes.all().find(*at);
    if (it == lanes.all().end())
      return Error{"slot", std::to_string(*at) + " holds no run", "open a document there first"};
    return &it->second;
  }

  /// f(lane) for the command's slot, or for all of them.
  template <class F>
  Result<void> each(const Json& c, F f) {
    auto at = slot_of(c);
    if (!at) return at.error();
    if (*at >= 0 && !lanes.all().count(*at))
      return Error{"slot", std::to_string(*at) + " holds no run", "open a document there first"};
    for (auto& [i, l] : lanes.all())
      if (*at < 0 || *at == i)
        if (Result<void> done = f(l); !done) return done;
    return {};
  }

  // ---------------------------------------------------------------- commands
  Result<void> list(const Json&, JsonWriter& out) {
    write_list(out, tables);
    return {};
  }

  Result<void> show(const Json& c, JsonWriter& out) {
    auto key = text_field(c, "key");
    if (!key) return key.error();
    auto declaration = declaration_of(tables, *key);
    if (!declaration) return declaration.error();
    for (const auto& [input, ref] : declaration->document.inputs)
      if (auto data = files.find(ref.name); data && *data) declaration->inputs[input] = *data;
    write_show(out, *declaration);
    return {};
  }

  Result<Document> document_field(const Json& c) {
    const Json* json = c.find("document");
    if (!json) return Error{"document", "is missing", "{\"study\": KEY} is the shortest"};
    return json->text() ? parse_document(*json->text(), tables) : parse_document(*json, tables);
  }

  static std::int64_t step_of(const Checkpoint& checkpoint) {
    std::int64_t step = 0;
    Archive archive(checkpoint.state);
    archive("run.step", step);
    return step;
  }

  /// Whether a run of `before`, at that step, may go on as `after`: it has only been edited further since.
  bool goes_on(Document before, Document after, std::int64_t step) const {
    for (std::size_t i = before.edits.size(); i < after.edits.size(); ++i)
      if (after.edits[i].step < step) return false;
    if (after.edits.size() < before.edits.size()) return false;
    after.edits.resize(before.edits.size());
    return write_document(before, tables, Detail::Full) == write_document(after, tables, Detail::Full);
  }

  /// The checkpoint that `from` names; nothing when there is no such field.
  Result<std::optional<Checkpoint>> saved(const Json& c) {
    if (!c.find("from")) return std::optional<Checkpoint>();
    auto name = text_field(c, "from");
    if (!name) return name.error();
    const Bytes bytes = files.bytes(*name);
    if (bytes.empty()) return Error{*name, "no file was put under this name", "put the bytes of a checkpoint first"};
    auto read = read_checkpoint(bytes, *name, tables);
    if (!read) return read.error();
    if (c.find("document")) {
      auto document = document_field(c);
      if (!document) return document.error();
      if (!goes_on(read->document, *document, step_of(*read)))
        return Error{*name, "is a checkpoint of another run", "open the document without it"};
      read->document = std::move(*document);
    }
    return std::optional<Checkpoint>(std::move(*read));
  }

  Result<void> save(const Json& c, JsonWriter& out) {
    auto at = slot_of(c);
    if (!at) return at.error();
    auto l = lane(c);
    if (!l) return l.error();
    auto bytes = (*l)->slot.save(tables);
    if (!bytes) return bytes.error();
    lanes.send_saved(*at, *bytes);
    out.member("step", (*l)->slot.run().step());
    return {};
  }

  Result<void> open(const Json& c, JsonWriter& out) {
    auto at = slot_of(c);
    if (!at) return at.error();
    if (*at < 0) return Error{"slot", "-1 is no single slot", "0 to " + std::to_string(kMostSlots - 1)};
    auto checkpoint = saved(c);
    if (!checkpoint) return checkpoint.error();
    auto document = *checkpoint ? Result<Document>((*checkpoint)->document) : document_field(c);
    if (!document) return document.error();
    Inputs inputs;
    std::vector<std::string> needs;
    for (const auto& [input, ref] : document->inputs) {
      auto data = files.find(ref.name);
      if (!data) return data.error();
      if (*data)
        inputs[input] = *data;
      else
        needs.push_back(ref.name);
    }
    if (!needs.empty()) {
      out.key("needs").begin_array();
      for (const std::string& name : needs) out.value(name);
      out.end_array();
      return {};
    }
    const Entry& entry = *tables.system(document->system);
    auto slot = *checkpoint ? Slot::resume(entry, std::move(**checkpoint), inputs) : Slot::open(entry, *document, inputs);
    if (!slot) return slot.error();
    if (*checkpoint) files.forget(*c.find("from")->text());
    const Lane& l = lanes.open(*at, std::move(*slot));
    const Run& run = l.slot.run();
    write_resolved(out, run);
    write_shown(out, run);
    out.key("events").begin_array();
    for (const Event& e : l.slot.events()) write_event(out, e);
    out.end_array().member("remark", run.remark());
    return {};
  }

  void write_shown(JsonWriter& out, const Run& run) {
    out.key("show").begin_object();
    write_show(out, {&run.entry(), tables.preset(run.document().study), run.document(), run.inputs()});
    out.end_object();
  }

  void write_resolved(JsonWriter& out, const Run& run, Detail detail = Detail::Full) {
    out.key("document").raw(write_document(run.document(), tables, detail));
  }

  Result<void> close(const Json& c, JsonWriter&) {
    auto at = slot_of(c);
    if (!at) return at.error();
    std::vector<int> closed{*at};
    if (*at < 0) {
      closed.clear();
      for (const auto& [i, l] : lanes.all()) closed.push_back(i);
    }
    for (const int i : closed) lanes.close(i);
    return {};
  }

  Result<void> play(const Json& c, JsonWriter&) {
    return each(c, [](Lane& l) -> Result<void> { return l.slot.play(), Result<void>(); });
  }
  Result<void> pause(const Json& c, JsonWriter&) {
    return each(c, [](Lane& l) -> Result<void> { return l.slot.pause(), Result<void>(); });
  }

  Result<void> step(const Json& c, JsonWriter&) {
    auto n = c.find("n") ? number_field(c, "n", 0, kMostSteps) : Result<double>(1.0);
    if (!n) return n.error();
    return each(c, [&](Lane& l) -> Result<void> { return l.slot.step(static_cast<std::int64_t>(*n)), Result<void>(); });
  }

  Result<void> seek(const Json& c, JsonWriter&) {
    auto to = number_field(c, "step", 0, kMostSteps);
    if (!to) return to.error();
    return each(c, [&](Lane& l) -> Result<void> {
      l.slot.seek(static_cast<std::int64_t>(*to));
      l.moved = true;
      return {};
    });
  }

  Result<void> speed(const Json& c, JsonWriter&) {
    auto rate = number_field(c, "steps_per_second", 0, kMostSteps);
    if (!rate) return rate.error();
    return each(c, [&](Lane& l) -> Result<void> { return l.slot.limit(*rate), Result<void>(); });
  }

  Result<void> set(const Json& c, JsonWriter& out) {
    auto l = lane(c);
    if (!l) return l.error();
    auto key = text_field(c, "key");
    if (!key) return key.error();
    const Json* json = c.find("value");
    auto value = json ? value_of(*json) : Result<Value>(Error{"value", "is missing", ""});
    if (!value) return value.error();
    auto restarted = (*l)->slot.set(*key, *value);
    if (!restarted) return restarted.error();
    (*l)->moved = true;
    out.member("restarted", *restarted);
    write_resolved(out, (*l)->slot.run());
    if (*restarted) write_shown(out, (*l)->slot.run());  // another depth has other views
    return {};
  }

  Result<void> restart(const Json& c, std::optional<std::uint64_t> value) {
    return each(c, [&](Lane& l) {
      l.moved = true;
      return l.slot.restart(value);
    });
  }
  Result<void> reset(const Json& c, JsonWriter&) { return restart(c, std::nullopt); }
  Result<void> seed(const Json& c, JsonWriter&) {
    auto value = number_field(c, "value", 0, static_cast<double>(largest_seed));
    if (!value) return value.error();
    return restart(c, static_cast<std::uint64_t>(*value));
  }

  Result<void> look(const Json& c, JsonWriter&) {
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

  static Result<std::uint32_t> view(const Lane& l, const std::string& key) {
    const int at = l.slot.run().view(key);
    if (at >= 0) return static_cast<std::uint32_t>(at);
    std::vector<std::string> known;
    for (const ViewInfo& v : l.slot.run().views()) known.push_back(v.key);
    const std::string near = nearest(key, known);
    return Error{key, "is not a view of this run",
                 near.empty() ? "see `show " + l.slot.run().entry().key + "`" : "did you mean '" + near + "'?"};
  }

  Result<void> one_view(const Json& c, JsonWriter& out) {
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

  Result<void> document(const Json& c, JsonWriter& out) {
    auto l = lane(c);
    if (!l) return l.error();
    const Json* brief = c.find("short");
    write_resolved(out, (*l)->slot.run(), brief && brief->flag() && *brief->flag() ? Detail::Difference : Detail::Full);
    return {};
  }

  Result<void> bits(const Json& c, JsonWriter& out) {
    auto l = lane(c);
    if (!l) return l.error();
    const std::uint64_t b = (*l)->slot.run().bits();
    std::string hex(16, '0');
    for (int i = 0; i < 16; ++i) hex[static_cast<std::size_t>(i)] = "0123456789abcdef"[b >> (60 - 4 * i) & 15];
    out.member("bits", hex).member("step", (*l)->slot.run().step());
    return {};
  }

  Result<void> stats(const Json& c, JsonWriter& out) {
    auto l = lane(c);
    if (!l) return l.error();
    const Run& run = (*l)->slot.run();
    out.member("step", run.step()).member("flops_per_step", run.entry().cost(run.document().settings, run.inputs()));
    out.member("stepsPerSecond", (*l)->steps.value()).member("steppingShare", lanes.stepping_share());
    return {};
  }

  Result<void> exported(const Json& c, JsonWriter& out) {
    auto l = lane(c);
    if (!l) return l.error();
    auto form = text_field(c, "form");
    if (!form) return form.error();
    const Run& run = (*l)->slot.run();
    const std::string name = run.document().study.empty() ? run.document().system : run.document().study;
    if (*form == "csv") {
      out.member("name", name + ".csv").member("text", series_csv(run.views(), run.recorded(), (*l)->slot.frames()));
    } else if (*form == "json") {
      out.member("name", name + ".json").member("text", write_document(run.document(), tables, Detail::Full, true));
    } else if (*form == "completion") {
      auto text = completion_csv(run);
      if (!text) return text.error();
      out.member("name", name + "-completion.csv").member("text", *text);
    } else {
      return Error{"form", "'" + *form + "' is not a form", "csv, completion or json"};
    }
    return {};
  }

  // ---------------------------------------------------------------- the rank lens
  static Error no_lens() { return {"lens", "this core has no rank lens", "rankscope_core has it"}; }

  Result<Lens::Sight> sight_of_run(int at, const std::string& key) {
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

  Result<Lens::Sight> sight_of_file(const std::string& name) {
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

  Result<void> look_through(const Json& c, JsonWriter& out) {
    if (!lens) return no_lens();
    auto at = slot_of(c);
    if (!at) return at.error();
    const bool run = c.find("view");
    if (!run && !c.find("file")) return lens->look_away(), Result<void>();
    auto name = text_field(c, run ? "view" : "file");
    if (!name) return name.error();
    lens_slot = *at;
    if (run) return lens->look(*name, [this, at = *at, key = *name] { return sight_of_run(at, key); }, out);
    return lens->look(*name, [this, key = *name] { return sight_of_file(key); }, out);
  }

  Result<void> cp_rank(const Json& c, JsonWriter&) { return lens ? lens->search(c) : no_lens(); }

  std::string command(std::string_view text);

  Tables tables;
  Files files;
  Lanes lanes;
  std::unique_ptr<Lens> lens;  ///< null: there is none
  int lens_slot = 0;
  bool going = false, lens_works = false;
};

std::string Session::Impl::command(std::string_view text) {
  static constexpr Verb verbs[] = {
      {"list", &Impl::list},   {"show", &Impl::show},       {"open", &Impl::open},         {"close", &Impl::close},
      {"play", &Impl::play},   {"pause", &Impl::pause},     {"step", &Impl::step},         {"seek", &Impl::seek},
      {"speed", &Impl::speed}, {"set", &Impl::set},         {"reset", &Impl::reset},       {"seed", &Impl::seed},
      {"look", &Impl::look},   {"view", &Impl::one_view},   {"document", &Impl::document}, {"bits", &Impl::bits},
      {"stats", &Impl::stats}, {"export", &Impl::exported},  {"save", &Impl::save},
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
