// What an autoencoder is trained on: images as rows, and those of them that are held out.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lab/data.h"
#include "lab/system.h"
#include "math/matrix.h"

namespace rankscope {

struct AutoencoderData {
  Matrix train, test;  ///< samples x pixels, over the largest magnitude of all

  /// Mean square error over `test` of the projection onto the first r principal components of `train`, for r = 0 .. pixels.
  std::vector<double> principal_errors() const;
};

/// What can be known before anything is drawn.
struct AutoencoderShape {
  std::int64_t train = 0, test = 0, pixels = 0;
};

/// samples, pixels, rank, held_out.
std::span<const Param> autoencoder_data_params();
/// images.
std::span<const InputInfo> autoencoder_data_inputs();
/// Error: images that are not samples x pixels, or fewer than two.
Result<AutoencoderShape> autoencoder_shape(const Settings& settings, const Inputs& inputs);
/// Error: a gap among the images, or nothing but zeros.
Result<AutoencoderData> autoencoder_data(const Settings& settings, const Inputs& inputs, std::uint64_t seed);

}  // namespace rankscope
