#include "io/document.h"

#include <map>

namespace rankscope {
namespace {

bool same(const InputRef& a, const InputRef& b) { return a.name == b.name && (a.hash == b.hash || b.hash.empty()); }

}  // namespace

std::string write_document(const Document& d, const Tables& tables, Detail detail, bool indented, const ArrayTexts& arrays) {
  const Study* study = tables.preset(d.study);
  const auto found =
      study ? document_of(tables, *study, d.variant) : Result<Document>(document_of(*tables.system(d.system)));
  const bool full = detail == Detail::Full || !found;
  const Document base = found ? *found : Document{};
  JsonWriter out(indented);
  out.begin_object().member("rankscope", document_version);
  if (!d.study.empty()) out.member("study", d.study).member("variant", d.variant);
  if (full || d.study.empty()) out.member("system", d.system);

  Settings settings;
  for (const auto& [key, value] : d.settings)
    if (full || !base.settings.count(key) || base.settings.at(key) != value) settings[key] = value;
  if (full || !settings.empty()) {
    out.key("settings").begin_object();
    for (const auto& [key, value] : settings) write_value(out.key(key), value);
    out.end_object();
  }

  std::map<std::string, const InputRef*> inputs;  // null: taken away from those of the study, in full too
  for (const auto& [key, ref] : d.inputs) {
    const auto it = base.inputs.find(key);
    if (full || it == base.inputs.end() || !same(ref, it->second) || arrays.count(ref.hash)) inputs[key] = &ref;
  }
  for (const auto& [key, ref] : base.inputs)
    if (!d.inputs.count(key)) inputs[key] = nullptr;
  if (full || !inputs.empty()) {
    out.key("inputs").begin_object();
    for (const auto& [key, ref] : inputs) {
      out.key(key);
      if (!ref) {
        out.null();
        continue;
      }
      out.begin_object().member("name", ref->name);
      if (!ref->hash.empty()) out.member("hash", ref->hash);
      if (const auto array = arrays.find(ref->hash); array != arrays.end()) out.member("data", array->second);
      out.end_object();
    }
    out.end_object();
  }

  if (full || d.seed != base.seed) out.member("seed", static_cast<std::int64_t>(d.seed));
  if (full || d.steps != base.steps) out.member("steps", d.steps);
  if (!(d.until == base.until)) {
    out.key("until").begin_object();
    for (const UntilRule& rule : until_rules())
      if (d.until.*(rule.value) != base.until.*(rule.value)) out.member(rule.name, d.until.*(rule.value));
    out.end_object();
  }
  if (full || d.every != base.every) out.member("every", d.every);
  if (full || d.record != base.record) {
    out.key("record").begin_array();
    for (const std::string& key : d.record) out.value(key);
    out.end_array();
  }
  if (full || !d.edits.empty()) {
    out.key("edits").begin_array(true);
    for (const Edit& e : d.edits) {
      out.begin_object().member("step", e.step).member(e.entry < 0 ? "key" : "view", e.key);
      if (e.entry >= 0) out.member("entry", e.entry);
      write_value(out.key("value"), e.value);
      out.end_object();
    }
    out.end_array();
  }
  if (!d.page.empty()) out.key("page").raw(d.page);
  return out.end_object().text() + (indented ? "\n" : "");
}

std::vector<std::string> record_default(std::span<const ViewInfo> views) {
  std::vector<std::string> keys;
  for (const ViewInfo& v : views)
    if (v.kind == Kind::Scalar || v.kind == Kind::Spectrum || v.kind == Kind::Claim) keys.push_back(v.key);
  return keys;
}

void write_value(JsonWriter& out, const Value& value) {
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) {
    out.begin_array();
    for (const std::int64_t x : *list) out.value(x);
    out.end_array();
  } else {
    std::visit(
        [&](const auto& v) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(v)>, std::vector<std::int64_t>>) out.value(v);
        },
        value);
  }
}

}  // namespace rankscope
