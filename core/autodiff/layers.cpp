#include "autodiff/layers.h"

#include <cassert>
#include <string>

namespace rankscope {
namespace {

double share(Eigen::Index n) { return 1 / static_cast<double>(n); }

}  // namespace

Var linear(Var x, Var w) { return product(x, w, Op::None, Op::Transpose); }
Var linear(Var x, Var w, Var offset) { return linear(x, w) + repeat_rows(offset, x.rows()); }

Var layer_norm(Var x, Var gain, Var offset, double epsilon) {
  const Eigen::Index rows = x.rows(), cols = x.cols();
  const Var centred = x - repeat_columns(share(cols) * row_sums(x), cols);
  const Var scale = reciprocal(sqrt(share(cols) * row_sums(centred * centred) + epsilon));
  return centred * repeat_columns(scale, cols) * repeat_rows(gain, rows) + repeat_rows(offset, rows);
}

BatchNorm batch_norm(Var x, Var gain, Var offset, double epsilon) {
  const Var mean = share(x.rows()) * column_sums(x), centred = x - repeat_rows(mean, x.rows());
  const Var variance = share(x.rows()) * column_sums(centred * centred);
  const Var scale = gain / sqrt(variance + epsilon);
  return {centred * repeat_rows(scale, x.rows()) + repeat_rows(offset, x.rows()), mean, variance};
}

Var batch_norm(Var x, Var gain, Var offset, Var mean, Var variance, double epsilon) {
  const Var scale = gain / sqrt(variance + epsilon);
  return (x - repeat_rows(mean, x.rows())) * repeat_rows(scale, x.rows()) + repeat_rows(offset, x.rows());
}

void RunningStatistics::update(const BatchNorm& batch, std::int64_t rows, double momentum) {
  assert(batch.mean.cols() == std::ssize(mean_));
  const double unbiased = rows > 1 ? static_cast<double>(rows) / static_cast<double>(rows - 1) : 1;
  for (std::size_t j = 0; j < mean_.size(); ++j) {
    const auto col = static_cast<Eigen::Index>(j);
    mean_[j] = (1 - momentum) * mean_[j] + momentum * batch.mean.value()(0, col);
    variance_[j] = (1 - momentum) * variance_[j] + momentum * unbiased * batch.variance.value()(0, col);
  }
}

void RunningStatistics::archive(Archive& a, std::string_view name) {
  a(std::string(name) + ".mean", std::span<double>(mean_));
  a(std::string(name) + ".variance", std::span<double>(variance_));
}

Var by_channel(Var images, const ImageShape& shape) {
  assert(images.cols() == shape.size());
  return reshape(images, images.rows() * shape.pixels(), shape.channels);
}

Var by_image(Var channels, const ImageShape& shape) {
  assert(channels.cols() == shape.channels && channels.rows() % shape.pixels() == 0);
  return reshape(channels, channels.rows() / shape.pixels(), shape.size());
}

Convolution::Convolution(const ImageShape& input, std::int64_t filters, std::int64_t window, std::int64_t stride, std::int64_t padding)
    : input_(input), window_size_(input.channels * window * window) {
  assert(filters >= 1 && window >= 1 && stride >= 1 && padding >= 0);
  assert(window <= input.height + 2 * padding && window <= input.width + 2 * padding && "a window larger than the image");
  output_ = {filters, (input.height + 2 * padding - window) / stride + 1, (input.width + 2 * padding - window) / stride + 1};
  for (std::int64_t c = 0; c < input.channels; ++c)
    for (std::int64_t dy = 0; dy < window; ++dy)
      for (std::int64_t dx = 0; dx < window; ++dx)
        for (std::int64_t oy = 0; oy < output_.height; ++oy)
          for (std::int64_t ox = 0; ox < output_.width; ++ox) {
            const std::int64_t y = oy * stride + dy - padding, x = ox * stride + dx - padding;
            const bool inside = y >= 0 && y < input.height && x >= 0 && x < input.width;
            places_.push_back(inside ? (c * input.height + y) * input.width + x : -1);
          }
}

Var Convolution::operator()(Var images, Var w, Var offset) const {
  assert(images.cols() == input_.size() && w.rows() == output_.channels && w.cols() == window_size_);
  // Columns first, samples x (window, pixel) is (samples, pixel) x window: a product with the filters, and its result is samples x (filter, pixel).
  const Var windows = reshape(gather_columns(images, places_), images.rows() * output_.pixels(), window_size_);
  return by_image(linear(windows, w, offset), output_);
}

MeanPool::MeanPool(const ImageShape& input) : input_(input) {
  for (std::int64_t k = 0; k < input.size(); ++k) places_.push_back(k / input.pixels());
}

Var MeanPool::operator()(Var images) const {
  assert(images.cols() == input_.size());
  return share(input_.pixels()) * scatter_columns(images, places_, input_.channels);
}

Var mean_square_error(Var x, Var target) {
  const Var error = x - target;
  return mean(error * error);
}

Var softmax_cross_entropy(Var x, Var targets) {
  const Var shifted = x - repeat_columns(row_maxima(x), x.cols());
  return share(x.rows()) * sum(log(row_sums(exp(shifted))) - row_sums(targets * shifted));
}

Var cosine_similarity(Var a, Var b, double epsilon) {
  return row_sums(a * b) / sqrt((row_sums(a * a) + epsilon) * (row_sums(b * b) + epsilon));
}

}  // namespace rankscope
