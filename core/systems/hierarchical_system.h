// A hierarchical factorization that runs: what it shows and records of its mode tree, beside what every tensor factorization shows.
#pragma once
#include <memory>
#include <vector>

#include "systems/hierarchical_map.h"
#include "systems/tensor_system.h"

namespace rankscope {

std::vector<ViewInfo> hierarchical_views(const HierarchicalMap& map);
/// The matricizations by the modes under each node but the root.
std::vector<Modes> tree_matricizations(const ModeTree& tree);
/// `setup.map` is a HierarchicalMap.
std::unique_ptr<TensorSystem> hierarchical_system(TensorSetup setup);

}  // namespace rankscope
