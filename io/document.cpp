#include "io/document.h"

#include <algorithm>
#include <cmath>

#include "lab/number.h"

namespace rankscope {
namespace {

constexpr double kMostSteps = 1e15;

const std::vector<std::string>& fields() {
  static const std::vector<std::string> names = {"rankscope", "study", "variant", "system", "settings", "inputs",
                                                 "seed",      "steps", "until",   "every",  "record", "edits"};
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : ", ") + w;
  return out;
}

/// "did you mean ...?", or the whole list when nothing is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "known: " + joined(known) : "did you mean '" + near + "'?";
}

class Reader {
 public:
  Reader(const Tables& tables, std::string_view text, std::string_view name)
      : tables_(tables), text_(text), name_(name) {}

  Result<Document> read(const Json& root) {
    if (!root.object()) return error(root, "", "must be an object", "{\"study\": KEY} is the shortest document");
    for (const Json::Member& m : *root.object())
      if (std::find(fields().begin(), fields().end(), m.key) == fields().end())
        return error(m.value, m.key, "is not a field of a document", suggestion(m.key, fields()));
    if (auto done = version(root); !done) return done.error();
    auto document = base(root);
    if (!document) return document;
    entry_ = tables_.system(document->system);
    for (auto part : {&Reader::settings, &Reader::inputs, &Reader::numbers, &Reader::record, &Reader::edits})
      if (auto done = (this->*part)(root, *document); !done) return done.error();
    return document;
  }

 private:
  Error error(const Json& at, const std::string& path, std::string what, std::string remedy) const {
    std::string where;
    if (!name_.empty())
      where = std::string(name_) + ":" + std::to_string(line_of(text_, at.offset)) + (path.empty() ? "" : ": ");
    return {where + path, std::move(what), std::move(remedy)};
  }
  /// `inner` speaks of one parameter; says where in the document.
  Error at(const Json& json, const std::string& path, const Error& inner) const {
    return error(json, path, inner.what, inner.remedy);
  }

  Result<std::string> word(const Json& root, const char* key) const {
    const Json* v = root.find(key);
    if (!v) return std::string();
    if (!v->text()) return error(*v, key, "must be a text", "");
    return *v->text();
  }

  Result<void> version(const Json& root) const {
    const Json* v = root.find("rankscope");
    if (!v) return {};
    const std::string can = "this one reads " + std::to_string(document_version);
    if (!v->whole() || *v->whole() < 1)
      return error(*v, "rankscope", "must be the version of the document's form", can);
    if (*v->whole() > document_version)
      return error(*v, "rankscope",
                   "the document is of version " + std::to_string(*v->whole()) + ", made by a newer program",
                   can + "; take a newer rankscope");
    return {};
  }

  Result<Document> base(const Json& root) const {
    const auto study = word(root, "study"), variant = word(root, "variant"), system = word(root, "system");
    for (const auto* w : {&study, &variant, &system})
      if (!*w) return w->error();
    if (!system->empty() && !tables_.system(*system)) {
      std::vector<std::string> known;
      for (const Entry& e : tables_.systems) known.push_back(e.key);
      return error(*root.find("system"), "system", "'" + *system + "' is not a system", suggestion(*system, known));
    }
    if (study->empty()) {
      if (system->empty())
        return error(root, "", "names neither a study nor a system", "add \"study\": KEY; `list` shows the keys");
      if (!variant->empty())
        return error(*root.find("variant"), "variant", "is of no use without a study", "add the study, or take it out");
      return document_of(*tables_.system(*system));
    }
    const Study* preset = tables_.preset(*study);
    if (!preset) {
      std::vector<std::string> known;
      for (const Study& s : tables_.presets) known.push_back(s.key);
      return error(*root.find("study"), "study", "'" + *study + "' is not a study", suggestion(*study, known));
    }
    auto document = document_of(tables_, *preset, *variant);
    if (!document && root.find("variant")) return at(*root.find("variant"), "variant", document.error());
    if (document && !system->empty() && *system != document->system)
      return error(*root.find("system"), "system", "'" + *system + "' is not the system of " + preset->key,
                   "it is " + document->system + "; leave the field out");
    return document;
  }

