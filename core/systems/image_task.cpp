#include "systems/image_task.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "math/rng.h"

namespace rankscope {
namespace {

constexpr std::int64_t kMostPixels = 4096;
enum Stream : std::uint64_t { kDraw = 6, kRandom = 7 };  // batches have 5

const Dense* array(const Inputs& inputs, const char* key) {
  const auto it = inputs.find(key);
  return it == inputs.end() ? nullptr : std::get_if<Dense>(it->second.get());
}

/// Count, height and width, before pooling; a row of pixels that is a square number is a square.
Result<ImageShape> given(const Inputs& inputs, const char* key) {
  const Dense* d = array(inputs, key);
  if (!d || (d->shape.size() != 2 && d->shape.size() != 3)) return Error{key, "are not images", "an array of images x height x width, or images x pixels"};
  std::int64_t height = 1, width = d->shape[1];
  if (d->shape.size() == 3) {
    height = d->shape[1], width = d->shape[2];
  } else if (const auto side = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(width)))); side * side == width) {
    height = width = side;
  }
  const std::string size = std::to_string(height) + " x " + std::to_string(width);
  if (d->shape[0] < 1 || height < 1 || width < 1) return Error{key, "hold no pixel", "at least one image of one pixel"};
  if (height > kMostPixels || width > kMostPixels || height * width > kMostPixels) return Error{key, "are of " + size + " pixels", "at most " + std::to_string(kMostPixels) + " in all"};
  return ImageShape{d->shape[0], 0, height, width};
}

Result<void> fits(const Inputs& inputs, const char* key, const char* images, std::int64_t count) {
  const Dense* d = array(inputs, key);
  if (!d || d->size() != count || d->shape.empty() || d->shape[0] != count)
    return Error{key, "are not one number an image", std::string(images) + " holds " + std::to_string(count) + ": give a list of as many labels"};
  return {};
}

/// A pixel is 1 where the mean of its pool x pool pixels is above half of `largest` (NumPy's rounding of mean / largest: a half is even, so 0).
BitImages bits_of(const Dense& d, const ImageShape& shape, std::int64_t count, std::int64_t pool, double largest) {
  BitImages out(count, shape.pixels());
  const std::int64_t width = shape.width * pool;
  const double level = 0.5 * largest * static_cast<double>(pool * pool);
  for (std::int64_t i = 0; i < count; ++i)
    for (std::int64_t n = 0; n < shape.pixels(); ++n) {
      const std::int64_t at = (i * shape.height + n / shape.width) * pool * width + n % shape.width * pool;
      double sum = 0;
      for (std::int64_t y = 0; y < pool; ++y)
        for (std::int64_t x = 0; x < pool; ++x) sum += d.data[static_cast<std::size_t>(at + y * width + x)];
      if (sum > level) out.set(i, n);
    }
  return out;
}

Result<std::vector<double>> targets(const Dense& labels, const char* key, std::int64_t label) {
  std::vector<double> out;
  for (const double x : labels.data) {
    if (!std::isfinite(x)) return Error{key, "have gaps", "every image needs its label"};
    out.push_back(x == static_cast<double>(label) ? kPositive : 0);
  }
  const auto positive = std::count(out.begin(), out.end(), kPositive);
  const std::string name = std::to_string(label);
  if (positive == 0) return Error{key, "have no image of label " + name, "set label to one that occurs"};
  if (positive == std::ssize(out)) return Error{key, "have no image but of label " + name, "give images of other labels too"};
  return out;
}

/// Two pictures of random bits; an image is one of them with an eighth of its bits drawn the other way. Each fourth is of the label.
void draw(ImageTask& task, const ImageShape& shape, std::uint64_t seed) {
  Rng rng(seed, kDraw);
  std::vector<std::uint64_t> picture[2];
  for (auto& p : picture)
    for (std::int64_t n = 0; n < shape.pixels(); ++n) p.push_back(rng.bits() >> 63);
  const auto fill = [&](BitImages& images, std::vector<double>& target) {
    for (std::int64_t i = 0; i < images.count; ++i) {
      const bool positive = i % 4 == 0;
      target.push_back(positive ? kPositive : 0);
      for (std::int64_t n = 0; n < images.pixels; ++n)
        if (picture[positive][static_cast<std::size_t>(n)] != static_cast<std::uint64_t>(rng.below(8) == 0)) images.set(i, n);
    }
  };
  task.train = BitImages(shape.train, shape.pixels());
  task.test = BitImages(shape.test, shape.pixels());
  fill(task.train, task.train_target);
  fill(task.test, task.test_target);
}

void randomise(BitImages& images, Rng& rng) {
  std::fill(images.words.begin(), images.words.end(), 0);
  for (std::int64_t i = 0; i < images.count; ++i)
    for (std::int64_t n = 0; n < images.pixels; ++n)
      if (rng.bits() >> 63) images.set(i, n);
}

void permute(std::vector<double>& values, Rng& rng) {
  for (std::int64_t k = std::ssize(values) - 1; k > 0; --k) std::swap(values[static_cast<std::size_t>(k)], values[static_cast<std::size_t>(rng.below(k + 1))]);
}

/// Whether all images have the bits of the first.
bool alike(const BitImages& images) {
  const auto first = images.words.begin();
  for (std::int64_t i = 1; i < images.count; ++i)
    if (!std::equal(first, first + images.segments(), first + i * images.segments())) return false;
  return true;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double x : values) sum += x;
  return sum / static_cast<double>(values.size());
}

