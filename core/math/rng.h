// A portable seeded sampler: the same bits natively and in WebAssembly. std::normal_distribution is not portable, nor
// is libm's log, so both are made here of + - * / and sqrt.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

namespace rankscope {

/// xoshiro256++ (Blackman and Vigna 2018), seeded by splitmix64 from (seed, stream): streams of one seed are
/// independent.
class Rng {
 public:
  struct State {  ///< everything the next draw depends on
    std::array<std::uint64_t, 4> words{};
    double spare = 0;  ///< the second normal of the last pair
    bool has_spare = false;
  };

  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0);
  explicit Rng(const State& state) : state_(state) {}
  const State& state() const { return state_; }

  std::uint64_t bits();
  double uniform();                    ///< [0, 1), 53 bits
  double normal();                     ///< N(0, 1), by Marsaglia's polar method
  std::int64_t below(std::int64_t n);  ///< uniform on 0 .. n-1, unbiased; n >= 1
  /// k distinct numbers of 0 .. n-1, ascending; 0 <= k <= n.
  std::vector<std::int64_t> sample(std::int64_t n, std::int64_t k);

 private:
  State state_;
};

/// Natural logarithm of a normal positive number by + - * / alone, to about 1e-16 relative.
double portable_log(double x);

}  // namespace rankscope
