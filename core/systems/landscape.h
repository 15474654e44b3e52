// A function of two coordinates as a Landscape view has it: sampled on a grid once, then where the run stands on it.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "lab/frame.h"

namespace rankscope {

class Landscape {
 public:
  enum Mark { Minimum = 0, Saddle = 1 };
  static constexpr int kSize = 81;  ///< samples along each side; odd, so that the middle is one of them

  Landscape() = default;
  Landscape(double x0, double x1, double y0, double y1, const std::function<double(double x, double y)>& f);
  void mark(double x, double y, Mark what) { marks_.insert(marks_.end(), {x, y, static_cast<double>(what)}); }
  void route(std::vector<double> points) { route_ = std::move(points); }  ///< x, y, x, y ...

  bool empty() const { return values_.empty(); }
  /// Measured, Extent, Point, and Ellipse (xx, xy, yy) where it is given, Marks and Route where there are any.
  void put(std::uint32_t view, Frame& frame, double x, double y, std::optional<std::array<double, 3>> ellipse = {}) const;

 private:
  std::array<double, 4> extent_{};
  std::vector<double> values_, marks_, route_;
};

}  // namespace rankscope
