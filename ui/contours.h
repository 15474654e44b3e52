// A function on a grid as a map shows it: a scale on which its valley is seen, contour lines, values between the samples.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace rankscope::ui {

/// Row-major; what an element is at (column, row), both from 0, is the value there.
struct Grid {
  std::size_t rows = 0, cols = 0;
  std::span<const double> values;

  double at(std::size_t row, std::size_t col) const { return values[row * cols + col]; }
  /// Linear between the samples in both directions, held at the border; NaN where one of the four is not finite.
  double sample(double col, double row) const;
};

/// Shares of a range, in [0, 1], on a logarithmic scale of the height above the least value: a valley's few low values get as
/// much room as the many high ones.
class Heights {
 public:
  explicit Heights(std::span<const double> values);
  double share(double value) const;  ///< NaN for what is not finite
  double value(double share) const;

 private:
  double low_ = 0, unit_ = 1, all_ = 1;
};

/// A piece of a contour line, in columns and rows.
struct Segment {
  float x0, y0, x1, y1;
};
/// Marching squares: where the grid, linear along its edges, has this value. Cells with a value that is not finite have none.
std::vector<Segment> contour(const Grid& grid, double level);

}  // namespace rankscope::ui
