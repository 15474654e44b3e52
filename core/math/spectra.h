// Measures of rank and size of a list of singular values, descending. For showing: these use log and pow.
#pragma once
#include <cstdint>

#include "math/matrix.h"

namespace rankscope {

/// exp(-sum q ln q), q = sigma / sum sigma, zeros dropped (Roy and Vetterli 2007). 0 for a zero matrix.
double effective_rank(const Vector& sigma);
/// Number of values above max(rows, cols) eps sigma_1.
std::int64_t numerical_rank(const Vector& sigma, std::int64_t rows, std::int64_t cols);
double nuclear_norm(const Vector& sigma);
double schatten_sum(const Vector& sigma, double p);   ///< sum sigma^p
double schatten_norm(const Vector& sigma, double p);  ///< (sum sigma^p)^(1/p)

}  // namespace rankscope
