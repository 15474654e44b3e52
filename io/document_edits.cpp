// What a document records, and what it changes on the way.
#include <algorithm>
#include <cmath>

#include "io/document_reader.h"

namespace rankscope {
namespace {

constexpr const char* kOfParameter = "{\"step\": S, \"key\": K, \"value\": V}";
constexpr const char* kOfEntry = "{\"step\": S, \"view\": K, \"entry\": I, \"value\": X}";

}  // namespace

Result<void> DocumentReader::record(const Json& root) {
  const Json* v = root.find("record");
  if (!v) return {};
  if (!v->array()) return wrong(*v, "record", "must be a list of views", "[\"loss\", ...]");
  auto& record = got_.document.record;
  record.clear();
  for (const Json& view : *v->array()) {
    Result<void> done;
    if (!view.text())
      done = wrong(view, "record", "must be a list of views' keys", "[\"loss\", ...]", "what is none is left out");
    else if (std::find(record.begin(), record.end(), *view.text()) != record.end())
      done = wrong(view, "record", "'" + *view.text() + "' is given twice", "once is enough", "once is taken");
    else
      record.push_back(*view.text());
    if (!done) return done;
  }
  return {};
}

Result<void> DocumentReader::edits(const Json& root) {
  const Json* v = root.find("edits");
  if (!v) return {};
  if (!v->array()) return wrong(*v, "edits", "must be a list", std::string("[") + kOfParameter + ", ...]");
  for (std::size_t i = 0; i < v->array()->size(); ++i)
    if (auto done = edit((*v->array())[i], "edits[" + std::to_string(i) + "]"); !done) return done;
  return {};
}

Result<void> DocumentReader::edit(const Json& json, const std::string& path) {
  if (!json.object()) return wrong(json, path, "must be an object", kOfParameter);
  const bool of_entry = json.find("view") || json.find("entry");
  const std::vector<std::string> known =
      of_entry ? std::vector<std::string>{"step", "view", "entry", "value"} : std::vector<std::string>{"step", "key", "value"};
  for (const Json::Member& field : *json.object())
    if (std::find(known.begin(), known.end(), field.key) == known.end())
      if (auto done = wrong(field.value, path + "." + field.key, "is not a field of such an edit", suggestion(field.key, known)); !done) return done;
  for (const std::string& field : known)
    if (!json.find(field)) return wrong(json, path, "has no \"" + field + "\"", of_entry ? kOfEntry : kOfParameter);

  Edit edit;
  const Json& step = *json.find("step");
  const Json& value = *json.find("value");
  if (!step.whole() || *step.whole() < 0) return wrong(step, path + ".step", "must be a whole number", "0 or more", "the edit is left out");
  edit.step = *step.whole();
  auto& edits = got_.document.edits;
  if (!edits.empty() && edit.step < edits.back().step)
    return wrong(step, path + ".step", "comes after a later one", "sort the edits by their steps", "the edit is left out");

  if (of_entry) {
    const Json& view = *json.find("view");
    const Json& entry = *json.find("entry");
    if (!view.text() || view.text()->empty()) return wrong(view, path + ".view", "must be a view's key", "", "the edit is left out");
    if (!entry.whole() || *entry.whole() < 0) return wrong(entry, path + ".entry", "must be a whole number", "0 or more, row by row", "the edit is left out");
    if (!value.is_number() || !std::isfinite(value.number())) return wrong(value, path + ".value", "must be a number", "", "the edit is left out");
    edit.key = *view.text();
    edit.entry = *entry.whole();
    edit.value = value.number();
  } else {
    const Json& key = *json.find("key");
    std::vector<std::string> live;
    for (const Param& p : entry_->params)
      if (p.when == When::Live) live.push_back(p.key);
    if (!key.text() || std::find(live.begin(), live.end(), *key.text()) == live.end()) {
      const std::string got = key.text() ? *key.text() : std::string();
      const bool restarts = find(entry_->params, got) != nullptr;
      return wrong(key, path + ".key", "'" + got + (restarts ? "' cannot change during a run" : "' is not a parameter of " + entry_->key),
                   restarts ? "give it in the settings instead" : suggestion(got, live), "the edit is left out");
    }
    edit.key = *key.text();
    auto checked = this->value(*find(entry_->params, edit.key), value, path + ".value");
    if (!checked) return checked.error();
    if (!*checked) return {};
    edit.value = std::move(**checked);
  }
  edits.push_back(std::move(edit));
  return {};
}

}  // namespace rankscope
