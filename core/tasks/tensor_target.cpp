#include "tasks/tensor_target.h"

#include <algorithm>
#include <cmath>

#include "math/product.h"
#include "math/rng.h"

namespace rankscope {
namespace {

Matrix gaussian(std::int64_t rows, std::int64_t cols, Rng& rng) {
  Matrix m(rows, cols);
  for (std::int64_t j = 0; j < cols; ++j)
    for (std::int64_t i = 0; i < rows; ++i) m(i, j) = rng.normal();
  return m;
}

/// A row for every place of the modes so far, the last mode fastest: row (i, j) of the result is combine(a's row i, b's row j).
template <class Combine>
Matrix joined(const Matrix& a, const Matrix& b, Eigen::Index width, const Combine& combine) {
  Matrix out(a.rows() * b.rows(), width);
  for (Eigen::Index i = 0; i < a.rows(); ++i)
    for (Eigen::Index j = 0; j < b.rows(); ++j) combine(out, i * b.rows() + j, i, j);
  return out;
}

Matrix khatri_rao(const Matrix& a, const Matrix& b) {
  return joined(a, b, a.cols(), [&](Matrix& out, Eigen::Index row, Eigen::Index i, Eigen::Index j) { out.row(row) = a.row(i).cwiseProduct(b.row(j)); });
}

Matrix kronecker(const Matrix& a, const Matrix& b) {
  return joined(a, b, a.cols() * b.cols(), [&](Matrix& out, Eigen::Index row, Eigen::Index i, Eigen::Index j) {
    for (Eigen::Index k = 0; k < a.cols(); ++k) out.row(row).segment(k * b.cols(), b.cols()) = a(i, k) * b.row(j);
  });
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix out(a.rows(), b.cols());
  multiply(out, a, b);
  return out;
}

/// places x 1: the tensor.
Matrix sum_of_components(const Shape& shape, std::int64_t rank, Rng& rng, std::vector<double>& norms) {
  norms.assign(static_cast<std::size_t>(rank), 1.0);
  Matrix all;
  for (std::int64_t d : shape) {
    const Matrix a = gaussian(d, rank, rng);
    for (std::int64_t r = 0; r < rank; ++r) norms[static_cast<std::size_t>(r)] *= a.col(r).norm();
    all = all.size() ? khatri_rao(all, a) : a;
  }
  return product(all, Matrix::Ones(rank, 1));
}

Matrix tucker(const Shape& shape, std::int64_t rank, Rng& rng) {
  Matrix all;
  for (std::int64_t d : shape) {
    const Matrix a = gaussian(d, std::min(d, rank), rng);
    all = all.size() ? kronecker(all, a) : a;
  }
  return product(all, gaussian(all.cols(), 1, rng));
}

Matrix tensor_train(const Shape& shape, std::int64_t rank, Rng& rng) {
  Matrix all = gaussian(shape[0], std::min(rank, shape[0]), rng);
  for (std::size_t n = 1; n < shape.size(); ++n) {
    const std::int64_t next = n + 1 < shape.size() ? rank : 1, bond = all.cols();
    const Matrix core = gaussian(bond, shape[n] * next, rng);
    const Matrix wide = product(all, core);  // (places) x (d, next)
    all.resize(wide.rows() * shape[n], next);
    for (Eigen::Index i = 0; i < wide.rows(); ++i)
      for (std::int64_t k = 0; k < shape[n]; ++k) all.row(i * shape[n] + k) = wide.row(i).segment(k * next, next);
  }
  return all;
}

/// The subtree over modes [first, last): places x rank (x 1 at the root).
Matrix hierarchical(const Shape& shape, std::size_t first, std::size_t last, std::int64_t rank, Rng& rng) {
  if (last - first == 1) return gaussian(shape[first], std::min(rank, shape[first]), rng);
  std::size_t half = 1;
  while (2 * half < last - first) half *= 2;
  const Matrix a = hierarchical(shape, first, first + half, rank, rng), b = hierarchical(shape, first + half, last, rank, rng);
  const Eigen::Index width = std::min(a.cols(), b.cols());
  const Matrix joint = khatri_rao(a.leftCols(width), b.leftCols(width));
  const bool root = first == 0 && last == shape.size();
  return product(joint, root ? gaussian(width, 1, rng) : gaussian(width, std::min<Eigen::Index>(rank, joint.rows()), rng));
}

}  // namespace

TensorTarget draw_target(const Shape& shape, const std::string& form, std::int64_t rank, double norm, std::uint64_t seed, std::uint64_t stream) {
  Rng rng(seed, stream);
  TensorTarget out;
  const Matrix all = form == "tucker"         ? tucker(shape, rank, rng)
                     : form == "tensor_train" ? tensor_train(shape, rank, rng)
                     : form == "hierarchical" ? hierarchical(shape, 0, shape.size(), rank, rng)
                                              : sum_of_components(shape, rank, rng, out.components);
  double squares = 0;
  for (Eigen::Index k = 0; k < all.size(); ++k) squares += all.data()[k] * all.data()[k];
  const double scale = norm / std::sqrt(squares);
  out.tensor.reserve(static_cast<std::size_t>(all.size()));
  for (Eigen::Index k = 0; k < all.size(); ++k) out.tensor.push_back(scale * all.data()[k]);
  for (double& x : out.components) x *= scale;
  std::sort(out.components.rbegin(), out.components.rend());
  return out;
}

}  // namespace rankscope
