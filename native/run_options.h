// The words that say what to run: `rankscope run` and `rankscope-desktop` take the same ones.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/document.h"
#include "lab/document.h"
#include "lab/study.h"

namespace CLI {
class App;
}

namespace rankscope {

struct RunOptions {
  std::string what;                ///< a preset, a system, a document's file, its JSON, or a link
  std::vector<std::string> set;    ///< key=value
  std::vector<std::string> input;  ///< key=path; an empty path takes the input away
  std::optional<std::int64_t> seed, steps, every;
  Until until;  ///< 0: as the document has it
  std::string from;  ///< an .npz to start from; empty: as the document has it
  std::string out;  ///< a folder; empty: write nothing
  int threads = 0;  ///< 0: as many as the machine has cores
  std::optional<double> checkpoint;  ///< seconds between two; unset: ten, and never more than a fiftieth of the time
  bool json = false, quiet = false, study = false,
       restart = false;  ///< of `rankscope run` alone, which adds them itself
};

/// Declares them all but the last line's, `out` with this help; `options` must outlive the parse.
void add_run_options(CLI::App& app, RunOptions& options, const std::string& out_help);

/// After the parse: an option that takes several words may have taken `what` too, and each of its words must be
/// key=value.
Result<void> settle(RunOptions& options);

/// The document that `what` names or is, before the other options act. `beside` becomes the folder of its file.
Result<Received> base_document(const Tables& tables, const std::string& what, std::string& beside);
/// What the other options change in it.
Result<void> apply(const Tables& tables, const RunOptions& options, Document& document);

}  // namespace rankscope
