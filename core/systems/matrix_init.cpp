#include "systems/matrix_init.h"

#include <algorithm>
#include <cmath>

#include "math/orthogonal.h"
#include "math/product.h"
#include "math/rng.h"
#include "math/roots.h"
#include "math/svd.h"

namespace rankscope {
namespace {

constexpr std::uint64_t kInitStream = 0;

template <class Draw>
Matrix filled(std::int64_t rows, std::int64_t cols, Draw draw) {
  Matrix m(rows, cols);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < cols; ++j) m(i, j) = draw();
  return m;
}

/// Both signs are equally likely in every draw, so turning the first row over conditions on the sign without drawing again.
void turn_over(Matrix& first) { first.row(0) *= -1; }

std::vector<Matrix> balanced(const std::vector<std::int64_t>& d, double alpha, Rng& rng) {
  const auto n = static_cast<int>(d.size()) - 1;
  const double s = alpha / std::sqrt(std::sqrt(static_cast<double>(d.front()) * static_cast<double>(d.back())));
  const Matrix draw = filled(d.back(), d.front(), [&] { return s * rng.normal(); });
  if (n == 1) return {draw};
  SvdSolver solver;
  [[maybe_unused]] const bool ok = solver.compute(draw);
  assert(ok);
  const Svd& svd = solver.svd();
  const std::int64_t k = std::min<std::int64_t>(*std::min_element(d.begin(), d.end()), svd.s.size());
  Vector share(k);
  for (std::int64_t r = 0; r < k; ++r) share[r] = nth_root(svd.s[r], n);
  std::vector<Matrix> layers;
  for (int j = 1; j <= n; ++j) {
    Matrix w = Matrix::Zero(d[j], d[j - 1]);
    for (std::int64_t r = 0; r < k; ++r) {
      if (j == 1) w.row(r) = share[r] * svd.v.col(r).transpose();
      else if (j == n) w.col(r) = share[r] * svd.u.col(r);
      else w(r, r) = share[r];
    }
    layers.push_back(std::move(w));
  }
  return layers;
}

}  // namespace

std::span<const Param> matrix_init_params() {
  static const std::vector<Param> params = {
      {"init", "Start", "Network",
       "How the layers are drawn. gaussian, uniform: every entry by itself. identity, orthogonal, balanced: W_{j+1}ᵀW_{j+1} = W_j W_jᵀ exactly, as the theory asks.",
       "", std::string("gaussian"), {}, When::Restart, {"gaussian", "uniform", "identity", "orthogonal", "balanced"}, {}},
      {"alpha", "Initial scale α", "Network", "Scale of the end-to-end matrix at the start: ‖W‖ = α (d₀ d_N)^(1/4) in Frobenius norm for a gaussian start.", "",
       1e-3, {1e-12, 10, Scale::Log}, When::Restart, {}, {}},
      {"det_sign", "Sign of det W", "Network", "Of a square end-to-end matrix at the start; gradient flow from a balanced start never changes it.", "",
       std::string("any"), {}, When::Restart, {"any", "positive", "negative"}, {}},
  };
  return params;
}

Result<std::vector<Matrix>> initial_layers(const Settings& settings, const std::vector<std::int64_t>& d, std::uint64_t seed) {
  const auto& init = get<std::string>(settings, "init");
  const double alpha = get<double>(settings, "alpha");
  const auto n = static_cast<int>(d.size()) - 1;
  Rng rng(seed, kInitStream);
  std::vector<Matrix> layers;
  if (init == "balanced") {
    layers = balanced(d, alpha, rng);
  } else {
    double product = std::sqrt(static_cast<double>(d.front()) * static_cast<double>(d.back()));  // sqrt(d_0 d_N) prod d_j
    const double norm = std::sqrt(product);                                                      // (d_0 d_N)^(1/4)
    double inner = 1;  // nth_root of each factor by itself: the product may overflow for depth 10
    for (int j = 1; j < n; ++j) inner *= nth_root(static_cast<double>(d[j]), n);
    const double s = nth_root(alpha, n) / std::sqrt(nth_root(product, n) * inner);
    for (int j = 1; j <= n; ++j) {
      if (init == "gaussian") layers.push_back(filled(d[j], d[j - 1], [&] { return s * rng.normal(); }));
      else if (init == "uniform") layers.push_back(filled(d[j], d[j - 1], [&] { return std::sqrt(3.0) * s * (2 * rng.uniform() - 1); }));
      else if (init == "identity") layers.push_back(nth_root(alpha, n) * Matrix::Identity(d[j], d[j - 1]));
      else layers.push_back(nth_root(alpha * norm, n) * random_orthogonal(d[j], d[j - 1], rng));
    }
  }
  const auto& wanted = get<std::string>(settings, "det_sign");
  if (wanted != "any") {
    if (d.front() != d.back()) return Error{"det_sign", "the end-to-end matrix is not square", "use det_sign = any"};
    Matrix product = layers[0];
    for (int j = 1; j < n; ++j) {
      Matrix next(layers[j].rows(), product.cols());
      multiply(next, layers[j], product);
      product = std::move(next);
    }
    const int sign = determinant_sign(product);
    if (sign == 0) return Error{"det_sign", "the end-to-end matrix is singular", "widen the narrowest layer, or use det_sign = any"};
    if (sign != (wanted == "positive" ? 1 : -1)) turn_over(layers.back());
  }
  return layers;
}

int determinant_sign(Matrix a) {
  int sign = 1;
  for (Eigen::Index k = 0; k < a.rows(); ++k) {
    Eigen::Index pivot = k;
    for (Eigen::Index i = k + 1; i < a.rows(); ++i)
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    if (!(std::abs(a(pivot, k)) > 0)) return 0;
    if (pivot != k) {
      a.row(pivot).swap(a.row(k));
      sign = -sign;
    }
    if (a(k, k) < 0) sign = -sign;
    for (Eigen::Index i = k + 1; i < a.rows(); ++i) a.row(i).tail(a.cols() - k) -= (a(i, k) / a(k, k)) * a.row(k).tail(a.cols() - k);
  }
  return sign;
}

}  // namespace rankscope
