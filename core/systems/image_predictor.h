// A sum of R outer products over the pixels of binary images, trained to tell one label from the others: rank as the complexity of data.
#pragma once
#include "lab/system.h"

namespace rankscope {

Entry image_predictor_entry();

}  // namespace rankscope
