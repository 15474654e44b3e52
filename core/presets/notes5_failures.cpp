// Chapter 5 of the notes' companion: what the hypotheses of the convergence theorem are for, and the price of a scale.
#include <algorithm>
#include <cmath>
#include <limits>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

Verdict failures_hold(std::span<const Record> runs) {
  const Record *good = find(runs, "balanced, right sign"), *sign = find(runs, "wrong sign"), *unbalanced = find(runs, "unbalanced"), *zero = find(runs, "near zero");
  if (!all_there({good, sign, unbalanced, zero})) return {false, "needs all four runs"};
  const double a = good->last("loss"), b = sign->last("loss"), c = zero->last("loss"), start = zero->series("loss").front()[0];
  const auto smallest = sign->series("singular_values");
  const double lost = smallest.empty() ? 1 : smallest.back()[1];
  double largest = 0;
  for (const auto& s : smallest) largest = std::max(largest, s[0]);
  const bool holds = a < 1e-10 && b > 1.99 && b < 2.01 && sign->last("determinant") < 0 && lost < 1e-3 && unbalanced->diverged && c > 0.999 * start;
  return {holds, text("the loss ends at %.2g from a good start, at %.4f with the wrong sign (determinant %.2g, smallest singular value %.2g), at %.4f of its start near zero; the unbalanced run %s", a, b,
                      sign->last("determinant"), lost, c / start, unbalanced->diverged ? "diverges" : "does not diverge")};
}

struct Curve {
  double first = std::numeric_limits<double>::quiet_NaN(), least = first;  ///< of the points that got there
  bool ends_missing = false;
};

Verdict iterations_hold(std::span<const Record> runs) {
  const Record *gaussian = find(runs, "independent layers"), *balanced = find(runs, "balanced layers");
  if (!all_there({gaussian, balanced})) return {false, "needs both starts"};
  Curve curves[2];
  for (int i = 0; i < 2; ++i) {
    const auto steps = (i ? balanced : gaussian)->series("iterations");
    if (steps.size() < 10) return {false, "needs the whole curve"};
    for (const auto& s : steps) {
      if (!(s[0] >= curves[i].least)) curves[i].least = std::isnan(s[0]) ? curves[i].least : s[0];
      if (std::isnan(curves[i].first)) curves[i].first = s[0];
    }
    curves[i].ends_missing = std::isnan(steps.back()[0]);
  }
  const bool holds = curves[0].first > 20 * curves[0].least && curves[1].first > 20 * curves[1].least && curves[0].ends_missing && curves[1].ends_missing;
  return {holds, text("steps to a thousandth of the loss: %.0f at the smallest scale that gets there and %.0f at the best with independent layers, %.0f and %.0f with balanced ones; the largest scale %s",
                      curves[0].first, curves[0].least, curves[1].first, curves[1].least, curves[0].ends_missing && curves[1].ends_missing ? "diverges" : "does not diverge")};
}

}  // namespace

std::vector<Study> notes5_failures() {
  Study failures;
  failures.key = "failures";
  failures.system = "linear_network";
  failures.group = "Notes 5: convergence";
  failures.title = "Three ways to fail";
  failures.sentence = "A determinant of the wrong sign, layers out of balance, a start too close to zero: drop one hypothesis and the same network no longer converges.";
  failures.cite = "Arora, Cohen, Golowich and Hu 2019 (arXiv 1810.02281); Bartlett, Helmbold and Long 2018";
  failures.claim = "From the balanced start with the right determinant the loss vanishes; with the wrong sign, exactly balanced, it stops at 2 with a rank lost; with a layer ratio of 60 it diverges; near zero "
                   "1000 steps change nothing.";
  failures.settings = {{"depth", std::int64_t{3}}, {"init", std::string("identity")}, {"alpha", 1.0}, {"observe", std::string("all")}, {"normalisation", std::string("half_sum")}, {"step_size", 0.02}};
  failures.inputs = {{"target", "stretch"}};
  failures.steps = 1000;
  failures.every = 5;
  failures.record = {"singular_values", "loss", "determinant", "unbalancedness"};
  failures.shown = {"singular_values", "loss", "determinant", "unbalancedness"};
  failures.runs = {{"wrong sign", {{"det_sign", std::string("negative")}}}, {"balanced, right sign", {}}, {"unbalanced", {{"layer_ratio", 60.0}}}, {"near zero", {{"alpha", 1e-8}}}};
  failures.holds = failures_hold;
  failures.control = {{"det_sign", std::string("positive")}};

  Study iterations;
  iterations.key = "iterations";
  iterations.system = "iterations_curve";
  iterations.group = failures.group;
  iterations.title = "The price of a scale";
  iterations.sentence = "Steps to a thousandth of the loss, one run a point: too small a start waits at the saddle, too large a one diverges, and the best lies just before.";
  iterations.cite = failures.cite;
  iterations.claim = "At depth 3 the steps fall twentyfold and more from the smallest initial scale to the best, and at the largest the run diverges, for independent and for balanced layers.";
  iterations.settings = {{"depth", std::int64_t{3}}, {"task", std::string("regression")}, {"whiten", true}, {"samples", std::int64_t{50}}, {"normalisation", std::string("half_mean")},
                         {"from", 1e-4}, {"to", 10.0}, {"points", std::int64_t{26}}, {"tolerated", 1e-3}, {"step_size", 0.1}, {"most", std::int64_t{20000}}};
  iterations.seed = 1;
  iterations.by_time = true;
  iterations.steps = 26;
  iterations.every = 1;
  iterations.record = iterations.shown = {"iterations", "final_loss"};
  iterations.runs = {{"independent layers", {{"init", std::string("gaussian")}}}, {"balanced layers", {{"init", std::string("balanced")}}}};
  iterations.holds = iterations_hold;
  iterations.control = {{"to", 1e-2}};
  return {failures, iterations};
}

}  // namespace rankscope
