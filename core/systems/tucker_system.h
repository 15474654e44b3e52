// A Tucker factorization that runs: the slices of its core, the columns of its factors and the higher-order singular values, beside what every
// tensor factorization shows.
#pragma once
#include <memory>
#include <vector>

#include "systems/tensor_system.h"

namespace rankscope {

std::vector<ViewInfo> tucker_views(const Shape& shape);
/// setup.map is a TuckerMap.
std::unique_ptr<TensorSystem> tucker_system(TensorSetup setup);

}  // namespace rankscope
