// A tensor train that runs: what goes over each bond, beside what every tensor factorization shows.
#pragma once
#include <memory>
#include <vector>

#include "systems/tensor_system.h"

namespace rankscope {

std::vector<ViewInfo> tensor_train_views(const Shape& shape);
/// setup.map is a TensorTrainMap.
std::unique_ptr<TensorSystem> tensor_train_system(TensorSetup setup);

}  // namespace rankscope
