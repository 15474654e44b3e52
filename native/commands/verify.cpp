#include "io/file.h"
#include "io/reference.h"
#include "native/commands/commands.h"
#include "native/terminal.h"

namespace rankscope {

int verify_command(const Tables& tables, const std::vector<std::string>& files, std::optional<double> tolerance) {
  bool agree = true, readable = true;
  for (const std::string& path : files) {
    auto bytes = read_file(path);
    if (!bytes) {
      complain(bytes.error());
      readable = false;
      continue;
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    auto replay = verify_reference(text, path, tables, tolerance);
    if (!replay) {
      complain(replay.error());
      readable = false;
      continue;
    }
    std::string line = path + ":";
    for (const Deviation& d : replay->series)
      line += format(" %s %.1e%s", d.series.c_str(), d.worst, d.worst <= replay->tolerance ? "" : "!");
    if (replay->agrees())
      line += format("  ok (tolerance %.0e)", replay->tolerance);
    else
      line += (replay->problem.empty() ? format("  beyond the tolerance %.0e", replay->tolerance)
                                       : "  " + replay->problem) +
              "  FAILED";
    print(line);
    agree = agree && replay->agrees();
  }
  return !readable ? kBadInput : agree ? kOk : kCheckFailed;
}

}  // namespace rankscope
