#include "tasks/matrix_task.h"

#include <algorithm>

#include "math/product.h"
#include "math/sampled_product.h"

namespace rankscope {
namespace {

class Completion final : public MatrixTask {
 public:
  Completion(std::int64_t rows, std::int64_t cols, std::vector<std::int64_t> offsets, std::vector<double> values, Loss loss)
      : rows_(rows), cols_(cols), offsets_(std::move(offsets)), values_(std::move(values)), loss_(loss), at_entry_(values_.size()) {
    for (std::int64_t at : offsets_) {
      row_.push_back(static_cast<std::int32_t>(at % rows_));
      col_.push_back(static_cast<std::int32_t>(at / rows_));
      assert(row_.size() < 2 || row_[row_.size() - 2] < row_.back() || (row_[row_.size() - 2] == row_.back() && col_[col_.size() - 2] < col_.back()));
    }
  }

  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override {
    assert(w.rows() == rows_ && w.cols() == cols_ && w.outerStride() == rows_ && gradient.outerStride() == rows_);
    gradient.setZero();
    const std::size_t n = count(batch);
    for (std::size_t k = 0; k < n; ++k) at_entry_[k] = w.data()[offsets_[entry(batch, k)]];
    const double loss = to_slopes(batch, n);
    for (std::size_t k = 0; k < n; ++k) gradient.data()[offsets_[entry(batch, k)]] = at_entry_[k];
    return loss;
  }

  double evaluate(const Factors& w, const FactorGradients& gradient, std::span<const std::int64_t> batch) override {
    const std::size_t n = count(batch);
    Entries entries{row_, col_};
    if (!batch.empty()) {
      batch_row_.resize(std::max(batch_row_.size(), n));
      batch_col_.resize(batch_row_.size());
      for (std::size_t k = 0; k < n; ++k) batch_row_[k] = row_[entry(batch, k)], batch_col_[k] = col_[entry(batch, k)];
      entries = {std::span<const std::int32_t>(batch_row_).first(n), std::span<const std::int32_t>(batch_col_).first(n)};
    }
    const std::span<double> at(at_entry_.data(), n);
    sampled_product(at, w.left_t, w.right, entries);
    const double loss = to_slopes(batch, n);
    sampled_backward(gradient.left_t, gradient.right, w.left_t, w.right, entries, at);
    return loss;
  }

  void read(const Factors& w) override {
    read_.resize(values_.size());
    sampled_product(read_, w.left_t, w.right, {row_, col_});
  }
  double along(const Vector& u, const Vector& v, double shift) const override {
    assert(read_.size() == values_.size());
    double sum = 0;
    for (std::size_t k = 0; k < read_.size(); ++k) {
      const double uv = u[row_[k]] * v[col_[k]];
      sum += loss_.slope(read_[k] + shift * uv - values_[k]) * uv;
    }
    return loss_.scale * sum;
  }

  std::span<const double> observed() const override { return values_; }
  bool entries() const override { return true; }
  void observe(ConstMatrixRef w, Vector& out) const override {
    for (std::size_t k = 0; k < values_.size(); ++k) out[static_cast<Eigen::Index>(k)] = w.data()[offsets_[k]];
  }
  void spread(const Vector& p, MatrixRef out) const override {
    out.setZero();
    for (std::size_t k = 0; k < values_.size(); ++k) out.data()[offsets_[k]] = p[static_cast<Eigen::Index>(k)];
  }

  bool sampled(std::int64_t batch) const override {
    return few_entries(batch ? batch : static_cast<std::int64_t>(offsets_.size()), rows_, cols_);
  }

 private:
  std::size_t count(std::span<const std::int64_t> batch) const { return batch.empty() ? offsets_.size() : batch.size(); }
  static std::size_t entry(std::span<const std::int64_t> batch, std::size_t k) { return batch.empty() ? k : static_cast<std::size_t>(batch[k]); }

  /// Values of W at the entries to slopes of the loss there.
  double to_slopes(std::span<const std::int64_t> batch, std::size_t n) {
    const double scale = loss_.scale_of(static_cast<std::int64_t>(n));
    double sum = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const double r = at_entry_[k] - values_[entry(batch, k)];
      sum += loss_.value(r);
      at_entry_[k] = scale * loss_.slope(r);
    }
    return scale * sum;
  }

