// A height field seen from a side, without perspective: where a point of it stands on screen, and whether it is hidden.
#pragma once
#include "ui/contours.h"

namespace rankscope::ui {

/// How a surface is turned, in radians.
struct Turn {
  float yaw = 0.6f, pitch = 0.62f;  ///< about the vertical; up from the plane

  void by(float dx, float dy);  ///< a drag of that many px; the pitch stays between almost level and straight down
};

/// Of the box x, y in [-1, 1], z in [0, 1] of a surface: x to the right and y away from the viewer at a yaw of 0.
class Projection {
 public:
  static constexpr float kTall = 0.9f;  ///< height of the box in units of half its width

  explicit Projection(const Turn& turn);
  /// Right and up from the middle of the base, in units of half the base's width.
  void place(float x, float y, float z, float& right, float& up) const;
  float tall() const { return kTall * cos_pitch_; }  ///< of the box on screen, in the units of place()
  /// Rows, or columns, lie from far to near in their order.
  bool rows_ascend() const { return cos_yaw_ < 0; }
  bool cols_ascend() const { return sin_yaw_ > 0; }
  /// Something of the surface stands between the viewer and its own point over (x, y); heights are of the grid, in [0, 1].
  bool hidden(const Grid& heights, float x, float y) const;

 private:
  float cos_yaw_, sin_yaw_, cos_pitch_, sin_pitch_;
};

}  // namespace rankscope::ui
