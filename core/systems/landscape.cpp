#include "systems/landscape.h"

namespace rankscope {

Landscape::Landscape(double x0, double x1, double y0, double y1, const std::function<double(double, double)>& f) : extent_{x0, x1, y0, y1} {
  constexpr double last = kSize - 1;
  values_.reserve(static_cast<std::size_t>(kSize) * kSize);
  for (int i = 0; i < kSize; ++i)
    for (int j = 0; j < kSize; ++j) values_.push_back(f(x0 + (x1 - x0) * (j / last), y0 + (y1 - y0) * (i / last)));
}

void Landscape::put(std::uint32_t view, Frame& frame, double x, double y, std::optional<std::array<double, 3>> ellipse) const {
  frame.values.push_back({view, Part::Measured, {kSize, kSize}, values_});
  frame.values.push_back({view, Part::Extent, {4}, {extent_.begin(), extent_.end()}});
  frame.values.push_back({view, Part::Point, {2}, {x, y}});
  if (ellipse) frame.values.push_back({view, Part::Ellipse, {3}, {ellipse->begin(), ellipse->end()}});
  if (!marks_.empty()) frame.values.push_back({view, Part::Marks, {static_cast<std::int64_t>(marks_.size() / 3), 3}, marks_});
  if (!route_.empty()) frame.values.push_back({view, Part::Route, {static_cast<std::int64_t>(route_.size() / 2), 2}, route_});
}

}  // namespace rankscope
