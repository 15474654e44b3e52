#include "ui/contours.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rankscope::ui {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kDeep = 0.03;  // of the middle height: heights below it look alike

}  // namespace

double Grid::sample(double col, double row) const {
  if (!(rows > 1 && cols > 1) || std::isnan(col) || std::isnan(row)) return kNone;
  const double x = std::clamp(col, 0.0, static_cast<double>(cols - 1)), y = std::clamp(row, 0.0, static_cast<double>(rows - 1));
  const std::size_t j = std::min(static_cast<std::size_t>(x), cols - 2), i = std::min(static_cast<std::size_t>(y), rows - 2);
  const double s = x - static_cast<double>(j), t = y - static_cast<double>(i);
  const double value = (1 - t) * ((1 - s) * at(i, j) + s * at(i, j + 1)) + t * ((1 - s) * at(i + 1, j) + s * at(i + 1, j + 1));
  return std::isfinite(value) ? value : kNone;
}

Heights::Heights(std::span<const double> values) {
  std::vector<double> finite;
  for (const double v : values)
    if (std::isfinite(v)) finite.push_back(v);
  if (finite.empty()) return;
  std::sort(finite.begin(), finite.end());
  low_ = finite.front();
  const double high = finite.back(), middle = finite[finite.size() / 2];
  if (!(high > low_)) return;
  unit_ = std::max((middle - low_) * kDeep, (high - low_) * 1e-9);
  all_ = std::log1p((high - low_) / unit_);
}

double Heights::share(double value) const {
  return std::isfinite(value) ? std::log1p(std::max(value - low_, 0.0) / unit_) / all_ : kNone;
}

double Heights::value(double share) const { return low_ + unit_ * std::expm1(share * all_); }

std::vector<Segment> contour(const Grid& grid, double level) {
  std::vector<Segment> out;
  for (std::size_t i = 0; i + 1 < grid.rows; ++i)
    for (std::size_t j = 0; j + 1 < grid.cols; ++j) {
      // corners and, between each and the next, edges: counterclockwise from the first row's first column
      const double v[4] = {grid.at(i, j), grid.at(i, j + 1), grid.at(i + 1, j + 1), grid.at(i + 1, j)};
      static constexpr float kX[5] = {0, 1, 1, 0, 0}, kY[5] = {0, 0, 1, 1, 0};
      if (!std::isfinite(v[0] + v[1] + v[2] + v[3])) continue;
      float x[4], y[4];
      int count = 0;
      for (int k = 0; k < 4; ++k) {
        const double a = v[k], b = v[(k + 1) % 4];
        if ((a < level) == (b < level)) continue;
        const auto s = static_cast<float>((level - a) / (b - a));
        x[count] = static_cast<float>(j) + kX[k] + s * (kX[k + 1] - kX[k]);
        y[count] = static_cast<float>(i) + kY[k] + s * (kY[k + 1] - kY[k]);
        ++count;
      }
      if (count == 2) out.push_back({x[0], y[0], x[1], y[1]});
      if (count < 4) continue;
      // All four edges are crossed: the middle decides which corners are joined.
      const bool joined = ((v[0] + v[1] + v[2] + v[3]) / 4 < level) == (v[0] < level);
      const int first = joined ? 1 : 3;
      out.push_back({x[0], y[0], x[first], y[first]});
      out.push_back({x[2], y[2], x[4 - first], y[4 - first]});
    }
  return out;
}

}  // namespace rankscope::ui
