// The row of the autoencoder in the table of systems.
#pragma once
#include "lab/system.h"

namespace rankscope {
Entry autoencoder_entry();
}  // namespace rankscope
