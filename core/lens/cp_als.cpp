#include "lens/cp_als.h"

#include <algorithm>
#include <cmath>

#include "math/columns.h"
#include "math/product.h"

namespace rankscope::lens {
namespace {

using Index = Eigen::Index;

constexpr double kPull = 1e-12;           // of the normal equations, whose diagonal is 1
constexpr double kRounding = 1e-13;       // of the error's square, in terms of the sums it is the difference of
constexpr double kSlice = 2 << 20;        // operations

/// So many of `all` that each costs `flops`, at least one.
Index share(double flops, Index all, Index at) {
  return std::min(all - at, std::max<Index>(1, static_cast<Index>(kSlice / std::max(flops, 1.0))));
}

/// A positive definite matrix becomes its lower Cholesky factor, column by column; what is above the diagonal is left over.
void cholesky(Matrix& l) {
  const Index n = l.rows();
  for (Index j = 0; j < n; ++j) {
    const double root = std::sqrt(std::max(l(j, j), kPull * kPull));
    for (Index i = j; i < n; ++i) l(i, j) /= root;
    l(j, j) = root;
    for (Index k = j + 1; k < n; ++k) subtract_multiple(&l(k, k), &l(k, j), l(k, j), n - k);
  }
}

/// x <- (L L^T)^-1 x
void solve(const Matrix& l, double* x) {
  const Index n = l.rows();
  for (Index j = 0; j < n; ++j) {
    x[j] /= l(j, j);
    if (j + 1 < n) subtract_multiple(x + j + 1, &l(j + 1, j), x[j], n - j - 1);
  }
  for (Index j = n; j-- > 0;) {
    if (j + 1 < n) x[j] -= dot(&l(j + 1, j), x + j + 1, n - j - 1);
    x[j] /= l(j, j);
  }
}

int balanced_split(const Shape& shape) {
  std::int64_t all = entries(shape), first = 1, best = -1;
  int split = 1;
  for (int k = 1; k < static_cast<int>(shape.size()); ++k) {
    first *= shape[static_cast<std::size_t>(k - 1)];
    const std::int64_t sides = first + all / first;
    if (best < 0 || sides < best) best = sides, split = k;
  }
  return split;
}

Index size_of(const Shape& shape, int first, int last) {
  return static_cast<Index>(entries(std::span(shape).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first))));
}

}  // namespace

CpAls::CpAls(const std::vector<double>& tensor, const Shape& shape, std::int64_t rank, std::uint64_t seed, std::uint64_t start)
    : shape_(shape), rng_(seed, start), split_(balanced_split(shape)),
      tensor_(tensor.data(), size_of(shape, split_, static_cast<int>(shape.size())), size_of(shape, 0, split_)),
      factors_(shape.size()), grams_(shape.size()) {
  for (std::int64_t r = 0; r < rank; ++r) grow();
}

void CpAls::grow() {
  ++rank_;
  lengths_.conservativeResize(rank_);
  lengths_[rank_ - 1] = 0;
  for (std::size_t m = 0; m < shape_.size(); ++m) {
    Matrix& u = factors_[m];
    u.conservativeResize(static_cast<Index>(shape_[m]), rank_);
    double* column = u.data() + (rank_ - 1) * u.rows();
    for (Index i = 0; i < u.rows(); ++i) column[i] = rng_.normal();
    const double length = std::sqrt(dot(column, column, u.rows()));
    for (Index i = 0; i < u.rows(); ++i) column[i] /= length;
    Matrix& g = grams_[m];
    g.conservativeResize(rank_, rank_);
    for (Index r = 0; r < rank_; ++r) g(r, rank_ - 1) = g(rank_ - 1, r) = dot(u.data() + r * u.rows(), column, u.rows());
  }
  joined_[0].resize(tensor_.cols(), rank_), joined_[1].resize(tensor_.rows(), rank_);
}

/// Columns from .. to of the Khatri-Rao product of modes first .. last, row-major in the modes.
void CpAls::khatri_rao(Matrix& out, int first, int last, Index from, Index to) const {
  for (Index r = from; r < to; ++r) {
    double* column = out.data() + r * out.rows();
    Index size = 1;
    column[0] = 1;
    for (int m = first; m < last; ++m) {
      const Matrix& u = factors_[static_cast<std::size_t>(m)];
      const Index d = u.rows();
      for (Index i = size; i-- > 0;) {
        const double x = column[i];
        for (Index k = d; k-- > 0;) column[i * d + k] = x * u(k, r);
      }
      size *= d;
    }
  }
}

/// The tensor times the other half's Khatri-Rao product.
void CpAls::product_slice() {
  Matrix& other = joined_[left_ ? 1 : 0];
  if (at_ == 0) reduced_.resize(left_ ? tensor_.cols() : tensor_.rows(), rank_);
  const Index n = share(2.0 * static_cast<double>(tensor_.size()), rank_, at_);
  khatri_rao(other, left_ ? split_ : 0, left_ ? order() : split_, at_, at_ + n);
  multiply(reduced_.middleCols(at_, n), tensor_, other.middleCols(at_, n), left_ ? Op::Transpose : Op::None);
  at_ += n;
  if (at_ < rank_) return;
  at_ = 0, mode_ = begin_of_half(), stage_ = Stage::Update;
}

