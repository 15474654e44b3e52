#include "ui/protocol.h"

#include "lab/number.h"
#include "ui/format.h"
#include "ui/json.h"

namespace rankscope::ui {
namespace {

Value value_of(const Json& v, std::string_view type) {
  if (v.IsBool()) return v.GetBool();
  if (v.IsString()) return text_of(v);
  if (v.IsArray()) {
    std::vector<std::int64_t> list;
    for (const Json& element : v.GetArray())
      if (element.IsNumber()) list.push_back(whole_of(element));
    return list;
  }
  if (v.IsNumber() && (type == "integer" || (type.empty() && v.IsInt64()))) return whole_of(v);
  return v.IsNumber() ? v.GetDouble() : 0.0;
}

Param param_of(const Json& v) {
  Param p;
  p.key = text(v, "key"), p.label = text(v, "label"), p.group = text(v, "group");
  p.help = text(v, "help"), p.unit = text(v, "unit");
  if (const Json* initial = get(v, "default")) p.initial = value_of(*initial, text(v, "type"));
  p.range = {real(v, "low"), real(v, "high"), text(v, "scale") == "log" ? Scale::Log : Scale::Linear};
  p.when = text(v, "when") == "live" ? When::Live : When::Restart;
  p.choices = texts(v, "choices");
  if (const Json* relevant = get(v, "relevant")) p.relevant = {text(*relevant, "key"), texts(*relevant, "values")};
  p.decided_by = text(v, "decided_by"), p.lowest = text(v, "lowest");
  p.decided_by = text(v, "decided_by");
  return p;
}

ViewInfo view_of(const Json& v) {
  ViewInfo info;
  info.key = text(v, "key"), info.label = set_low(text(v, "label")), info.help = text(v, "help"),
  info.unit = text(v, "unit");
  const std::string kind = text(v, "kind");
  info.kind = kind == "spectrum" ? Kind::Spectrum
              : kind == "matrix" ? Kind::Matrix
              : kind == "image"  ? Kind::Image
              : kind == "landscape" ? Kind::Landscape
              : kind == "claim"     ? Kind::Claim
              : kind == "tensor"    ? Kind::Tensor
              : kind == "tree"      ? Kind::Tree
              : kind == "components" ? Kind::Components
                                    : Kind::Scalar;
  info.axis = text(v, "axis") == "log" ? Scale::Log : Scale::Linear;
  info.theory = flag(v, "theory"), info.signed_ = flag(v, "signed"), info.flops = real(v, "flops");
  info.grasp = flag(v, "grasp"), info.edits = text(v, "edits"), info.baseline = text(v, "baseline"), info.x = set_low(text(v, "x")), info.y = set_low(text(v, "y"));
  if (const Json* claim = get(v, "claim"))
    info.claim = {set_low(text(*claim, "left")), set_low(text(*claim, "right")), flag(*claim, "at_most"), real(*claim, "slack"), texts(*claim, "hypotheses")};
  return info;
}

Show show_of(const Json& v) {
  Show s;
  s.key = text(v, "key"), s.title = text(v, "title"), s.summary = text(v, "summary"),
  s.time_axis = text(v, "time_axis");
  each(v, "params", [&](const Json& p) { s.params.push_back(param_of(p)); });
  each(v, "inputs", [&](const Json& i) { s.inputs.push_back({text(i, "key"), text(i, "label"), text(i, "help")}); });
  each(v, "views", [&](const Json& i) { s.views.push_back(view_of(i)); });
  s.shown = texts(v, "shown");
  s.by_time = flag(v, "by_time");
  return s;
}

Document document_of_json(const Json& v) {
  Document d;
  d.study = text(v, "study"), d.variant = text(v, "variant"), d.system = text(v, "system");
  d.seed = static_cast<std::uint64_t>(whole(v, "seed", 1)), d.steps = whole(v, "steps", 0),
  d.every = whole(v, "every", 0);
  d.record = texts(v, "record");
  if (const Json* settings = get(v, "settings"); settings && settings->IsObject())
    for (const auto& m : settings->GetObject()) d.settings[text_of(m.name)] = value_of(m.value, {});
  if (const Json* inputs = get(v, "inputs"); inputs && inputs->IsObject())
    for (const auto& m : inputs->GetObject()) {
      InputRef ref{text(m.value, "name"), text(m.value, "hash")};
      if (m.value.IsString()) ref.name = text_of(m.value);
      d.inputs[text_of(m.name)] = ref;
    }
  if (const Json* until = get(v, "until")) d.until = {real(*until, "time"), real(*until, "loss"), real(*until, "seconds")};
  each(v, "edits", [&](const Json& e) {
    const Json* value = get(e, "value");
    if (value) d.edits.push_back({whole(e, "step"), text(e, get(e, "view") ? "view" : "key"), value_of(*value, {}), whole(e, "entry", -1)});
  });
  if (const Json* page = get(v, "page")) d.page = written(*page);
  return d;
}

Catalog catalog_of(const Json& v) {
  Catalog c;
  c.version = text(v, "version");
  each(v, "presets", [&](const Json& p) {
    c.presets.push_back({text(p, "key"), text(p, "group"), text(p, "system"), text(p, "title"), text(p, "sentence"), text(p, "cite"),
                         text(p, "claim"), texts(p, "runs"), flag(p, "beside")});
  });
  each(v, "samples", [&](const Json& s) {
    c.samples.push_back({text(s, "name"), text(s, "title"), text(s, "source")});
  });
  c.formats = texts(v, "formats");
  return c;
}

/// Members that do not fit the matricizations are left out.
LensInfo lens_of(const Json& v) {
  LensInfo out;
  out.name = text(v, "name");
  each(v, "shape", [&](const Json& d) { out.shape.push_back(whole_of(d)); });
  each(v, "matricizations", [&](const Json& m) { out.matricizations.push_back({text(m, "rows"), whole(m, "height"), whole(m, "width")}); });
  each(v, "notions", [&](const Json& n) {
    out.notions.push_back({text(n, "label"), text(n, "definition"), {}});
    each(n, "members", [&](const Json& m) {
      const std::int64_t at = whole(m, "at", -1);
      if (at >= 0 && at < std::ssize(out.matricizations)) out.notions.back().members.push_back({text(m, "rows"), static_cast<int>(at)});
    });
  });
  return out;
}

std::string json_of(const Value& value) {
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    std::string out = "[";
    for (const std::int64_t x : *list) (out += out.size() > 1 ? "," : "") += std::to_string(x);
    return out + "]";
  }
  const std::string text = to_text(value);
  return std::holds_alternative<std::string>(value) ? quoted(text) : text;
}

}  // namespace

