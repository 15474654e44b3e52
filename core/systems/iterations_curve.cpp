#include "systems/iterations_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/roots.h"
#include "systems/linear_network.h"

namespace rankscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

const Entry& network() {
  static const Entry entry = linear_network_entry();
  return entry;
}

/// The network's own: what the curve does not show keeps its default.
Settings network_settings(const Settings& s) {
  Settings out;
  for (const Param& p : network().params) {
    const auto it = s.find(p.key);
    out[p.key] = it == s.end() ? p.initial : it->second;
  }
  return out;
}

enum View : std::uint32_t { Iterations, Slope, FinalLoss };

std::vector<ViewInfo> curve_views() {
  std::vector<ViewInfo> out(3);
  out[Iterations] = {"iterations", "Steps to the tolerance", "No value where the run diverged or did not get there. Theory: gradient flow of a scalar network.", "steps", Kind::Scalar,
                     Scale::Log, true, false, 0};
  out[Slope] = {"slope", "Slope", "Of the logarithm of the steps over that of what is swept (of a scale: that of one layer, α^(1/N)), between the last two points.", "",
                Kind::Scalar, Scale::Linear, false, true, 0};
  out[FinalLoss] = {"final_loss", "Loss where it stopped", "A share of the loss at the start.", "", Kind::Scalar, Scale::Log, false, false, 0};
  return out;
}

class IterationsCurve final : public System {
 public:
  IterationsCurve(const Settings& settings, Inputs inputs, std::uint64_t seed)
      : settings_(settings), inputs_(std::move(inputs)), seed_(seed), swept_(get<std::string>(settings, "swept")), points_(get<std::int64_t>(settings, "points")),
        x_(get<double>(settings, "from")), ratio_(ratio_of(settings)) {
  }

  Status step() override {
    if (done_ == points_) return Status::Running;  // the curve is whole
    if (done_ > 0) x_ *= ratio_;
    last_ = iterations_;
    run();
    ++done_;
    return Status::Running;
  }
  double time() const override { return std::log10(x_); }
  double loss() const override { return final_; }
  Result<void> set(std::string_view key, const Value& value) override {
    settings_[std::string(key)] = value;
    return {};
  }
  void archive(Archive& a) override { a("x", x_), a("points_done", done_), a("iterations", iterations_), a("last_iterations", last_), a("final_loss", final_); }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    for (const std::uint32_t v : wanted) {
      const double x = v == Iterations ? iterations_ : v == Slope ? slope() : final_;
      frame.values.push_back({v, Part::Measured, {}, {x}});
      if (v == Iterations)
        if (const double theory = predicted(); !std::isnan(theory)) frame.values.push_back({v, Part::Theory, {}, {theory}});
    }
  }

 private:
  /// Of two neighbouring values. Whole roots, so that every build has the same.
  static double ratio_of(const Settings& s) {
    const double whole = get<double>(s, "to") / get<double>(s, "from");
    const auto gaps = static_cast<int>(get<std::int64_t>(s, "points") - 1);
    return whole >= 1 ? nth_root(whole, gaps) : 1 / nth_root(1 / whole, gaps);
  }

  Settings swept_settings() const {
    Settings s = network_settings(settings_);
    s[swept_] = x_;
    return s;
  }

  /// One whole run, at most `most` steps.
  void run() {
    iterations_ = final_ = kNone;
    auto inner = network().make(swept_settings(), inputs_, seed_);
    if (!inner) return;
    const double share = get<double>(settings_, "tolerated");
    const auto most = get<std::int64_t>(settings_, "most");
    double first = kNone;
    for (std::int64_t k = 0; k <= most; ++k) {  // loss() is that of the weights before the step
      if ((*inner)->step() != Status::Running) return;
      const double loss = (*inner)->loss();
      if (k == 0) first = loss;
      final_ = loss / first;
      if (final_ <= share) {
        iterations_ = static_cast<double>(k);
        return;
      }
    }
  }

  double slope() const {
    const auto depth = static_cast<double>(get<std::int64_t>(settings_, "depth"));
    const double exponent = swept_ == "alpha" ? depth : 1;
    return done_ < 2 ? kNone : exponent * std::log(iterations_ / last_) / std::log(ratio_);
  }

  /// Of the flow, in steps; for scalar networks that start equal and are swept by their scale.
  double predicted() const {
    if (done_ == 0 || inputs_.size() != 1 || !inputs_.count("target") || get<std::string>(settings_, "init") != "identity" || get<double>(settings_, "layer_ratio") != 1 ||
        get<std::string>(settings_, "optimizer") != "gd" || get<std::string>(settings_, "normalisation") != "half_sum")
      return kNone;
    const auto* target = std::get_if<Dense>(inputs_.at("target").get());
    if (!target || target->data.size() != 1 || target->data[0] != 1) return kNone;
    const double alpha = swept_ == "alpha" ? x_ : get<double>(settings_, "alpha"), eta = swept_ == "step_size" ? x_ : get<double>(settings_, "step_size");
    const double end = 1 - (1 - alpha) * std::sqrt(get<double>(settings_, "tolerated"));
    const auto depth = static_cast<int>(get<std::int64_t>(settings_, "depth"));
    return alpha < end ? scalar_flow_time(depth, alpha, end) / eta : kNone;
  }

  Settings settings_;
  Inputs inputs_;
  std::uint64_t seed_;
  std::string swept_;
  std::int64_t points_;
  double x_, ratio_;
  std::int64_t done_ = 0;
  double iterations_ = kNone, last_ = kNone, final_ = kNone;
};

