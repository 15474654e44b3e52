// The verbs of the command line, one a file. Each answers the exit code.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "lab/study.h"
#include "lens/cp_rank.h"
#include "native/run_options.h"

namespace rankscope {

int list_command(const Tables& tables, bool json);

int show_command(const Tables& tables, const std::string& key, bool json);

struct RanksOptions {
  std::string file;
  std::optional<std::string> tree;  ///< of modes, in brackets
  double threshold = 1e-2;
  lens::CpOptions cp;
  bool json = false;
};
int ranks_command(const RanksOptions& options);

int run_command(const Tables& tables, const RunOptions& options);

int verify_command(const Tables& tables, const std::vector<std::string>& files, std::optional<double> tolerance);

}  // namespace rankscope
