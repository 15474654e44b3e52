#include <algorithm>

#include "io/declaration.h"
#include "native/commands/commands.h"
#include "native/terminal.h"

namespace rankscope {

int list_command(const Tables& tables, bool json) {
  if (json) {
    print(list_json(tables, true));
    return kOk;
  }
  std::size_t width = 0;
  for (const Entry& e : tables.systems) width = std::max(width, e.key.size());
  for (const Study& s : tables.presets) width = std::max(width, s.key.size());
  const auto row = [&](const std::string& key, const std::string& text) {
    print(format("  %-*s  %s", static_cast<int>(width), key.c_str(), text.c_str()));
  };
  print("systems");
  for (const Entry& e : tables.systems) row(e.key, e.title + " - " + e.paper);
  print("presets");
  for (const Study& s : tables.presets) row(s.key, s.title + " - " + s.cite);
  return kOk;
}

}  // namespace rankscope
