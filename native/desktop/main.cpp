// rankscope-desktop: the frontend in a window of its own, with the words of `rankscope run`.
#include <CLI/CLI.hpp>

#include "io/array_text.h"
#include "io/document.h"
#include "io/slot.h"
#include "lab/version.h"
#include "native/desktop/window.h"
#include "native/inputs.h"
#include "native/run_options.h"
#include "native/terminal.h"
#include "presets/presets.h"
#include "systems/systems.h"

namespace rankscope {
namespace {

/// What the words describe, tried before a window opens.
Result<desktop::Start> start_of(const Tables& tables, RunOptions options) {
  if (auto settled = settle(options); !settled) return settled.error();
  if (options.what.empty()) options.what = tables.presets.front().key;
  desktop::Start start;
  auto received = base_document(tables, options.what, start.beside);
  if (!received) return received.error();
  Document& document = received->document;
  if (auto done = apply(tables, options, document); !done) return done.error();
  auto inputs = load_inputs(document, start.beside, false, received->arrays);
  if (!inputs) return inputs.error();
  if (auto run = open_run(*tables.system(document.system), document, *inputs); !run) return run.error();
  ArrayTexts arrays;  // they travel on, to the session
  for (const auto& [name, data] : received->arrays) arrays[hash(data)] = array_text(data).value_or("");
  start.document = write_document(document, tables, Detail::Full, false, arrays);
  start.out = options.out;
  return start;
}

int main(int argc, char** argv) {
  const Tables tables{systems(), presets()};
  CLI::App app("Rank emerging while a model trains, in a window", "rankscope-desktop");
  app.set_version_flag("--version", std::string("rankscope-desktop ") + version + " (" + git_hash + ")");
  RunOptions options;
  bool paused = false;
  add_run_options(app, options, "The folder that exports and saved documents go to; else the current one");
  app.add_flag("--paused", paused, "Stand at step 0 instead of playing");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForVersion& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    const auto rest = app.remaining(true);
    return complain({rest.empty() ? "" : rest.front(), rest.empty() ? e.what() : "is not known", "see --help"});
  }
  auto start = start_of(tables, std::move(options));
  if (!start) return complain(start.error());
  start->play = !paused;
  if (auto shown = desktop::run_window(tables, *start); !shown) return complain(shown.error());
  return kOk;
}

}  // namespace
}  // namespace rankscope

int main(int argc, char** argv) { return rankscope::main(argc, argv); }
