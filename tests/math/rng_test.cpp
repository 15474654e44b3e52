#include "math/rng.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

using namespace rankscope;

TEST_CASE("math: bits are those of the published xoshiro256++") {
  // The vector of the rand_xoshiro crate, made with the authors' C code (prng.di.unimi.it/xoshiro256plusplus.c) from 1,
  // 2, 3, 4.
  Rng rng(Rng::State{{1, 2, 3, 4}});
  for (std::uint64_t expected : {41943041ull, 58720359ull, 3588806011781223ull, 3591011842654386ull,
                                 9228616714210784205ull, 9973669472204895162ull, 14011001112246962877ull,
                                 12406186145184390807ull, 15849039046786891736ull, 10450023813501588000ull})
    CHECK(rng.bits() == expected);
}

TEST_CASE("math: the sampler is seeded by the published splitmix64") {
  // From 1477776061723855037 (rand_xoshiro); 0xe220a8397b1dcdaf is splitmix64's first output from 0, the stream of
  // number 0.
  const Rng rng(1477776061723855037ull ^ 0xe220a8397b1dcdafull);
  CHECK(rng.state().words == std::array<std::uint64_t, 4>{1985237415132408290ull, 2979275885539914483ull,
                                                          13511426838097143398ull, 8488337342461049707ull});
}

TEST_CASE("math: the first normals of a seed are the same in every build") {
  Rng rng(1);
  for (double expected : {-0x1.1242fea0f532cp+0, -0x1.f8827fd175134p-1, 0x1.284c2f00eca8ap-2, -0x1.0f3e56fede92ep-3,
                          0x1.5afeb17115ep-1, -0x1.a1cd33c0dfaf7p-2, 0x1.3cb6947c8ebbp-1, -0x1.420073a3ae91p-1})
    CHECK(rng.normal() == expected);
}

TEST_CASE("math: a saved state goes on with the same draws, between the two normals of a pair too") {
  Rng rng(5, 2);
  (void)rng.normal();
  Rng copy(rng.state());
  for (int i = 0; i < 5; ++i) {
    CHECK(copy.normal() == rng.normal());
    CHECK(copy.bits() == rng.bits());
  }
}

TEST_CASE("math: seeds and streams draw differently") {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (std::uint64_t stream = 0; stream < 20; ++stream) first.insert(Rng(seed, stream).bits());
  CHECK(first.size() == 400);
}

TEST_CASE("math: uniform numbers fill [0, 1) evenly") {
  constexpr int kDraws = 200000;
  Rng rng(3);
  std::vector<double> x(kDraws);
  for (double& value : x) value = rng.uniform();
  std::sort(x.begin(), x.end());
  CHECK(x.front() >= 0);
  CHECK(x.back() < 1);
  double worst = 0;
  for (int i = 0; i < kDraws; ++i)
    worst = std::max({worst, std::abs(x[i] - double(i) / kDraws), std::abs(x[i] - double(i + 1) / kDraws)});
  CHECK(worst * std::sqrt(double(kDraws)) < 1.63);  // Kolmogorov and Smirnov: 1 %
}

TEST_CASE("math: normal numbers have the moments, the distribution and the tails of N(0, 1)") {
  constexpr int kDraws = 400000;
  Rng rng(4);
  std::vector<double> x(kDraws);
  for (double& value : x) value = rng.normal();
  double moment[5] = {};
  double lagged = 0;
  for (int i = 0; i < kDraws; ++i) {
    double power = 1;
    for (double& m : moment) m += power / kDraws, power *= x[i];
    if (i > 0) lagged += x[i] * x[i - 1] / kDraws;
  }
  const double root = std::sqrt(double(kDraws));  // each bound is four standard deviations of its estimate
  CHECK(std::abs(moment[1]) < 4 / root);
  CHECK(std::abs(moment[2] - 1) < 4 * std::sqrt(2.0) / root);
  CHECK(std::abs(moment[3]) < 4 * std::sqrt(15.0) / root);
  CHECK(std::abs(moment[4] - 3) < 4 * std::sqrt(96.0) / root);
  CHECK(std::abs(lagged) < 4 / root);  // the two of a pair are independent

  std::sort(x.begin(), x.end());
  double worst = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double below = 0.5 * std::erfc(-x[i] / std::sqrt(2.0));
    worst = std::max({worst, std::abs(below - double(i) / kDraws), std::abs(below - double(i + 1) / kDraws)});
  }
  CHECK(worst * root < 1.63);
  for (double level : {2.0, 3.0, 4.0}) {
    const double expected = kDraws * std::erfc(level / std::sqrt(2.0));
    const auto beyond = std::count_if(x.begin(), x.end(), [&](double value) { return std::abs(value) > level; });
    CHECK(std::abs(double(beyond) - expected) < 4 * std::sqrt(expected));
  }
}

TEST_CASE("math: the logarithm made of + - * / is the logarithm") {
  Rng rng(6);
  double worst = 0;
  auto check = [&](double x) {
    const long double exact = std::log(static_cast<long double>(x));
    worst = std::max(worst, static_cast<double>(std::abs((portable_log(x) - exact) / (exact == 0 ? 1 : exact))));
  };
  for (int i = 0; i < 20000; ++i) {
    const double u = rng.uniform();
    check(u + 0x1p-60);
    check(std::ldexp(1 + u, static_cast<int>(rng.below(2000)) - 1000));
    check(1 + (u - 0.5) * 1e-3);
  }
  CHECK(portable_log(1) == 0);
  CHECK(worst < 5e-16);
}

TEST_CASE("math: below(n) takes every value evenly") {
  Rng rng(7);
  for (std::int64_t n : {1, 2, 3, 10, 1000}) {
    constexpr int kDraws = 100000;
    std::vector<int> count(static_cast<std::size_t>(n));
    bool inside = true;
    for (int i = 0; i < kDraws && inside; ++i) {
      const std::int64_t x = rng.below(n);
      inside = x >= 0 && x < n;
      if (inside) ++count[static_cast<std::size_t>(x)];
    }
    CHECK(inside);
    const double expected = double(kDraws) / double(n);
    double chi2 = 0;
    for (int c : count) chi2 += (c - expected) * (c - expected) / expected;
    CHECK(chi2 < double(n - 1) + 4 * std::sqrt(2.0 * double(n)));
  }
  const std::int64_t huge = std::int64_t{3} << 61;  // bits() % n alone would draw the lower two thirds 3 : 2 too often
  int low = 0;
  for (int i = 0; i < 40000; ++i) low += rng.below(huge) < huge / 3;
  CHECK(std::abs(low - 40000 / 3.0) < 4 * std::sqrt(40000 * 2.0 / 9));
}

TEST_CASE("math: a sample is ascending, without repetition, and every element is as likely") {
  Rng rng(8);
  std::vector<int> count(10);
  bool good = true;
  for (int i = 0; i < 10000 && good; ++i) {
    const auto chosen = rng.sample(10, 3);
    good = chosen.size() == 3 && 0 <= chosen[0] && chosen[0] < chosen[1] && chosen[1] < chosen[2] && chosen[2] < 10;
    if (good)
      for (auto c : chosen) ++count[static_cast<std::size_t>(c)];
  }
  CHECK(good);
  for (int c : count) CHECK(std::abs(c - 3000) < 4 * std::sqrt(10000 * 0.3 * 0.7));
  CHECK(rng.sample(4, 4) == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(rng.sample(4, 0).empty());
  CHECK(rng.sample(0, 0).empty());
}
