// A tensor of known CP rank, for tests.
#pragma once
#include <cstdint>
#include <vector>

#include "lab/data.h"
#include "math/rng.h"

namespace rankscope::test {

/// A sum of `rank` outer products of independent normal vectors.
inline Dense sum_of_products(const std::vector<std::int64_t>& shape, int rank, std::uint64_t seed = 3) {
  Rng rng(seed);
  Dense out{shape, {}};
  for (int r = 0; r < rank; ++r) {
    std::vector<double> product = {1};
    for (const std::int64_t d : shape) {
      std::vector<double> u, next;
      for (std::int64_t i = 0; i < d; ++i) u.push_back(rng.normal());
      for (const double x : product)
        for (const double y : u) next.push_back(x * y);
      product = std::move(next);
    }
    out.data.resize(product.size());
    for (std::size_t i = 0; i < product.size(); ++i) out.data[i] += product[i];
  }
  return out;
}

}  // namespace rankscope::test
