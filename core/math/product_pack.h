// How operands of the product are laid side by side for the tiles. For product*.cpp only.
#pragma once
#include <algorithm>

#include "math/product_tile.h"

namespace rankscope::tile {

/// One operand: element (lane, k) at x[lane * by_lane + k * by_k], a lane being a row of op(a) or a column of op(b); one of the
/// two strides is 1.
struct Side {
  const double* x;
  Index lanes, by_lane, by_k;

  Side part(Index first, Index count) const { return {x + first * by_lane, count, by_lane, by_k}; }
};

#if defined(__AVX512F__)
constexpr Index kTurn = 8;

/// out[step k + l] = x[by_lane l + k] for l, k < kTurn.
inline void turn(const double* x, Index by_lane, double* out, Index step) {
  Lanes pair[8], quad[8];
#pragma GCC unroll 8
  for (int l = 0; l < 8; l += 2) {
    const Lanes r = load(x + l * by_lane), s = load(x + (l + 1) * by_lane);
    pair[l] = __builtin_shufflevector(r, s, 0, 8, 2, 10, 4, 12, 6, 14);  // k = 0, 2, 4, 6 of two lanes
    pair[l + 1] = __builtin_shufflevector(r, s, 1, 9, 3, 11, 5, 13, 7, 15);
  }
#pragma GCC unroll 8
  for (int h = 0; h < 8; h += 4)
#pragma GCC unroll 8
    for (int odd = 0; odd < 2; ++odd) {  // k = odd and odd + 4 of four lanes, k = odd + 2 and odd + 6
      quad[h + odd] = __builtin_shufflevector(pair[h + odd], pair[h + odd + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      quad[h + odd + 2] = __builtin_shufflevector(pair[h + odd], pair[h + odd + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma GCC unroll 8
  for (int k = 0; k < 4; ++k) {
    store(out + k * step, __builtin_shufflevector(quad[k], quad[k + 4], 0, 1, 2, 3, 8, 9, 10, 11));
    store(out + (k + 4) * step, __builtin_shufflevector(quad[k], quad[k + 4], 4, 5, 6, 7, 12, 13, 14, 15));
  }
}
#else
constexpr Index kTurn = 4;

/// out[step k + l] = x[by_lane l + k] for l, k < kTurn.
inline void turn(const double* x, Index by_lane, double* out, Index step) {
  const Quad r0 = *four(x), r1 = *four(x + by_lane), r2 = *four(x + 2 * by_lane), r3 = *four(x + 3 * by_lane);
  const Quad a = __builtin_shufflevector(r0, r1, 0, 4, 2, 6), b = __builtin_shufflevector(r0, r1, 1, 5, 3, 7);
  const Quad c = __builtin_shufflevector(r2, r3, 0, 4, 2, 6), d = __builtin_shufflevector(r2, r3, 1, 5, 3, 7);
  *four(out) = __builtin_shufflevector(a, c, 0, 1, 4, 5);
  *four(out + step) = __builtin_shufflevector(b, d, 0, 1, 4, 5);
  *four(out + 2 * step) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
  *four(out + 3 * step) = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}
#endif

/// out[step k + l] = lane `lane` + l at k `from` + k, for l < width and k < depth.
[[gnu::noinline]] inline void pack(const Side& s, Index lane, Index width, Index from, Index depth, double* out, Index step) {
  const double* x = s.x + lane * s.by_lane + from * s.by_k;
  Index l = 0;
  if (s.by_lane == 1) {
    l = width / kLanes * kLanes;
    for (Index k = 0; k < depth; ++k)
      for (Index i = 0; i < l; i += kLanes) store(out + k * step + i, load(x + k * s.by_k + i));
  } else {
    for (; l + kTurn <= width; l += kTurn) {
      Index k = 0;
      for (; k + kTurn <= depth; k += kTurn) turn(x + l * s.by_lane + k, s.by_lane, out + k * step + l, step);
      for (; k < depth; ++k)
        for (Index i = l; i < l + kTurn; ++i) out[k * step + i] = x[i * s.by_lane + k];
    }
  }
  for (; l < width; ++l)
    for (Index k = 0; k < depth; ++k) out[k * step + l] = x[l * s.by_lane + k * s.by_k];
}

}  // namespace rankscope::tile
