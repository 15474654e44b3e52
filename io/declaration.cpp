#include "io/declaration.h"

#include "io/document.h"
#include "io/read.h"
#include "io/samples.h"
#include "lab/version.h"

namespace rankscope {
namespace {

void write_words(JsonWriter& out, std::string_view key, const std::vector<std::string>& words) {
  out.key(key).begin_array();
  for (const std::string& w : words) out.value(w);
  out.end_array();
}

const char* word(Scale scale) { return scale == Scale::Log ? "log" : "linear"; }

void write_param(JsonWriter& out, const Param& p, const Value& value) {
  out.begin_object()
      .member("key", p.key)
      .member("label", p.label)
      .member("group", p.group)
      .member("help", p.help)
      .member("unit", p.unit);
  out.member("type", type_of(p));
  write_value(out.key("default"), value);
  if (!std::holds_alternative<std::string>(p.initial) && !std::holds_alternative<bool>(p.initial))
    out.member("low", p.range.low).member("high", p.range.high).member("scale", word(p.range.scale));
  out.member("when", p.when == When::Live ? "live" : "restart");
  if (!p.choices.empty()) write_words(out, "choices", p.choices);
  if (!p.relevant.key.empty()) {
    out.key("relevant").begin_object().member("key", p.relevant.key);
    write_words(out, "values", p.relevant.values);
    out.end_object();
  }
  if (!p.decided_by.empty()) out.member("decided_by", p.decided_by);
  if (!p.lowest.empty()) out.member("lowest", p.lowest);
  out.end_object();
}

void write_view(JsonWriter& out, const ViewInfo& v) {
  out.begin_object().member("key", v.key).member("label", v.label).member("help", v.help).member("unit", v.unit);
  out.member("kind", word(v.kind)).member("axis", word(v.axis));
  out.member("theory", v.theory).member("signed", v.signed_).member("flops", v.flops);
  if (v.kind == Kind::Claim) {
    const ClaimInfo& c = v.claim;
    out.key("claim").begin_object().member("left", c.left).member("right", c.right).member("at_most", c.at_most).member("slack", c.slack);
    write_words(out, "hypotheses", c.hypotheses);
    out.end_object();
  }
  if (v.kind == Kind::Landscape) out.member("x", v.x).member("y", v.y);
  if (v.grasp) out.member("grasp", true);
  if (!v.baseline.empty()) out.member("baseline", v.baseline);
  if (!v.edits.empty()) out.member("edits", v.edits);
  out.end_object();
}

}  // namespace

const char* word(Kind kind) {
  switch (kind) {
    case Kind::Scalar:
      return "scalar";
    case Kind::Spectrum:
      return "spectrum";
    case Kind::Matrix:
      return "matrix";
    case Kind::Image:
      return "image";
    case Kind::Landscape:
      return "landscape";
    case Kind::Claim:
      return "claim";
    case Kind::Tensor:
      return "tensor";
    case Kind::Tree:
      return "tree";
    case Kind::Components:
      return "components";
  }
  return "";
}

const char* type_of(const Param& p) {
  constexpr const char* words[] = {"number", "integer", "flag", "choice", "list"};
  return std::holds_alternative<std::string>(p.initial) && p.choices.empty() ? "text" : words[p.initial.index()];
}

void write_list(JsonWriter& out, const Tables& tables) {
  out.member("version", version);
  out.key("systems").begin_array(true);
  for (const Entry& e : tables.systems)
    out.begin_object()
        .member("key", e.key)
        .member("title", e.title)
        .member("paper", e.paper)
        .member("summary", e.summary)
        .end_object();
  out.end_array();
  out.key("presets").begin_array(true);
  for (const Study& s : tables.presets) {
    out.begin_object()
        .member("key", s.key)
        .member("group", s.group)
        .member("system", s.system)
        .member("title", s.title)
        .member("sentence", s.sentence);
    out.member("cite", s.cite).member("claim", s.claim);
    out.key("runs").begin_array();
    for (const Variant& v : s.runs) out.value(v.name);
    out.end_array();
    if (beside(s)) out.member("beside", true);
    out.end_object();
  }
  out.end_array();
  out.key("samples").begin_array(true);
  for (const Sample& s : samples())
    out.begin_object()
        .member("name", s.name)
        .member("file", s.file)
        .member("title", s.title)
        .member("source", s.source)
        .member("terms", s.terms)
        .end_object();
  out.end_array();
  write_words(out, "formats", accepted_extensions());
}

std::string list_json(const Tables& tables, bool indented) {
  JsonWriter out(indented);
  out.begin_object();
  write_list(out, tables);
  return out.end_object().text();
}

Result<Declaration> declaration_of(const Tables& tables, std::string_view key) {
  auto document = document_of_key(tables, key);
  if (!document) return document.error();
  Declaration d;
  d.entry = tables.system(document->system);
  d.study = tables.preset(document->study);
  for (const auto& [input, ref] : document->inputs)
    if (const Sample* sample = find_sample(ref.name); sample && !sample_bytes(*sample).empty())
      if (auto data = read_sample(*sample)) d.inputs[input] = *data;
  d.document = std::move(*document);
  return d;
}

void write_show(JsonWriter& out, const Declaration& d) {
  const Entry& e = *d.entry;
  out.member("key", d.study ? d.study->key : e.key).member("kind", d.study ? "preset" : "system");
  if (d.study) out.member("system", e.key);
  out.member("title", d.study ? d.study->title : e.title).member("paper", e.paper).member("summary", e.summary);
  if (d.study) {
    out.member("sentence", d.study->sentence).member("cite", d.study->cite).member("claim", d.study->claim);
    out.key("runs").begin_array();
    for (const Variant& v : d.study->runs) out.value(v.name);
    out.end_array();
  }
  out.member("time_axis", e.time_axis);
  out.key("params").begin_array(true);
  for (const Param& p : e.params) {
    const auto it = d.document.settings.find(p.key);
    write_param(out, p, it == d.document.settings.end() ? p.initial : it->second);
  }
  out.end_array();
  out.key("inputs").begin_array(true);
  for (const InputInfo& i : e.inputs) {
    out.begin_object().member("key", i.key).member("label", i.label).member("help", i.help);
    if (const auto it = d.document.inputs.find(i.key); it != d.document.inputs.end())
      out.member("given", it->second.name);
    out.end_object();
  }
  out.end_array();
  const auto views = e.views(d.document.settings, d.inputs);
  out.key("views").begin_array(true);
  for (const ViewInfo& v : views) write_view(out, v);
  out.end_array();
  std::vector<std::string> shown = d.study ? d.study->shown : std::vector<std::string>();
  if (shown.empty())
    for (const ViewInfo& v : views) {
      if (shown.size() == 6) break;  // what a page holds without scrolling
      shown.push_back(v.key);
    }
  write_words(out, "shown", shown);
  write_words(out, "record", d.document.record);
  out.member("by_time", d.study && d.study->by_time);
  out.member("seed", static_cast<std::int64_t>(d.document.seed))
      .member("steps", d.document.steps)
      .member("every", d.document.every);
  out.member("flops_per_step", e.cost(d.document.settings, d.inputs));
}

std::string show_json(const Declaration& declaration, bool indented) {
  JsonWriter out(indented);
  out.begin_object();
  write_show(out, declaration);
  return out.end_object().text();
}

}  // namespace rankscope
