#include "systems/bit_product.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

namespace rankscope {
namespace {

constexpr std::int64_t kBlock = 8, kTable = 1 << kBlock, kBlocks = 64 / kBlock, kLanes = 4;

/// Components side by side: four in a vector of the compiler's own, loaded from any double's address, or one. By pointer, because a vector by value
/// has no calling convention without AVX; within a struct, because a template argument loses its attributes.
struct Four {
  static constexpr std::int64_t width = kLanes;
  typedef double Lanes __attribute__((vector_size(kLanes * sizeof(double)), aligned(alignof(double)), may_alias));
};
struct One {
  static constexpr std::int64_t width = 1;
  typedef double Lanes;
};

template <class V>
inline typename V::Lanes* lanes(double* x) {
  return reinterpret_cast<typename V::Lanes*>(x);
}
template <class V>
inline const typename V::Lanes* lanes(const double* x) {
  return reinterpret_cast<const typename V::Lanes*>(x);
}

/// x = mantissa 2^exponent with a mantissa of size in [1/2, 1); zero and what is no number stay as they are. std::frexp, fit for a loop.
inline double split(double x, std::int64_t& exponent) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const auto field = static_cast<std::int64_t>(bits >> 52 & 2047);
  if (field == 0 || field == 2047) {
    int e = 0;
    const double m = std::isfinite(x) ? std::frexp(x, &e) : x;
    exponent = e;
    return m;
  }
  exponent = field - 1022;
  bits = (bits & ~(std::uint64_t{2047} << 52)) | std::uint64_t{1022} << 52;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// x 2^exponent.
inline double scaled(double x, std::int64_t exponent) {
  if (exponent < -1022 || exponent > 1023) return std::ldexp(x, static_cast<int>(std::clamp<std::int64_t>(exponent, -100000, 100000)));
  const std::uint64_t bits = static_cast<std::uint64_t>(exponent + 1023) << 52;
  double power;
  std::memcpy(&power, &bits, sizeof power);
  return x * power;
}

/// table[p] = product over k < bits of entry(k, bit k of p), each of w components.
template <class V>
void tabulate(const double* entries, std::int64_t bits, double* table) {
  using Lanes = typename V::Lanes;
  constexpr std::int64_t w = V::width;
  *lanes<V>(table) = *lanes<V>(entries);
  *lanes<V>(table + w) = *lanes<V>(entries + w);
  for (std::int64_t k = 1; k < bits; ++k) {
    const Lanes off = *lanes<V>(entries + 2 * k * w), on = *lanes<V>(entries + (2 * k + 1) * w);
    const std::int64_t half = (std::int64_t{1} << k) * w;
    for (std::int64_t p = 0; p < half; p += w) {
      const Lanes t = *lanes<V>(table + p);
      *lanes<V>(table + half + p) = t * on;
      *lanes<V>(table + p) = t * off;
    }
  }
}

/// The reverse of tabulate: `slope` of the table, which is used up, to that of the entries. `work`: room for a table.
template <class V>
void untabulate(const double* entries, std::int64_t bits, double* slope, double* work, double* out) {
  using Lanes = typename V::Lanes;
  constexpr std::int64_t w = V::width;
  for (std::int64_t k = bits - 1; k > 0; --k) {
    tabulate<V>(entries, k, work);
    const Lanes off = *lanes<V>(entries + 2 * k * w), on = *lanes<V>(entries + (2 * k + 1) * w);
    const std::int64_t half = (std::int64_t{1} << k) * w;
    Lanes to_off{}, to_on{};
    for (std::int64_t p = 0; p < half; p += w) {
      const Lanes t = *lanes<V>(work + p), low = *lanes<V>(slope + p), high = *lanes<V>(slope + half + p);
      to_off += low * t;
      to_on += high * t;
      *lanes<V>(slope + p) = low * off + high * on;
    }
    *lanes<V>(out + 2 * k * w) = to_off;
    *lanes<V>(out + (2 * k + 1) * w) = to_on;
  }
  *lanes<V>(out) = *lanes<V>(slope);
  *lanes<V>(out + w) = *lanes<V>(slope + w);
}

}  // namespace

/// Components that are computed side by side: four, the last ones filled up with zeros, or a last one alone.
struct BitProduct::Group {
  std::int64_t first, count, width;
};

BitProduct::Group BitProduct::group(std::int64_t first) const {
  const std::int64_t left = rank_ - first;
  return {first, std::min(left, kLanes), left == 1 ? 1 : kLanes};
}

BitProduct::BitProduct(std::int64_t pixels, std::int64_t rank) : pixels_(pixels), rank_(rank), segments_((pixels + 63) / 64) {
  const Group last = group((rank - 1) / kLanes * kLanes);
  parts_.resize(static_cast<std::size_t>((last.first + last.width) * segments_ * kMost));
  entries_.resize(2 * 64 * kLanes);
  table_.resize(static_cast<std::size_t>(kBlocks * kTable * kLanes));
  slope_.resize(table_.size());
  mantissas_.resize(static_cast<std::size_t>(segments_));
  before_.resize(mantissas_.size());
  exponents_.resize(mantissas_.size());
}

void BitProduct::gather(const Group& g, std::span<const double> factors, std::int64_t segment) {
  const std::int64_t from = 64 * segment, to = std::min(from + 64, pixels_);
  double* out = entries_.data();
  for (std::int64_t row = 2 * from; row < 2 * to; ++row)
    for (std::int64_t l = 0; l < g.width; ++l) *out++ = l < g.count ? factors[static_cast<std::size_t>(row * rank_ + g.first + l)] : 0;
}

template <class V>
void BitProduct::products(const Group& g, std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows) {
  using Lanes = typename V::Lanes;
  constexpr std::int64_t w = V::width;
  for (std::int64_t s = 0; s < segments_; ++s) {
    gather(g, factors, s);
    const std::int64_t pixels = std::min<std::int64_t>(64, pixels_ - 64 * s), blocks = (pixels + kBlock - 1) / kBlock;
    for (std::int64_t j = 0; j < blocks; ++j)
      tabulate<V>(entries_.data() + 2 * kBlock * j * w, std::min(kBlock, pixels - kBlock * j), table_.data() + j * kTable * w);
    double* out = parts_.data() + (g.first * segments_ + s * w) * kMost;
    for (const std::int64_t row : rows) {
      std::uint64_t word = images.words[static_cast<std::size_t>(row * segments_ + s)];
      const double* table = table_.data();
      Lanes product = *lanes<V>(table + static_cast<std::int64_t>(word & 255) * w);
      for (std::int64_t j = 1; j < blocks; ++j) {
        word >>= kBlock;
        table += kTable * w;
        product *= *lanes<V>(table + static_cast<std::int64_t>(word & 255) * w);
      }
      *lanes<V>(out) = product;
      out += w;
    }
  }
}

template <bool learn>
void BitProduct::forward(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<double> y) {
  assert(std::ssize(rows) <= kMost && y.size() == rows.size() && images.pixels == pixels_ && factors.size() == size());
  std::fill(y.begin(), y.end(), 0.0);
  for (std::int64_t first = 0; first < rank_; first += kLanes) {
    const Group g = group(first);
    if (g.width == 1) products<One>(g, factors, images, rows);
    else products<Four>(g, factors, images, rows);
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::int64_t l = 0; l < g.count; ++l) {
        double* part = parts_.data() + g.first * segments_ * kMost + static_cast<std::int64_t>(i) * g.width + l;
        double all = 1;
        std::int64_t exponent = 0;
        for (std::int64_t s = 0; s < segments_; ++s) {
          const auto k = static_cast<std::size_t>(s);
          mantissas_[k] = split(part[s * g.width * kMost], exponents_[k]);
          if constexpr (learn) before_[k] = all;
          all *= mantissas_[k];
          exponent += exponents_[k];
        }
        y[i] += scaled(all, exponent);
        if constexpr (learn) {
          double behind = 1;
          for (std::int64_t s = segments_ - 1; s >= 0; --s) {
            const auto k = static_cast<std::size_t>(s);
            part[s * g.width * kMost] = scaled(before_[k] * behind, exponent - exponents_[k]);
            behind *= mantissas_[k];
          }
        }
      }
  }
}

