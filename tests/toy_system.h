// A system small enough to check by hand: k numbers that grow logistically, v_i <- v_i + eta v_i (t_i - v_i), the
// larger ones first.
#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>

#include "lab/study.h"

namespace rankscope::toy {

class Toy final : public System {
 public:
  Toy(const Settings& settings, const Inputs& inputs, std::uint64_t seed) : eta_(get<double>(settings, "step_size")) {
    const auto k = static_cast<std::size_t>(get<std::int64_t>(settings, "lines"));
    for (std::size_t i = 0; i < k; ++i) {
      target_.push_back(10.0 / static_cast<double>(i + 1));
      value_.push_back(get<double>(settings, "start") * (1 + 0.01 * static_cast<double>(seed % 7)));
    }
    if (inputs.count("target")) target_ = std::get<Dense>(*inputs.at("target")).data;
  }

  Status step() override {
    for (std::size_t i = 0; i < value_.size(); ++i) value_[i] += eta_ * value_[i] * (target_[i] - value_[i]);
    time_ += eta_;
    for (const double v : value_)
      if (!(std::abs(v) < 1e6)) return Status::Diverged;
    return Status::Running;
  }
  double time() const override { return time_; }
  Result<void> set(std::string_view key, const Value& value) override {
    if (key == "step_size") eta_ = std::get<double>(value);
    return {};
  }
  std::span<double> weights() override { return value_; }
  void archive(Archive& a) override { a("values", std::span<double>(value_)), a("time", time_), a("step_size", eta_); }
  std::string trouble() const override { return "a value blew up; lower step_size"; }
  std::string remark() const override { return "a toy"; }

  void measure(std::span<const std::uint32_t> views, Frame& frame) const override {
    const auto k = static_cast<std::int64_t>(value_.size());
    for (const std::uint32_t v : views) {
      if (v == 0) {
        double loss = 0;
        for (std::size_t i = 0; i < value_.size(); ++i) loss += (value_[i] - target_[i]) * (value_[i] - target_[i]);
        frame.values.push_back({v, Part::Measured, {}, {loss}});
      } else if (v == 1) {
        std::vector<double> order(value_.size()), sorted;
        std::iota(order.begin(), order.end(), 0.0);
        auto at = [&](double i) { return value_[static_cast<std::size_t>(i)]; };
        std::stable_sort(order.begin(), order.end(), [&](double a, double b) { return at(a) > at(b); });
        for (const double i : order) sorted.push_back(at(i));
        frame.values.push_back({v, Part::Measured, {k}, sorted});
        frame.values.push_back({v, Part::Lines, {k}, order});
      } else {
        std::vector<double> diagonal(value_.size() * value_.size());
        for (std::size_t i = 0; i < value_.size(); ++i) diagonal[i * value_.size() + i] = value_[i];
        frame.values.push_back({v, Part::Measured, {k, k}, diagonal});
      }
    }
  }

 private:
  std::vector<double> value_, target_;
  double eta_, time_ = 0;
};

inline std::vector<ViewInfo> views(const Settings&, const Inputs&) {
  return {{"loss", "Loss", "Squared distance.", "", Kind::Scalar, Scale::Log},
          {"values", "Values", "Largest first.", "", Kind::Spectrum},
          {"diagonal", "Diagonal", "The values.", "", Kind::Matrix}};
}

inline Entry entry() {
  return {
      "toy",
      "A toy",
      "no paper",
      "Numbers that grow.",
      "flow time",
      {{"step_size",
        "Step size",
        "Descent",
        "Too large diverges.",
        "",
        0.05,
        {1e-6, 100, Scale::Log},
        When::Live,
        {},
        {},
        {}},
       {"start", "Start", "Start", "Of every value.", "", 1e-4, {1e-9, 1, Scale::Log}, When::Restart, {}, {}, {}},
       {"lines", "Lines", "Start", "How many.", "", std::int64_t{3}, {1, 8}, When::Restart, {}, {}, {}},
       {"shape", "Shape", "Start", "A word.", "", std::string("round"), {}, When::Restart, {"round", "square"}, {}, {}},
       {"loud", "Loud", "Start", "A flag.", "", false, {}, When::Restart, {}, {}, {}},
       {"widths",
        "Widths",
        "Start",
        "A list.",
        "",
        std::vector<std::int64_t>{},
        {1, 64},
        When::Restart,
        {},
        {"shape", {"square"}},
        {}}},
      {{"target", "Target", "One number a line."}},
      views,
      [](const Settings& s, const Inputs&) { return 4.0 * static_cast<double>(get<std::int64_t>(s, "lines")); },
      [](const Settings& s, const Inputs&) { return 32.0 * static_cast<double>(get<std::int64_t>(s, "lines")); },
      [](const Settings& s, const Inputs& in, std::uint64_t seed) -> Result<std::unique_ptr<System>> {
        if (in.count("target") && std::get<Dense>(*in.at("target")).size() != get<std::int64_t>(s, "lines"))
          return Error{"target", "has the wrong length", "one number a line"};
        return std::unique_ptr<System>(std::make_unique<Toy>(s, in, seed));
      }};
}

inline Study study() {
  Study s;
  s.key = "growth";
  s.system = "toy";
  s.title = "They grow";
  s.sentence = "One after another.";
  s.cite = "nobody";
  s.claim = "The loss falls.";
  s.settings = {{"start", 1e-3}};
  s.seed = 2;
  s.steps = 200;
  s.every = 5;
  s.record = {"loss", "values"};
  s.shown = {"values", "diagonal"};
  s.runs = {{"slow", {{"step_size", 0.02}}}, {"fast", {{"step_size", 0.05}}}};
  s.holds = [](std::span<const Record> runs) { return Verdict{!runs.empty() && runs[0].last("loss") < 1, "the loss"}; };
  return s;
}

inline Tables tables() {
  static const std::vector<Entry> systems = {entry()};
  static const std::vector<Study> presets = {study()};
  return {systems, presets};
}

}  // namespace rankscope::toy
