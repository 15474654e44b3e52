// A CP tensor of N binary modes as a predictor of images of bits: y(x) = sum over r of the product over n of A^n[x_n, r]. Never a division,
// never a logarithm: entries may be zero or negative, and the bits are the same in every build that promises them.
//
// Pixels are taken eight at a time. A block's 2^8 products are tabulated once for all samples, so that a sample costs one product a block; eight
// blocks are a segment, one 64-bit word of an image. A segment's product is a double as it stands; the product of segments is a mantissa and a
// power of two of its own, which loses nothing. So the answer is right while the product of every 64 neighbouring entries, and that of all others, are
// numbers: a mean size of an entry between 2^-15 and 2^15.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace rankscope {

/// Images of bits, a row of words an image: pixel n is bit n % 64 of word n / 64.
struct BitImages {
  std::int64_t count = 0, pixels = 0;
  std::vector<std::uint64_t> words;  ///< count x segments()

  BitImages() = default;
  BitImages(std::int64_t images, std::int64_t pixels_) : count(images), pixels(pixels_), words(static_cast<std::size_t>(images * segments())) {}
  std::int64_t segments() const { return (pixels + 63) / 64; }
  bool at(std::int64_t image, std::int64_t pixel) const { return words[static_cast<std::size_t>(image * segments() + pixel / 64)] >> (pixel % 64) & 1; }
  void set(std::int64_t image, std::int64_t pixel) { words[static_cast<std::size_t>(image * segments() + pixel / 64)] |= std::uint64_t{1} << (pixel % 64); }
};

class BitProduct {
 public:
  static constexpr std::int64_t kMost = 1024;  ///< images at once

  BitProduct(std::int64_t pixels, std::int64_t rank);

  std::size_t size() const { return static_cast<std::size_t>(2 * pixels_ * rank_); }
  /// Entry A^n[x, r] in the flat factors.
  std::size_t at(std::int64_t n, std::int64_t x, std::int64_t r) const { return static_cast<std::size_t>((2 * n + x) * rank_ + r); }

  /// y of the images `rows`, at most kMost.
  void predict(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<double> y);
  /// As predict, and keeps what pull_back needs.
  void predict_to_learn(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<double> y);
  /// gradient += sum over i of slope_i dy_i/dA, for the images and factors of the last predict_to_learn.
  void pull_back(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<const double> slopes, std::span<double> gradient);

  /// Multiplications of predict, and of predict_to_learn with pull_back, for so many images.
  static double predict_cost(std::int64_t pixels, std::int64_t rank, double images);
  static double learn_cost(std::int64_t pixels, std::int64_t rank, double images);
  /// Bytes that one of them takes.
  static double memory(std::int64_t pixels, std::int64_t rank);

 private:
  struct Group;
  template <class V>
  void products(const Group& g, std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows);
  template <class V>
  void pull_back(const Group& g, std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<const double> slopes,
                 std::span<double> gradient);
  template <bool learn>
  void forward(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<double> y);
  Group group(std::int64_t first) const;
  void gather(const Group& g, std::span<const double> factors, std::int64_t segment);

  std::int64_t pixels_, rank_, segments_;
  std::vector<double> parts_;          ///< of each group, segment, image and lane: the segment's product, then the product of all others
  std::vector<double> entries_;        ///< of one segment: 64 x 2 x lanes
  std::vector<double> table_, slope_;  ///< of one segment: 8 x 256 x lanes
  std::vector<double> mantissas_, before_;
  std::vector<std::int64_t> exponents_;
};

}  // namespace rankscope
