// What is said of several runs at once: mean and spread, the point at a place, ladders, and the colours that tell the runs apart.
#include <doctest/doctest.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "lab/study.h"
#include "systems/systems.h"
#include "ui/curves.h"
#include "ui/heatmaps.h"
#include "ui/ladder.h"
#include "ui/look.h"
#include "ui/theme.h"

using namespace rankscope;
using namespace rankscope::ui;

namespace {

constexpr double kNone = __builtin_nan("");

double real(const Value& v) { return std::holds_alternative<double>(v) ? std::get<double>(v) : static_cast<double>(std::get<std::int64_t>(v)); }

struct Rgb {
  double r, g, b;
};
Rgb linear(ImU32 color) {
  const auto one = [&](int shift) {
    const double x = static_cast<double>(color >> shift & 255) / 255;
    return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
  };
  return {one(IM_COL32_R_SHIFT), one(IM_COL32_G_SHIFT), one(IM_COL32_B_SHIFT)};
}
double luminance(ImU32 color) {
  const Rgb c = linear(color);
  return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

/// Without red, green, blue cones, and as most see: Machado, Oliveira and Fernandes 2009, severity 1, of linear light.
constexpr double kEyes[4][9] = {{1, 0, 0, 0, 1, 0, 0, 0, 1},
                                {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
                                {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
                                {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}};

/// Oklab (Ottosson 2020), in which equal distances look about equally far.
std::array<double, 3> seen(ImU32 color, const double (&eye)[9]) {
  const Rgb c = linear(color);
  const auto channel = [&](int row) { return std::clamp(eye[3 * row] * c.r + eye[3 * row + 1] * c.g + eye[3 * row + 2] * c.b, 0.0, 1.0); };
  const double r = channel(0), g = channel(1), b = channel(2);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b), m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
               s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

}  // namespace

TEST_CASE("ui: mean and spread are taken where every run has a value, and nowhere else") {
  const std::vector<double> fine{0, 1, 2, 3, 4, 5, 6}, coarse{0, 2, 4, 6, 8}, times{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, slower{0, 0.4, 0.8, 1.2, 1.6};
  const Curve a{1, 9, 3, 9, kNone, 9, 7}, b{3, 5, 5, 9, 1}, d{2, 9, 7, 9, 2, 9, 8};
  const Spread s = spread_of({{&fine, &fine, &a}, {&coarse, &coarse, &b}, {&fine, &fine, &d}});
  CHECK(s.x == std::vector<double>{0, 2, 6});  // not 4, where one run has none, nor 8, which only one has reached
  REQUIRE(s.mean.size() == 3);
  CHECK(s.mean[0] == doctest::Approx(2));
  CHECK(s.mean[1] == doctest::Approx(5));
  CHECK(s.mean[2] == doctest::Approx(8));
  CHECK(s.high[0] - s.mean[0] == doctest::Approx(1));  // the deviation of 1, 3, 2 with n - 1
  CHECK(s.high[1] - s.mean[1] == doctest::Approx(2));
  CHECK(s.mean[2] - s.low[2] == doctest::Approx(1));

  const Spread timed = spread_of({{&fine, &times, &a}, {&coarse, &slower, &b}});
  REQUIRE(timed.x.size() == 3);
  CHECK(timed.x[1] == doctest::Approx(0.3));  // of one step, at different times
  CHECK(spread_of({}).x.empty());
  CHECK(spread_of({{&fine, &fine, &a}}).high[0] == 1);  // one run has no spread
}

TEST_CASE("ui: the point under the pointer is the nearest one, whichever way the axis runs") {
  std::vector<double> rising, falling;
  for (int i = 0; i < 40; ++i) rising.push_back(0.5 * i * i), falling.push_back(-0.5 * i * i);
  for (const auto& xs : {rising, falling})
    for (double x = -800; x <= 800; x += 1.7) {
      double least = HUGE_VAL;
      for (const double at : xs) least = std::min(least, std::abs(at - x));
      const std::size_t i = nearest(xs, x);
      REQUIRE(i < xs.size());
      CHECK(std::abs(xs[i] - x) == least);
    }
  CHECK(nearest({}, 1) == kNowhere);
  CHECK(nearest({5}, 1) == 0);
}

TEST_CASE("ui: every ladder of every system holds the run's own value and stays within what is allowed") {
  std::set<std::string> with_depth, with_scale;
  for (const Entry& entry : systems()) {
    Show show;
    show.params = entry.params;
    const Document document = document_of(entry);
    const auto params = ladder_parameters(show, document);
    const Param *depth = depth_of(params), *scale = scale_of(params);
    if (depth) with_depth.insert(entry.key);
    if (scale) with_scale.insert(entry.key);
    for (const Param& p : params) {
      CAPTURE(entry.key);
      CAPTURE(p.key);
      std::vector<Value> own{document.settings.at(p.key)};
      const bool is_whole = std::holds_alternative<std::int64_t>(p.initial);
      for (const double x : {p.range.low, p.range.high}) own.push_back(is_whole ? Value(static_cast<std::int64_t>(x)) : Value(x));
      for (const Value& mine : own) {
        const std::vector<Value> values = ladder_values(p, mine);
        CHECK(std::find(values.begin(), values.end(), mine) != values.end());
        CHECK(values.size() >= std::min<std::size_t>(3, is_whole ? static_cast<std::size_t>(p.range.high - p.range.low) + 1 : 3));
        CHECK(values.size() <= 6);
        for (std::size_t i = 0; i < values.size(); ++i) {
          CHECK(bool(check(p, values[i])));
          CHECK(values[i].index() == p.initial.index());
          if (i > 0) CHECK(real(values[i]) > real(values[i - 1]));
        }
      }
    }
    if (depth && depth->key == "depth") {
      std::vector<double> numbers;
      for (const Value& v : ladder_values(*depth, depth->initial)) numbers.push_back(real(v));
      CHECK(numbers == std::vector<double>{1, 2, 3, 4, 5});
    }
  }
  CHECK(with_depth == std::set<std::string>{"deep_matrix", "end_to_end", "linear_network", "iterations_curve", "autoencoder", "update_loop", "tensor_train", "tucker", "growth"});
  CHECK(with_scale == std::set<std::string>{"deep_matrix", "end_to_end", "linear_network", "iterations_curve", "autoencoder", "image_predictor", "rank_curve", "cp", "hierarchical",
                                            "tensor_train", "tucker", "growth"});

  Param scale;
  scale.key = "alpha", scale.initial = 0.001, scale.range = {1e-12, 10, Scale::Log};
  CHECK(ladder_values(scale, 0.001) == std::vector<Value>{1e-5, 1e-4, 1e-3, 1e-2});
  CHECK(ladder_values(scale, 5.0) == std::vector<Value>{0.05, 0.5, 5.0});  // fifty is not allowed
}

TEST_CASE("ui: the colours of nine runs are told apart with any colour vision, and stand out from the card") {
  ImGui::CreateContext();
  for (const bool dark : {true, false}) {
    Theme theme;
    apply(theme, dark);
    CHECK(theme.slot(0) == theme.accent);
    for (int i = 0; i <= static_cast<int>(kMostBeside); ++i) {
      const double a = luminance(theme.slot(i)), b = luminance(theme.card);
      CHECK((std::max(a, b) + 0.05) / (std::min(a, b) + 0.05) > 2.6);
      for (int j = 0; j < i; ++j)
        for (const auto& eye : kEyes) {
          const auto p = seen(theme.slot(i), eye), q = seen(theme.slot(j), eye);
          CAPTURE(i);
          CAPTURE(j);
          CHECK(std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) > 0.11);
        }
    }
  }
  ImGui::DestroyContext();
}

TEST_CASE("ui: colour maps are found by name, and those from low to high grow lighter all the way") {
  CHECK(map_named("") == ColorMap::Cividis);
  CHECK(map_named("no such map") == ColorMap::Cividis);
  for (const char* name : kMaps) {
    CAPTURE(std::string(name));
    for (const auto& eye : kEyes) {
      double before = -1;
      for (int i = 0; i <= 32; ++i) {
        const double light = seen(color_at(map_named(name), i / 32.0), eye)[0];
        CHECK(light > before);
        before = light;
      }
    }
  }
  CHECK(map_named("viridis") == ColorMap::Viridis);
  CHECK(map_named("grey") == ColorMap::Grey);
}
