#include "math/product.h"

#include <algorithm>
#include <vector>

#include "math/parallel.h"
#include "math/product_pack.h"
#include "math/product_small.h"

#if defined(RANKSCOPE_BLAS)
#include <cblas.h>
#endif

namespace rankscope {

#if !defined(EIGEN_DONT_VECTORIZE)
namespace {

using namespace tile;

// Up to kNear strided reads stay in a near cache: packing costs more than it saves. V8 gains more by packing, from the
// fixed offsets in packed operands.
#if defined(__wasm_simd128__)
constexpr Index kNear = 100;
#else
constexpr Index kNear = 300;
#endif

/// The kernel for V = vectors and C = kWide or half of it.
auto kernel_for(Index vectors, bool whole) {
  constexpr int kMost = kTall / kLanes, kHalf = kWide / 2;
  if (vectors == 1) return whole ? kernel<1, kWide> : kernel<1, kHalf>;
  if (vectors == 2) return whole ? kernel<2, kWide> : kernel<2, kHalf>;
  return whole ? kernel<kMost, kWide> : kernel<kMost, kHalf>;
}

/// Where operands fit a near cache: read where they are (a turned tile by tile, where its rows are not side by side). At the
/// edges a tile reaches back over entries that are done already, and writes the same bits again.
[[gnu::noinline]] void multiply_near(double* c, Index stride, const Side& a, const Side& b, Index inner) {
  static thread_local std::vector<double> turned;
  if (a.by_lane != 1) turned.resize(std::max(turned.size(), static_cast<std::size_t>(kTall * inner)));
  for (Index i = 0; i < a.lanes;) {
    const Index vectors = std::clamp<Index>((a.lanes - i) / kLanes, 1, kTall / kLanes);
    i = std::min(i, a.lanes - kLanes);
    const double* rows = a.x + i;
    Index step = a.by_k;
    if (a.by_lane != 1) {
      rows = turned.data(), step = vectors * kLanes;
      pack(a, i, step, 0, inner, turned.data(), step);
    }
    for (Index j = 0; j < b.lanes;) {
      const bool whole = b.lanes - j >= kWide;
      j = std::min(j, b.lanes - kWide / 2);
      kernel_for(vectors, whole)(rows, step, b.x + j * b.by_lane, b.by_k, b.by_lane, inner, c + i + j * stride, stride);
      j += whole ? kWide : kWide / 2;
    }
    i += vectors * kLanes;
  }
}

/// All of a side for one block of depth, in panels of `tile` lanes: lane l of panel p at k in [(p depth + k) tile + l],
/// zeros where there is none.
void pack_panels(const Side& s, Index tile, Index from, Index depth, double* panels) {
  for (Index lane = 0; lane < s.lanes; lane += tile) {
    double* out = panels + lane * depth;
    if (s.lanes - lane < tile) std::fill(out, out + tile * depth, 0.0);
    pack(s, lane, std::min(tile, s.lanes - lane), from, depth, out, tile);
  }
}

struct Range {
  Index first, count;
};

/// Part `part` of `parts` of n, in whole units but for the last; no part is less than a unit when there are no more parts than units.
Range part_of(Index n, Index unit, int part, int parts) {
  const Index first = n / unit * part / parts * unit, end = part + 1 == parts ? n : n / unit * (part + 1) / parts * unit;
  return {first, end - first};
}

/// In how many parts a product is done: what one sum is and in which order it is taken is the same for any number.
int parts_of(Index rows, Index cols, Index inner) {
  constexpr double kWorth = 4e5;  // operations that take several times as long as waking the other threads
  return static_cast<double>(rows) * static_cast<double>(cols) * static_cast<double>(inner) < kWorth ? 1 : threads();
}

/// multiply_near in parts: of columns; of rows where a is turned, so that each is turned once, or where columns are few.
void multiply_near_parts(double* c, Index stride, const Side& a, const Side& b, Index inner) {
  const int wanted = parts_of(a.lanes, b.lanes, inner);
  if (wanted == 1) return multiply_near(c, stride, a, b, inner);
  const bool rows = a.by_lane != 1 || b.lanes < 2 * kWide * wanted;
  const int parts = static_cast<int>(std::clamp<Index>(rows ? a.lanes / kLanes : b.lanes / kWide, 1, wanted));
  for_each_part(parts, [&](int part) {
    const Range r = rows ? part_of(a.lanes, kLanes, part, parts) : part_of(b.lanes, kWide, part, parts);
    if (rows) multiply_near(c + r.first, stride, a.part(r.first, r.count), b, inner);
    else multiply_near(c + r.first * stride, stride, a, b.part(r.first, r.count), inner);
  });
}

/// Tiles of c from packed panels; with `more`, c itself is the first term.
void multiply_panels(double* c, Index stride, const double* panels_a, Index rows, const double* panels_b, Index cols, Index depth, bool more) {
  for (Index j = 0; j < cols; j += kWide)
    for (Index i = 0; i < rows; i += kTall) {
      const Index height = std::min(kTall, rows - i), width = std::min(kWide, cols - j);
      double* at = c + i + j * stride;
      const auto run = [&](double* to, Index to_stride) {
        packed_kernel(panels_a + i * depth, panels_b + j * depth, depth, to, to_stride, more);
      };
      if (height == kTall && width == kWide) {
        run(at, stride);
        continue;
      }
      double tile[kTall * kWide] = {};
      for (Index y = 0; y < width; ++y) std::copy(at + y * stride, at + y * stride + height, tile + kTall * y);
      run(tile, kTall);
      for (Index y = 0; y < width; ++y) std::copy(tile + kTall * y, tile + kTall * y + height, at + y * stride);
    }
}

double* room_for(const Side& s, Index tile, Index depth, std::vector<double>& panels) {
  panels.resize(std::max(panels.size(), static_cast<std::size_t>((s.lanes + tile - 1) / tile * tile * depth)));
  return panels.data();
}

[[gnu::noinline]] void multiply_far(double* c, Index stride, const Side& a, const Side& b, Index inner) {
  static thread_local std::vector<double> space_a, space_b;
  const Index most = std::min(kDepth, inner);
  double *panels_a = room_for(a, kTall, most, space_a), *panels_b = room_for(b, kWide, most, space_b);
  const int parts = static_cast<int>(std::clamp<Index>(b.lanes / kWide, 1, parts_of(a.lanes, b.lanes, inner)));
  for (Index from = 0; from < inner; from += kDepth) {
    const Index depth = std::min(kDepth, inner - from);
    for_each_part(parts, [&](int part) {
      const Range of_a = part_of(a.lanes, kTall, part, parts), of_b = part_of(b.lanes, kWide, part, parts);
      pack_panels(a.part(of_a.first, of_a.count), kTall, from, depth, panels_a + of_a.first * depth);
      pack_panels(b.part(of_b.first, of_b.count), kWide, from, depth, panels_b + of_b.first * depth);
    });
    // After the first block the sums go on where the last one left them: the order stays that of the plain loop.
    for_each_part(parts, [&](int part) {
      const Range r = part_of(b.lanes, kWide, part, parts);
      multiply_panels(c + r.first * stride, stride, panels_a, a.lanes, panels_b + r.first * depth, r.count, depth, from > 0);
    });
  }
}

}  // namespace
#endif

[[gnu::noinline]] void multiply_plain(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
  const Eigen::Index rows = c.rows(), cols = c.cols(), inner = op_a == Op::None ? a.cols() : a.rows();
  const Eigen::Index stride = a.outerStride(), by_k = op_b == Op::None ? 1 : b.outerStride(),
                     by_j = op_b == Op::None ? b.outerStride() : 1;
  for (Eigen::Index j = 0; j < cols; ++j) {
    double* out = c.data() + j * c.outerStride();
    const double* factor = b.data() + j * by_j;
    std::fill(out, out + rows, 0.0);
    if (op_a == Op::None) {
      for (Eigen::Index k = 0; k < inner; ++k)
        for (Eigen::Index i = 0; i < rows; ++i) out[i] += a.data()[i + k * stride] * factor[k * by_k];
      continue;
    }
    Eigen::Index i = 0;
    for (; i + 4 <= rows; i += 4) {  // four sums at a time, each in order: they do not wait for each other
      const double *x0 = a.data() + i * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
      double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
      for (Eigen::Index k = 0; k < inner; ++k) {
        const double f = factor[k * by_k];
        s0 += x0[k] * f, s1 += x1[k] * f, s2 += x2[k] * f, s3 += x3[k] * f;
      }
      out[i] = s0, out[i + 1] = s1, out[i + 2] = s2, out[i + 3] = s3;
    }
    for (; i < rows; ++i)
      for (Eigen::Index k = 0; k < inner; ++k) out[i] += a.data()[k + i * stride] * factor[k * by_k];
  }
}

void multiply(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a, Op op_b) {
#if !defined(EIGEN_DONT_VECTORIZE)
  using namespace tile;
#endif
  assert(c.rows() == (op_a == Op::None ? a.rows() : a.cols()) && c.cols() == (op_b == Op::None ? b.cols() : b.rows()));
  assert((op_a == Op::None ? a.cols() : a.rows()) == (op_b == Op::None ? b.rows() : b.cols()));
#if !defined(EIGEN_DONT_VECTORIZE)  // else it is the reference build
  constexpr Index kTile = 4;  // narrower products have no use for tiles
  const Index rows = c.rows(), cols = c.cols(), inner = op_a == Op::None ? a.cols() : a.rows(), sa = a.outerStride(), sb = b.outerStride();
  const Side left = op_a == Op::None ? Side{a.data(), rows, 1, sa} : Side{a.data(), rows, sa, 1};
  const Side right = op_b == Op::None ? Side{b.data(), cols, sb, 1} : Side{b.data(), cols, 1, sb};
  const Index least = std::min({rows, cols, inner}), most = std::max({rows, cols, inner});
  if (most <= kSmall && rows > 1 && cols > 0) return multiply_small(c.data(), c.outerStride(), left, right, inner);
#if defined(RANKSCOPE_BLAS)
  constexpr double kBlasWorth = 5e7;  // multiplications; from about 370 x 370 on OpenBLAS was as fast or faster
  if (static_cast<double>(rows) * static_cast<double>(cols) * static_cast<double>(inner) >= kBlasWorth) {
    const auto turned = [](Op op) { return op == Op::None ? CblasNoTrans : CblasTrans; };
    const auto size = [](Index n) { return static_cast<int>(n); };
    cblas_dgemm(CblasColMajor, turned(op_a), turned(op_b), size(rows), size(cols), size(inner), 1, a.data(), size(sa), b.data(), size(sb), 0,
                c.data(), size(c.outerStride()));
    return;
  }
#endif
  if (least >= kTile) {
    const bool narrow = cols <= 2 * kWide;  // a is read once or twice: to pack it would be as much
    const bool near = rows >= kLanes && (narrow || most <= kNear);
    if (near) multiply_near_parts(c.data(), c.outerStride(), left, right, inner);
    else multiply_far(c.data(), c.outerStride(), left, right, inner);
    return;
  }
#endif
  multiply_plain(c, a, b, op_a, op_b);
}

}  // namespace rankscope
