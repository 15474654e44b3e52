// The rows of each file of presets.
#pragma once
#include <vector>

#include "lab/study.h"

namespace rankscope {
std::vector<Study> arora2019();
}  // namespace rankscope