  std::int64_t rows_, cols_;
  std::vector<std::int64_t> offsets_;
  std::vector<std::int32_t> row_, col_, batch_row_, batch_col_;
  std::vector<double> values_;
  Loss loss_;
  std::vector<double> at_entry_, read_;
};

/// Residuals in place of the predictions, their loss, and slopes in place of the residuals.
double to_slopes(MatrixRef r, ConstMatrixRef y, const Loss& loss, double scale) {
  double sum = 0;
  for (Eigen::Index j = 0; j < r.cols(); ++j)
    for (Eigen::Index k = 0; k < r.rows(); ++k) {
      const double residual = r(k, j) - y(k, j);
      sum += loss.value(residual);
      r(k, j) = scale * loss.slope(residual);
    }
  return scale * sum;
}

/// Room for a batch, which is at most as large as the first: an epoch's last one may be smaller.
void make_room(Matrix& m, Eigen::Index rows, Eigen::Index cols) {
  if (m.rows() < rows || m.cols() < cols) m.resize(std::max(m.rows(), rows), std::max(m.cols(), cols));
}

class Sensing final : public MatrixTask {
 public:
  using MatrixTask::evaluate;
  Sensing(Matrix a, Vector y, Loss loss) : a_(std::move(a)), y_(std::move(y)), r_(y_.size()), loss_(loss) {}

  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override {
    if (batch.empty()) return evaluate(w, gradient, a_, y_);
    const auto n = static_cast<Eigen::Index>(batch.size());
    make_room(batch_a_, a_.rows(), n);
    make_room(batch_y_, n, 1);
    for (Eigen::Index k = 0; k < n; ++k) {
      batch_a_.col(k) = a_.col(batch[static_cast<std::size_t>(k)]);
      batch_y_(k, 0) = y_[batch[static_cast<std::size_t>(k)]];
    }
    return evaluate(w, gradient, batch_a_.leftCols(n), batch_y_.topRows(n));
  }

  std::span<const double> observed() const override { return {y_.data(), static_cast<std::size_t>(y_.size())}; }
  void observe(ConstMatrixRef w, Vector& out) const override { multiply(out, a_, ConstMatrixMap(w.data(), w.size(), 1), Op::Transpose); }
  void spread(const Vector& p, MatrixRef out) const override { multiply(MatrixMap(out.data(), out.size(), 1), a_, p); }

 private:
  double evaluate(ConstMatrixRef w, MatrixRef gradient, ConstMatrixRef a, ConstMatrixRef y) {
    assert(w.size() == a.rows() && w.outerStride() == w.rows() && gradient.outerStride() == w.rows());
    MatrixMap r(r_.data(), y.rows(), 1), g(gradient.data(), gradient.size(), 1);
    multiply(r, a, ConstMatrixMap(w.data(), w.size(), 1), Op::Transpose);
    const double loss = to_slopes(r, y, loss_, loss_.scale_of(y.rows()));
    multiply(g, a, r);
    return loss;
  }

  Matrix a_;
  Vector y_, r_;
  Loss loss_;
  Matrix batch_a_, batch_y_;
};

class Regression final : public MatrixTask {
 public:
  using MatrixTask::evaluate;
  Regression(Matrix x, Matrix y, Loss loss) : x_(std::move(x)), y_(std::move(y)), r_(y_.rows(), y_.cols()), loss_(loss) {}

  double evaluate(ConstMatrixRef w, MatrixRef gradient, std::span<const std::int64_t> batch) override {
    if (batch.empty()) return evaluate(w, gradient, x_, y_);
    const auto n = static_cast<Eigen::Index>(batch.size());
    make_room(batch_x_, n, x_.cols());
    make_room(batch_y_, n, y_.cols());
    for (Eigen::Index k = 0; k < n; ++k) {
      batch_x_.row(k) = x_.row(batch[static_cast<std::size_t>(k)]);
      batch_y_.row(k) = y_.row(batch[static_cast<std::size_t>(k)]);
    }
    return evaluate(w, gradient, batch_x_.topRows(n), batch_y_.topRows(n));
  }

 private:
  double evaluate(ConstMatrixRef w, MatrixRef gradient, ConstMatrixRef x, ConstMatrixRef y) {
    assert(w.rows() == y.cols() && w.cols() == x.cols());
    MatrixMap r(r_.data(), y.rows(), y.cols());
    multiply(r, x, w, Op::None, Op::Transpose);
    const double loss = to_slopes(r, y, loss_, loss_.scale_of(y.rows()));
    multiply(gradient, r, x, Op::Transpose);
    return loss;
  }

  Matrix x_, y_, r_;
  Loss loss_;
  Matrix batch_x_, batch_y_;
};

}  // namespace

double MatrixTask::evaluate(const Factors&, const FactorGradients&, std::span<const std::int64_t>) {
  assert(!"only a sampled task is evaluated on factors");
  return 0;
}

void MatrixTask::read(const Factors&) { assert(!"only a sampled task is read on factors"); }

double MatrixTask::along(const Vector&, const Vector&, double) const {
  assert(!"only a sampled task is read on factors");
  return 0;
}

void MatrixTask::observe(ConstMatrixRef, Vector&) const { assert(!"only a task that observes W linearly"); }

void MatrixTask::spread(const Vector&, MatrixRef) const { assert(!"only a task that observes W linearly"); }

bool few_entries(std::int64_t entries, std::int64_t rows, std::int64_t cols) {
#if defined(__AVX__)
  constexpr double kDearer = 8;  // an observed entry, over one of the whole matrix
#else
  constexpr double kDearer = 5;
#endif
  return kDearer * static_cast<double>(entries) <= static_cast<double>(rows) * static_cast<double>(cols);
}

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
