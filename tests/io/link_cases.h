// Links of every preset and with everything a link can hold, ways to damage them, and what must hold of any text that is read as one.
#pragma once
#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <vector>

#include "io/array_text.h"
#include "io/document.h"
#include "io/link.h"
#include "io/samples.h"
#include "lab/hash.h"

namespace rankscope::link_cases {

class Generator {  // splitmix64
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
  }
  std::size_t below(std::size_t n) { return n ? static_cast<std::size_t>(next() % n) : 0; }

 private:
  std::uint64_t state_;
};

/// An input that travels, as a document's text.
inline std::string travelling(const std::string& name, Dense array) {
  const Data data = share(std::move(array));
  return R"({"name":")" + name + R"(","hash":")" + hash(data) + R"(","data":")" + array_text(data).value() + "\"}";
}

/// Documents' short JSON: of every preset and system, and with edits, data, a page, runs beside.
inline std::vector<std::string> bases(const Tables& tables) {
  std::vector<std::string> out;
  for (const Study& s : tables.presets)
    for (const Variant& v : s.runs) out.push_back(write_document(*document_of(tables, s, v.name), tables, Detail::Difference));
  for (const Entry& e : tables.systems) out.push_back(write_document(document_of(e), tables, Detail::Difference));
  const std::string array = travelling("mine.npy", {{4, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5}});
  out.push_back(R"({"rankscope":2,"study":"cloth","settings":{"depth":4,"step_size":0.125,"widths":[64,32,16]},"seed":12,"steps":400,"every":5,"until":{"time":40,"loss":1e-08},)"
                R"("record":["loss","singular_values"],"edits":[{"step":100,"key":"step_size","value":0.1},{"step":200,"view":"end_to_end","entry":13337,"value":0.5}]})");
  out.push_back(R"({"rankscope":2,"system":"deep_matrix","settings":{"depth":3},"inputs":{"target":)" + array + R"(},"seed":9007199254740991})");
  out.push_back(R"({"rankscope":2,"study":"cloth","variant":"depth 1","page":{"views":["loss","matrix"],"speed":2,"slow":true,"over":"time","log":{"loss":true,"unseen_share":false},)"
                R"("arrange":"band","map":"viridis","predict":"loss","step":250,"beside":[{"name":"mine","color":2,"document":{"rankscope":2,"system":"deep_matrix","inputs":{"target":)" +
                array + R"(}}},{"color":3,"document":{"rankscope":2,"study":"cloth","seed":5}}],"layout":"[Window]"}})");
  return out;
}

/// One of them, damaged in one or a few places: encoded or as raw JSON.
inline std::string mutated(const std::vector<std::string>& bases, Generator& random) {
  static const std::vector<std::string> tokens = {"null", "true", "[]", "{}", "\"x\"", "-1", "0.5", "1e300", "-1e300", "1e400", "99999999999999999999", "0", "3", "\"\"", "[1,2]", "{\"a\":1}",
                                                  "\"depth\"", "\"loss\"", "2", "1", "\"page\":{\"views\":[\"loss\"]},"};
  std::string text = bases[random.below(bases.size())];
  const bool after = random.below(3) == 0;  // the encoded text is damaged, else the JSON
  if (after) text = link_of_json(text);
  // mostly a value or a word: what still is JSON goes deeper
  static constexpr int kinds[] = {0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8};
  for (std::size_t times = 1 + random.below(2); times-- > 0 && !text.empty();) {
    const std::size_t at = random.below(text.size()), size = std::min(text.size() - at, 1 + random.below(12));
    switch (kinds[random.below(std::size(kinds))]) {
      case 0: text[at] = static_cast<char>(text[at] ^ (1 << random.below(8))); break;
      case 1: text.erase(at, size); break;
      case 2: text.insert(at, text.substr(at, size)); break;
      case 3: {
        const std::string& other = bases[random.below(bases.size())];
        text = text.substr(0, at) + other.substr(random.below(other.size()));
        break;
      }
      case 4: text.resize(at); break;
      case 5: text.insert(at, tokens[random.below(tokens.size())]); break;
      case 6: {  // a number becomes another
        const auto from = text.find_first_of("0123456789", at);
        if (from == std::string::npos) break;
        const auto to = std::min(text.find_first_not_of("0123456789.e+-", from), text.size());
        text.replace(from, to - from, tokens[random.below(tokens.size())]);
        break;
      }
      case 7: {  // a value becomes another
        const auto from = text.find(':', at);
        if (from == std::string::npos) break;
        const auto to = std::min(text.find_first_of(",}", from), text.size());
        text.replace(from + 1, to - from - 1, tokens[random.below(tokens.size())]);
        break;
      }
      default: {  // a letter of a word becomes another
        const auto from = text.find_first_of("abcdefghijklmnopqrstuvwxyz_", at);
        if (from != std::string::npos) text[from] = static_cast<char>('a' + random.below(26));
      }
    }
  }
  if (after) return text;
  switch (random.below(4)) {
    case 0: return text;
    case 1: return "#" + text;
    case 2: return "https://example.org/" + link_of_json(text);
    default: return link_of_json(text);
  }
}

