#include "systems/notes_measures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/product.h"
#include "math/svd_values.h"

namespace rankscope {
namespace {

/// By elimination with pivoting.
double determinant_of(Matrix a) {
  double det = 1;
  for (Eigen::Index k = 0; k < a.rows(); ++k) {
    Eigen::Index pivot = k;
    for (Eigen::Index i = k + 1; i < a.rows(); ++i)
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    if (pivot != k) {
      a.row(pivot).swap(a.row(k));
      det = -det;
    }
    det *= a(k, k);
    if (a(k, k) == 0) return 0;
    for (Eigen::Index i = k + 1; i < a.rows(); ++i) {
      const double factor = a(i, k) / a(k, k);
      for (Eigen::Index j = k + 1; j < a.cols(); ++j) a(i, j) -= factor * a(k, j);
    }
  }
  return det;
}

}  // namespace

std::vector<ConstMatrixMap> layers_of(std::span<const double> weights, const std::vector<std::int64_t>& widths) {
  std::vector<ConstMatrixMap> out;
  const double* at = weights.data();
  for (std::size_t j = 1; j < widths.size(); ++j) {
    out.emplace_back(at, widths[j], widths[j - 1]);
    at += widths[j] * widths[j - 1];
  }
  return out;
}

std::vector<Matrix> invariants(std::span<const ConstMatrixMap> layers) {
  std::vector<Matrix> out;
  for (std::size_t j = 0; j + 1 < layers.size(); ++j) {
    const auto& below = layers[j];
    Matrix a(below.rows(), below.rows()), b(below.rows(), below.rows());
    multiply(a, layers[j + 1], layers[j + 1], Op::Transpose, Op::None);
    multiply(b, below, below, Op::None, Op::Transpose);
    out.push_back(a - b);
  }
  return out;
}

std::vector<Vector> layer_spectra(std::span<const ConstMatrixMap> layers) {
  Eigen::Index narrowest = std::numeric_limits<Eigen::Index>::max();
  for (const auto& w : layers) narrowest = std::min({narrowest, w.rows(), w.cols()});
  std::vector<Vector> out;
  for (const auto& w : layers) {
    SpectrumSolver solver;
    solver.compute(w);
    out.push_back(solver.svd().s.head(narrowest));
  }
  return out;
}

double spectra_apart(std::span<const Vector> spectra) {
  double worst = 0;
  for (Eigen::Index r = 0; r < spectra.front().size(); ++r) {
    double low = std::numeric_limits<double>::infinity(), high = 0;
    for (const Vector& s : spectra) low = std::min(low, s[r] * s[r]), high = std::max(high, s[r] * s[r]);
    worst = std::max(worst, high - low);
  }
  return worst;
}

double determinant(std::span<const ConstMatrixMap> layers) {
  double det = 1;
  for (const auto& w : layers) {
    if (w.rows() != w.cols()) return std::numeric_limits<double>::quiet_NaN();
    det *= determinant_of(w);
  }
  return det;
}

}  // namespace rankscope
