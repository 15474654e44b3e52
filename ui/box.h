// The box of an order-3 tensor seen from a side, without perspective: where its cells stand on screen, and which one lies under the pointer.
#pragma once
#include <array>
#include <cstdint>

#include "ui/projection.h"

namespace rankscope::ui {

/// Cells [low, high) of each mode.
struct Cut {
  std::array<int, 3> low{}, high{};
};

/// Mode 1 runs down, mode 2 to the right and mode 3 away from the viewer at a yaw of 0, as a matrix and those behind it.
class Box {
 public:
  Box(const Turn& turn, const std::array<int, 3>& sizes);

  struct Point {
    float right, up;
  };
  /// In units of half the longest side, from the middle. Positions are in cells: cell i reaches from i to i + 1.
  Point place(float i, float j, float k) const;
  /// What one cell along a mode moves on screen.
  Point along(int mode) const { return {axis_[static_cast<std::size_t>(mode)][0], axis_[static_cast<std::size_t>(mode)][1]}; }
  /// The viewer sees the face at the high end of this mode.
  bool high_is_near(int mode) const { return axis_[static_cast<std::size_t>(mode)][2] > 0; }
  /// What is left when only `kept` cells of each mode are, the nearest taken away.
  Cut cut(const std::array<int, 3>& kept) const;
  /// Whatever the turn, how far it reaches from its middle, in the units of place().
  Point reach() const { return reach_; }

  /// The cells under a point, from near to far, until `stop(i, j, k)` says so; false when none did.
  template <class Stop>
  bool through(Point at, const Cut& cut, Stop stop) const {
    Ray ray = enter(at, cut);
    while (ray.inside) {
      if (stop(ray.cell[0], ray.cell[1], ray.cell[2])) return true;
      advance(ray, cut);
    }
    return false;
  }

 private:
  struct Ray {
    std::array<int, 3> cell{};
    std::array<float, 3> next{};  ///< how far the ray goes until it leaves the cell along this mode
    bool inside = false;
  };
  Ray enter(Point at, const Cut& cut) const;
  void advance(Ray& ray, const Cut& cut) const;

  std::array<int, 3> sizes_;
  std::array<std::array<float, 3>, 3> axis_;  ///< of one cell along each mode: right, up, towards the viewer
  float unit_;
  Point reach_;
};

}  // namespace rankscope::ui
