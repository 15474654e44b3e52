#include "math/columns.h"

namespace rankscope {
namespace {

// Vectors of the compiler's own, loaded from any double's address: elementwise + - *, in any build the same bits.
typedef double Quad __attribute__((vector_size(4 * sizeof(double)), aligned(alignof(double)), may_alias));

// Pointers: clang takes a reference for aligned as the vector is, whatever its typedef says.
const Quad* four(const double* x) { return reinterpret_cast<const Quad*>(x); }
Quad* four(double* x) { return reinterpret_cast<Quad*>(x); }

/// C columns of subtract_multiples_and_dot at once: x, y and v are read once for all of them.
template <int C>
[[gnu::noinline]] void subtract_and_dot(double* a, std::ptrdiff_t stride, const double* x, double* f, const double* y,
                                        const double* g, const double* v, std::ptrdiff_t n) {
  Quad sum[C] = {};
  std::ptrdiff_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const Quad xi = *four(x + i), yi = *four(y + i), vi = *four(v + i);
#pragma GCC unroll 4
    for (int c = 0; c < C; ++c) {
      Quad* at = four(a + c * stride + i);
      const Quad left = (*at - xi * f[c]) - yi * g[c];
      *at = left;
      sum[c] += vi * left;
    }
  }
  for (int c = 0; c < C; ++c) {
    double* column = a + c * stride;
    double s = (sum[c][0] + sum[c][2]) + (sum[c][1] + sum[c][3]);
    for (std::ptrdiff_t k = i; k < n; ++k) {
      column[k] = (column[k] - x[k] * f[c]) - y[k] * g[c];
      s += v[k] * column[k];
    }
    f[c] = s;
  }
}

template <int C>
[[gnu::noinline]] void add_columns(double* y, const double* a, std::ptrdiff_t stride, const double* f,
                                   std::ptrdiff_t n) {
  std::ptrdiff_t i = 0;
  for (; i + 4 <= n; i += 4) {
    Quad sum = *four(y + i);
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) sum += *four(a + c * stride + i) * f[c];
    *four(y + i) = sum;
  }
  for (; i < n; ++i)
    for (int c = 0; c < C; ++c) y[i] += a[c * stride + i] * f[c];
}

}  // namespace

double dot(const double* x, const double* y, std::ptrdiff_t n) {
  double s[8] = {};
  std::ptrdiff_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (std::ptrdiff_t l = 0; l < 8; ++l) s[l] += x[i + l] * y[i + l];
  double even = (s[0] + s[2]) + (s[4] + s[6]);
  const double odd = (s[1] + s[3]) + (s[5] + s[7]);
  for (; i < n; ++i) even += x[i] * y[i];
  return even + odd;
}

void subtract_multiple(double* y, const double* x, double f, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) y[i] -= f * x[i];
}

void rotate(double* x, double* y, double c, double s, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const double xi = x[i], yi = y[i];
    x[i] = c * xi - s * yi;
    y[i] = s * xi + c * yi;
  }
}

void subtract_multiples(double* a, const double* x, double f, const double* y, double g, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) a[i] = (a[i] - x[i] * f) - y[i] * g;
}

void subtract_multiples_and_dot(double* a, std::ptrdiff_t stride, std::ptrdiff_t cols, const double* x, double* f,
                                const double* y, const double* g, const double* v, std::ptrdiff_t n) {
  std::ptrdiff_t j = 0;
  for (; j + 4 <= cols; j += 4) subtract_and_dot<4>(a + j * stride, stride, x, f + j, y, g + j, v, n);
  for (; j < cols; ++j) subtract_and_dot<1>(a + j * stride, stride, x, f + j, y, g + j, v, n);
}

void add_product(double* y, const double* a, std::ptrdiff_t stride, const double* f, std::ptrdiff_t cols,
                 std::ptrdiff_t n) {
  std::ptrdiff_t j = 0;
  for (; j + 8 <= cols; j += 8) add_columns<8>(y, a + j * stride, stride, f + j, n);
  for (; j < cols; ++j) add_columns<1>(y, a + j * stride, stride, f + j, n);
}

}  // namespace rankscope
