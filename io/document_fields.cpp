// A document's settings, inputs and numbers.
#include <algorithm>
#include <cmath>

#include "io/array_text.h"
#include "io/document_reader.h"
#include "io/samples.h"
#include "lab/number.h"

namespace rankscope {

std::vector<std::string> DocumentReader::parameters() const {
  std::vector<std::string> known;
  for (const Param& p : entry_->params) known.push_back(p.key);
  return known;
}

Result<std::optional<Value>> DocumentReader::value(const Param& param, const Json& json, const std::string& path) {
  auto value = value_of(json);
  if (value && lenient()) {
    const std::string name = path.starts_with("settings.") ? param.key : path;
    const Range& r = param.range;
    const bool number = std::holds_alternative<double>(param.initial) || std::holds_alternative<std::int64_t>(param.initial);
    if (number && json.is_number()) {
      if (const double x = json.number(), near = clamped(x, r.low, r.high, name); near != x) value = Value(near);
    } else if (auto* list = std::get_if<std::vector<std::int64_t>>(&*value); list && value->index() == param.initial.index()) {
      for (std::int64_t& x : *list)
        x = static_cast<std::int64_t>(clamped(static_cast<double>(x), r.low, r.high, name));
    }
  }
  if (value) value = check(param, *value);
  if (value) return std::optional<Value>(std::move(*value));
  if (auto done = wrong(at(json, path, value.error())); !done) return done.error();
  return std::optional<Value>();
}

Result<void> DocumentReader::settings(const Json& root) {
  const Json* v = root.find("settings");
  if (!v) return {};
  if (!v->object()) return wrong(*v, "settings", "must be an object", "{\"key\": value, ...}");
  for (const Json::Member& m : *v->object()) {
    const std::string path = "settings." + m.key;
    const Param* p = find(entry_->params, m.key);
    if (!p) {
      if (auto done = wrong(m.value, path, "is not a parameter of " + entry_->key, suggestion(m.key, parameters())); !done) return done;
      continue;
    }
    auto value = this->value(*p, m.value, path);
    if (!value) return value.error();
    if (*value) got_.document.settings[m.key] = std::move(**value);
  }
  return {};
}

Result<void> DocumentReader::inputs(const Json& root) {
  const Json* v = root.find("inputs");
  if (!v) return {};
  if (!v->object()) return wrong(*v, "inputs", "must be an object", "{\"key\": \"name\", ...}");
  std::vector<std::string> known;
  for (const InputInfo& i : entry_->inputs) known.push_back(i.key);
  for (const Json::Member& m : *v->object()) {
    const bool is = std::find(known.begin(), known.end(), m.key) != known.end();
    auto done = is ? input(m.value, m.key) : wrong(m.value, "inputs." + m.key, "is not an input of " + entry_->key, suggestion(m.key, known));
    if (!done) return done;
  }
  return {};
}

Result<void> DocumentReader::input(const Json& json, const std::string& key) {
  const std::string path = "inputs." + key;
  if (json.is_null()) {
    got_.document.inputs.erase(key);
    return {};
  }
  InputRef ref;
  const Json* data = nullptr;
  if (const std::string* name = json.text()) {
    ref.name = *name;
  } else if (json.object()) {
    for (const Json::Member& field : *json.object()) {
      Result<void> done;
      if (field.key == "data")
        data = &field.value;
      else if (field.key != "name" && field.key != "hash")
        done = wrong(field.value, path + "." + field.key, "is not a field of an input", suggestion(field.key, {"name", "hash", "data"}));
      else if (!field.value.text())
        done = wrong(field.value, path + "." + field.key, "must be a text", "");
      else
        (field.key == "name" ? ref.name : ref.hash) = *field.value.text();
      if (!done) return done;
    }
  }
  if (ref.name.empty()) return wrong(json, path, "names no file and no sample", "give \"name\", or null for none");
  if (data)
    if (auto done = array(*data, path + ".data", ref); !done) return done;
  got_.document.inputs[key] = std::move(ref);
  return {};
}

/// Damaged data are an error in either reading: nothing can be put in their place.
Result<void> DocumentReader::array(const Json& json, const std::string& path, const InputRef& ref) {
  if (!json.text()) return error(json, path, "must be a text", "the array as base64url of a zlib stream of a .npy");
  if (ref.hash.empty()) return error(json, path, "has no \"hash\" beside it", "an array travels with its hash, which says that it arrived whole");
  if (find_sample(ref.name)) return error(json, path, "'" + ref.name + "' is a sample's name", "give the array another name");
  array_bytes_ += json.text()->size();
  if (array_bytes_ > max_array_text)
    return error(json, path, "the document's arrays are longer than the " + std::to_string(max_array_text) + " characters that travel", "give the larger ones as files");
  auto data = array_of_text(*json.text(), ref.name);
  if (!data) return at(json, path, data.error());
  if (const std::string found = hash(*data); found != ref.hash)
    return error(json, path, "is damaged: its hash is " + found + ", not " + ref.hash, "copy the whole link again, or give the file itself");
  const auto there = got_.arrays.find(ref.name);
  if (there != got_.arrays.end() && hash(there->second) != ref.hash)
    return error(json, path, "another array of the name '" + ref.name + "' travels in this document", "give one of them another name");
  got_.arrays[ref.name] = std::move(*data);
  return {};
}

Result<std::optional<double>> DocumentReader::whole(const Json& json, const std::string& path, double low, double high) {
  const std::string allowed = "allowed: " + shortest(low) + " to " + shortest(high);
  const double x = json.number();
  if (!json.is_number() || x != std::floor(x)) {
    if (auto done = wrong(json, path, "must be a whole number", allowed); !done) return done.error();
    return std::optional<double>();
  }
  if (!lenient() && (x < low || x > high)) return error(json, path, shortest(x) + " is out of range", allowed);
  return std::optional<double>(clamped(x, low, high, path));
}

Result<void> DocumentReader::numbers(const Json& root) {
  Document& d = got_.document;
  auto seed = static_cast<std::int64_t>(d.seed);
  struct Number {
    const char* key;
    double low, high;
    std::int64_t* to;
  };
  for (const Number& n : {Number{"seed", 0, static_cast<double>(largest_seed), &seed}, Number{"steps", 0, kMostSteps, &d.steps}, Number{"every", 1, kMostSteps, &d.every}})
    if (const Json* v = root.find(n.key)) {
      auto x = whole(*v, n.key, n.low, n.high);
      if (!x) return x.error();
      if (*x) *n.to = static_cast<std::int64_t>(**x);
    }
  d.seed = static_cast<std::uint64_t>(seed);
  return {};
}

Result<void> DocumentReader::until(const Json& root) {
  const Json* v = root.find("until");
  if (!v) return {};
  if (!v->object()) return wrong(*v, "until", "must be an object", "{\"time\": T, \"loss\": L, \"seconds\": S}, or some of them");
  for (const Json::Member& m : *v->object()) {
    const std::string path = "until." + m.key;
    const auto rules = until_rules();
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const UntilRule& r) { return m.key == r.name; });
    Result<void> done;
    if (rule == rules.end())
      done = wrong(m.value, path, "is not a stop rule", suggestion(m.key, {"time", "loss", "seconds"}));
    else if (!(m.value.is_number() && std::isfinite(m.value.number())) || (m.value.number() < 0 && !lenient()))
      done = wrong(m.value, path, "must be a number above 0", "0, or nothing, for no such rule");
    else
      got_.document.until.*(rule->value) = clamped(m.value.number(), 0, std::numeric_limits<double>::max(), path);
    if (!done) return done;
  }
  return {};
}

}  // namespace rankscope
