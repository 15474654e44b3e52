// What an end-to-end matrix W (outputs x inputs) is fitted to: completion, sensing, regression.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "math/matrix.h"
#include "tasks/loss.h"

namespace rankscope {

class MatrixTask {
 public:
  virtual ~MatrixTask() = default;
  /// Loss at w; writes dL/dW. Allocates nothing.
  virtual double evaluate(ConstMatrixRef w, MatrixRef gradient) = 0;
  virtual double flops() const = 0;  ///< of one evaluation, roughly
};

/// sum over observed entries of l(W_ij - y_ij). Entries by storage offset i + j * rows.
std::unique_ptr<MatrixTask> completion_task(std::int64_t rows, std::int64_t cols, std::vector<std::int64_t> offsets,
                                            std::vector<double> values, Loss loss);

/// sum over measurements of l(<A_i, W> - y_i). a: rows * cols x m, column i is A_i in storage order.
std::unique_ptr<MatrixTask> sensing_task(Matrix a, Vector y, Loss loss);

/// sum over samples and outputs of l((x W^T - y)_ik). x: m x inputs, y: m x outputs.
std::unique_ptr<MatrixTask> regression_task(Matrix x, Matrix y, Loss loss);

}  // namespace rankscope
