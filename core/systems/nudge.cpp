#include "systems/nudge.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "flow/move_to.h"
#include "lab/number.h"
#include "math/product.h"

namespace rankscope {
namespace {

void decompose(const Grip& grip, std::span<const double> weights, SpectrumSolver& solver) {
  if (grip.decompose) grip.decompose(weights, solver);
  else solver.compute(grip.matrix(weights));
}

Eigen::Index nearest_to(const Vector& s, double wanted) {
  Eigen::Index best = 0;
  for (Eigen::Index i = 1; i < s.size(); ++i)
    if (std::abs(s[i] - wanted) < std::abs(s[best] - wanted)) best = i;
  return best;
}

}  // namespace

Result<void> check_grasp(const ViewInfo* view, std::string_view key, double value) {
  if (!view || !view->grasp) return Error{std::string(key), "cannot be taken hold of", "see `show` for the views that can"};
  if (!std::isfinite(value)) return Error{std::string(key), "is to have an entry of " + shortest(value), "give a number"};
  return {};
}

Result<void> check_entry(std::string_view view, std::int64_t entry, std::int64_t count) {
  if (entry >= 0 && entry < count) return {};
  return Error{std::string(view), "has no entry " + std::to_string(entry), "0 to " + std::to_string(count - 1) + ", row by row"};
}

double largest_entry(ConstMatrixRef m) { return m.cwiseAbs().maxCoeff(); }

Result<void> nudge_entry(std::string_view view, std::span<double> weights, const Grip& grip, Eigen::Index i, Eigen::Index j, double wanted, double largest) {
  const Matrix& now = grip.matrix(weights);
  Matrix unit = Matrix::Zero(now.rows(), now.cols());
  unit(i, j) = 1;
  return move_to(view, weights, wanted,
                 {[&](std::span<const double> w) { return grip.matrix(w)(i, j); },
                  [&](std::span<const double> w, std::span<double> gradient) { grip.back(w, unit, gradient); }, largest});
}

Result<void> nudge_singular_value(std::string_view view, std::span<double> weights, const Grip& grip, std::int64_t r, double wanted) {
  if (wanted < 0) return Error{std::string(view), "is to have an entry of " + shortest(wanted), "a singular value is not negative"};
  SpectrumSolver solver;
  decompose(grip, weights, solver);
  const Vector s = solver.svd().s;
  if (!std::isfinite(s[0])) return Error{std::string(view), "has entries that are no numbers", "restart the run"};
  std::vector<double> moved(weights.begin(), weights.end());
  Eigen::Index place = r;
  const bool passes = (r > 0 && s[r - 1] <= wanted && s[r] < wanted) || (r + 1 < s.size() && s[r + 1] >= wanted && s[r] > wanted);
  if (passes) {
    solver.vectors(r + 1);
    const Vector u = solver.svd().u.col(r), v = solver.svd().v.col(r);
    const Matrix slope = u * v.transpose();
    Matrix image(slope.rows(), 1);
    auto there = move_to(view, moved, wanted,
                         {[&](std::span<const double> w) {
                            multiply(image, grip.matrix(w), v);
                            return u.dot(image.col(0));
                          },
                          [&](std::span<const double> w, std::span<double> gradient) { grip.back(w, slope, gradient); }, s[0]});
    if (!there) return there;
    decompose(grip, moved, solver);
    place = nearest_to(solver.svd().s, wanted);
  }
  auto there = move_to(view, moved, wanted,
                       {[&](std::span<const double> w) {
                          decompose(grip, w, solver);
                          return solver.svd().s[place];
                        },
                        [&](std::span<const double> w, std::span<double> gradient) {
                          decompose(grip, w, solver);
                          solver.vectors(place + 1);
                          grip.back(w, solver.svd().u.col(place) * solver.svd().v.col(place).transpose(), gradient);
                        },
                        s[0]});
  if (!there) return there;
  std::copy(moved.begin(), moved.end(), weights.begin());
  return {};
}

}  // namespace rankscope