const PresetRow* Catalog::preset(std::string_view key) const {
  for (const PresetRow& p : presets)
    if (p.key == key) return &p;
  return nullptr;
}

int Show::view(std::string_view name) const {
  for (std::size_t i = 0; i < views.size(); ++i)
    if (views[i].key == name) return static_cast<int>(i);
  return -1;
}

std::optional<Reply> decode_reply(std::string_view json) {
  rapidjson::Document root;
  if (!parse(root, json)) return std::nullopt;
  Reply r;
  r.command = text(root, "do"), r.slot = small(root, "slot");
  if (const Json* e = get(root, "error"))
    r.error =
        e->IsObject() ? Error{text(*e, "where"), text(*e, "what"), text(*e, "remedy")} : Error{"", text_of(*e), ""};
  if (get(root, "presets")) r.catalog = catalog_of(root);
  if (const Json* v = get(root, "show")) r.show = show_of(*v);
  if (const auto it = root.FindMember("document"); it != root.MemberEnd() && it->value.IsObject()) {
    r.document = document_of_json(it->value);
    it->value.RemoveMember("page");  // how it is shown is the interface's own from here on
    r.document_text = written(it->value);
  }
  r.notes = texts(root, "notes");
  if (get(root, "link")) r.shared = Shared{text(root, "text"), text(root, "link"), text(root, "command"), text(root, "bibtex"), texts(root, "left_out")};
  r.id = text(root, "id"), r.from = whole(root, "from", -1), r.halted = text(root, "halted");
  each(root, "events", [&](const Json& v) {
    r.events.push_back({whole(v, "step"), text(v, "kind"), text(v, "text"), small(v, "line", -1)});
  });
  r.needs = texts(root, "needs");
  r.name = text(root, "name"), r.text = text(root, "text"), r.key = text(root, "key");
  each(root, "shape", [&](const Json& v) { r.shape.push_back(whole_of(v)); });
  if (get(root, "form"))
    r.file = FileInfo{r.name, text(root, "form"), r.shape, whole(root, "entries"), whole(root, "gaps")};
  if (get(root, "notions")) r.lens = lens_of(root);
  if (get(root, "lower"))
    r.cp = {whole(root, "step"), whole(root, "lower"), whole(root, "upper"), flag(root, "done"), flag(root, "found"), real(root, "share"), real(root, "error"), real(root, "longest"), text(root, "text")};
  r.chosen = flag(root, "chosen"), r.restarted = flag(root, "restarted");
  if (get(root, "step")) r.step = whole(root, "step");
  r.status = text(root, "status"), r.trouble = text(root, "trouble"), r.remark = text(root, "remark");
  each(root, "data", [&](const Json& v) { r.data.push_back(v.IsNumber() ? v.GetDouble() : __builtin_nan("")); });
  return r;
}

