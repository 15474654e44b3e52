// Chapter 6 of the notes' companion: depth as acceleration, and that no objective could replace it.
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

constexpr double kThere = 1e-6;  ///< the loss that a race is run to

Verdict race_holds(std::span<const Record> runs) {
  const Record *one = find(runs, "depth 1"), *two = find(runs, "depth 2"), *three = find(runs, "depth 3");
  if (!all_there({one, two, three})) return {false, "needs the runs of depth 1, 2 and 3"};
  const double a = first_at_most(*one, "loss", kThere), b = first_at_most(*two, "loss", kThere), c = first_at_most(*three, "loss", kThere);
  return {b > 0 && 3 * b <= a && 3 * c <= a, text("steps to a loss of 1e-6: %.0f at depth 1, %.0f at depth 2, %.0f at depth 3", a, b, c)};
}

Verdict square_holds(std::span<const Record> runs) {
  const Record *one = find(runs, "depth 1"), *two = find(runs, "depth 2"), *three = find(runs, "depth 3");
  if (!all_there({one, two, three})) return {false, "needs the runs of depth 1, 2 and 3"};
  const double a = first_at_most(*one, "loss", kThere), b = first_at_most(*two, "loss", kThere), c = first_at_most(*three, "loss", kThere);
  return {a > 1 && b > a && b < 1.6 * a && c > a && c < 1.8 * a, text("steps to a loss of 1e-6: %.0f at depth 1, %.0f at depth 2, %.0f at depth 3", a, b, c)};
}

Verdict loop_holds(std::span<const Record> runs) {
  double worst = 0, value[5] = {};
  for (int n = 1; n <= 4; ++n) {
    const Record* r = find(runs, "depth " + std::to_string(n));
    if (!all_there({r})) return {false, "needs depth 1 to 4"};
    const auto exact = r->series("integral", Part::Target);
    value[n] = r->last("integral");
    if (exact.empty()) return {false, "no closed form is known here"};
    worst = std::max(worst, std::abs(value[n] - exact[0][0]));
  }
  const bool holds = worst < 1e-9 && std::abs(value[1]) < 1e-9 && std::abs(value[2]) < 1e-9 && value[3] < -0.5 && value[4] < -1;
  return {holds, text("round the loop the update sums to %.1g, %.1g, %.6f and %.6f at depth 1, 2, 3 and 4, within %.1g of the exact values", value[1], value[2], value[3], value[4], worst)};
}

Variant runner(double depth, double step) { return {text("depth %g", depth), {{"depth", depth}, {"step_size", step}}}; }

}  // namespace

std::vector<Study> notes6_acceleration() {
  Study race;
  race.key = "race";
  race.system = "end_to_end";
  race.group = "Notes 6: acceleration by depth";
  race.title = "A race that depth wins";
  race.sentence = "Regression with the fourth power, two weights, each depth at its own best step size: depth 2 is there in a fraction of the steps.";
  race.cite = "Arora, Cohen and Hazan 2018 (arXiv 1802.06509); the data were made for this project";
  race.claim = "To a loss of 1e-6 depth 2 and depth 3 need at most a third of depth 1's steps, each at its best step size on a grid of eighths of a decade.";
  race.settings = {{"task", std::string("regression")}, {"loss", std::string("lp")}, {"p", 4.0}, {"normalisation", std::string("mean_over_p")}, {"init", std::string("equal")},
                   {"alpha", 0.07}, {"optimizer", std::string("gd")}};
  race.inputs = {{"x", "race_x"}, {"y", "race_y"}};
  race.steps = 3000;
  race.every = 20;
  race.record = {"loss", "landscape", "end_to_end", "preconditioner"};
  race.shown = {"landscape", "loss", "preconditioner", "end_to_end"};
  // the best of 10^(k/8), which tests/presets/race_test.cpp finds
  race.runs = {runner(2, 1.333521432163324), runner(1, 0.5623413251903491), runner(3, 1.0)};
  race.holds = race_holds;

  Study square = race;
  square.key = "race-square";
  square.title = "A race that depth does not win";
  square.sentence = "The same data with the square loss: whatever the depth, about as many steps. The preconditioner helps where the loss is flat, and this one is not.";
  square.claim = "To a loss of 1e-6 depth 2 needs more steps than depth 1, but less than 1.6 times as many, and depth 3 less than 1.8 times, each at its best step size.";
  square.settings["p"] = 2.0;
  square.steps = 100;
  square.every = 1;
  square.runs = {runner(2, 0.7498942093324559), runner(1, 1.7782794100389228), runner(3, 0.5623413251903491)};
  square.holds = square_holds;

  Study loop;
  loop.key = "loop";
  loop.system = "update_loop";
  loop.group = race.group;
  loop.title = "No objective has this gradient";
  loop.sentence = "The update of a deep network integrated round half a disc. A gradient comes back to zero; from depth 3 on this does not.";
  loop.cite = "Arora, Cohen and Hazan 2018 (arXiv 1802.06509), the argument of its section on regularizers";
  loop.claim = "The integral is 0 at depth 1 and 2, -4/7 at depth 3 and -6/5 at depth 4, to nine digits.";
  loop.steps = 100;
  loop.every = 1;
  loop.record = {"integral", "landscape", "tangential_field", "loss"};
  loop.shown = {"landscape", "integral", "tangential_field", "loss"};
  for (const double n : {3.0, 1.0, 2.0, 4.0}) loop.runs.push_back({text("depth %g", n), {{"depth", n}}});
  loop.holds = loop_holds;
  loop.control = {{"curvature", 0.25}};
  return {race, square, loop};
}

}  // namespace rankscope
