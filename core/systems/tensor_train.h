// Tensor train and deep tensor train as a system.
#pragma once
#include "lab/system.h"

namespace rankscope {
Entry tensor_train_entry();
}  // namespace rankscope
