#include "ui/contours.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/projection.h"

using namespace rankscope::ui;

namespace {

constexpr std::size_t kSize = 41;

/// Samples of f over [-1, 1] x [-1, 1].
template <class F>
std::vector<double> sampled(F f) {
  std::vector<double> out;
  for (std::size_t i = 0; i < kSize; ++i)
    for (std::size_t j = 0; j < kSize; ++j) out.push_back(f(-1 + 2.0 * static_cast<double>(j) / (kSize - 1), -1 + 2.0 * static_cast<double>(i) / (kSize - 1)));
  return out;
}

double unit(float cell) { return -1 + 2.0 * static_cast<double>(cell) / (kSize - 1); }

}  // namespace

TEST_CASE("ui: the contour of a cone is a circle, all of it and nothing else") {
  const auto values = sampled([](double x, double y) { return std::hypot(x, y); });
  const auto line = contour({kSize, kSize, values}, 0.7);
  double length = 0;
  for (const Segment& s : line) {
    CHECK(std::hypot(unit(s.x0), unit(s.y0)) == doctest::Approx(0.7).epsilon(0.002));
    CHECK(std::hypot(unit(s.x1), unit(s.y1)) == doctest::Approx(0.7).epsilon(0.002));
    length += std::hypot(unit(s.x1) - unit(s.x0), unit(s.y1) - unit(s.y0));
  }
  CHECK(length == doctest::Approx(2 * 3.14159265 * 0.7).epsilon(0.005));
  CHECK(contour({kSize, kSize, values}, 2.0).empty());
}

TEST_CASE("ui: at a saddle the contour joins the side on which the middle of the cell lies") {
  const std::vector<double> values{1, 0, 0, 1};  // 2 x 2: high at two opposite corners
  for (const double level : {0.4, 0.6}) {
    const auto line = contour({2, 2, values}, level);
    REQUIRE(line.size() == 2);
    for (const Segment& s : line) {  // below the middle's 1/2 the lines cut off the low corners, above it the high ones
      const float mean_x = (s.x0 + s.x1) / 2, mean_y = (s.y0 + s.y1) / 2;
      CHECK(((mean_x > 0.5f) != (mean_y > 0.5f)) == (level < 0.5));
    }
  }
}

TEST_CASE("ui: cells with a gap have no contour, and no value between their samples") {
  auto values = sampled([](double x, double) { return x; });
  values[20 * kSize + 20] = std::numeric_limits<double>::quiet_NaN();
  const Grid grid{kSize, kSize, values};
  CHECK(contour(grid, 0.001).size() == kSize - 3);
  CHECK(std::isnan(grid.sample(19.5, 19.5)));
  CHECK(grid.sample(10.25, 3.5) == doctest::Approx(unit(10.25f)));
  CHECK(grid.sample(-7, 0) == doctest::Approx(-1));
}

TEST_CASE("ui: shares of the height run from 0 to 1, give the valley room, and their inverse is the value") {
  const auto values = sampled([](double x, double y) { return (x * y - 0.2) * (x * y - 0.2); });
  const Heights heights(values);
  CHECK(heights.share(*std::min_element(values.begin(), values.end())) == 0);
  CHECK(heights.share(*std::max_element(values.begin(), values.end())) == doctest::Approx(1));
  CHECK(heights.share(0.01 * 1.44) > 0.1);  // a hundredth of the range
  for (const double v : {0.001, 0.04, 0.9}) CHECK(heights.value(heights.share(v)) == doctest::Approx(v));
  CHECK(std::isnan(heights.share(std::numeric_limits<double>::infinity())));
  CHECK(Heights(std::vector<double>(9, 3.0)).share(3.0) == 0);
}

TEST_CASE("ui: from the side a wall hides what is behind it and not what is before it; from above nothing is hidden") {
  const auto wall = sampled([](double, double y) { return std::abs(y) < 0.15 ? 1.0 : 0.0; });
  const Grid heights{kSize, kSize, wall};
  Turn level;
  level.yaw = 0, level.pitch = 0.3f;
  CHECK(Projection(level).hidden(heights, 0, 0.6f));
  CHECK_FALSE(Projection(level).hidden(heights, 0, -0.6f));
  level.yaw = 3.14159265f;  // from the other side
  CHECK_FALSE(Projection(level).hidden(heights, 0, 0.6f));
  CHECK(Projection(level).hidden(heights, 0, -0.6f));
  level.pitch = 1.5f;
  CHECK_FALSE(Projection(level).hidden(heights, 0, -0.6f));
}

TEST_CASE("ui: far is drawn before near, whichever way the surface is turned") {
  for (float yaw = 0.1f; yaw < 6.3f; yaw += 0.4f) {
    CAPTURE(yaw);
    const Projection p({yaw, 0.5f});
    float right, low_row, high_row, low_col, high_col;  // farther is higher up on the plane
    p.place(0, -1, 0, right, low_row), p.place(0, 1, 0, right, high_row);
    p.place(-1, 0, 0, right, low_col), p.place(1, 0, 0, right, high_col);
    CHECK(p.rows_ascend() == (low_row > high_row));
    CHECK(p.cols_ascend() == (low_col > high_col));
  }
  Turn t;
  t.by(0, 1e4f);
  CHECK(t.pitch < 1.5708f);
  t.by(0, -1e4f);
  CHECK(t.pitch > 0);
}
