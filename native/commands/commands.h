// The verbs of the command line, one a file. Each answers the exit code.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lab/study.h"

namespace rankscope {

int list_command(const Tables& tables, bool json);

int show_command(const Tables& tables, const std::string& key, bool json);

struct RunOptions {
  std::string what;                  ///< a preset, a system or a document's file
  std::vector<std::string> set;      ///< key=value
  std::vector<std::string> input;    ///< key=path; an empty path takes the input away
  std::optional<std::int64_t> seed, steps, every;
  std::string out;                   ///< a folder; empty: write nothing
  bool json = false, quiet = false, study = false, restart = false;
};
int run_command(const Tables& tables, const RunOptions& options);

int verify_command(const Tables& tables, const std::vector<std::string>& files, std::optional<double> tolerance);

}  // namespace rankscope
