// Centring and scaling of a matrix before it is fitted, and the way back: results are reported in the original units.
#pragma once
#include <cstdint>
#include <span>

#include "lab/settings.h"
#include "math/matrix.h"

namespace rankscope {

/// original_ij = factor * model_ij + offset + row_i + column_j
struct Units {
  double factor = 1, offset = 0;
  Vector row, column;  ///< empty when not used

  double to_model(double original, std::int64_t i, std::int64_t j) const { return (original - shift(i, j)) / factor; }
  double to_original(double model, std::int64_t i, std::int64_t j) const { return factor * model + shift(i, j); }
  bool plain() const { return factor == 1 && offset == 0 && row.size() == 0 && column.size() == 0; }

 private:
  double shift(std::int64_t i, std::int64_t j) const {
    return offset + (row.size() ? row[i] : 0.0) + (column.size() ? column[j] : 0.0);
  }
};

/// centering: none, mean, rows, columns; scaling: none, deviation.
std::span<const Param> units_params();

/// From the observed entries alone (what is held out must not leak): row and column indices, original values.
Units make_units(const Settings& settings, std::int64_t rows, std::int64_t cols, std::span<const std::int64_t> row,
                 std::span<const std::int64_t> col, std::span<const double> value);

}  // namespace rankscope
