// Tensors of any order, row-major (last index fastest) as files and Frames have them, and their matricizations. Column-major storage of a
// (rest x leading modes) matrix is the row-major tensor itself: no copy for a matricization by leading modes.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "math/matrix.h"

namespace rankscope {

using Shape = std::vector<std::int64_t>;  ///< d_1 ... d_N
using Modes = std::vector<int>;           ///< 0-based

std::int64_t entries(std::span<const std::int64_t> shape);  ///< their product
Shape strides(std::span<const std::int64_t> shape);         ///< row-major

/// out's k-th mode is mode order[k] of the tensor.
void permute(std::span<const double> tensor, std::span<const std::int64_t> shape, std::span<const int> order, std::span<double> out);

/// Matricization [W; K]: rows are indexed by the modes K in their order, columns by the others in ascending order, both row-major
/// (reference files; Razin et al. 2022).
Matrix matricize(std::span<const double> tensor, std::span<const std::int64_t> shape, std::span<const int> rows);

/// A tensor as a matrix W: its k-th mode is mode order[k], and its first `split` modes (in that order) are the columns of
/// W, the others its rows. W's column-major storage is then the row-major tensor in that order of modes.
struct Layout {
  Shape shape;  ///< in the natural order of modes
  Modes order;
  int split = 1;

  std::int64_t rows() const;
  std::int64_t cols() const;
  bool natural() const;  ///< whether the order is 0, 1, 2 ...
  /// Place in W's storage of the entry that has this row-major place in the natural order.
  std::int64_t place(std::int64_t natural) const;
  /// The tensor in its natural order, from W's storage, and the way there.
  void to_natural(std::span<const double> w, std::span<double> out) const;
  void from_natural(std::span<const double> tensor, std::span<double> out) const;
};

/// The matricizations that are looked at whatever the factorization is, each by its row modes: every mode alone, the leading modes 1..k (2k <= N) and,
/// up to order 4, every pair with mode 1; from order 5 on the odd modes {1,3,5..}, which belong to no tree of neighbours.
std::vector<Modes> usual_matricizations(int order);
std::string name_of(std::span<const int> modes);  ///< "{1,3}"
std::string key_of(std::span<const int> modes);   ///< "1_3", for keys of views

}  // namespace rankscope
