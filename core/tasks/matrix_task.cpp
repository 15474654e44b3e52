#include "tasks/matrix_task.h"

#include "math/product.h"

namespace rankscope {
namespace {

class Completion final : public MatrixTask {
 public:
  Completion(std::int64_t rows, std::int64_t cols, std::vector<std::int64_t> offsets, std::vector<double> values, Loss loss)
      : rows_(rows), cols_(cols), offsets_(std::move(offsets)), values_(std::move(values)), loss_(loss) {}

  double evaluate(ConstMatrixRef w, MatrixRef gradient) override {
    assert(w.rows() == rows_ && w.cols() == cols_ && w.outerStride() == rows_ && gradient.outerStride() == rows_);
    gradient.setZero();
    const double* at = w.data();
    double* to = gradient.data();
    double sum = 0;
    for (std::size_t k = 0; k < offsets_.size(); ++k) {
      const double r = at[offsets_[k]] - values_[k];
      sum += loss_.value(r);
      to[offsets_[k]] = loss_.scale * loss_.slope(r);
    }
    return loss_.scale * sum;
  }
  double flops() const override { return 6.0 * static_cast<double>(offsets_.size()); }

 private:
  std::int64_t rows_, cols_;
  std::vector<std::int64_t> offsets_;
  std::vector<double> values_;
  Loss loss_;
};

/// Residuals in place of the predictions, their loss, and slopes in place of the residuals.
double to_slopes(double* r, const double* y, Eigen::Index n, const Loss& loss) {
  double sum = 0;
  for (Eigen::Index k = 0; k < n; ++k) {
    const double residual = r[k] - y[k];
    sum += loss.value(residual);
    r[k] = loss.scale * loss.slope(residual);
  }
  return loss.scale * sum;
}

class Sensing final : public MatrixTask {
 public:
  Sensing(Matrix a, Vector y, Loss loss) : a_(std::move(a)), y_(std::move(y)), r_(y_.size()), loss_(loss) {}

  double evaluate(ConstMatrixRef w, MatrixRef gradient) override {
    assert(w.size() == a_.rows() && w.outerStride() == w.rows() && gradient.outerStride() == w.rows());
    multiply(r_, a_, ConstMatrixMap(w.data(), w.size(), 1), Op::Transpose);
    const double loss = to_slopes(r_.data(), y_.data(), y_.size(), loss_);
    MatrixMap g(gradient.data(), gradient.size(), 1);
    multiply(g, a_, r_);
    return loss;
  }
  double flops() const override { return 4.0 * static_cast<double>(a_.size()); }

 private:
  Matrix a_;
  Vector y_, r_;
  Loss loss_;
};

class Regression final : public MatrixTask {
 public:
  Regression(Matrix x, Matrix y, Loss loss) : x_(std::move(x)), y_(std::move(y)), r_(y_.rows(), y_.cols()), loss_(loss) {}

  double evaluate(ConstMatrixRef w, MatrixRef gradient) override {
    assert(w.rows() == y_.cols() && w.cols() == x_.cols());
    multiply(r_, x_, w, Op::None, Op::Transpose);
    const double loss = to_slopes(r_.data(), y_.data(), y_.size(), loss_);
    multiply(gradient, r_, x_, Op::Transpose);
    return loss;
  }
  double flops() const override { return 4.0 * static_cast<double>(x_.size() * y_.cols()); }

 private:
  Matrix x_, y_, r_;
  Loss loss_;
};

}  // namespace

std::unique_ptr<MatrixTask> completion_task(std::int64_t rows, std::int64_t cols, std::vector<std::int64_t> offsets,
                                            std::vector<double> values, Loss loss) {
  return std::make_unique<Completion>(rows, cols, std::move(offsets), std::move(values), loss);
}

std::unique_ptr<MatrixTask> sensing_task(Matrix a, Vector y, Loss loss) {
  return std::make_unique<Sensing>(std::move(a), std::move(y), loss);
}

std::unique_ptr<MatrixTask> regression_task(Matrix x, Matrix y, Loss loss) {
  return std::make_unique<Regression>(std::move(x), std::move(y), loss);
}

}  // namespace rankscope
