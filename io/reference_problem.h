// What the reference runs of all factorizations share: descent, loss, truth and observations as settings and inputs of a system, and the
// comparison of its views with the file's series, step by step.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/reference.h"
#include "io/reference_file.h"
#include "lab/run.h"

namespace rankscope {

struct ReferenceProblem {
  Settings settings;
  Inputs inputs;
  Dense truth;                   ///< as the file has it; empty: none
  bool truth_is_target = true;   ///< false: the observed values are not the truth's
  std::string problem;           ///< what this program does not know; "": nothing
};

/// All: Error: the file is malformed.
Result<void> read_descent(const ReferenceFile& file, const Json& root, ReferenceProblem& out);
Result<void> read_loss(const ReferenceFile& file, const Json& problem, ReferenceProblem& out);
/// Of this shape, the end matrix's or tensor's, in the file's own layout.
Result<void> read_truth(const ReferenceFile& file, const Json& problem, const std::vector<std::int64_t>& shape, ReferenceProblem& out);
Result<void> read_entries(const ReferenceFile& file, const Json& problem, const std::vector<std::int64_t>& shape, ReferenceProblem& out);
Result<void> read_sensing(const ReferenceFile& file, const Json& problem, ReferenceProblem& out);

/// How a series is measured: from these views, all of which the run must have, in a frame that holds them.
struct Measured {
  std::vector<std::string> views;
  std::function<std::vector<double>(const Run&, const Frame&)> numbers;
};
/// A view's numbers; empty where it has none.
std::vector<double> numbers_of(const Run& run, const Frame& frame, const std::string& view, Part part = Part::Measured);

/// Runs `system` over the logged iterations. `measured` of a series' name and the run: std::nullopt where the series is unknown; called
/// without a run first, to say what is unknown before anything is made.
using Measures = std::function<std::optional<Measured>(const std::string&, const Run*)>;
Result<Replay> replay_trajectory(const ReferenceFile& file, const Json& root, const Tables& tables, const char* system, const ReferenceProblem& problem,
                                 const Measures& measured);

}  // namespace rankscope
