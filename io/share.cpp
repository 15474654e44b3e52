#include "io/share.h"

#include <algorithm>

#include "io/array_text.h"
#include "io/bibtex.h"
#include "io/document.h"
#include "io/link.h"
#include "io/samples.h"

namespace rankscope {
namespace {

/// The documents of the runs beside.
std::vector<Document> beside_of(const std::string& page, const Tables& tables) {
  std::vector<Document> out;
  const auto json = parse_json(page.empty() ? "{}" : page);
  const Json* beside = json ? json->find("beside") : nullptr;
  if (!beside || !beside->array()) return out;
  for (const Json& run : *beside->array())
    if (const Json* document = run.find("document"))
      if (auto read = receive(*document, tables, Reading::Strict)) out.push_back(std::move(read->document));
  return out;
}

/// What a link holds of a run that names no records: those it would have anyway are left out.
Document brief(const Run& run) {
  Document d = run.document();
  if (d.study.empty() && d.record == record_default(run.views())) d.record.clear();
  return d;
}

/// The small ones of these, the smallest first as long as there is room.
ArrayTexts packed(const std::map<std::string, Data>& files) {
  struct Packed {
    std::string text, hash;
  };
  std::vector<Packed> travel;
  for (const auto& [name, data] : files)
    if (auto text = data ? array_text(data) : std::nullopt) travel.push_back({std::move(*text), hash(data)});
  std::stable_sort(travel.begin(), travel.end(), [](const Packed& a, const Packed& b) { return a.text.size() < b.text.size(); });
  ArrayTexts texts;
  std::size_t size = 0;
  for (Packed& p : travel)
    if (size += p.text.size(); size <= max_array_text) texts[p.hash] = std::move(p.text);
  return texts;
}

/// The run's inputs that are no samples, by their names.
std::map<std::string, Data> files_of(const Run& run) {
  std::map<std::string, Data> files;
  for (const auto& [key, data] : run.inputs())
    if (const std::string& name = run.document().inputs.at(key).name; !find_sample(name)) files[name] = data;
  return files;
}

/// The page with its runs' documents written with those arrays that have not been written yet.
std::string page_with(const std::string& page, const Tables& tables, ArrayTexts arrays) {
  const auto json = parse_json(page);
  const Json* beside = json ? json->find("beside") : nullptr;
  if (!beside || arrays.empty()) return page;
  std::string out = page;
  std::size_t from = 0;
  for (const Document& d : beside_of(page, tables)) {
    const std::string plain = write_document(d, tables, Detail::Difference), with = write_document(d, tables, Detail::Difference, false, arrays);
    from = out.find(plain, from);  // canonical: its documents stand in it as they are written
    if (from == std::string::npos) break;
    out.replace(from, plain.size(), with);
    from += with.size();
    for (const auto& [key, ref] : d.inputs) arrays.erase(ref.hash);
  }
  return out;
}

}  // namespace

ArrayTexts array_texts(const Run& run) { return packed(files_of(run)); }

std::string shell_quoted(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("_-+=./,:@%").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command_line(const Document& d, const Tables& tables, const std::string& text) {
  const std::string& key = d.study.empty() ? d.system : d.study;
  const auto whole = document_of_key(tables, key);
  bool says_all = whole && d.variant == whole->variant && d.record == whole->record && d.edits.empty();
  std::string out = "rankscope run " + shell_quoted(key);
  if (says_all) {
    for (const auto& [input, ref] : whole->inputs)
      if (!d.inputs.count(input)) out += " --input " + shell_quoted(input + "=");
    for (const auto& [input, ref] : d.inputs) {
      const auto base = whole->inputs.find(input);
      says_all = says_all && find_sample(ref.name);  // a file's hash has no place there
      if (base == whole->inputs.end() || base->second.name != ref.name) out += " --input " + shell_quoted(input + "=" + ref.name);
    }
    for (const auto& [name, value] : d.settings) {
      const auto base = whole->settings.find(name);
      if (base == whole->settings.end() || base->second != value) out += " --set " + shell_quoted(name + "=" + to_text(value));
    }
    if (d.seed != whole->seed) out += " --seed " + std::to_string(d.seed);
    if (d.steps != whole->steps) out += " --steps " + std::to_string(d.steps);
    if (d.every != whole->every) out += " --every " + std::to_string(d.every);
    for (const UntilRule& rule : until_rules()) {
      const double x = d.until.*(rule.value);
      if (x == whole->until.*(rule.value)) continue;
      says_all = says_all && x > 0;
      out += std::string(" --until-") + rule.name + " " + to_text(x);
    }
  }
  return says_all ? out : "rankscope run " + shell_quoted(text);
}

Shared share(const Run& run, const Tables& tables, const std::string& page, bool arrays, const FindData& find) {
  Document document = brief(run);
  document.page = page;
  std::vector<Document> documents = beside_of(page, tables);
  documents.insert(documents.begin(), document);

  std::map<std::string, Data> files = files_of(run);
  for (const Document& d : documents)
    for (const auto& [key, ref] : d.inputs)
      if (!files.count(ref.name) && !find_sample(ref.name)) files[ref.name] = find(ref.name);
  const ArrayTexts texts = arrays ? packed(files) : ArrayTexts();

  Shared out;
  for (const Document& d : documents)
    for (const auto& [key, ref] : d.inputs)
      if (files.count(ref.name) && !texts.count(ref.hash)) out.left_out.push_back(ref.name);
  std::sort(out.left_out.begin(), out.left_out.end());
  out.left_out.erase(std::unique(out.left_out.begin(), out.left_out.end()), out.left_out.end());
  Document alone = document;
  alone.page.clear();
  out.command = command_line(alone, tables, write_document(alone, tables, Detail::Difference, false, texts));
  ArrayTexts rest = texts;
  for (const auto& [key, ref] : document.inputs) rest.erase(ref.hash);
  document.page = page_with(page, tables, rest);
  out.text = write_document(document, tables, Detail::Difference, false, texts);
  out.link = link_of_json(out.text);
  out.bibtex = bibtex(documents, tables);
  return out;
}

}  // namespace rankscope
