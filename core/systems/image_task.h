// Images as bits and one label against all others: what a predictor of images is trained and tested on, as it is or made random.
#pragma once
#include <span>
#include <vector>

#include "lab/system.h"
#include "systems/bit_product.h"

namespace rankscope {

/// Target of an image of the label, and the square that a test error is clamped at; 0 is the target of all others.
constexpr double kPositive = 2, kLargestSquare = kPositive * kPositive;

struct ImageTask {
  BitImages train, test;
  std::vector<double> train_target, test_target;
  std::int64_t height = 0, width = 0;

  /// Of the mean training target, over kLargestSquare.
  double constant_train_error() const;
  double constant_test_error() const;
};

/// What can be known before anything is drawn.
struct ImageShape {
  std::int64_t train = 0, test = 0, height = 0, width = 0;  ///< height x width after pooling

  std::int64_t pixels() const { return height * width; }
};

/// data, label, pool, samples, pixels.
std::span<const Param> image_task_params();
/// images, labels, test_images, test_labels.
std::span<const InputInfo> image_task_inputs();
/// Error: some of the inputs without the others, images of another shape or of a size that does not pool, labels of another length.
Result<ImageShape> image_shape(const Settings& settings, const Inputs& inputs);
/// Error: also gaps, images of nothing but zeros, images that are all the same as bits, labels that are all the same.
Result<ImageTask> image_task(const Settings& settings, const Inputs& inputs, std::uint64_t seed);

}  // namespace rankscope