  Result<void> settings(const Json& root, Document& document) const {
    const Json* v = root.find("settings");
    if (!v) return {};
    if (!v->object()) return error(*v, "settings", "must be an object", "{\"key\": value, ...}");
    for (const Json::Member& m : *v->object()) {
      const std::string path = "settings." + m.key;
      const Param* p = find(entry_->params, m.key);
      if (!p) return error(m.value, path, "is not a parameter of " + entry_->key, suggestion(m.key, parameters()));
      auto value = value_of(m.value);
      if (!value) return at(m.value, path, value.error());
      auto checked = check(*p, *value);
      if (!checked) return at(m.value, path, checked.error());
      document.settings[m.key] = *checked;
    }
    return {};
  }

  Result<void> inputs(const Json& root, Document& document) const {
    const Json* v = root.find("inputs");
    if (!v) return {};
    if (!v->object()) return error(*v, "inputs", "must be an object", "{\"key\": \"name\", ...}");
    std::vector<std::string> known;
    for (const InputInfo& i : entry_->inputs) known.push_back(i.key);
    for (const Json::Member& m : *v->object()) {
      const std::string path = "inputs." + m.key;
      if (std::find(known.begin(), known.end(), m.key) == known.end())
        return error(m.value, path, "is not an input of " + entry_->key, suggestion(m.key, known));
      if (m.value.is_null()) {
        document.inputs.erase(m.key);
        continue;
      }
      InputRef ref;
      if (const std::string* name = m.value.text()) {
        ref.name = *name;
      } else if (m.value.object()) {
        for (const Json::Member& field : *m.value.object()) {
          if (field.key != "name" && field.key != "hash")
            return error(field.value, path + "." + field.key, "is not a field of an input",
                         suggestion(field.key, {"name", "hash"}));
          if (!field.value.text()) return error(field.value, path + "." + field.key, "must be a text", "");
          (field.key == "name" ? ref.name : ref.hash) = *field.value.text();
        }
      }
      if (ref.name.empty())
        return error(m.value, path, "names no file and no sample", "give \"name\", or null for none");
      document.inputs[m.key] = std::move(ref);
    }
    return {};
  }

  Result<void> whole(const Json& root, const char* key, double low, double high, std::int64_t& out) const {
    const Json* v = root.find(key);
    if (!v) return {};
    const double x = v->number();
    if (!v->is_number() || x != std::floor(x))
      return error(*v, key, "must be a whole number", "allowed: " + shortest(low) + " to " + shortest(high));
    if (x < low || x > high)
      return error(*v, key, shortest(x) + " is out of range", "allowed: " + shortest(low) + " to " + shortest(high));
    out = static_cast<std::int64_t>(x);
    return {};
  }

  Result<void> numbers(const Json& root, Document& document) const {
    auto seed = static_cast<std::int64_t>(document.seed);
    if (auto done = whole(root, "seed", 0, static_cast<double>(largest_seed), seed); !done) return done;
    document.seed = static_cast<std::uint64_t>(seed);
    if (auto done = whole(root, "steps", 0, kMostSteps, document.steps); !done) return done;
    if (auto done = whole(root, "every", 1, kMostSteps, document.every); !done) return done;
    return until(root, document);
  }

  Result<void> until(const Json& root, Document& document) const {
    const Json* v = root.find("until");
    if (!v) return {};
    if (!v->object()) return error(*v, "until", "must be an object", "{\"time\": T, \"loss\": L, \"seconds\": S}, or some of them");
    for (const Json::Member& m : *v->object()) {
      const std::string path = "until." + m.key;
      const auto rules = until_rules();
      const auto rule = std::find_if(rules.begin(), rules.end(), [&](const UntilRule& r) { return m.key == r.name; });
      if (rule == rules.end()) return error(m.value, path, "is not a stop rule", suggestion(m.key, {"time", "loss", "seconds"}));
      const double x = m.value.number();
      if (!m.value.is_number() || !(x >= 0) || !std::isfinite(x))
        return error(m.value, path, "must be a number above 0", "0, or nothing, for no such rule");
      document.until.*(rule->value) = x;
    }
    return {};
  }

