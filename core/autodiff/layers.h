// Layers and losses composed of the operations of autodiff/operations.h, so that they too can be differentiated twice. Rows are samples. An image is
// one row: channel by channel, each from its top row down.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "autodiff/operations.h"
#include "lab/archive.h"

namespace rankscope {

struct ImageShape {
  std::int64_t channels = 1, height = 1, width = 1;

  std::int64_t pixels() const { return height * width; }
  std::int64_t size() const { return channels * pixels(); }
};

/// x W^T, W being outputs x inputs as everywhere; with `offset`, 1 x outputs, added to each row.
Var linear(Var x, Var w);
Var linear(Var x, Var w, Var offset);

/// Every row to mean 0 and variance 1 (of its entries, plus epsilon), then times gain plus offset, each 1 x cols (Ba, Kiros and Hinton 2016).
Var layer_norm(Var x, Var gain, Var offset, double epsilon = 1e-5);

struct BatchNorm {
  Var y, mean, variance;  ///< variance: the mean square deviation, 1 x cols as the mean
};
/// Every column by its mean and variance over the batch's rows (Ioffe and Szegedy 2015).
BatchNorm batch_norm(Var x, Var gain, Var offset, double epsilon = 1e-5);
/// By given ones, for evaluation.
Var batch_norm(Var x, Var gain, Var offset, Var mean, Var variance, double epsilon = 1e-5);

/// What batch normalisation met so far: average <- (1 - momentum) average + momentum batch's, the variance with m - 1 for m, as torch.nn has it.
class RunningStatistics {
 public:
  explicit RunningStatistics(std::int64_t columns) : mean_(static_cast<std::size_t>(columns), 0.0), variance_(static_cast<std::size_t>(columns), 1.0) {}
  void update(const BatchNorm& batch, std::int64_t rows, double momentum = 0.1);
  Var mean(Tape& tape) const { return tape.leaf(ConstMatrixMap(mean_.data(), 1, static_cast<Eigen::Index>(mean_.size()))); }
  Var variance(Tape& tape) const { return tape.leaf(ConstMatrixMap(variance_.data(), 1, static_cast<Eigen::Index>(variance_.size()))); }
  void archive(Archive& archive, std::string_view name);

 private:
  std::vector<double> mean_, variance_;
};

/// Images as one row a pixel and one column a channel, and back: for statistics by channel. Costs nothing.
Var by_channel(Var images, const ImageShape& shape);
Var by_image(Var channels, const ImageShape& shape);

/// Cross-correlation with a square window, zeros around the image.
class Convolution {
 public:
  Convolution(const ImageShape& input, std::int64_t filters, std::int64_t window, std::int64_t stride = 1, std::int64_t padding = 0);
  const ImageShape& output() const { return output_; }
  std::int64_t window_size() const { return window_size_; }  ///< numbers that a filter multiplies: channels x window x window
  /// images: samples x input's size; w: filters x window_size(), as torch.nn.Conv2d's flattened; offset: 1 x filters. *this must live until the tape is
  /// cleared.
  Var operator()(Var images, Var w, Var offset) const;

 private:
  ImageShape input_, output_;
  std::int64_t window_size_;
  std::vector<std::int64_t> places_;  ///< of number k of the window at output pixel p, at p + k * pixels: its column in the image; -1: outside
};

/// Mean of every channel: samples x channels. *this must live until the tape is cleared.
class MeanPool {
 public:
  explicit MeanPool(const ImageShape& input);
  Var operator()(Var images) const;

 private:
  ImageShape input_;
  std::vector<std::int64_t> places_;
};

/// Over all entries.
Var mean_square_error(Var x, Var target);
/// Mean over the rows of -sum_j t_j ln softmax(x)_j; targets: rows that sum to 1. The largest of each row is taken off first: no overflow.
Var softmax_cross_entropy(Var x, Var targets);
/// Of each row with its partner: samples x 1. epsilon keeps a zero row's at 0; others are off by epsilon over their squared length.
Var cosine_similarity(Var a, Var b, double epsilon = 1e-12);

}  // namespace rankscope
