#include "math/rng.h"

#include <bit>
#include <cassert>
#include <cmath>

namespace rankscope {
namespace {

std::uint64_t splitmix64(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15ull;
  std::uint64_t z = x;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t x = stream;
  x = seed ^ splitmix64(x);
  for (std::uint64_t& word : state_.words) word = splitmix64(x);
}

std::uint64_t Rng::bits() {
  auto& s = state_.words;
  const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double Rng::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Rng::normal() {
  if (state_.has_spare) {
    state_.has_spare = false;
    return state_.spare;
  }
  double u, v, s;
  do {
    u = 2 * uniform() - 1;
    v = 2 * uniform() - 1;
    s = u * u + v * v;
  } while (s >= 1 || s == 0);
  const double scale = std::sqrt(-2 * portable_log(s) / s);
  state_.spare = v * scale;
  state_.has_spare = true;
  return u * scale;
}

std::int64_t Rng::below(std::int64_t n) {
  assert(n >= 1);
  const auto range = static_cast<std::uint64_t>(n);
  const std::uint64_t reject = (0 - range) % range;  // 2^64 mod n values would be drawn once too often
  std::uint64_t x;
  do x = bits();
  while (x < reject);
  return static_cast<std::int64_t>(x % range);
}

std::vector<std::int64_t> Rng::sample(std::int64_t n, std::int64_t k) {
  assert(k >= 0 && k <= n);
  std::vector<std::int64_t> out;
  out.reserve(static_cast<std::size_t>(k));
  for (std::int64_t i = 0; i < n && k > 0; ++i)  // selection sampling (Knuth, TAOCP 2, algorithm S): one pass
    if (below(n - i) < k) {
      out.push_back(i);
      --k;
    }
  return out;
}

double portable_log(double x) {
  constexpr double kLn2High = 0x1.62e42fefa0000p-1, kLn2Low = 0x1.cf79abc9e3b3ap-40;
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // exact
  if (m < 0x1.6a09e667f3bcdp-1) {
    m *= 2;
    --exponent;
  }
  const double t = (m - 1) / (m + 1), t2 = t * t;  // log m = 2 atanh t, |t| < 0.172
  double series = 0;
  for (int k = 25; k >= 3; k -= 2) series = (series + 1.0 / k) * t2;
  return exponent * kLn2High + (exponent * kLn2Low + 2 * (t + t * series));
}

}  // namespace rankscope
