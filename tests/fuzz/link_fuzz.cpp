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

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Mostly the JSON in a link is changed and packed again: a changed letter of the packed text is hardly ever a link. Every other time a digit
/// alone, which often leaves a link that is right.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  using namespace rankscope;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto json = seed % 4 && is_link(text) ? json_of_link(text) : Result<std::string>(Error{});
  if (!json || json->empty() || json->size() > most) return LLVMFuzzerMutate(data, size, most);
  std::string changed = *json;
  const auto digit = changed.find_first_of("0123456789", seed / 4 % changed.size());
  if (seed % 2 && digit != changed.npos) {
    changed[digit] = static_cast<char>('0' + seed / 64 % 10);
  } else {
    changed.resize(most);
    changed.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(changed.data()), json->size(), most));
  }
  const std::string link = link_of_json(changed);
  if (link.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::copy(link.begin(), link.end(), data);
  return link.size();
}
