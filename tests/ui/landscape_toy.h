// A system with what theorems need of the screen: a landscape with all its parts, claims in each state, a baseline.
#pragma once
#include <array>
#include <cmath>

#include "lab/study.h"

namespace rankscope::toy {

/// Gradient descent on (x y - 1)^2 / 2.
class Valley final : public System {
 public:
  explicit Valley(const Settings& settings) : eta_(get<double>(settings, "step_size")), w_{get<double>(settings, "start"), 0.2} {}

  Status step() override {
    const double r = w_[0] * w_[1] - 1, dx = r * w_[1], dy = r * w_[0];
    w_[0] -= eta_ * dx, w_[1] -= eta_ * dy;
    time_ += eta_;
    return std::isfinite(w_[0] + w_[1]) ? Status::Running : Status::Diverged;
  }
  double time() const override { return time_; }
  Result<void> set(std::string_view, const Value& value) override {
    eta_ = std::get<double>(value);
    return {};
  }
  std::span<double> weights() override { return w_; }
  void archive(Archive& a) override { a("weights", std::span<double>(w_)), a("time", time_), a("step_size", eta_); }

  static double loss(double x, double y) { return 0.5 * (x * y - 1) * (x * y - 1); }

  void measure(std::span<const std::uint32_t> views, Frame& frame) const override {
    constexpr int kSize = 81;
    const double x = w_[0], y = w_[1];
    for (const std::uint32_t v : views) {
      const auto put = [&](Part part, std::vector<std::int64_t> shape, std::vector<double> data) {
        frame.values.push_back({v, part, std::move(shape), std::move(data)});
      };
      if (v == 0) {
        std::vector<double> grid;
        for (int i = 0; i < kSize; ++i)
          for (int j = 0; j < kSize; ++j) grid.push_back(loss(-2 + 4.0 * j / (kSize - 1), -2 + 4.0 * i / (kSize - 1)));
        put(Part::Measured, {kSize, kSize}, grid);
        put(Part::Extent, {4}, {-2, 2, -2, 2});
        put(Part::Point, {2}, {x, y});
        put(Part::Ellipse, {3}, {1 + x * x, 0.5 * x * y, 0.2 + y * y});
        put(Part::Marks, {3, 3}, {0, 0, 1, 1, 1, 0, -1, -1, 0});
        put(Part::Route, {5, 2}, {0.5, 0.5, 1.5, 0.5, 1.5, 1.5, 0.5, 1.5, 0.5, 0.5});
      } else if (v < 4) {
        put(Part::Measured, {}, {loss(x, y)});
        put(Part::Bound, {}, {v == 1 ? 0.8 * std::exp(-0.2 * time_) : v == 2 ? 0.1 : 1.0});
        if (v == 1) put(Part::Hypotheses, {3}, {1, 1, 1});
        if (v == 3) put(Part::Hypotheses, {2}, {1, time_ > 2 ? 1.0 : 0.0});
      } else {
        put(Part::Measured, {}, {v == 4 ? loss(x, y) : std::hypot(x, y)});
        if (v == 5) put(Part::Baseline, {2}, {1.41408, 1.41421356});
      }
    }
  }

 private:
  double eta_, time_ = 0;
  std::vector<double> w_;
};

inline std::vector<ViewInfo> valley_views(const Settings&, const Inputs&) {
  ViewInfo valley{"valley", "Loss of two weights", "All there is to see.", "", Kind::Landscape};
  valley.x = "w₁", valley.y = "w₂";
  ViewInfo holds{"holds", "Loss under its bound", "A theorem.", "", Kind::Claim, Scale::Log};
  holds.claim = {"loss", "bound", true, 0, {"square loss", "a start in which both weights have one sign, whatever their size, so that the product can reach one", "a small step"}};
  ViewInfo fails{"fails", "Loss under a tenth", "No theorem.", "", Kind::Claim, Scale::Log};
  fails.claim = {"loss", "a tenth", true, 0, {}};
  ViewInfo idle{"idle", "Loss under one, later", "Its hypothesis fails at first.", "", Kind::Claim};
  idle.claim = {"loss", "one", true, 0, {"square loss", "time beyond 2"}};
  ViewInfo scalar{"loss", "Loss", "", "", Kind::Scalar, Scale::Log};
  ViewInfo norm{"norm", "Norm of the weights", "", "", Kind::Scalar};
  return {valley, holds, fails, idle, scalar, norm};
}

inline Entry valley() {
  Entry e{};
  e.key = "valley", e.title = "A valley", e.paper = "no paper", e.summary = "Two weights.", e.time_axis = "flow time";
  e.params = {{"step_size", "Step size", "Descent", "", "", 0.05, {1e-6, 1, Scale::Log}, When::Live, {}, {}, {}},
              {"start", "Start", "Start", "", "", -1.2, {-2, 2}, When::Restart, {}, {}, {}}};
  e.views = valley_views;
  e.cost = [](const Settings&, const Inputs&) { return 16.0; };
  e.memory = [](const Settings&, const Inputs&) { return 1e5; };
  e.make = [](const Settings& s, const Inputs&, std::uint64_t) -> Result<std::unique_ptr<System>> { return std::unique_ptr<System>(std::make_unique<Valley>(s)); };
  return e;
}

inline Study valley_study() {
  Study s;
  s.key = "valley", s.system = "valley", s.title = "Down a valley", s.group = "Toys", s.sentence = "It goes down.", s.cite = "nobody";
  s.steps = 200, s.every = 2;
  s.record = {"valley", "holds", "fails", "idle", "loss", "norm"};
  s.shown = s.record;
  s.runs = {{"left", {}}, {"right", {{"start", 1.6}}}};
  return s;
}

inline Tables valley_tables() {
  static const std::vector<Entry> systems = {valley()};
  static const std::vector<Study> presets = {valley_study()};
  return {systems, presets};
}

}  // namespace rankscope::toy