  Result<void> record(const Json& root, Document& document) const {
    const Json* v = root.find("record");
    if (!v) return {};
    if (!v->array()) return error(*v, "record", "must be a list of views", "[\"loss\", ...]");
    document.record.clear();
    for (const Json& view : *v->array()) {
      if (!view.text()) return error(view, "record", "must be a list of views' keys", "[\"loss\", ...]");
      if (std::find(document.record.begin(), document.record.end(), *view.text()) != document.record.end())
        return error(view, "record", "'" + *view.text() + "' is given twice", "once is enough");
      document.record.push_back(*view.text());
    }
    return {};
  }

  Result<void> edits(const Json& root, Document& document) const {
    const Json* v = root.find("edits");
    if (!v) return {};
    if (!v->array()) return error(*v, "edits", "must be a list", "[{\"step\": S, \"key\": K, \"value\": V}, ...]");
    std::vector<std::string> live;
    for (const Param& p : entry_->params)
      if (p.when == When::Live) live.push_back(p.key);
    for (std::size_t i = 0; i < v->array()->size(); ++i) {
      const Json& json = (*v->array())[i];
      const std::string path = "edits[" + std::to_string(i) + "]";
      if (!json.object()) return error(json, path, "must be an object", "{\"step\": S, \"key\": K, \"value\": V}");
      Edit edit;
      for (const Json::Member& field : *json.object())
        if (field.key != "step" && field.key != "key" && field.key != "value")
          return error(field.value, path + "." + field.key, "is not a field of an edit",
                       suggestion(field.key, {"step", "key", "value"}));
      for (const char* field : {"step", "key", "value"})
        if (!json.find(field))
          return error(json, path, std::string("has no \"") + field + "\"", "{\"step\": S, \"key\": K, \"value\": V}");
      const Json* step = json.find("step");
      if (!step->whole() || *step->whole() < 0)
        return error(*step, path + ".step", "must be a whole number", "0 or more");
      edit.step = *step->whole();
      if (!document.edits.empty() && edit.step < document.edits.back().step)
        return error(*step, path + ".step", "comes after a later one", "sort the edits by their steps");
      const Json* key = json.find("key");
      if (!key->text() || std::find(live.begin(), live.end(), *key->text()) == live.end()) {
        const std::string got = key->text() ? *key->text() : std::string();
        const bool restarts = find(entry_->params, got) != nullptr;
        return error(*key, path + ".key",
                     "'" + got + (restarts ? "' cannot change during a run" : "' is not a parameter of " + entry_->key),
                     restarts ? "give it in the settings instead" : suggestion(got, live));
      }
      edit.key = *key->text();
      auto value = value_of(*json.find("value"));
      if (value) value = check(*find(entry_->params, edit.key), *value);
      if (!value) return at(*json.find("value"), path + ".value", value.error());
      edit.value = *value;
      document.edits.push_back(std::move(edit));
    }
    return {};
  }

  std::vector<std::string> parameters() const {
    std::vector<std::string> known;
    for (const Param& p : entry_->params) known.push_back(p.key);
    return known;
  }

  const Tables& tables_;
  std::string_view text_, name_;
  const Entry* entry_ = nullptr;
};

}  // namespace

Result<Document> parse_document(std::string_view json, const Tables& tables, std::string_view name) {
  auto root = parse_json(json, name);
  if (!root) return root.error();
  return parse_document(*root, tables, json, name);
}

Result<Document> parse_document(const Json& json, const Tables& tables, std::string_view text, std::string_view name) {
  return Reader(tables, text, name).read(json);
}

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