void BitProduct::predict(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<double> y) {
  forward<false>(factors, images, rows, y);
}

void BitProduct::predict_to_learn(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<double> y) {
  forward<true>(factors, images, rows, y);
}

template <class V>
void BitProduct::pull_back(const Group& g, std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<const double> slopes,
                           std::span<double> gradient) {
  using Lanes = typename V::Lanes;
  constexpr std::int64_t w = V::width;
  alignas(32) double out[2 * kBlock * w], work[kTable * w];
  for (std::int64_t s = 0; s < segments_; ++s) {
    gather(g, factors, s);
    const std::int64_t pixels = std::min<std::int64_t>(64, pixels_ - 64 * s), blocks = (pixels + kBlock - 1) / kBlock;
    for (std::int64_t j = 0; j < blocks; ++j)
      tabulate<V>(entries_.data() + 2 * kBlock * j * w, std::min(kBlock, pixels - kBlock * j), table_.data() + j * kTable * w);
    std::fill_n(slope_.begin(), blocks * kTable * w, 0.0);
    const double* part = parts_.data() + (g.first * segments_ + s * w) * kMost;
    for (std::size_t i = 0; i < rows.size(); ++i, part += w) {
      const std::uint64_t word = images.words[static_cast<std::size_t>(rows[i] * segments_ + s)];
      const auto place = [&](std::int64_t j) { return (j * kTable + static_cast<std::int64_t>(word >> (kBlock * j) & 255)) * w; };
      Lanes behind[kBlocks];  // the product of the blocks behind
      behind[blocks - 1] = Lanes{} + 1.0;
      for (std::int64_t j = blocks - 1; j > 0; --j) behind[j - 1] = behind[j] * *lanes<V>(table_.data() + place(j));
      Lanes before = *lanes<V>(part) * slopes[i];
      for (std::int64_t j = 0; j < blocks; ++j) {
        *lanes<V>(slope_.data() + place(j)) += before * behind[j];
        before *= *lanes<V>(table_.data() + place(j));
      }
    }
    for (std::int64_t j = 0; j < blocks; ++j) {
      const std::int64_t bits = std::min(kBlock, pixels - kBlock * j), first = 2 * (64 * s + kBlock * j);
      untabulate<V>(entries_.data() + 2 * kBlock * j * w, bits, slope_.data() + j * kTable * w, work, out);
      for (std::int64_t row = 0; row < 2 * bits; ++row)
        for (std::int64_t l = 0; l < g.count; ++l) gradient[static_cast<std::size_t>((first + row) * rank_ + g.first + l)] += out[row * w + l];
    }
  }
}

