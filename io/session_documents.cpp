// What is open: documents, checkpoints, lanes, and how they are handed on.
#include "io/session_impl.h"

#include <algorithm>

#include "io/declaration.h"
#include "io/export.h"
#include "io/share.h"

namespace rankscope {

Result<Document> Session::Impl::document_field(const Json& c, Notes* notes) {
  const Json* json = c.find("document");
  if (!json) return Error{"document", "is missing", "{\"study\": KEY} is the shortest"};
  const Reading reading = flag(c, "lenient") ? Reading::Lenient : Reading::Strict;
  auto received = json->text() ? receive(*json->text(), tables, reading) : receive(*json, tables, reading);
  if (!received) return received.error();
  for (auto& [name, data] : received->arrays) files.put(name, std::move(data));
  if (notes) *notes = std::move(received->notes);
  return std::move(received->document);
}

Result<Slot> Session::Impl::open_mended(const Entry& entry, Document document, const Inputs& inputs, Notes& notes) {
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

std::int64_t Session::Impl::step_of(const Checkpoint& checkpoint) {
  std::int64_t step = 0;
  Archive archive(checkpoint.state);
  archive("run.step", step);
  return step;
}

bool Session::Impl::goes_on(Document before, Document after, std::int64_t step) const {
  before.page = after.page;  // how it is shown changes nothing
  for (std::size_t i = before.edits.size(); i < after.edits.size(); ++i)
    if (after.edits[i].step < step) return false;
  if (after.edits.size() < before.edits.size()) return false;
  after.edits.resize(before.edits.size());
  return write_document(before, tables, Detail::Full) == write_document(after, tables, Detail::Full);
}

Result<std::optional<Checkpoint>> Session::Impl::saved(const Json& c) {
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

Result<void> Session::Impl::save(const Json& c, JsonWriter& out) {
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

Result<std::optional<Inputs>> Session::Impl::inputs_of(const Document& document, JsonWriter& out) {
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

Result<void> Session::Impl::open(const Json& c, JsonWriter& out) {
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

void Session::Impl::write_opened(JsonWriter& out, const Slot& slot) {
  const Run& run = slot.run();
  write_resolved(out, run);
  write_shown(out, run);
  out.key("events").begin_array();
  for (const Event& e : slot.events()) write_event(out, e);
  out.end_array().member("remark", run.remark());
}

void Session::Impl::write_shown(JsonWriter& out, const Run& run) {
  out.key("show").begin_object();
  write_show(out, {&run.entry(), tables.preset(run.document().study), run.document(), run.inputs()});
  out.end_object();
}

void Session::Impl::write_resolved(JsonWriter& out, const Run& run, Detail detail) {
  out.key("document").raw(write_document(run.document(), tables, detail));
}

Result<void> Session::Impl::close(const Json& c, JsonWriter&) {
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

Result<void> Session::Impl::fork(const Json& c, JsonWriter& out) {
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

Result<void> Session::Impl::swap(const Json& c, JsonWriter&) {
  auto one = lane(c);
  if (!one) return one.error();
  auto with = number_field(c, "with", 0, kMostSlots - 1);
  if (!with) return with.error();
  const int other = static_cast<int>(*with), at = *slot_of(c);
  if (!lanes.all().count(other)) return Error{"with", std::to_string(other) + " holds no run", "open a document there first"};
  if (other != at) lanes.swap(at, other);
  return {};
}

Result<void> Session::Impl::revise(const Json& c, JsonWriter& out) {
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

Result<void> Session::Impl::document(const Json& c, JsonWriter& out) {
  auto l = lane(c);
  if (!l) return l.error();
  write_resolved(out, (*l)->slot.run(), flag(c, "short") ? Detail::Difference : Detail::Full);
  return {};
}

Result<void> Session::Impl::shared(const Json& c, JsonWriter& out) {
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

Result<void> Session::Impl::exported(const Json& c, JsonWriter& out) {
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

}  // namespace rankscope
