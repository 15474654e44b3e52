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
#include "io/share.h"

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

  static bool flag(const Json& c, const char* key) {
    const Json* v = c.find(key);
    return v && v->flag() && *v->flag();
  }

  /// The command's document, leniently read if it says so. Arrays that travel in it are put, as files are.
  Result<Document> document_field(const Json& c, Notes* notes = nullptr) {
    const Json* json = c.find("document");
    if (!json) return Error{"document", "is missing", "{\"study\": KEY} is the shortest"};
    const Reading reading = flag(c, "lenient") ? Reading::Lenient : Reading::Strict;
    auto received = json->text() ? receive(*json->text(), tables, reading) : receive(*json, tables, reading);
    if (!received) return received.error();
    for (auto& [name, data] : received->arrays) files.put(name, std::move(data));
    if (notes) *notes = std::move(received->notes);
    return std::move(received->document);
  }

  /// Leniently a document may ask for views that its run has not. Which there are is known when it is made: mostly it is made once.
  static Result<Slot> open_mended(const Entry& entry, Document document, const Inputs& inputs, Notes& notes) {
    auto slot = Slot::open(entry, document, inputs);
    if (!slot) {
      Document bare = document;
      bare.record.clear();
      std::erase_if(bare.edits, [](const Edit& e) { return e.entry >= 0; });
      auto without = Slot::open(entry, std::move(bare), inputs);
      if (!without) return without.error();
      mend_views(document, without->run().views(), notes);
      return Slot::open(entry, std::move(document), inputs);
    }
    const std::string page = document.page;
    mend_views(document, slot->run().views(), notes);
    return document.page == page ? std::move(slot) : Slot::open(entry, std::move(document), inputs);
  }

  static std::int64_t step_of(const Checkpoint& checkpoint) {
    std::int64_t step = 0;
    Archive archive(checkpoint.state);
    archive("run.step", step);
    return step;
  }

  /// Whether a run of `before`, at that step, may go on as `after`: it has only been edited further since.
  bool goes_on(Document before, Document after, std::int64_t step) const {
    before.page = after.page;  // how it is shown changes nothing
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

  /// What the document asks for; nothing when files are missing, and the reply says which.
  Result<std::optional<Inputs>> inputs_of(const Document& document, JsonWriter& out) {
    Inputs inputs;
    std::vector<std::string> needs;
    for (const auto& [input, ref] : document.inputs) {
      auto data = files.find(ref.name);
      if (!data) return data.error();
      if (*data)
        inputs[input] = *data;
      else
        needs.push_back(ref.name);
    }
    if (needs.empty()) return std::optional<Inputs>(std::move(inputs));
    out.key("needs").begin_array();
    for (const std::string& name : needs) out.value(name);
    out.end_array();
    return std::optional<Inputs>();
  }

  Result<void> open(const Json& c, JsonWriter& out) {
    auto at = slot_of(c);
    if (!at) return at.error();
    if (*at < 0) return Error{"slot", "-1 is no single slot", "0 to " + std::to_string(kMostSlots - 1)};
    auto checkpoint = saved(c);
    if (!checkpoint) return checkpoint.error();
    Notes notes;
    auto document = *checkpoint ? Result<Document>((*checkpoint)->document) : document_field(c, &notes);
    if (!document) return document.error();
    auto inputs = inputs_of(*document, out);
    if (!inputs) return inputs.error();
    if (!*inputs) return {};
    const Entry& entry = *tables.system(document->system);
    const bool lenient = flag(c, "lenient");
    auto slot = *checkpoint ? Slot::resume(entry, std::move(**checkpoint), **inputs)
                : lenient   ? open_mended(entry, *document, **inputs, notes)
                            : Slot::open(entry, *document, **inputs);
    if (!slot) return slot.error();
    if (*checkpoint) files.forget(*c.find("from")->text());
    write_opened(out, lanes.open(*at, std::move(*slot)).slot);
    if (lenient) {
      out.key("notes").begin_array();
      for (const std::string& note : notes) out.value(note);
      out.end_array();
    }
    return {};
  }

  void write_opened(JsonWriter& out, const Slot& slot) {
    const Run& run = slot.run();
    write_resolved(out, run);
    write_shown(out, run);
    out.key("events").begin_array();
    for (const Event& e : slot.events()) write_event(out, e);
    out.end_array().member("remark", run.remark());
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

  static Result<bool> back_of(const Json& c) {
    const Json* back = c.find("back");
    if (!back) return false;
    if (!back->flag()) return Error{"back", "must be true or false", "leave it out to go forwards"};
    return *back->flag();
  }

  Result<void> play(const Json& c, JsonWriter&) {
    auto back = back_of(c);
    if (!back) return back.error();
    return each(c, [&](Lane& l) -> Result<void> { return l.slot.play(*back), Result<void>(); });
  }
  Result<void> pause(const Json& c, JsonWriter&) {
    return each(c, [](Lane& l) -> Result<void> { return l.slot.pause(), Result<void>(); });
  }

  Result<void> step(const Json& c, JsonWriter&) {
    auto n = c.find("n") ? number_field(c, "n", -kMostSteps, kMostSteps) : Result<double>(1.0);
    if (!n) return n.error();
    return moved(c, [&](Slot& slot) { slot.step(static_cast<std::int64_t>(*n)); });
  }

  Result<void> seek(const Json& c, JsonWriter&) {
    auto to = number_field(c, "step", 0, kMostSteps);
    if (!to) return to.error();
    return moved(c, [&](Slot& slot) { slot.seek(static_cast<std::int64_t>(*to)); });
  }

  Result<void> to_event(const Json& c, JsonWriter&) {
    auto back = back_of(c);
    if (!back) return back.error();
    return moved(c, [&](Slot& slot) { slot.to_event(*back); });
  }

  template <class F>
  Result<void> moved(const Json& c, F f) {
    return each(c, [&](Lane& l) -> Result<void> {
      f(l.slot);
      l.moved = true;
      return {};
    });
  }

  Result<void> halt(const Json& c, JsonWriter&) {
    auto halts = halts_of(c);
    if (!halts) return halts.error();
    if (auto fit = each(c, [&](Lane& l) { return check(*halts, l.slot.run()); }); !fit) return fit;
    return each(c, [&](Lane& l) -> Result<void> { return l.slot.halt(*halts), Result<void>(); });
  }

  Result<void> speed(const Json& c, JsonWriter&) {
    auto rate = number_field(c, "steps_per_second", 0, kMostSteps);
    if (!rate) return rate.error();
    auto near = c.find("near_events") ? number_field(c, "near_events", 1e-6, 1) : Result<double>(0.0);
    if (!near) return near.error();
    return each(c, [&](Lane& l) -> Result<void> { return l.slot.limit(*rate, *near), Result<void>(); });
  }

  Result<void> fork(const Json& c, JsonWriter& out) {
    auto at = slot_of(c);
    if (!at) return at.error();
    if (auto from = lane(c); !from) return from.error();
    auto to = number_field(c, "to", 0, kMostSlots - 1);
    if (!to) return to.error();
    if (static_cast<int>(*to) == *at) return Error{"to", "is the slot itself", "another one, 0 to " + std::to_string(kMostSlots - 1)};
    if (auto done = lanes.fork(*at, static_cast<int>(*to)); !done) return done;
    write_opened(out, lanes.all().at(static_cast<int>(*to)).slot);
    return {};
  }

  Result<void> swap(const Json& c, JsonWriter&) {
    auto one = lane(c);
    if (!one) return one.error();
    auto with = number_field(c, "with", 0, kMostSlots - 1);
    if (!with) return with.error();
    const int other = static_cast<int>(*with), at = *slot_of(c);
    if (!lanes.all().count(other)) return Error{"with", std::to_string(other) + " holds no run", "open a document there first"};
    if (other != at) lanes.swap(at, other);
    return {};
  }

  Result<void> revise(const Json& c, JsonWriter& out) {
    auto at = slot_of(c);
    if (!at) return at.error();
    auto l = lane(c);
    if (!l) return l.error();
    auto document = document_field(c);
    if (!document) return document.error();
    auto step = number_field(c, "step", 0, kMostSteps);
    if (!step) return step.error();
    auto inputs = inputs_of(*document, out);
    if (!inputs) return inputs.error();
    if (!*inputs) return {};
    const Entry& entry = *tables.system(document->system);
    auto from = (*l)->slot.revise(entry, std::move(*document), std::move(**inputs), static_cast<std::int64_t>(*step));
    if (!from) return from.error();
    lanes.forget_after(*at, *from);
    (*l)->moved = true;
    out.member("from", *from);
    write_opened(out, (*l)->slot);
    return {};
  }

  Result<void> nudge(const Json& c, JsonWriter& out) {
    auto at = slot_of(c);
    if (!at) return at.error();
    auto l = lane(c);
    if (!l) return l.error();
    auto key = text_field(c, "view");
    if (!key) return key.error();
    if (auto known = view(**l, *key); !known) return known.error();
    const Json* entry = c.find("entry");
    if (!entry || !entry->whole() || *entry->whole() < 0) return Error{"entry", "must be a whole number", "which entry of " + *key + ", counted from 0, row by row"};
    const Json* value = c.find("value");
    if (!value || !std::isfinite(value->number())) return Error{"value", "must be a number", "what the entry is to be"};
    if (auto done = (*l)->slot.nudge(*key, *entry->whole(), value->number()); !done) return done;
    lanes.forget_after(*at, (*l)->slot.run().step());
    (*l)->moved = true;
    write_resolved(out, (*l)->slot.run());
    return {};
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
    if (auto at = slot_of(c)) lanes.forget_after(*at, (*l)->slot.run().step());
    out.member("restarted", *restarted);
    write_resolved(out, (*l)->slot.run());
    if (*restarted) write_shown(out, (*l)->slot.run());  // another depth has other views
    return {};
  }

  Result<void> restart(const Json& c, std::optional<std::uint64_t> value, JsonWriter& out) {
    auto done = each(c, [&](Lane& l) {
      l.moved = true;
      return l.slot.restart(value);
    });
    if (auto l = lane(c); done && l) write_resolved(out, (*l)->slot.run());  // of one
    return done;
  }
  Result<void> reset(const Json& c, JsonWriter& out) { return restart(c, std::nullopt, out); }
  Result<void> seed(const Json& c, JsonWriter& out) {
    auto value = number_field(c, "value", 0, static_cast<double>(largest_seed));
    if (!value) return value.error();
    return restart(c, static_cast<std::uint64_t>(*value), out);
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
    write_resolved(out, (*l)->slot.run(), flag(c, "short") ? Detail::Difference : Detail::Full);
    return {};
  }

  Result<void> shared(const Json& c, JsonWriter& out) {
    auto l = lane(c);
    if (!l) return l.error();
    std::string page = (*l)->slot.run().document().page;
    if (const Json* given = c.find("page")) {
      auto text = parse_page(*given, tables);
      if (!text) return text.error();
      page = std::move(*text);
    }
    const Shared shared = share((*l)->slot.run(), tables, page, !c.find("arrays") || flag(c, "arrays"), [this](const std::string& name) {
      auto data = files.find(name);
      return data ? *data : Data();
    });
    out.member("text", shared.text).member("link", shared.link).member("command", shared.command).member("bibtex", shared.bibtex);
    out.key("left_out").begin_array();
    for (const std::string& name : shared.left_out) out.value(name);
    out.end_array();
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
    out.member("step", (*l)->slot.shown()).member("flops_per_step", run.entry().cost(run.document().settings, run.inputs()));
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
      out.member("name", name + ".rankscope.json").member("text", write_document(run.document(), tables, Detail::Full, true, array_texts(run)));
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
