// Targets of small rank, drawn: a random factorization with N(0, 1) entries, scaled to a Frobenius norm (the papers' data).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "math/tensor.h"

namespace rankscope {

struct TensorTarget {
  std::vector<double> tensor;      ///< row-major
  std::vector<double> components;  ///< of form "cp": the norms of its components, largest first
};

/// `form`: cp (a sum of `rank` outer products), tucker (a core of `rank` in every mode), tensor_train (bonds of `rank`), hierarchical (a binary
/// tree of neighbouring modes, `rank` at every node below the root). Ranks are cut at what the sizes allow.
TensorTarget draw_target(const Shape& shape, const std::string& form, std::int64_t rank, double norm, std::uint64_t seed, std::uint64_t stream);

}  // namespace rankscope
