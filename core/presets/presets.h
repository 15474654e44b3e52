// The table of presets: one row a study, one file a paper or chapter of the notes.
#pragma once
#include <span>

#include "lab/study.h"

namespace rankscope {
std::span<const Study> presets();
}  // namespace rankscope
