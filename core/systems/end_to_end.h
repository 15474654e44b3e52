// The end-to-end flow of a deep linear network: W alone, moved as gradient flow on balanced layers moves their product, for every real depth
// (Arora, Cohen and Hazan 2018; Cohen and Razin, lecture notes on linear neural networks).
#pragma once
#include "lab/system.h"

namespace rankscope {

Entry end_to_end_entry();

}  // namespace rankscope