void BitProduct::pull_back(std::span<const double> factors, const BitImages& images, std::span<const std::int64_t> rows, std::span<const double> slopes, std::span<double> gradient) {
  for (std::int64_t first = 0; first < rank_; first += kLanes) {
    const Group g = group(first);
    if (g.width == 1) pull_back<One>(g, factors, images, rows, slopes, gradient);
    else pull_back<Four>(g, factors, images, rows, slopes, gradient);
  }
}

double BitProduct::predict_cost(std::int64_t pixels, std::int64_t rank, double images) {
  const double blocks = static_cast<double>((pixels + kBlock - 1) / kBlock);
  return static_cast<double>(rank) * blocks * (2 * kTable * std::ceil(images / kMost) + images);
}

double BitProduct::learn_cost(std::int64_t pixels, std::int64_t rank, double images) {
  const double blocks = static_cast<double>((pixels + kBlock - 1) / kBlock);
  return predict_cost(pixels, rank, images) + static_cast<double>(rank) * blocks * (12 * kTable * std::ceil(images / kMost) + 4 * images);
}

double BitProduct::memory(std::int64_t pixels, std::int64_t rank) {
  return 8 * static_cast<double>(((rank + kLanes - 1) / kLanes) * kLanes * ((pixels + 63) / 64) * kMost + 2 * kBlocks * kTable * kLanes);
}

}  // namespace rankscope
