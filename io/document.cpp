#include "io/document.h"

#include <algorithm>
#include <cmath>

#include "io/document_reader.h"
#include "io/link.h"
#include "lab/number.h"

namespace rankscope {
namespace {

const std::vector<std::string>& fields() {
  static const std::vector<std::string> names = {"rankscope", "study", "variant", "system", "settings", "inputs", "seed",
                                                 "steps",     "until", "every",   "record", "edits",    "page"};
  return names;
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : ", ") + w;
  return out;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "known: " + joined(known) : "did you mean '" + near + "'?";
}

DocumentReader::DocumentReader(const Tables& tables, Reading reading, std::string_view text, std::string_view name, std::string prefix)
    : tables_(tables), reading_(reading), text_(text), name_(name), prefix_(std::move(prefix)) {}

Error DocumentReader::error(const Json& at, const std::string& path, std::string what, std::string remedy) const {
  std::string where;
  if (!name_.empty()) where = std::string(name_) + ":" + std::to_string(line_of(text_, at.offset)) + (prefix_.empty() && path.empty() ? "" : ": ");
  return {where + prefix_ + path, std::move(what), std::move(remedy)};
}

Result<void> DocumentReader::wrong(const Error& error, std::string_view instead) {
  if (!lenient()) return error;
  std::string note = error.where + (error.where.empty() ? "" : " ") + error.what;
  if (!error.remedy.empty()) note += " (" + error.remedy + ")";
  got_.notes.push_back((note + ": ").append(instead));
  return {};
}

double DocumentReader::clamped(double x, double low, double high, const std::string& path) {
  if (x >= low && x <= high) return x;
  const bool less = x < low;
  const double end = less ? low : high;
  got_.notes.push_back(prefix_ + path + " " + shortest(x) + " is " + (less ? "less" : "more") + " than " + shortest(end) + ", the " + (less ? "least" : "most") +
                       " there is: " + shortest(end) + " is taken");
  return end;
}

Result<Received> DocumentReader::read(const Json& root) {
  if (!root.object()) return error(root, "", "must be an object", "{\"study\": KEY} is the shortest document");
  for (const Json::Member& m : *root.object())
    if (std::find(fields().begin(), fields().end(), m.key) == fields().end())
      if (auto done = wrong(m.value, m.key, "is not a field of a document", suggestion(m.key, fields())); !done) return done.error();
  for (const auto part : {&DocumentReader::version, &DocumentReader::base})
    if (auto done = (this->*part)(root); !done) return done.error();
  entry_ = tables_.system(got_.document.system);
  for (const auto part : {&DocumentReader::settings, &DocumentReader::inputs, &DocumentReader::numbers, &DocumentReader::until, &DocumentReader::record,
                          &DocumentReader::edits, &DocumentReader::page})
    if (auto done = (this->*part)(root); !done) return done.error();
  return std::move(got_);
}

Result<void> DocumentReader::version(const Json& root) {
  const Json* v = root.find("rankscope");
  if (!v) return {};
  const std::string can = "this one reads 1 to " + std::to_string(document_version);
  if (!v->whole() || *v->whole() < 1) return error(*v, "rankscope", "must be the version of the document's form", can);
  if (*v->whole() > document_version)
    return error(*v, "rankscope", "the document is of version " + std::to_string(*v->whole()) + ", made by a newer program", can + "; take a newer rankscope");
  if (*v->whole() < document_version)
    got_.notes.push_back((prefix_.empty() ? "the document" : prefix_ + "it") + " was written by an older version of Rankscope: its bits may differ from what it gave then");
  return {};
}

/// A text field. What is no text is nothing, where it may be mended.
Result<std::optional<std::string>> DocumentReader::word(const Json& root, const char* key, bool mendable) {
  const Json* v = root.find(key);
  if (!v) return std::optional<std::string>();
  if (v->text()) return std::optional<std::string>(*v->text());
  const Error why = error(*v, key, "must be a text", "");
  if (!mendable) return why;
  if (auto done = wrong(why); !done) return done.error();
  return std::optional<std::string>();
}

Result<void> DocumentReader::base(const Json& root) {
  const auto study = word(root, "study", false), system = word(root, "system", false), variant = word(root, "variant", true);
  for (const auto* w : {&study, &system, &variant})
    if (!*w) return w->error();
  const std::string wanted = study->value_or(""), model = system->value_or(""), run = variant->value_or("");
  if (!model.empty() && !tables_.system(model)) {
    std::vector<std::string> known;
    for (const Entry& e : tables_.systems) known.push_back(e.key);
    return error(*root.find("system"), "system", "'" + model + "' is not a system", suggestion(model, known));
  }
  if (wanted.empty()) {
    if (model.empty()) return error(root, "", "names neither a study nor a system", "add \"study\": KEY; `list` shows the keys");
    if (!run.empty())
      if (auto done = wrong(*root.find("variant"), "variant", "is of no use without a study", "add the study, or take it out"); !done) return done;
    got_.document = document_of(*tables_.system(model));
    return {};
  }
  const Study* preset = tables_.preset(wanted);
  if (!preset) {
    std::vector<std::string> known;
    for (const Study& s : tables_.presets) known.push_back(s.key);
    return error(*root.find("study"), "study", "'" + wanted + "' is not a study", suggestion(wanted, known));
  }
  auto document = document_of(tables_, *preset, run);
  if (!document) {
    if (run.empty()) return document.error();
    if (auto done = wrong(at(*root.find("variant"), "variant", document.error()), "the first run is taken"); !done) return done;
    document = document_of(tables_, *preset);
    if (!document) return document.error();
  }
  if (!model.empty() && model != document->system)
    if (auto done = wrong(*root.find("system"), "system", "'" + model + "' is not the system of " + preset->key, "it is " + document->system + "; leave the field out"); !done)
      return done;
  got_.document = std::move(*document);
  return {};
}

Result<Received> receive(std::string_view text, const Tables& tables, Reading reading, std::string_view name) {
  std::string json;
  if (is_link(text)) {
    auto held = json_of_link(text);
    if (!held) return held.error();
    text = json = std::move(*held);
    if (name.empty()) name = "link";
  }
  auto root = parse_json(text, name);
  if (!root) return root.error();
  return DocumentReader(tables, reading, text, json.empty() ? name : std::string_view()).read(*root);
}

Result<Received> receive(const Json& json, const Tables& tables, Reading reading) { return DocumentReader(tables, reading).read(json); }

Result<Document> parse_document(std::string_view json, const Tables& tables, std::string_view name) {
  auto received = receive(json, tables, Reading::Strict, name);
  if (!received) return received.error();
  return std::move(received->document);
}

Result<std::string> parse_page(const Json& json, const Tables& tables) { return DocumentReader(tables, Reading::Strict).page_text(json); }

std::span<const UntilRule> until_rules() {
  static constexpr UntilRule rules[] = {{"time", &Until::time}, {"loss", &Until::loss}, {"seconds", &Until::seconds}};
  return rules;
}

Result<Document> document_of_key(const Tables& tables, std::string_view key) {
  if (const Study* study = tables.preset(key)) return document_of(tables, *study);
  if (const Entry* entry = tables.system(key)) return document_of(*entry);
  std::vector<std::string> known;
  for (const Study& s : tables.presets) known.push_back(s.key);
  for (const Entry& e : tables.systems) known.push_back(e.key);
  return Error{std::string(key), "is neither a preset nor a system", suggestion(key, known)};
}

Result<Value> value_of(const Json& json) {
  if (const bool* b = json.flag()) return Value(*b);
  if (const auto* i = json.whole()) return Value(*i);
  if (json.is_number()) return Value(json.number());
  if (const auto* s = json.text()) return Value(*s);
  std::vector<std::int64_t> list;
  const Error wrong{"", "is not a value", "a number, true or false, a word, or a list of whole numbers"};
  if (!json.array()) return wrong;
  for (const Json& x : *json.array()) {
    const double d = x.number();
    if (!(std::abs(d) <= static_cast<double>(largest_seed)) || d != std::floor(d)) return wrong;
    list.push_back(static_cast<std::int64_t>(d));
  }
  return Value(std::move(list));
}

}  // namespace rankscope