std::vector<Param> params() {
  std::vector<Param> out = {
      {"swept", "Swept", "Curve", "What changes from point to point: the initial scale alpha, or the step size.", "", std::string("alpha"), {}, When::Restart, {"alpha", "step_size"}, {}},
      {"from", "From", "Curve", "The first value.", "", 1e-1, {1e-12, 1e3, Scale::Log}, When::Restart, {}, {}},
      {"to", "To", "Curve", "The last value.", "", 1e-5, {1e-12, 1e3, Scale::Log}, When::Restart, {}, {}},
      {"points", "Points", "Curve", "How many, evenly spaced in the logarithm.", "", std::int64_t{17}, {2, 200}, When::Restart, {}, {}},
      {"tolerated", "Loss to reach", "Curve", "As a share of the loss at the start.", "", 1e-4, {1e-12, 0.999, Scale::Log}, When::Restart, {}, {}},
      {"most", "Most steps", "Curve", "A point that takes more has no value.", "", std::int64_t{20000}, {1, 200000, Scale::Log}, When::Restart, {}, {}},
  };
  for (Param p : network().params) {
    p.when = When::Restart;  // a point is a whole run
    if (p.key == "rows" || p.key == "cols") p.initial = std::int64_t{4};
    if (p.key == "rank") p.initial = std::int64_t{4};
    if (p.key == "observe") p.initial = std::string("all");
    if (p.key == "normalisation") p.initial = std::string("half_sum");
    if (p.key != "plane" && p.key != "schatten_p" && p.key != "batch") out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

double scalar_flow_time(int depth, double from, double to) {
  constexpr int kPanels = 400;
  const double low = std::log(from) / depth, high = std::log(to) / depth;  // ln w
  double sum = 0;
  for (int i = 0; i <= kPanels; ++i) {
    const double u = low + (high - low) * i / kPanels;
    const double f = std::exp((2 - depth) * u) / -std::expm1(depth * u);  // dt/du = w / ((1 - w^N) w^(N-1))
    sum += f * (i == 0 || i == kPanels ? 1 : i % 2 ? 4 : 2);
  }
  return sum * (high - low) / (3 * kPanels);
}

Entry iterations_curve_entry() {
  Entry entry = network();
  entry.key = "iterations_curve";
  entry.title = "Steps to a tolerance";
  entry.paper = "Arora, Cohen, Golowich and Hu 2019 (arXiv 1810.02281)";
  entry.summary = "How long a deep linear network takes to reach a loss, against its initial scale or its step size: every step of this system is a whole run.";
  entry.time_axis = "log10 of what is swept";
  entry.params = params();
  entry.views = [](const Settings&, const Inputs&) { return curve_views(); };
  entry.cost = [](const Settings& s, const Inputs& in) { return static_cast<double>(get<std::int64_t>(s, "most")) * network().cost(network_settings(s), in); };
  entry.memory = [](const Settings& s, const Inputs& in) { return network().memory(network_settings(s), in); };
  entry.make = [](const Settings& s, const Inputs& in, std::uint64_t seed) -> Result<std::unique_ptr<System>> {
    if (get<double>(s, "from") == get<double>(s, "to")) return Error{"to", "is the same as from", "a curve needs two ends"};
    // A step is a whole point, and nobody can stop a run within a step.
    constexpr double kLongest = 4e9;  // operations: a few seconds
    if (const double most = static_cast<double>(get<std::int64_t>(s, "most")) * network().cost(network_settings(s), in); most > kLongest)
      return Error{"most", "lets one point take " + std::to_string(static_cast<std::int64_t>(most / 1e9)) + "e9 operations", "lower most or the size of the problem: 4e9 is the limit"};
    if (auto first = network().make(network_settings(s), in, seed); !first) return first.error();
    return std::unique_ptr<System>(std::make_unique<IterationsCurve>(s, in, seed));
  };
  return entry;
}

}  // namespace rankscope
