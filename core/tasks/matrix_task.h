// What an end-to-end matrix W (outputs x inputs) is fitted to: completion, sensing, regression.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "math/matrix.h"
#include "tasks/loss.h"

namespace rankscope {

/// W = L R by its factors, never formed: L^T (k x rows) and R (k x cols).
struct Factors {
  ConstMatrixRef left_t, right;
};

/// (dL/dL)^T (k x rows) and dL/dR (k x cols), the first L being the loss.
struct FactorGradients {
  MatrixRef left_t, right;
};

class MatrixTask {
 public:
  virtual ~MatrixTask() = default;
  /// Loss at w, and dL/dW to `gradient`. `batch`: the observations that count, ascending; empty: all. Allocates nothing after the
  /// first batch.
  virtual double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch = {}) = 0;

  /// Whether W is read at so few entries, `batch` of them (0: all), that `evaluate` on factors is faster than their product is.
  virtual bool sampled(std::int64_t batch) const { return (void)batch, false; }
  /// The same on factors, with the same bits as by way of W and dL/dW.
  virtual double evaluate(const Factors& w, const FactorGradients& gradient, std::span<const std::int64_t> batch = {});
  /// Takes W's entries from the factors, over all data; then u^T (dL/dW) v at W + shift u v^T, as often as one likes.
  virtual void read(const Factors& w);
  virtual double along(const Vector& u, const Vector& v, double shift) const;

  /// Of what is observed linearly, <A_i, W> = y_i (completion, sensing): y; empty where nothing is.
  virtual std::span<const double> observed() const { return {}; }
  /// Whether each A_i has a single 1, so that they are orthonormal.
  virtual bool entries() const { return false; }
  virtual void observe(ConstMatrixRef w, Vector& out) const;     ///< <A_i, w>
  virtual void spread(const Vector& p, MatrixRef out) const;     ///< sum_i p_i A_i
};

/// Whether `entries` of a rows x cols matrix are so few that a product is faster at these alone, the way back included. Measured by
/// bench/sparse_bench.cpp.
bool few_entries(std::int64_t entries, std::int64_t rows, std::int64_t cols);

/// sum over observed entries of l(W_ij - y_ij). Entries by storage offset i + j * rows, row by row.
std::unique_ptr<MatrixTask> completion_task(std::int64_t rows, std::int64_t cols, std::vector<std::int64_t> offsets,
                                            std::vector<double> values, Loss loss);

/// sum over measurements of l(<A_i, W> - y_i). a: rows * cols x m, column i is A_i in storage order.
std::unique_ptr<MatrixTask> sensing_task(Matrix a, Vector y, Loss loss);

/// The same where A_i = left_i right_i^T, by these two alone. left: rows x m, right: cols x m.
std::unique_ptr<MatrixTask> rank_one_sensing_task(Matrix left, Matrix right, Vector y, Loss loss);

/// sum over samples and outputs of l((x W^T - y)_ik). x: m x inputs, y: m x outputs.
std::unique_ptr<MatrixTask> regression_task(Matrix x, Matrix y, Loss loss);

}  // namespace rankscope
