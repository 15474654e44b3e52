// A document's "page": how its run is shown. Only its form is known here; what it means is for the interface to say.
#include <algorithm>
#include <map>

#include "io/document_reader.h"

namespace rankscope {
namespace {

constexpr double kMostSpeed = 3, kMostColor = 8;  // ui/look.h
constexpr std::size_t kMostBeside = 8;

const std::vector<std::string>& members() {
  static const std::vector<std::string> names = {"views", "speed", "slow", "over", "log", "arrange", "map", "predict", "step", "beside", "layout"};
  return names;
}

}  // namespace

Result<void> DocumentReader::page(const Json& root) {
  const Json* v = root.find("page");
  if (!v) return {};
  if (!prefix_.empty()) return wrong(*v, "page", "belongs to the whole, and not to a run beside", "take it out");
  auto text = page_text(*v);
  if (!text) return text.error();
  got_.document.page = std::move(*text);
  return {};
}

Result<std::string> DocumentReader::page_text(const Json& json) {
  const std::string none;
  if (!json.object()) {
    auto done = wrong(json, "page", "must be an object", "{\"views\": [KEY, ...]}");
    return done ? Result<std::string>(none) : done.error();
  }
  for (const Json::Member& m : *json.object())
    if (std::find(members().begin(), members().end(), m.key) == members().end())
      if (auto done = wrong(m.value, "page." + m.key, "is not a part of a page", suggestion(m.key, members())); !done) return done.error();

  JsonWriter out;
  out.begin_object();
  for (const std::string& key : members()) {  // in this order, so that equal pages are equal texts
    const Json* v = json.find(key);
    if (!v) continue;
    const std::string path = "page." + key;
    Result<void> done;
    if (key == "views") {
      std::vector<std::string> views;
      if (!v->array()) done = wrong(*v, path, "must be a list of views' keys", "[\"loss\", ...]");
      for (std::size_t i = 0; v->array() && done && i < v->array()->size(); ++i) {
        const Json& view = (*v->array())[i];
        if (!view.text() || view.text()->empty())
          done = wrong(view, path, "must be a list of views' keys", "[\"loss\", ...]", "what is none is left out");
        else if (std::find(views.begin(), views.end(), *view.text()) != views.end())
          done = wrong(view, path, "'" + *view.text() + "' is given twice", "once is enough", "once is taken");
        else
          views.push_back(*view.text());
      }
      if (!views.empty()) {
        out.key(key).begin_array();
        for (const std::string& view : views) out.value(view);
        out.end_array();
      }
    } else if (key == "speed" || key == "step") {
      auto x = whole(*v, path, 0, key == "speed" ? kMostSpeed : kMostSteps);
      if (!x) return x.error();
      if (*x) out.member(key, static_cast<std::int64_t>(**x));
    } else if (key == "slow") {
      if (v->flag()) out.member(key, *v->flag());
      else done = wrong(*v, path, "must be true or false", "");
    } else if (key == "over" || key == "arrange") {
      const std::vector<std::string> choices = key == "over" ? std::vector<std::string>{"time"} : std::vector<std::string>{"multiples", "band"};
      if (v->text() && std::find(choices.begin(), choices.end(), *v->text()) != choices.end()) out.member(key, *v->text());
      else done = wrong(*v, path, "must be one of the known words", "known: " + joined(choices));
    } else if (key == "log") {
      std::map<std::string, bool> log;
      if (!v->object()) done = wrong(*v, path, "must be an object", "{VIEW: true or false, ...}");
      else
        for (const Json::Member& m : *v->object()) {
          if (m.value.flag()) log[m.key] = *m.value.flag();
          else if (done = wrong(m.value, path + "." + m.key, "must be true or false", ""); !done) break;
        }
      if (!log.empty()) {
        out.key(key).begin_object();
        for (const auto& [view, on] : log) out.member(view, on);
        out.end_object();
      }
    } else if (key == "beside") {
      if (v->array()) done = beside(*v, out);
      else done = wrong(*v, path, "must be a list of runs", "[{\"color\": N, \"document\": {...}}, ...]");
    } else {  // map, predict, layout
      if (v->text()) out.member(key, *v->text());
      else done = wrong(*v, path, "must be a text", "");
    }
    if (!done) return done.error();
  }
  std::string text = out.end_object().text();
  if (text.size() > max_page_bytes) {
    auto done = wrong(json, "page", "has " + std::to_string(text.size()) + " bytes", "at most " + std::to_string(max_page_bytes));
    return done ? Result<std::string>(none) : done.error();
  }
  return text == "{}" ? none : text;
}

Result<void> DocumentReader::beside(const Json& json, JsonWriter& out) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < json.array()->size(); ++i) {
    const Json& run = (*json.array())[i];
    const std::string path = "page.beside[" + std::to_string(i) + "]";
    const Json* document = run.find("document");
    Result<void> done;
    if (kept == kMostBeside) return wrong(run, path, "is one run too many", "at most " + std::to_string(kMostBeside), "it and what follows is left out");
    if (!run.object() || !document) {
      if (done = wrong(run, path, "must be an object that has a \"document\"", "{\"color\": N, \"document\": {...}}"); !done) return done;
      continue;
    }
    std::string name;
    std::int64_t color = static_cast<std::int64_t>(kept) + 1;
    for (const Json::Member& m : *run.object()) {
      const std::string at = path + "." + m.key;
      if (m.key == "name" && m.value.text()) {
        name = *m.value.text();
      } else if (m.key == "name") {
        done = wrong(m.value, at, "must be a text", "");
      } else if (m.key == "color") {
        auto x = whole(m.value, at, 1, kMostColor);
        if (!x) return x.error();
        if (*x) color = static_cast<std::int64_t>(**x);
      } else if (m.key != "document") {
        done = wrong(m.value, at, "is not a part of a run beside", suggestion(m.key, {"name", "color", "document"}));
      }
      if (!done) return done;
    }
    DocumentReader inner(tables_, reading_, text_, name_, path + ".document: ");
    inner.got_.arrays = got_.arrays;
    inner.array_bytes_ = array_bytes_;
    auto read = inner.read(*document);
    if (!read) {
      if (done = wrong(read.error(), "the run is left out"); !done) return done;
      continue;
    }
    array_bytes_ = inner.array_bytes_;
    got_.arrays = std::move(read->arrays);
    got_.notes.insert(got_.notes.end(), read->notes.begin(), read->notes.end());
    if (kept++ == 0) out.key("beside").begin_array();
    out.begin_object();
    if (!name.empty()) out.member("name", name);
    out.member("color", color).key("document").raw(write_document(read->document, tables_, Detail::Difference)).end_object();
  }
  if (kept > 0) out.end_array();
  return {};
}

