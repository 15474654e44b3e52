#include "ui/projection.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {
namespace {

constexpr float kPerPixel = 0.009f, kLowest = 0.12f, kHighest = 1.5f;

double height_at(const Grid& heights, float x, float y) {
  return heights.sample((x + 1) / 2 * static_cast<float>(heights.cols - 1), (y + 1) / 2 * static_cast<float>(heights.rows - 1));
}

}  // namespace

void Turn::by(float dx, float dy) {
  yaw -= dx * kPerPixel;
  pitch = std::clamp(pitch + dy * kPerPixel, kLowest, kHighest);
}

Projection::Projection(const Turn& turn)
    : cos_yaw_(std::cos(turn.yaw)), sin_yaw_(std::sin(turn.yaw)), cos_pitch_(std::cos(turn.pitch)), sin_pitch_(std::sin(turn.pitch)) {}

void Projection::place(float x, float y, float z, float& right, float& up) const {
  right = x * cos_yaw_ + y * sin_yaw_;
  up = (y * cos_yaw_ - x * sin_yaw_) * sin_pitch_ + z * kTall * cos_pitch_;
}

bool Projection::hidden(const Grid& heights, float x, float y) const {
  constexpr float kStep = 0.04f, kAbove = 0.012f;
  float z = static_cast<float>(height_at(heights, x, y)) + kAbove;
  while (z < 1) {
    x += kStep * cos_pitch_ * sin_yaw_, y -= kStep * cos_pitch_ * cos_yaw_, z += kStep * sin_pitch_ / kTall;
    if (std::abs(x) > 1 || std::abs(y) > 1) break;
    if (height_at(heights, x, y) > static_cast<double>(z)) return true;
  }
  return false;
}

}  // namespace rankscope::ui
