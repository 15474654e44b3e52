// Chapter 2 of the notes' companion: the landscape of a linear network, and why knowing it is not enough.
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

constexpr double kStep = 0.05;

Variant scale(const char* name, double alpha) { return {name, {{"alpha", alpha}}}; }

Verdict saddle_holds(std::span<const Record> runs) {
  const Record *a = find(runs, "α = 0.1"), *b = find(runs, "α = 0.01"), *c = find(runs, "α = 0.001"), *wrong = find(runs, "wrong side");
  if (!all_there({a, b, c, wrong})) return {false, "needs all four runs"};
  const double start = 0.25;  // half of the loss at the saddle
  const double ta = first_at_most(*a, "loss", start), tb = first_at_most(*b, "loss", start), tc = first_at_most(*c, "loss", start), tw = first_at_most(*wrong, "loss", start);
  const double decade = std::log(10) / (2 * kStep);
  const bool holds = std::abs(tb - ta - decade) < 3 && std::abs(tc - tb - decade) < 2 && tw > tb && a->last("loss") < 1e-10 && b->last("loss") < 1e-10 && c->last("loss") < 1e-10 &&
                     wrong->last("loss") < 1e-10;
  return {holds, text("half of the saddle's loss after %.0f, %.0f, %.0f steps: a tenth of the scale costs %.0f and %.0f more, ln 10 / (2 η) = %.1f is predicted; from the wrong side %.0f; losses end at "
                      "%.2g, %.2g, %.2g, %.2g",
                      ta, tb, tc, tb - ta, tc - tb, decade, tw, a->last("loss"), b->last("loss"), c->last("loss"), wrong->last("loss"))};
}

Verdict monkey_holds(std::span<const Record> runs) {
  const Record *a = find(runs, "α = 0.01"), *b = find(runs, "α = 0.001"), *c = find(runs, "α = 0.0001");
  if (!all_there({a, b, c})) return {false, "needs all three runs"};
  const double ta = first_at_most(*a, "loss", 0.25), tb = first_at_most(*b, "loss", 0.25), tc = first_at_most(*c, "loss", 0.25);
  const double factor = std::cbrt(10.0);
  const bool holds = tb / ta > factor && tb / ta < 1.25 * factor && tc / tb > factor && tc / tb < 1.1 * factor && c->last("loss") < 1e-10;
  return {holds, text("half of the saddle's loss after %.0f, %.0f, %.0f steps: a tenth of the scale takes %.2f and %.2f times as long, 10^(1/3) = %.2f in the limit; the loss ends at %.2g", ta, tb, tc,
                      tb / ta, tc / tb, factor, c->last("loss"))};
}

Verdict escape_holds(std::span<const Record> runs) {
  const Record* all[] = {find(runs, "depth 2"), find(runs, "depth 3"), find(runs, "depth 4")};
  if (!all_there(all)) return {false, "needs depth 2, 3 and 4"};
  double off = 0;
  for (const Record* r : all) {
    const auto steps = r->series("iterations"), theory = r->series("iterations", Part::Theory);
    if (steps.size() < 11 || theory.size() != steps.size() - 1) return {false, "needs the whole curve"};
    for (std::size_t i = 4; i < theory.size(); ++i) off = std::max(off, std::abs(steps[i + 1][0] / theory[i][0] - 1));
  }
  const double s2 = all[0]->last("slope"), s3 = all[1]->last("slope"), s4 = all[2]->last("slope");
  const bool holds = s2 < 0 && s2 > -0.25 && std::abs(s3 + 1) < 0.03 && std::abs(s4 + 2) < 0.03 && off < 0.03;
  return {holds, text("slope of the escape time against a layer's scale %.3f, %.3f, %.3f at depth 2, 3, 4 (logarithm, -1, -2); at most %.1f %% off the flow's time", s2, s3, s4, 100 * off)};
}

}  // namespace

std::vector<Study> notes2_landscape() {
  const std::string cite = "Cohen and Razin, Lecture Notes on Linear Neural Networks, 2024 (arXiv 2408.13767)";
  Study saddle;
  saddle.key = "saddle";
  saddle.system = "linear_network";
  saddle.group = "Notes 2: the landscape is not enough";
  saddle.title = "Half of (w₁w₂ - 1) squared";
  saddle.sentence = "Two weights, one saddle, a hyperbola of minima. Every run finds one; the smaller its start, the longer it waits at the saddle.";
  saddle.cite = cite;
  saddle.claim = "Every run reaches a minimum, also from the side where w_1 w_2 is negative; each tenth of the initial scale costs ln(10) / (2 η) = 23 more steps.";
  saddle.settings = {{"depth", std::int64_t{2}}, {"init", std::string("gaussian")}, {"det_sign", std::string("positive")}, {"observe", std::string("all")},
                     {"normalisation", std::string("half_sum")}, {"step_size", kStep}};
  saddle.inputs = {{"target", "one"}};
  saddle.seed = 3;
  saddle.steps = 400;
  saddle.every = 1;
  saddle.record = {"landscape", "loss", "layer_spectra", "unbalancedness"};
  saddle.shown = {"landscape", "loss", "unbalancedness"};
  saddle.runs = {scale("α = 0.01", 1e-2), scale("α = 0.1", 1e-1), scale("α = 0.001", 1e-3), {"wrong side", {{"alpha", 1e-2}, {"det_sign", std::string("negative")}}}};
  saddle.holds = saddle_holds;
  saddle.control = {{"depth", std::int64_t{3}}};

  Study monkey = saddle;
  monkey.key = "monkey-saddle";
  monkey.title = "A monkey saddle at depth 3";
  monkey.sentence = "With three layers the Hessian vanishes at the origin: three valleys meet, none of them steep, and the wait is no longer a logarithm.";
  monkey.claim = "At depth 3 a tenth of the initial scale makes the escape 10^(1/3) = 2.15 times as long in the limit; every run still reaches a minimum.";
  monkey.settings["depth"] = std::int64_t{3};
  monkey.settings["plane"] = std::string("monkey");
  monkey.steps = 800;
  monkey.runs = {scale("α = 0.001", 1e-3), scale("α = 0.01", 1e-2), scale("α = 0.0001", 1e-4)};
  monkey.holds = monkey_holds;
  monkey.control = {{"depth", std::int64_t{2}}};

  Study escape;
  escape.key = "escape";
  escape.system = "iterations_curve";
  escape.group = saddle.group;
  escape.title = "How long to leave the saddle";
  escape.sentence = "Each point is a whole run. The escape takes a logarithm of the initial scale at depth 2, and a power of it beyond.";
  escape.cite = cite;
  escape.claim = "Against the scale w_0 of one layer the escape time grows like ln(1/w_0) at depth 2 and like w_0^-(N-2) at depth 3 and 4, on the curve that gradient flow predicts.";
  escape.settings = {{"init", std::string("identity")}, {"from", 1e-1}, {"to", 1e-6}, {"points", std::int64_t{21}}, {"tolerated", 0.25}, {"step_size", 0.02}, {"most", std::int64_t{100000}}};
  escape.inputs = {{"target", "one"}};
  escape.by_time = true;
  escape.steps = 21;
  escape.every = 1;
  escape.record = escape.shown = {"iterations", "slope"};
  for (const std::int64_t n : {3, 2, 4}) escape.runs.push_back({"depth " + std::to_string(n), {{"depth", n}}});
  escape.holds = escape_holds;
  escape.control = {{"depth", std::int64_t{3}}};
  return {saddle, monkey, escape};
}

}  // namespace rankscope
