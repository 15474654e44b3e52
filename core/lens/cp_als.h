// A sum of R outer products fitted to a tensor by alternating least squares, in slices.
// Of + - * / and sqrt in a fixed order: the same bits in WebAssembly and in the reference build.
#pragma once
#include <cstdint>
#include <vector>

#include "math/matrix.h"
#include "math/rng.h"
#include "math/tensor.h"

namespace rankscope::lens {

/// One fit from one start, factors of directions drawn evenly. A sweep updates each mode in turn: with the others' columns at length one, the normal equations
///   (V + d I) U_n = M_n + d U_n(before),  V = entrywise product of the other modes' Gram matrices,  M_n = [W; n] times their Khatri-Rao product,
/// where d = 1e-12 keeps them solvable when components are parallel and, as it pulls towards the factor before, moves no fixed point. The
/// modes are in two halves: [W; first half] is multiplied with the other half's Khatri-Rao product once a sweep and half, and serves all modes of a half.
class CpAls {
 public:
  /// `tensor` is row-major and of Frobenius norm 1; it must outlive this.
  CpAls(const std::vector<double>& tensor, const Shape& shape, std::int64_t rank, std::uint64_t seed, std::uint64_t start);

  /// One more component, drawn as at the start. Between two sweeps.
  void grow();
  /// The next slice, of a millisecond or so; true when it ended a sweep.
  bool advance(double target);
  std::int64_t sweep() const { return sweep_; }
  std::int64_t rank() const { return rank_; }
  /// Of the last sweep: ||W - sum||_F for a W of norm 1. Up to some 1e-7 it comes from the normal equations; where it might be below `target` it is
  /// measured entry by entry.
  double error() const { return error_; }
  /// The length of the longest component, of a W of norm 1.
  double longest() const { return rank_ ? lengths_.maxCoeff() : 0; }

 private:
  enum class Stage { Product, Update, Solve, Residual };
  int begin_of_half() const { return left_ ? 0 : split_; }
  int end_of_half() const { return left_ ? split_ : order(); }
  int order() const { return static_cast<int>(shape_.size()); }
  void khatri_rao(Matrix& out, int first, int last, Eigen::Index from, Eigen::Index to) const;
  void product_slice();
  void begin_update();
  void solve_slice();
  void end_update();
  bool end_sweep(double target);
  void residual_slice();

  Shape shape_;
  Rng rng_;
  Eigen::Index rank_ = 0;
  int split_ = 1;                     ///< the first half are modes 0 .. split - 1
  ConstMatrixMap tensor_;             ///< second half x first half
  std::vector<Matrix> factors_, grams_;  ///< d_n x R with columns of length 1; R x R
  Vector lengths_;                    ///< of the components
  Matrix joined_[2];                  ///< Khatri-Rao product of each half's factors, its size x R
  Matrix reduced_;                    ///< the tensor times the other half's, this half's size x R
  Matrix normal_, lower_, right_, solved_;  ///< V; Cholesky factor; M_n^T + d U_n^T, R x d_n; the new U_n^T
  Stage stage_ = Stage::Product;
  bool left_ = true;
  int mode_ = 0;
  Eigen::Index at_ = 0;               ///< of the slice
  std::int64_t sweep_ = 0;
  double error_ = 1, inner_ = 0, square_ = 0, magnitude_ = 0, residual_ = 0;
};

}  // namespace rankscope::lens