std::string encode(const Document& d) {
  std::string out = "{";
  const auto member = [&](std::string_view key, const std::string& json) {
    ((out += out.size() > 1 ? "," : "") += quoted(key)) += ":" + json;
  };
  if (!d.study.empty()) member("study", quoted(d.study));
  if (!d.variant.empty()) member("variant", quoted(d.variant));
  if (!d.system.empty()) member("system", quoted(d.system));
  std::string settings, inputs, record;
  for (const auto& [key, value] : d.settings)
    ((settings += settings.empty() ? "" : ",") += quoted(key)) += ":" + json_of(value);
  for (const auto& [key, ref] : d.inputs)
    ((inputs += inputs.empty() ? "" : ",") += quoted(key)) += ":{\"name\":" + quoted(ref.name) + "}";
  for (const std::string& key : d.record) (record += record.empty() ? "" : ",") += quoted(key);
  if (!settings.empty()) member("settings", "{" + settings + "}");
  if (!inputs.empty()) member("inputs", "{" + inputs + "}");
  if (d.seed) member("seed", std::to_string(d.seed));
  if (d.steps) member("steps", std::to_string(d.steps));
  if (d.every) member("every", std::to_string(d.every));
  if (!record.empty()) member("record", "[" + record + "]");
  std::string until, edits;
  for (const auto& [name, value] : {std::pair{"time", d.until.time}, {"loss", d.until.loss}, {"seconds", d.until.seconds}})
    if (value > 0) ((until += until.empty() ? "" : ",") += quoted(name)) += ":" + shortest(value);
  if (!until.empty()) member("until", "{" + until + "}");
  for (const Edit& e : d.edits)
    (edits += edits.empty() ? "" : ",") += "{\"step\":" + std::to_string(e.step) + (e.entry < 0 ? ",\"key\":" : ",\"view\":") + quoted(e.key) +
                                           (e.entry < 0 ? "" : ",\"entry\":" + std::to_string(e.entry)) + ",\"value\":" + json_of(e.value) + "}";
  if (!edits.empty()) member("edits", "[" + edits + "]");
  if (!d.page.empty()) member("page", d.page);
  return out + "}";
}

Command::Command(std::string_view name, int slot) : out_("{\"do\":" + quoted(name)) {
  if (slot != -2) number("slot", slot);
}
void Command::member(std::string_view key) { (out_ += out_.size() > 1 ? "," : "") += quoted(key) + ":"; }
Command& Command::text(std::string_view key, std::string_view v) { return json(key, quoted(v)); }
Command& Command::number(std::string_view key, double v) { return json(key, shortest(v)); }
Command& Command::value(std::string_view key, const Value& v) { return json(key, json_of(v)); }
Command& Command::texts(std::string_view key, const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& v : values) (list += list.empty() ? "" : ",") += quoted(v);
  return json(key, "[" + list + "]");
}
Command& Command::json(std::string_view key, std::string_view v) {
  member(key);
  out_ += v;
  return *this;
}

}  // namespace rankscope::ui