void CpAls::begin_update() {
  const Matrix& u = factors_[static_cast<std::size_t>(mode_)];
  const Index d = u.rows();
  normal_.setOnes(rank_, rank_);
  for (int m = 0; m < order(); ++m)
    if (m != mode_) normal_.array() *= grams_[static_cast<std::size_t>(m)].array();
  lower_ = normal_;
  for (Index r = 0; r < rank_; ++r) lower_(r, r) += kPull;
  cholesky(lower_);

  // M_n: what the product left, times this half's other modes.
  const int first = begin_of_half(), last = end_of_half();
  const Index before = size_of(shape_, first, mode_), after = size_of(shape_, mode_ + 1, last);
  Matrix front(before, rank_), back(after, rank_);
  khatri_rao(front, first, mode_, 0, rank_);
  khatri_rao(back, mode_ + 1, last, 0, rank_);
  right_.resize(rank_, d);
  for (Index r = 0; r < rank_; ++r) {
    const double* column = reduced_.data() + r * reduced_.rows();
    for (Index i = 0; i < d; ++i) {
      double sum = 0;
      for (Index a = 0; a < before; ++a) sum += front(a, r) * dot(column + (a * d + i) * after, back.data() + r * after, after);
      right_(r, i) = sum;
    }
  }
  solved_ = right_;
  for (Index r = 0; r < rank_; ++r)
    for (Index i = 0; i < d; ++i) solved_(r, i) += kPull * lengths_[r] * u(i, r);
  at_ = 0, stage_ = Stage::Solve;
}

void CpAls::solve_slice() {
  const double flops = 2.0 * static_cast<double>(rank_) * static_cast<double>(rank_);
  for (Index n = share(flops, solved_.cols(), at_); n > 0; --n, ++at_) solve(lower_, solved_.data() + at_ * rank_);
  if (at_ == solved_.cols()) end_update();
}

void CpAls::end_update() {
  Matrix& u = factors_[static_cast<std::size_t>(mode_)];
  Matrix& g = grams_[static_cast<std::size_t>(mode_)];
  u = solved_.transpose();
  if (mode_ + 1 == order()) {  // the error, while everything it needs is at hand
    multiply(g, u, u, Op::Transpose);
    inner_ = square_ = magnitude_ = 0;
    for (Index i = 0; i < solved_.cols(); ++i) inner_ += dot(right_.data() + i * rank_, solved_.data() + i * rank_, rank_);
    for (Index r = 0; r < rank_; ++r)
      for (Index s = 0; s < rank_; ++s) square_ += normal_(s, r) * g(s, r), magnitude_ += std::abs(normal_(s, r) * g(s, r));
  }
  for (Index r = 0; r < rank_; ++r) {
    double* column = u.data() + r * u.rows();
    lengths_[r] = std::sqrt(dot(column, column, u.rows()));
    if (lengths_[r] > 0)
      for (Index i = 0; i < u.rows(); ++i) column[i] /= lengths_[r];
    else
      column[0] = 1;  // a component of length 0 still has directions
  }
  multiply(g, u, u, Op::Transpose);
  ++mode_, at_ = 0;
  stage_ = mode_ < end_of_half() ? Stage::Update : Stage::Product;
  if (stage_ == Stage::Product) left_ = !left_;
}

/// ||W - sum||^2 column by column.
void CpAls::residual_slice() {
  if (at_ == 0) {
    residual_ = 0;
    khatri_rao(joined_[0], 0, split_, 0, rank_);
    khatri_rao(joined_[1], split_, order(), 0, rank_);
    for (Index r = 0; r < rank_; ++r)
      for (Index i = 0; i < joined_[0].rows(); ++i) joined_[0](i, r) *= lengths_[r];
  }
  const Index n = share(2.0 * static_cast<double>(tensor_.rows()) * static_cast<double>(rank_), tensor_.cols(), at_);
  Matrix sum(tensor_.rows(), n);
  multiply(sum, joined_[1], joined_[0].middleRows(at_, n), Op::None, Op::Transpose);
  for (Index j = 0; j < n; ++j) {
    double* column = sum.data() + j * sum.rows();
    subtract_multiple(column, tensor_.data() + (at_ + j) * tensor_.rows(), 1, sum.rows());
    residual_ += dot(column, column, sum.rows());
  }
  at_ += n;
}

bool CpAls::advance(double target) {
  switch (stage_) {
    case Stage::Product:
      product_slice();
      return false;
    case Stage::Update:
      begin_update();
      return false;
    case Stage::Solve:
      solve_slice();
      return stage_ == Stage::Product && left_ && end_sweep(target);
    case Stage::Residual:
      residual_slice();
      if (at_ < tensor_.cols()) return false;
      at_ = 0, error_ = std::sqrt(residual_), stage_ = Stage::Product;
      ++sweep_;
      return true;
  }
  return false;
}

/// True when the sweep is over; false when its error is still to be measured.
bool CpAls::end_sweep(double target) {
  const double square = 1 - 2 * inner_ + square_, doubt = kRounding * (1 + magnitude_);
  if (square <= target * target + 100 * doubt) {
    stage_ = Stage::Residual;
    return false;
  }
  error_ = std::sqrt(square);
  ++sweep_;
  return true;
}

}  // namespace rankscope::lens
