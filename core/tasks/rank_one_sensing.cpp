// Measurements that are outer products: <l r^T, W> = l^T W r, two products instead of a matrix for each measurement.
#include "math/columns.h"
#include "math/product.h"
#include "tasks/matrix_task.h"

namespace rankscope {
namespace {

class RankOneSensing final : public MatrixTask {
 public:
  using MatrixTask::evaluate;
  RankOneSensing(Matrix left, Matrix right, Vector y, Loss loss)
      : left_(std::move(left)), right_(std::move(right)), y_(std::move(y)), loss_(loss), along_(left_.rows(), y_.size()), slope_(y_.size()) {}

  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override {
    if (batch.empty()) return evaluate(w, gradient, left_, right_, y_);
    const auto n = static_cast<Eigen::Index>(batch.size());
    if (batch_left_.cols() < n) batch_left_.resize(left_.rows(), n), batch_right_.resize(right_.rows(), n), batch_y_.resize(n);
    for (Eigen::Index k = 0; k < n; ++k) {
      const auto i = static_cast<Eigen::Index>(batch[static_cast<std::size_t>(k)]);
      batch_left_.col(k) = left_.col(i), batch_right_.col(k) = right_.col(i), batch_y_[k] = y_[i];
    }
    return evaluate(w, gradient, batch_left_.leftCols(n), batch_right_.leftCols(n), batch_y_.head(n));
  }

  std::span<const double> observed() const override { return {y_.data(), static_cast<std::size_t>(y_.size())}; }
  void observe(ConstMatrixRef w, Vector& out) const override {
    Matrix along(left_.rows(), left_.cols());
    multiply(along, w, right_);
    for (Eigen::Index k = 0; k < y_.size(); ++k) out[k] = dot(along.col(k).data(), left_.col(k).data(), left_.rows());
  }
  void spread(const Vector& p, MatrixRef out) const override {
    Matrix scaled = left_;
    for (Eigen::Index k = 0; k < y_.size(); ++k) scaled.col(k) *= p[k];
    multiply(out, scaled, right_, Op::None, Op::Transpose);
  }

 private:
  double evaluate(ConstMatrixRef w, MatrixRef gradient, ConstMatrixRef left, ConstMatrixRef right, const Eigen::Ref<const Vector>& y) {
    const Eigen::Index m = left.cols();
    MatrixRef along = along_.leftCols(m);
    multiply(along, w, right);
    const double scale = loss_.scale_of(m);
    double sum = 0;
    for (Eigen::Index k = 0; k < m; ++k) {
      const double r = dot(along.col(k).data(), left.col(k).data(), left.rows()) - y[k];
      sum += loss_.value(r);
      slope_[k] = scale * loss_.slope(r);
    }
    for (Eigen::Index k = 0; k < m; ++k) along.col(k) = slope_[k] * left.col(k);
    multiply(gradient, along, right, Op::None, Op::Transpose);
    return scale * sum;
  }

  Matrix left_, right_;
  Vector y_;
  Loss loss_;
  Matrix along_;  ///< W r_k, then l_k times the loss's slope
  Vector slope_;
  Matrix batch_left_, batch_right_;
  Vector batch_y_;
};

}  // namespace

std::unique_ptr<MatrixTask> rank_one_sensing_task(Matrix left, Matrix right, Vector y, Loss loss) {
  return std::make_unique<RankOneSensing>(std::move(left), std::move(right), std::move(y), loss);
}

}  // namespace rankscope
