// Chapter 3 of the notes' companion: balancedness, what gradient flow conserves and gradient descent nearly does.
#include <algorithm>
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

Verdict balancedness_holds(std::span<const Record> runs) {
  const Record *flow = find(runs, "gradient flow"), *balanced = find(runs, "balanced start"), *descent = find(runs, "gradient descent");
  if (!all_there({flow, balanced, descent})) return {false, "needs all three runs"};
  const auto kept = standing(*flow, "conservation"), weyl = standing(*flow, "shared_spectra"), weyl2 = standing(*descent, "shared_spectra");
  const auto apart = balanced->series("shared_spectra");
  double worst = 0;
  for (const auto& x : apart) worst = std::max(worst, x[0]);
  const double a = flow->last("drift"), b = descent->last("drift");
  const bool holds = kept.violated == 0 && kept.holds > 10 && weyl.violated == 0 && weyl.holds > 10 && weyl2.violated == 0 && weyl2.holds > 10 && worst < 1e-6 && !apart.empty() && a < 1e-6 && b > 1e4 * a && b > 1e-2 &&
                     flow->last("loss") < 0.5 * flow->series("loss").front()[0];
  return {holds, text("drift of the invariants %.2g under gradient flow, %.2g under gradient descent; from a balanced start squared singular values of the layers differ by at most %.2g; "
                      "Weyl's inequality %s in every frame",
                      a, b, worst, weyl.violated + weyl2.violated == 0 ? "holds" : "fails")};
}

constexpr double kTime = 2;
constexpr double kSteps[] = {0.02, 0.01, 0.005, 0.002};

double drift_at(const Record& run, double time) {
  for (std::uint32_t v = 0; v < run.views.size(); ++v)
    if (run.views[v].key == "drift")
      for (const Frame& f : run.frames)
        if (const Series* s = f.find(v); s && std::abs(f.time - time) < 1e-9) return s->data[0];
  return std::numeric_limits<double>::quiet_NaN();
}

std::string name_of(double eta) { return text("η = %g", eta); }

Verdict drift_holds(std::span<const Record> runs) {
  double drift[std::size(kSteps)], low = 10, high = -10;
  for (std::size_t i = 0; i < std::size(kSteps); ++i) {
    const Record* r = find(runs, name_of(kSteps[i]));
    if (!r) return {false, "needs all four step sizes"};
    drift[i] = drift_at(*r, kTime);
    if (i == 0) continue;
    const double slope = std::log(drift[i - 1] / drift[i]) / std::log(kSteps[i - 1] / kSteps[i]);
    low = std::min(low, slope), high = std::max(high, slope);
  }
  return {low > 0.97 && high < 1.25 && drift[0] > 1e-3,
          text("drift at t = 2: %.3g, %.3g, %.3g, %.3g for η = 0.02, 0.01, 0.005, 0.002: slopes between %.3f and %.3f", drift[0], drift[1], drift[2], drift[3], low, high)};
}

}  // namespace

std::vector<Study> notes3_balancedness() {
  Study flat;
  flat.key = "balancedness";
  flat.system = "linear_network";
  flat.group = "Notes 3: balancedness";
  flat.title = "What the flow conserves";
  flat.sentence = "Layers learn, their difference W_{j+1}ᵀW_{j+1} - W_j W_jᵀ does not. Balanced layers share their singular values to the end.";
  flat.cite = "Arora, Cohen and Hazan 2018 (arXiv 1802.06509); Cohen and Razin, Lecture Notes on Linear Neural Networks, 2024 (arXiv 2408.13767)";
  flat.claim = "Under gradient flow the invariants move by no more than the integrator's tolerance allows; gradient descent moves them ten thousand times as far; layers that start balanced keep "
               "equal singular values.";
  flat.settings = {{"depth", std::int64_t{3}}, {"task", std::string("regression")}, {"whiten", true}, {"rows", std::int64_t{4}}, {"cols", std::int64_t{4}}, {"rank", std::int64_t{4}},
                   {"samples", std::int64_t{50}}, {"normalisation", std::string("half_mean")}, {"alpha", 1.0}, {"tolerance", 1e-8}, {"step_size", 0.02}};
  flat.seed = 1;
  flat.steps = 300;
  flat.every = 1;
  flat.record = {"layer_spectra", "drift", "conservation", "shared_spectra", "loss", "unbalancedness"};
  flat.shown = {"layer_spectra", "conservation", "shared_spectra", "loss", "unbalancedness"};
  flat.runs = {{"gradient flow", {{"optimizer", std::string("flow")}}},
               {"balanced start", {{"optimizer", std::string("flow")}, {"init", std::string("balanced")}}},
               {"gradient descent", {{"optimizer", std::string("gd")}}}};
  flat.holds = balancedness_holds;
  flat.control = {{"optimizer", std::string("gd")}};

  Study drift = flat;
  drift.key = "drift";
  drift.title = "A step size moves what the flow conserves";
  drift.sentence = "Gradient descent is not the flow: the invariants drift, and half the step size drifts half as far.";
  drift.claim = "At the same flow time the drift is proportional to the step size: slope 1 in the logarithms.";
  drift.settings["alpha"] = 1.0;
  drift.by_time = true;
  drift.steps = 1000;
  drift.record = {"drift", "loss", "conservation", "unbalancedness"};
  drift.shown = {"drift", "loss", "conservation", "unbalancedness"};
  drift.runs.clear();
  for (const double eta : kSteps) drift.runs.push_back({name_of(eta), {{"step_size", eta}}});
  drift.holds = drift_holds;
  drift.control = {{"optimizer", std::string("flow")}};
  return {flat, drift};
}

}  // namespace rankscope