double constant_error(const std::vector<double>& target, double guess) {
  double sum = 0;
  for (const double t : target) sum += (t - guess) * (t - guess);
  return sum / static_cast<double>(target.size()) / kLargestSquare;
}

}  // namespace

double ImageTask::constant_train_error() const { return constant_error(train_target, mean(train_target)); }
double ImageTask::constant_test_error() const { return constant_error(test_target, mean(train_target)); }

std::span<const Param> image_task_params() {
  static const std::vector<Param> params = {
      {"data", "Data", "Data", "original: images and labels as they are. random_images: every bit drawn, the labels as they are. random_labels: the labels dealt anew among the images, for training and "
       "test each for itself.",
       "", std::string("original"), {}, When::Restart, {"original", "random_images", "random_labels"}, {}},
      {"label", "Label", "Data", "Images of this label have the target 2, all others 0.", "", std::int64_t{6}, {0, 65535}, When::Restart, {}, {}},
      {"pool", "Pooling", "Data", "The mean of so many by so many pixels is rounded to one bit.", "", std::int64_t{1}, {1, 16}, When::Restart, {}, {}},
      {"samples", "Samples", "Data", "Of drawn images, with a quarter as many for the test: two pictures of random bits, each image one of them with an eighth of its bits drawn the other way.", "",
       std::int64_t{400}, {4, 100000}, When::Restart, {}, {}, "images"},
      {"pixels", "Pixels", "Data", "Of a drawn image.", "", std::int64_t{64}, {1, static_cast<double>(kMostPixels)}, When::Restart, {}, {}, "images"},
  };
  return params;
}

std::span<const InputInfo> image_task_inputs() {
  static const std::vector<InputInfo> inputs = {
      {"images", "Images", "Images x height x width, such as an IDX file's; a pixel above half of the largest is 1. Drawn when not given."},
      {"labels", "Labels", "One number an image."},
      {"test_images", "Test images", "Of the same height and width."},
      {"test_labels", "Test labels", "One number a test image."},
  };
  return inputs;
}

Result<ImageShape> image_shape(const Settings& s, const Inputs& inputs) {
  if (inputs.empty()) {
    const auto samples = get<std::int64_t>(s, "samples"), pixels = get<std::int64_t>(s, "pixels");
    const auto side = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(pixels))));
    const bool square = side * side == pixels;
    return ImageShape{samples, samples / 4, square ? side : 1, square ? side : pixels};
  }
  for (const InputInfo& i : image_task_inputs())
    if (!inputs.count(i.key)) return Error{i.key, "is not given", "images, labels, test_images and test_labels go together: give all four, or none"};
  auto train = given(inputs, "images"), test = given(inputs, "test_images");
  if (!train) return train.error();
  if (!test) return test.error();
  const std::int64_t pool = get<std::int64_t>(s, "pool");
  if (test->height != train->height || test->width != train->width)
    return Error{"test_images", "are of " + std::to_string(test->height) + " x " + std::to_string(test->width) + " pixels",
                 "images are of " + std::to_string(train->height) + " x " + std::to_string(train->width) + ": give both the same size"};
  if (train->height % pool || train->width % pool)
    return Error{"pool", std::to_string(train->height) + " x " + std::to_string(train->width) + " pixels do not divide into squares of " + std::to_string(pool), "choose one that divides both"};
  if (auto ok = fits(inputs, "labels", "images", train->train); !ok) return ok.error();
  if (auto ok = fits(inputs, "test_labels", "test_images", test->train); !ok) return ok.error();
  return ImageShape{train->train, test->train, train->height / pool, train->width / pool};
}

Result<ImageTask> image_task(const Settings& s, const Inputs& inputs, std::uint64_t seed) {
  auto shape = image_shape(s, inputs);
  if (!shape) return shape.error();
  ImageTask out;
  out.height = shape->height, out.width = shape->width;
  if (inputs.empty()) {
    draw(out, *shape, seed);
  } else {
    const Dense &train = *array(inputs, "images"), &test = *array(inputs, "test_images");
    for (const char* key : {"images", "test_images"})
      for (const double x : array(inputs, key)->data)
        if (!std::isfinite(x)) return Error{key, "have gaps", "every pixel must be a number"};
    const double largest = *std::max_element(train.data.begin(), train.data.end());
    if (!(largest > 0)) return Error{"images", "have no pixel above zero", "there is nothing to tell them apart by"};
    const auto pool = get<std::int64_t>(s, "pool");
    out.train = bits_of(train, *shape, shape->train, pool, largest);
    out.test = bits_of(test, *shape, shape->test, pool, largest);
    const auto label = get<std::int64_t>(s, "label");
    auto train_target = targets(*array(inputs, "labels"), "labels", label), test_target = targets(*array(inputs, "test_labels"), "test_labels", label);
    if (!train_target) return train_target.error();
    if (!test_target) return test_target.error();
    out.train_target = std::move(*train_target), out.test_target = std::move(*test_target);
  }
  const auto& kind = get<std::string>(s, "data");
  Rng rng(seed, kRandom);
  if (kind == "random_images") randomise(out.train, rng), randomise(out.test, rng);
  if (alike(out.train)) return Error{"images", "are all the same, as bits", "give images that differ; a pixel is 1 where it is above half of the largest of all"};
  if (kind == "random_labels") permute(out.train_target, rng), permute(out.test_target, rng);
  return out;
}

}  // namespace rankscope
