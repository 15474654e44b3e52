#include "math/columns.h"

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace rankscope {

double dot(const double* x, const double* y, std::ptrdiff_t n) {
  std::ptrdiff_t i = 0;
#if defined(__wasm_simd128__)
  v128_t s01 = wasm_f64x2_splat(0), s23 = s01, s45 = s01, s67 = s01;
  for (; i + 8 <= n; i += 8) {
    s01 = wasm_f64x2_add(s01, wasm_f64x2_mul(wasm_v128_load(x + i), wasm_v128_load(y + i)));
    s23 = wasm_f64x2_add(s23, wasm_f64x2_mul(wasm_v128_load(x + i + 2), wasm_v128_load(y + i + 2)));
    s45 = wasm_f64x2_add(s45, wasm_f64x2_mul(wasm_v128_load(x + i + 4), wasm_v128_load(y + i + 4)));
    s67 = wasm_f64x2_add(s67, wasm_f64x2_mul(wasm_v128_load(x + i + 6), wasm_v128_load(y + i + 6)));
  }
  const v128_t s = wasm_f64x2_add(wasm_f64x2_add(s01, s23), wasm_f64x2_add(s45, s67));
  double even = wasm_f64x2_extract_lane(s, 0);
  const double odd = wasm_f64x2_extract_lane(s, 1);
#else
  double s[8] = {};
  for (; i + 8 <= n; i += 8)
    for (std::ptrdiff_t l = 0; l < 8; ++l) s[l] += x[i + l] * y[i + l];
  double even = (s[0] + s[2]) + (s[4] + s[6]);
  const double odd = (s[1] + s[3]) + (s[5] + s[7]);
#endif
  for (; i < n; ++i) even += x[i] * y[i];
  return even + odd;
}

void subtract_multiple(double* y, const double* x, double f, std::ptrdiff_t n) {
  std::ptrdiff_t i = 0;
#if defined(__wasm_simd128__)
  const v128_t ff = wasm_f64x2_splat(f);
  for (; i + 4 <= n; i += 4) {
    const v128_t y0 = wasm_f64x2_sub(wasm_v128_load(y + i), wasm_f64x2_mul(ff, wasm_v128_load(x + i)));
    const v128_t y1 = wasm_f64x2_sub(wasm_v128_load(y + i + 2), wasm_f64x2_mul(ff, wasm_v128_load(x + i + 2)));
    wasm_v128_store(y + i, y0), wasm_v128_store(y + i + 2, y1);
  }
#endif
  for (; i < n; ++i) y[i] -= f * x[i];
}

void rotate(double* x, double* y, double c, double s, std::ptrdiff_t n) {
  std::ptrdiff_t i = 0;
#if defined(__wasm_simd128__)
  const v128_t cc = wasm_f64x2_splat(c), ss = wasm_f64x2_splat(s);
  for (; i + 4 <= n; i += 4) {
    const v128_t x0 = wasm_v128_load(x + i), x1 = wasm_v128_load(x + i + 2), y0 = wasm_v128_load(y + i), y1 = wasm_v128_load(y + i + 2);
    wasm_v128_store(x + i, wasm_f64x2_sub(wasm_f64x2_mul(cc, x0), wasm_f64x2_mul(ss, y0)));
    wasm_v128_store(x + i + 2, wasm_f64x2_sub(wasm_f64x2_mul(cc, x1), wasm_f64x2_mul(ss, y1)));
    wasm_v128_store(y + i, wasm_f64x2_add(wasm_f64x2_mul(ss, x0), wasm_f64x2_mul(cc, y0)));
    wasm_v128_store(y + i + 2, wasm_f64x2_add(wasm_f64x2_mul(ss, x1), wasm_f64x2_mul(cc, y1)));
  }
#endif
  for (; i < n; ++i) {
    const double xi = x[i], yi = y[i];
    x[i] = c * xi - s * yi;
    y[i] = s * xi + c * yi;
  }
}

}  // namespace rankscope
