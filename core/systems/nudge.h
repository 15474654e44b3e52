// Takes hold of an entry of an end-to-end matrix, or of a singular value of it, and moves the weights behind it (System::nudge).
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "lab/frame.h"
#include "math/matrix.h"
#include "math/svd_values.h"

namespace rankscope {

/// A matrix that the weights make, and the way back.
struct Grip {
  std::function<const Matrix&(std::span<const double> weights)> matrix;  ///< until the next call
  std::function<void(std::span<const double> weights, const Matrix& slope, std::span<double> gradient)> back;  ///< writes Jᵀ slope at these weights
  std::function<void(std::span<const double> weights, SpectrumSolver& out)> decompose{};  ///< its singular values, where there is a quicker way than by the matrix
};

/// Moves the weights along Jᵀ E_ij until entry (i, j) is `wanted`, to 1e-10 of `largest` or of `wanted`.
Result<void> nudge_entry(std::string_view view, std::span<double> weights, const Grip& grip, Eigen::Index i, Eigen::Index j, double wanted, double largest);

/// Moves the weights along Jᵀ u v^T, with the vectors of the r-th singular value (0: the largest), until `wanted` is a singular value. It is the r-th again
/// unless it has passed a neighbour: then first u^T W v is brought to `wanted`, with the vectors as they were, and from there the singular value that
/// is nearest to it; in the sorted list it stands at its new place.
Result<void> nudge_singular_value(std::string_view view, std::span<double> weights, const Grip& grip, std::int64_t r, double wanted);

/// What every system asks first. Error: a view that cannot be taken hold of, or a value that is no number.
Result<void> check_grasp(const ViewInfo* view, std::string_view key, double value);
/// Error: not one of the view's entries.
Result<void> check_entry(std::string_view view, std::int64_t entry, std::int64_t count);

/// Magnitude of the largest entry.
double largest_entry(ConstMatrixRef m);

/// The view of that key among things that have a ViewInfo `info`; nullptr: there is none.
template <class Views>
auto* find_view(const Views& views, std::string_view key) {
  for (const auto& v : views)
    if (v.info.key == key) return &v;
  return static_cast<decltype(&*views.begin())>(nullptr);
}

}  // namespace rankscope
