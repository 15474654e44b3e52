// A CP factorization that runs: what it shows and records of its components, beside what every tensor factorization shows.
#pragma once
#include <memory>
#include <vector>

#include "systems/tensor_system.h"

namespace rankscope {

/// Of a tensor of this shape; `settings` complete.
std::vector<ViewInfo> cp_views(const TensorShape& shape, const Settings& settings);
std::unique_ptr<TensorSystem> cp_system(TensorSetup setup);

}  // namespace rankscope
