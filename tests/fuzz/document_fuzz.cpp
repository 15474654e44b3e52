// Run documents over the real tables: what parses is written in full and as a difference, and both parse to the same.
#include "fuzz/fuzz.h"
#include "io/document.h"
#include "presets/presets.h"
#include "systems/systems.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"a study", "a system", "a variant", "a setting", "widths", "an input", "an input taken away",
                                               "a hash", "a seed", "a record", "an edit"};
  return all;
}

bool accepts(Bytes input) {
  const Tables tables{systems(), presets()};
  const std::string_view text = text_of(input);
  const auto document = parse_document(text, tables, "x.json");
  if (!document) {
    promise(!document.error().what.empty(), "an error says what is wrong");
    return false;
  }
  const std::string full = write_document(*document, tables, Detail::Full);
  for (const bool indented : {false, true})
    for (const Detail detail : {Detail::Full, Detail::Difference}) {
      const auto again = parse_document(write_document(*document, tables, detail, indented), tables);
      promise(bool(again), "what is written parses");
      promise(write_document(*again, tables, Detail::Full) == full, "what is written parses to the same document");
    }

  reached(document->study.empty() ? "a system" : "a study");
  const Study* study = tables.preset(document->study);
  const auto base = study ? document_of(tables, *study) : Result<Document>(document_of(*tables.system(document->system)));
  promise(bool(base), "every study has a document");
  if (study && document->variant != base->variant) reached("a variant");
  if (document->settings != base->settings) reached("a setting");
  if (!get<std::vector<std::int64_t>>(document->settings, "widths").empty()) reached("widths");
  for (const auto& [key, ref] : document->inputs) {
    if (!base->inputs.count(key)) reached("an input");
    if (!ref.hash.empty()) reached("a hash");
  }
  for (const auto& [key, ref] : base->inputs)
    if (!document->inputs.count(key)) reached("an input taken away");
  if (document->seed != base->seed) reached("a seed");
  if (document->record != base->record) reached("a record");
  if (!document->edits.empty()) reached("an edit");
  return true;
}

}  // namespace rankscope::fuzz
