// rankscope list | show | run | ranks | verify
#include <CLI/CLI.hpp>

#include "io/document.h"
#include "lab/version.h"
#include "native/commands/commands.h"
#include "native/terminal.h"
#include "native/thread_pool.h"
#include "presets/presets.h"
#include "systems/systems.h"

namespace rankscope {
namespace {

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

/// A word that no command knows, with the nearest one that it does.
int complain_about(const CLI::App& app, const std::string& word) {
  const CLI::App* at = &app;
  for (const CLI::App* sub : app.get_subcommands()) at = sub;
  const std::string near = nearest(word, names_of(*at));
  return complain(
      {word, "is not known to `" + at->get_name() + "`", near.empty() ? "see --help" : "did you mean '" + near + "'?"});
}

int main(int argc, char** argv) {
  const Tables tables{systems(), presets()};
  CLI::App app("Rank emerging while a model trains", "rankscope");
  app.set_version_flag("--version", std::string("rankscope ") + version + " (" + git_hash + ")");
  app.require_subcommand(1);
  bool json = false;

  auto* list = app.add_subcommand("list", "Systems and presets");
  list->add_flag("--json", json, "As JSON");

  std::string key;
  auto* show = app.add_subcommand("show", "Parameters, inputs, views, cost and claim of a system or preset");
  show->add_option("key", key, "A system or preset")->required();
  show->add_flag("--json", json, "As JSON");

  RunOptions run;
  auto* go = app.add_subcommand("run", "Run a preset, a system, a document or a link");
  add_run_options(*go, run, "A folder for run.json, series.csv, arrays.npz and completion.csv; "
                             "the same command goes on with an interrupted run");
  go->add_option("--threads", run.threads, "For large products; the cores when not given. The numbers are the same for any")
      ->check(CLI::Range(1, 1024));
  go->add_option("--checkpoint", run.checkpoint, "Seconds between two checkpoints; 10 when not given")
      ->check(CLI::PositiveNumber);
  go->add_flag("--json", run.json, "The outcome as JSON");
  go->add_flag("--quiet", run.quiet, "No progress");
  go->add_flag("--study", run.study, "Every run of the preset, a folder each, then its claim");
  go->add_flag("--restart", run.restart, "Overwrite what --out holds");

  RanksOptions ranks;
  double mean_square = 0;
  auto* lens = app.add_subcommand("ranks", "Every notion of rank of an array: a .npy file, a picture (photo.png?channel=rgb: its colours as a mode), a table");
  lens->add_option("file", ranks.file, "A file or a sample")->required();
  lens->add_option("--tree", ranks.tree, "The hierarchical ranks over this tree of modes too, such as \"((1,2),(3,4))\"");
  lens->add_option("--threshold", ranks.threshold, "A rank counts the singular values above this share of the largest; 0.01 when not given")
      ->check(CLI::Range(0.0, 1.0));
  lens->add_option("--tolerance", ranks.cp.tolerance, "Of the CP rank's fits, as a share of the array's norm; 0.01 when not given");
  auto* mean = lens->add_option("--mean-square", mean_square, "Of the CP rank's fits instead: the mean square error of an entry")->excludes("--tolerance");
  lens->add_option("--starts", ranks.cp.starts, "Of a number of outer products, before it is given up; 5 when not given");
  lens->add_option("--sweeps", ranks.cp.sweeps, "Of a start at most; 3000 when not given");
  lens->add_option("--seed", ranks.cp.seed, "Of the starts; 1 when not given");
  lens->add_flag("--json", ranks.json, "As JSON, with the singular values");

  std::vector<std::string> files;
  std::optional<double> tolerance;
  auto* verify = app.add_subcommand("verify", "Replay reference runs and compare every series");
  verify->add_option("files", files, "Reference runs, FILE.json ...")->required();
  verify->add_option("--tolerance", tolerance, "Instead of the model's own")->check(CLI::NonNegativeNumber);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForVersion& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    const auto rest = app.remaining(true);
    return rest.empty() ? complain({"", e.what(), "see --help"}) : complain_about(app, rest.front());
  }
  if (*list) return list_command(tables, json);
  if (*show) return show_command(tables, key, json);
  if (*mean) ranks.cp.tolerance = mean_square, ranks.cp.relative = false;
  if (*lens) return ranks_command(ranks);
  if (*verify) return verify_command(tables, files, tolerance);
  if (auto settled = settle(run); !settled) return complain(settled.error());
  if (run.what.empty())
    return complain({"run", "names nothing to run", "a preset, a system, a FILE.json or a link; see `rankscope list`"});
  const UseThreads threads(run.threads);
  return run_command(tables, run);
}

}  // namespace
}  // namespace rankscope

int main(int argc, char** argv) {
  rankscope::settle_streams();
  return rankscope::end_of_output(rankscope::main(argc, argv));
}
