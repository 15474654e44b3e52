// What the lecture notes say of the layers of a deep linear network at one moment (Cohen and Razin 2024; Arora et al. 2018, 2019).
#pragma once
#include <span>
#include <vector>

#include "math/matrix.h"

namespace rankscope {

/// W_1 ... W_N as windows onto flat weights (W_1 first, each column-major), W_j of widths[j] x widths[j - 1].
std::vector<ConstMatrixMap> layers_of(std::span<const double> weights, const std::vector<std::int64_t>& widths);

/// D_j = W_{j+1}^T W_{j+1} - W_j W_j^T for j = 1 .. N-1: what gradient flow conserves.
std::vector<Matrix> invariants(std::span<const ConstMatrixMap> layers);

/// Singular values of each layer, descending, cut at the narrowest width.
std::vector<Vector> layer_spectra(std::span<const ConstMatrixMap> layers);

/// max over pairs of layers and r of |sigma_r(W_i)^2 - sigma_r(W_j)^2|. By Weyl's inequality, applied to each D_j, at most the sum over j of
/// ||D_j||_2: layers that are nearly balanced share their singular values.
double spectra_apart(std::span<const Vector> spectra);

/// det(W_N ... W_1) as the product of the layers' determinants; NaN unless all layers are square. The determinant of the product itself
/// underflows to the noise of its largest singular value long before (science: from alpha I at depth 2 it is lost at loss 0.01).
double determinant(std::span<const ConstMatrixMap> layers);

}  // namespace rankscope