namespace {

std::vector<std::string> keys_of(std::span<const ViewInfo> views) {
  std::vector<std::string> keys;
  for (const ViewInfo& v : views) keys.push_back(v.key);
  return keys;
}

}  // namespace

void mend_views(Document& document, std::span<const ViewInfo> views, Notes& notes) {
  const std::vector<std::string> known = keys_of(views);
  const auto is = [&](const std::string& key) { return std::find(known.begin(), known.end(), key) != known.end(); };
  const auto unknown = [&](const std::string& where, const std::string& key) {
    notes.push_back(where + ": '" + key + "' is not a view of this run (" + suggestion(key, known) + "): it is left out");
  };
  std::erase_if(document.record, [&](const std::string& key) { return !is(key) && (unknown("record", key), true); });
  std::erase_if(document.edits, [&](const Edit& e) {
    if (e.entry < 0) return false;
    const auto view = std::find_if(views.begin(), views.end(), [&](const ViewInfo& v) { return v.key == e.key; });
    if (view != views.end() && view->grasp) return false;
    if (view == views.end()) unknown("edits", e.key);
    else notes.push_back("edits: '" + e.key + "' cannot be taken hold of: the edit is left out");
    return true;
  });
  if (document.page.empty()) return;
  auto page = parse_json(document.page);
  auto* members = page ? std::get_if<Json::Object>(&page->value) : nullptr;
  if (!members) return;
  std::erase_if(*members, [&](Json::Member& m) {
    const std::string where = "page." + m.key;
    if (auto* list = std::get_if<Json::Array>(&m.value.value); list && m.key == "views") {
      std::erase_if(*list, [&](const Json& view) { return !is(*view.text()) && (unknown(where, *view.text()), true); });
      return list->empty();
    }
    if (auto* log = std::get_if<Json::Object>(&m.value.value); log && m.key == "log") {
      std::erase_if(*log, [&](const Json::Member& view) { return !is(view.key) && (unknown(where, view.key), true); });
      return log->empty();
    }
    return m.key == "predict" && !is(*m.value.text()) && (unknown(where, *m.value.text()), true);
  });
  JsonWriter out;
  out.value(*page);
  document.page = members->empty() ? std::string() : out.text();
}

}  // namespace rankscope
