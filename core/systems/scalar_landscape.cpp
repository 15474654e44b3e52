#include "systems/scalar_landscape.h"

#include <cmath>

#include "math/roots.h"

namespace rankscope {

ScalarPlane::ScalarPlane(int depth, bool monkey, double scale, double target)
    : depth_(depth), monkey_(monkey && depth == 3), scale_(scale), target_(target) {}

double ScalarPlane::loss(double x, double y) const {
  double product = 0;
  if (monkey_) {
    const double a = x / std::sqrt(2.0), b = y / std::sqrt(6.0);
    product = (a + b) * (b - a) * (-2 * b);
  } else {
    product = x * integer_power(y, depth_ - 1);
  }
  return scale_ * (product - target_) * (product - target_);
}

Landscape ScalarPlane::landscape() const {
  const double size = nth_root(std::abs(target_), depth_);  // of each layer at the balanced minimum
  const double side = monkey_ ? 2.2 * size : 2 * size;
  Landscape out(-side, side, -side, side, [&](double x, double y) { return loss(x, y); });
  if (depth_ > 1) out.mark(0, 0, Landscape::Saddle);
  if (!monkey_) {
    const double sign = target_ < 0 ? -1 : 1;
    out.mark(sign * size, size, Landscape::Minimum);
    if (depth_ % 2 == 0) out.mark(-sign * size, -size, Landscape::Minimum);
    if (depth_ > 1 && depth_ % 2 == 1) out.mark(sign * size, -size, Landscape::Minimum);
  }
  return out;
}

std::pair<double, double> ScalarPlane::point(std::span<const double> w) const {
  if (monkey_) return {(w[0] - w[1]) / std::sqrt(2.0), (w[0] + w[1] - 2 * w[2]) / std::sqrt(6.0)};
  double others = 0;
  for (std::size_t j = 1; j < w.size(); ++j) others += w[j];
  return {w[0], w.size() > 1 ? others / static_cast<double>(w.size() - 1) : 1};
}

std::string ScalarPlane::x() const { return monkey_ ? "(w_1 - w_2) / √2" : "w_1"; }

std::string ScalarPlane::y() const { return monkey_ ? "(w_1 + w_2 - 2 w_3) / √6" : depth_ == 2 ? "w_2" : "the other layers"; }

}  // namespace rankscope
