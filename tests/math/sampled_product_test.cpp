#include "math/sampled_product.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "math/product.h"
#include "math/rng.h"

using namespace rankscope;

namespace {

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

/// To the bit where products are not fused; else as close as two orders of fusing are.
void check_same(const Matrix& a, const Matrix& b) {
  REQUIRE(a.rows() == b.rows());
  REQUIRE(a.cols() == b.cols());
#if defined(__FMA__)
  CHECK((a - b).norm() <= 1e-13 * (1 + a.norm()));
#else
  const auto bytes = sizeof(double) * static_cast<std::size_t>(a.size());
  CHECK((bytes == 0 || std::memcmp(a.data(), b.data(), bytes) == 0));  // an empty matrix has no place
#endif
}

}  // namespace

TEST_CASE("math: a product at some entries, and the way back, have the bits of the whole matrices'") {
  Rng rng(31);
  for (const auto& shape : std::vector<std::array<Eigen::Index, 3>>{
           {1, 1, 1}, {5, 3, 7}, {9, 4, 6}, {12, 10, 30}, {40, 16, 25}, {33, 39, 31}, {300, 61, 20}, {20, 300, 70}})
    for (const double share : {0.0, 0.03, 0.3, 1.0}) {
      const Eigen::Index rows = shape[0], depth = shape[1], cols = shape[2];
      CAPTURE(rows);
      CAPTURE(depth);
      CAPTURE(cols);
      CAPTURE(share);
      const Matrix left = gaussian(rows, depth, rng), right = gaussian(depth, cols, rng);
      std::vector<std::int32_t> row, col;
      for (std::int64_t k : rng.sample(rows * cols, static_cast<std::int64_t>(share * static_cast<double>(rows * cols)))) {
        row.push_back(static_cast<std::int32_t>(k / cols));
        col.push_back(static_cast<std::int32_t>(k % cols));
      }
      Matrix left_t(depth, rows), w(rows, cols), g = Matrix::Zero(rows, cols);
      transpose(left_t, left);
      CHECK(left_t == left.transpose());
      multiply(w, left, right);
      std::vector<double> at(row.size(), 7), slope;
      sampled_product(at, left_t, right, {row, col});
      Matrix expected(static_cast<Eigen::Index>(row.size()), 1), got(expected.rows(), 1);
      for (std::size_t e = 0; e < row.size(); ++e) {
        expected(static_cast<Eigen::Index>(e), 0) = w(row[e], col[e]);
        got(static_cast<Eigen::Index>(e), 0) = at[e];
        slope.push_back(rng.normal());
        g(row[e], col[e]) = slope.back();
      }
      check_same(got, expected);
      Matrix left_gradient_t = gaussian(depth, rows, rng), right_gradient = gaussian(depth, cols, rng), left_gradient(rows, depth), back(depth, cols);
      sampled_backward(left_gradient_t, right_gradient, left_t, right, {row, col}, slope);
      multiply(left_gradient, g, right, Op::None, Op::Transpose);
      multiply(back, left, g, Op::Transpose);
      check_same(left_gradient_t.transpose(), left_gradient);
      check_same(right_gradient, back);
    }
}
