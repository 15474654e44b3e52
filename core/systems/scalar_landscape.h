// The loss of a scalar linear network, l(w_1, ..., w_N) = scale (w_N ... w_1 - y)^2, on a plane through its weights.
#pragma once
#include <span>
#include <string>
#include <utility>

#include "systems/landscape.h"

namespace rankscope {

/// Which plane:
///   layers  w_1 across, all other layers equal upwards; gradient flow that starts on it stays on it
///   monkey  depth 3: the plane w_1 + w_2 + w_3 = 0 through the origin, across (1, -1, 0) / sqrt 2, upwards (1, 1, -2) / sqrt 6. There
///           w_1 w_2 w_3 is a cubic harmonic: three valleys and three ridges meet at the origin, a monkey saddle
class ScalarPlane {
 public:
  ScalarPlane(int depth, bool monkey, double scale, double target);

  double loss(double x, double y) const;
  Landscape landscape() const;
  /// Where the weights stand: for `layers` the others' mean, for `monkey` their shadow on the plane.
  std::pair<double, double> point(std::span<const double> weights) const;
  std::string x() const, y() const;

 private:
  int depth_;
  bool monkey_;
  double scale_, target_;
};

}  // namespace rankscope
