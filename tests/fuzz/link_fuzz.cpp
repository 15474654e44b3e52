// Links and documents over the real tables: what is read strictly is read leniently as the same, what is mended is said and reads back as itself.
#include "../io/link_cases.h"
#include "fuzz/fuzz.h"
#include "presets/presets.h"
#include "systems/systems.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"a link", "raw JSON", "a short form", "an array", "a page", "a run beside", "an edit of an entry", "an older version", "something mended"};
  return all;
}

/// Accepted is what is read strictly.
bool accepts(Bytes input) {
  const Tables tables{systems(), presets()};
  const std::string text(text_of(input));
  const std::string broken = link_cases::broken_promise(text, tables);
  promise(broken.empty(), broken.c_str());
  const auto strict = receive(text, tables, Reading::Strict), lenient = receive(text, tables, Reading::Lenient);
  if (lenient && !strict) reached("something mended");
  if (!strict) return false;
  reached(!is_link(text) ? "raw JSON" : text.find("study=") != std::string::npos ? "a short form" : "a link");
  if (!strict->arrays.empty()) reached("an array");
  if (!strict->document.page.empty()) reached("a page");
  if (strict->document.page.find("\"beside\"") != std::string::npos) reached("a run beside");
  for (const Edit& e : strict->document.edits)
    if (e.entry >= 0) reached("an edit of an entry");
  if (!strict->notes.empty()) reached("an older version");
  return true;
}

}  // namespace rankscope::fuzz
