// The mode trees whose hierarchical ranks the lens reads (core/lens knows of trees only which modes stand under their nodes).
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lab/result.h"
#include "lens/notions.h"

namespace rankscope {

/// A tree in brackets with modes from 1, "((1,2),(3,4))", and whose it is: "this run's", "as given".
struct OwnTree {
  std::string text, whose;
};

/// `own` first, under the key "own"; then that of neighbours and, of more than three modes, that of halves, as the system `hierarchical` has them.
/// Error: as drawn_tree says, of an `own` that is no tree of these modes.
Result<std::vector<lens::Tree>> lens_trees(int order, const std::optional<OwnTree>& own = {});

/// The text of a Tree in a Frame, of its Part::Parents and Part::Modes; children by their smallest mode.
std::string tree_text(std::span<const double> parents, std::span<const double> modes);

}  // namespace rankscope
