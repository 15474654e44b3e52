// Where a hierarchical tensor factorization starts.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "systems/hierarchical_map.h"

namespace rankscope {

/// "gaussian": every weight N(0, scale^2), as the authors have it. "balanced": such a draw, scaled so that all axes of a local component have
/// one norm: `scale` at the root, scale sqrt(r_root / r) at a node that joins r. (Each V then has rows of one norm and columns of one;
/// it comes from scaling these in turn, which converges for a matrix without zeros.)
std::vector<double> hierarchical_start(const HierarchicalMap& map, std::string_view init, double scale, std::uint64_t seed);

}  // namespace rankscope
