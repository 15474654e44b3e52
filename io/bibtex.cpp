#include "io/bibtex.h"

#include <algorithm>
#include <vector>

#include "lab/version.h"
#include "presets/bibliography.h"

namespace rankscope {

std::string bibtex(std::span<const Document> documents, const Tables& tables) {
  std::vector<std::string> ids;
  const auto name = [&](std::string_view text) {
    for (const std::string& id : arxiv_ids(text))
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  for (const Document& d : documents) {
    if (const Study* study = tables.preset(d.study)) name(study->cite);
    if (const Entry* entry = tables.system(d.system)) name(entry->paper);
  }
  std::string out;
  for (const std::string& id : ids)
    for (const Paper& p : bibliography())
      if (p.id == id) {
        out += std::string("@misc{") + p.key + ",\n  author = {" + p.authors + "},\n";
        if (*p.title) out += std::string("  title = {{") + p.title + "}},\n";
        out += "  year = {" + std::to_string(p.year) + "},\n  eprint = {" + id + "},\n  archivePrefix = {arXiv}\n}\n";
      }
  return out + "@misc{rankscope,\n  author = {{Rankscope contributors}},\n  title = {{Rankscope}},\n  note = {version " + version + "}\n}\n";
}

}  // namespace rankscope
