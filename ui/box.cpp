#include "ui/box.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {

Box::Box(const Turn& turn, const std::array<int, 3>& sizes) : sizes_(sizes) {
  const float c = std::cos(turn.yaw), s = std::sin(turn.yaw), q = std::cos(turn.pitch), p = std::sin(turn.pitch);
  const auto longest = static_cast<float>(std::max({sizes[0], sizes[1], sizes[2], 1}));
  unit_ = 2 / longest;
  axis_ = {{{0, -q * unit_, -p * unit_}, {c * unit_, -s * p * unit_, s * q * unit_}, {s * unit_, c * p * unit_, -c * q * unit_}}};
  const float around = std::hypot(static_cast<float>(sizes[1]), static_cast<float>(sizes[2]));
  reach_ = {around / longest, std::hypot(around, static_cast<float>(sizes[0])) / longest};
}

Box::Point Box::place(float i, float j, float k) const {
  const float at[] = {i, j, k};
  Point p{0, 0};
  for (std::size_t m = 0; m < 3; ++m) {
    const float from_middle = at[m] - static_cast<float>(sizes_[m]) / 2;
    p.right += from_middle * axis_[m][0], p.up += from_middle * axis_[m][1];
  }
  return p;
}

Cut Box::cut(const std::array<int, 3>& kept) const {
  Cut out;
  for (std::size_t m = 0; m < 3; ++m) {
    const int n = std::clamp(kept[m], 1, sizes_[m]);
    out.low[m] = high_is_near(static_cast<int>(m)) ? 0 : sizes_[m] - n;
    out.high[m] = out.low[m] + n;
  }
  return out;
}

/// Modes are at right angles, so along mode m a point of the ray, `far` away from the viewer, stands at
/// (at . axis_m - far towards_m) / unit^2 cells from the middle.
Box::Ray Box::enter(Point at, const Cut& cut) const {
  constexpr float kLevel = 1e-6f;
  Ray ray;
  float from = -HUGE_VALF, to = HUGE_VALF;
  std::array<float, 3> start, slope;
  for (std::size_t m = 0; m < 3; ++m) {
    start[m] = (at.right * axis_[m][0] + at.up * axis_[m][1]) / (unit_ * unit_) + static_cast<float>(sizes_[m]) / 2;
    slope[m] = -axis_[m][2] / (unit_ * unit_);
    const auto low = static_cast<float>(cut.low[m]), high = static_cast<float>(cut.high[m]);
    if (std::abs(slope[m]) < kLevel) {
      if (start[m] < low || start[m] >= high) return ray;
      continue;
    }
    const float a = (low - start[m]) / slope[m], b = (high - start[m]) / slope[m];
    from = std::max(from, std::min(a, b)), to = std::min(to, std::max(a, b));
  }
  if (!(from < to)) return ray;
  ray.inside = true;
  for (std::size_t m = 0; m < 3; ++m) {
    const float here = start[m] + slope[m] * from;
    ray.cell[m] = std::clamp(static_cast<int>(std::floor(here)), cut.low[m], cut.high[m] - 1);
    const auto edge = static_cast<float>(ray.cell[m] + (slope[m] > 0 ? 1 : 0));
    ray.next[m] = std::abs(slope[m]) < kLevel ? HUGE_VALF : (edge - start[m]) / slope[m];
  }
  return ray;
}

void Box::advance(Ray& ray, const Cut& cut) const {
  const auto m = static_cast<std::size_t>(std::min_element(ray.next.begin(), ray.next.end()) - ray.next.begin());
  ray.cell[m] += high_is_near(static_cast<int>(m)) ? -1 : 1;
  ray.next[m] += unit_ * unit_ / std::abs(axis_[m][2]);
  ray.inside = ray.cell[m] >= cut.low[m] && ray.cell[m] < cut.high[m];
}

}  // namespace rankscope::ui
