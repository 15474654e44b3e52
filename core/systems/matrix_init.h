// Initialisations of a deep matrix factorization (Arora et al. 2019; science: alpha is the scale of the end-to-end matrix).
#pragma once
#include <cstdint>
#include <vector>

#include "lab/settings.h"
#include "math/matrix.h"

namespace rankscope {

/// init, alpha, det_sign.
std::span<const Param> matrix_init_params();

/// Layers W_1 .. W_N for widths d_0 .. d_N, W_j of d_j x d_{j-1}.
///   gaussian    entries N(0, s^2), s = alpha^(1/N) (sqrt(d_0 d_N) prod_{0<j<N} d_j)^(-1/(2N)): E||W||_F^2 = alpha^2 sqrt(d_0 d_N)
///   uniform     U(-sqrt(3) s, sqrt(3) s): the same second moment
///   identity    alpha^(1/N) times the (rectangular) identity
///   orthogonal  (alpha (d_0 d_N)^(1/4))^(1/N) times a random semi-orthogonal matrix
///   balanced    an end-to-end draw N(0, alpha^2 / sqrt(d_0 d_N)), cut at the narrowest width, its SVD shared out: W_1 = S^(1/N) V^T,
///               S^(1/N) between, W_N = U S^(1/N)
/// Error: det_sign asked of a product that is not square or has a bottleneck.
Result<std::vector<Matrix>> initial_layers(const Settings& settings, const std::vector<std::int64_t>& widths, std::uint64_t seed);

/// Sign of the determinant of a square matrix by elimination with pivoting: it does not underflow. 0 when singular.
int determinant_sign(Matrix a);

}  // namespace rankscope
