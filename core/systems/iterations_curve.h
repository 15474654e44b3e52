// Steps that a deep linear network needs to reach a loss, against its initial scale or its step size: one point of the curve a step.
#pragma once
#include "lab/system.h"

namespace rankscope {

Entry iterations_curve_entry();

/// Flow time of a scalar network of equal layers, dw/dt = (1 - w^N) w^(N-1) for l = 1/2 (w^N - 1)^2, from end-to-end weight `from` to `to`,
/// 0 < from < to < 1. For small `from` it is ln(1/from)/2 at N = 2 and w_0^-(N-2) / (N-2) at N > 2, w_0 = from^(1/N): the time to leave the saddle.
/// Simpson's rule in ln w.
double scalar_flow_time(int depth, double from, double to);

}  // namespace rankscope