inline bool equal(const Json& json, const Value& value) {
  if (const auto* b = std::get_if<bool>(&value)) return json.flag() && *json.flag() == *b;
  if (const auto* s = std::get_if<std::string>(&value)) return json.text() && *json.text() == *s;
  if (const auto* d = std::get_if<double>(&value)) return json.number() == *d;
  if (const auto* i = std::get_if<std::int64_t>(&value)) return json.number() == static_cast<double>(*i);
  const auto& list = std::get<std::vector<std::int64_t>>(value);
  if (!json.array() || json.array()->size() != list.size()) return false;
  for (std::size_t i = 0; i < list.size(); ++i)
    if ((*json.array())[i].number() != static_cast<double>(list[i])) return false;
  return true;
}

/// Whether all that the JSON says is in the document, looked up apart from the reader.
inline bool accounts_for(const Json& json, const Document& d) {
  for (const Json::Member& m : *json.object()) {
    const Json& v = m.value;
    if (m.key == "study" || m.key == "system" || m.key == "variant") {
      const std::string& got = m.key == "study" ? d.study : m.key == "system" ? d.system : d.variant;
      if (!v.text() || (!v.text()->empty() && *v.text() != got)) return false;
    } else if (m.key == "settings") {
      for (const Json::Member& s : *v.object())
        if (!d.settings.count(s.key) || !equal(s.value, d.settings.at(s.key))) return false;
    } else if (m.key == "inputs") {
      for (const Json::Member& i : *v.object()) {
        if (i.value.is_null() != !d.inputs.count(i.key)) return false;
        if (i.value.is_null()) continue;
        const Json* name = i.value.text() ? &i.value : i.value.find("name");
        if (*name->text() != d.inputs.at(i.key).name) return false;
      }
    } else if (m.key == "seed") {
      if (v.number() != static_cast<double>(d.seed)) return false;
    } else if (m.key == "steps" || m.key == "every") {
      if (v.number() != static_cast<double>(m.key == "steps" ? d.steps : d.every)) return false;
    } else if (m.key == "record") {
      if (v.array()->size() != d.record.size()) return false;
    } else if (m.key == "edits") {
      if (v.array()->size() != d.edits.size()) return false;
      for (std::size_t i = 0; i < d.edits.size(); ++i) {
        const Json& e = (*v.array())[i];
        if (*e.find("step")->whole() != d.edits[i].step || !equal(*e.find("value"), d.edits[i].value)) return false;
        if (d.edits[i].entry != (e.find("entry") ? *e.find("entry")->whole() : -1)) return false;
        if (*(d.edits[i].entry < 0 ? e.find("key") : e.find("view"))->text() != d.edits[i].key) return false;
      }
    } else if (m.key == "until") {
      for (const UntilRule& rule : until_rules())
        if (const Json* x = v.find(rule.name); x && x->number() != d.until.*(rule.value)) return false;
    } else if (m.key == "page") {
      const auto page = parse_json(d.page.empty() ? "{}" : d.page);
      for (const Json::Member& part : *v.object())
        if (!page->find(part.key) && !(part.value.array() && part.value.array()->empty()) && !(part.value.object() && part.value.object()->empty())) return false;
    } else if (m.key != "rankscope") {
      return false;
    }
  }
  return true;
}

/// What is broken in how this text is read, strictly and leniently; "" when nothing is.
inline std::string broken_promise(const std::string& link, const Tables& tables) {
  const auto strict = receive(link, tables, Reading::Strict), lenient = receive(link, tables, Reading::Lenient);
  const auto full = [&](const Received& r) { return write_document(r.document, tables, Detail::Full); };
  const auto is_age = [](const std::string& note) { return note.find("older version") != std::string::npos; };
  if (strict) {
    if (!lenient) return "what is read strictly is refused leniently: " + lenient.error().text();
    if (full(*strict) != full(*lenient)) return "two readings of what is right";
    if (strict->notes != lenient->notes) return "a note on what is right: " + lenient->notes.back();
    for (const std::string& note : strict->notes)
      if (!is_age(note)) return "a note on what is right: " + note;
    const auto text = is_link(link) ? json_of_link(link) : Result<std::string>(link);
    const auto json = text ? parse_json(*text) : Result<Json>(text.error());
    if (!json || !accounts_for(*json, strict->document)) return "something was taken silently";
  } else if (strict.error().what.empty()) {
    return "an error that says nothing";
  }
  if (!lenient) return lenient.error().what.empty() ? "an error that says nothing" : "";
  if (!strict && std::all_of(lenient->notes.begin(), lenient->notes.end(), is_age)) return "mended silently: " + strict.error().text();
  ArrayTexts arrays;
  for (const auto& [name, data] : lenient->arrays) arrays[hash(data)] = array_text(data).value_or("");
  for (const Detail detail : {Detail::Full, Detail::Difference}) {
    const auto again = receive(link_of_json(write_document(lenient->document, tables, detail, false, arrays)), tables, Reading::Strict);
    if (!again) return "what was mended is refused: " + again.error().text();
    if (full(*again) != full(*lenient)) return "what was mended reads back as something else";
  }
  return {};
}

}  // namespace rankscope::link_cases
