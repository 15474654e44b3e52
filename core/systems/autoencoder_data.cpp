#include "systems/autoencoder_data.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "math/product.h"
#include "math/rng.h"
#include "math/svd.h"

namespace rankscope {
namespace {

enum Stream : std::uint64_t { kSplit = 7, kDraw = 8 };  // the network's start has 6

const Dense* images(const Inputs& inputs) {
  const auto it = inputs.find("images");
  return it == inputs.end() ? nullptr : std::get_if<Dense>(it->second.get());
}

Matrix drawn(std::int64_t samples, std::int64_t pixels, std::int64_t rank, std::uint64_t seed) {
  Rng rng(seed, kDraw);
  Matrix left(samples, rank), right(rank, pixels), out(samples, pixels);
  for (Eigen::Index k = 0; k < left.size(); ++k) left.data()[k] = rng.normal();
  for (Eigen::Index k = 0; k < right.size(); ++k) right.data()[k] = rng.normal();
  multiply(out, left, right);
  return out;
}

}  // namespace

std::vector<double> AutoencoderData::principal_errors() const {
  const Eigen::RowVectorXd mean = train.colwise().mean();
  SvdSolver solver;
  std::vector<double> out;
  if (!solver.compute(train.rowwise() - mean)) return out;
  const Matrix& v = solver.svd().v;
  const Matrix centred = test.rowwise() - mean;
  Matrix along(test.rows(), v.cols());
  multiply(along, centred, v);
  double left = centred.squaredNorm();
  const auto entries = static_cast<double>(test.size());
  for (Eigen::Index r = 0; r <= test.cols(); ++r) {  // with fewer samples than pixels the components end before
    out.push_back(std::max(left, 0.0) / entries);
    if (r < v.cols()) left -= along.col(r).squaredNorm();
  }
  return out;
}

std::span<const Param> autoencoder_data_params() {
  static const std::vector<Param> params = {
      {"samples", "Samples", "Data", "Of drawn images: gaussian ones in a space of the rank below.", "", std::int64_t{400}, {2, 100000}, When::Restart, {}, {}, "images"},
      {"pixels", "Pixels", "Data", "Of a drawn image.", "", std::int64_t{36}, {1, 4096}, When::Restart, {}, {}, "images"},
      {"rank", "Rank", "Data", "Of drawn images, all together.", "", std::int64_t{5}, {1, 4096}, When::Restart, {}, {}, "images"},
      {"held_out", "Held out", "Data", "Share of the images, drawn by the seed, that is never trained on: reconstructions and latents are measured there.", "share", 0.165,
       {0.01, 0.9}, When::Restart, {}, {}},
  };
  return params;
}

std::span<const InputInfo> autoencoder_data_inputs() {
  static const std::vector<InputInfo> inputs = {{"images", "Images", "Samples x pixels, such as 1797 x 64; divided by the largest magnitude. Drawn when not given."}};
  return inputs;
}

Result<AutoencoderShape> autoencoder_shape(const Settings& s, const Inputs& inputs) {
  std::int64_t samples = get<std::int64_t>(s, "samples"), pixels = get<std::int64_t>(s, "pixels");
  if (inputs.count("images")) {
    const Dense* d = images(inputs);
    if (!d || d->shape.size() != 2 || d->shape[0] < 2 || d->shape[1] < 1) return Error{"images", "is not a matrix of at least two rows", "one image a row, one pixel a column"};
    samples = d->shape[0], pixels = d->shape[1];
    if (pixels > 4096) return Error{"images", "have " + std::to_string(pixels) + " pixels", "at most 4096"};
  }
  const std::int64_t test = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(get<double>(s, "held_out") * static_cast<double>(samples) + 0.5)), 1, samples - 1);
  return AutoencoderShape{samples - test, test, pixels};
}

Result<AutoencoderData> autoencoder_data(const Settings& s, const Inputs& inputs, std::uint64_t seed) {
  auto shape = autoencoder_shape(s, inputs);
  if (!shape) return shape.error();
  const std::int64_t samples = shape->train + shape->test;
  Matrix all;
  if (const Dense* d = images(inputs)) all = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(d->data.data(), samples, shape->pixels);
  else all = drawn(samples, shape->pixels, std::min({get<std::int64_t>(s, "rank"), samples, shape->pixels}), seed);
  if (!all.allFinite()) return Error{"images", "have gaps", "every pixel must be a number"};
  const double largest = all.cwiseAbs().maxCoeff();
  if (!(largest > 0)) return Error{"images", "are zero everywhere", "there is nothing to learn"};
  all /= largest;
  AutoencoderData out{Matrix(shape->train, shape->pixels), Matrix(shape->test, shape->pixels)};
  std::vector<std::int64_t> held = Rng(seed, kSplit).sample(samples, shape->test);
  std::size_t at = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    if (at < held.size() && held[at] == i) out.test.row(static_cast<Eigen::Index>(at++)) = all.row(i);
    else out.train.row(i - static_cast<std::int64_t>(at)) = all.row(i);
  }
  return out;
}

}  // namespace rankscope
