// Razin, Maman and Cohen 2021: CP tensor factorization, whose components depart from zero one after another.
#include <algorithm>
#include <cmath>
#include <limits>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

/// How many of the twenty largest component norms end above 0.01.
int components_left(const Record& run) {
  const auto norms = run.series("component_norms");
  return norms.empty() ? 0 : static_cast<int>(std::count_if(norms.back().begin(), norms.back().end(), [](double x) { return x > 0.01; }));
}

/// How far the `count` largest component norms end from the target's own, the ghost lines: the most, as a share of each of these; infinity: not all there.
double from_ghosts(const Record& run, std::size_t count) {
  const auto norms = run.series("component_norms"), target = run.series("component_norms", Part::Target);
  if (norms.empty() || target.empty() || norms.back().size() < count || target.back().size() < count) return std::numeric_limits<double>::infinity();
  double most = 0;
  for (std::size_t k = 0; k < count; ++k) most = std::max(most, std::abs(norms.back()[k] / target.back()[k] - 1));
  return most;
}

/// The recorded step at which the k-th largest norm, 0-based, is first above a tenth of the target's norm, which is 1; NaN: never.
double departure(const Record& run, std::size_t k) {
  const auto norms = run.series("component_norms");
  for (std::size_t i = 0; i < norms.size(); ++i)
    if (k < norms[i].size() && norms[i][k] > 0.1) return static_cast<double>(run.frames[i].step);
  return std::numeric_limits<double>::quiet_NaN();
}

/// Whether the `count` largest depart in their order, where some may share a recorded step, but not all; and whether the relative error is a staircase: each tread,
/// the least error before the next departure, is below the one before.
struct Staircase {
  Staircase(const Record& run, std::size_t count) {
    const auto errors = run.series("reconstruction_error");
    for (std::size_t k = 0; k < count; ++k) {
      const double step = departure(run, k), next = k + 1 < count ? departure(run, k + 1) : std::numeric_limits<double>::infinity();
      double tread = std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i < errors.size(); ++i)
        if (const auto at = static_cast<double>(run.frames[i].step); at == step || (at > step && at < next)) tread = std::min(tread, errors[i][0]);
      if (k == 0) first = step;
      in_order = in_order && step > 0 && (k == 0 || step >= last);
      falls = falls && (k == 0 || tread <= error);
      last = step, error = tread;
      steps += text(" %.0f", step), treads += text(" %.2f", tread);
    }
    in_order = in_order && last > 1.2 * first;
  }
  bool in_order = true, falls = true;
  double first = 0, last = 0, error = 0;
  std::string steps, treads;
};

Verdict cp_holds(std::span<const Record> runs) {
  if (runs.empty() || runs[0].frames.empty()) return {false, "needs a run"};
  const Record& run = runs[0];
  const Staircase stairs(run, 4);
  const auto norms = run.series("component_norms"), target = run.series("effective_rank_1_2", Part::Target);
  if (norms.empty() || target.empty()) return {false, "needs component norms and the target's effective rank"};
  const double first = norms[0][0], error = run.last("reconstruction_error"), rank = run.last("effective_rank_1_2"), fifth = norms.back()[4], off = from_ghosts(run, 4);
  const bool holds = first < 1e-3 && stairs.in_order && stairs.falls && off < 0.05 && fifth < 0.05 && error < 0.02 && std::abs(rank / target.back()[0] - 1) < 0.1;
  return {holds, text("norms of at most %.1e begin; the four largest pass 0.1 at steps%s, after which the relative error comes to%s, and end within %.2g %% of the target's; the fifth ends at %.3f, the error at %.2g; "
                      "effective rank of {1,2} %.3f, the target's %.3f",
                      first, stairs.steps.c_str(), stairs.treads.c_str(), 100 * off, fifth, error, rank, target.back()[0])};
}

Verdict scale_holds(std::span<const Record> runs) {
  const Record* all[] = {find(runs, "s = 0.01"), find(runs, "s = 0.1"), find(runs, "s = 0.3")};
  if (!all_there(all)) return {false, "needs all three scales"};
  double e[3], fit = 0;
  int parts[3];
  for (int i = 0; i < 3; ++i) {
    const auto loss = all[i]->series("loss");
    e[i] = all[i]->last("reconstruction_error"), parts[i] = components_left(*all[i]);
    fit = std::max(fit, loss.empty() ? std::numeric_limits<double>::infinity() : loss.back()[0]);
  }
  const bool holds = e[0] < 0.08 && e[1] > 3 * e[0] && e[2] > 1.5 * e[1] && e[2] > 0.5 && fit < 0.01 && parts[0] <= 6 && parts[1] > 2 * parts[0] && parts[2] == 20;
  return {holds, text("relative error %.2g, %.2g, %.2g with %d, %d, %d of twenty norms above 0.01, from s = 0.01, 0.1, 0.3; the training loss ends at most at %.1e", e[0], e[1], e[2], parts[0], parts[1],
                      parts[2], fit)};
}

Verdict order3_holds(std::span<const Record> runs) {
  if (runs.empty() || runs[0].frames.empty()) return {false, "needs a run"};
  const double error = runs[0].last("reconstruction_error"), rank = runs[0].last("effective_rank_1");
  const auto target = runs[0].series("effective_rank_1", Part::Target);
  if (target.empty()) return {false, "needs the target's effective rank"};
  const int parts = components_left(runs[0]);
  const bool holds = error < 0.01 && std::abs(rank / target.back()[0] - 1) < 0.02 && parts >= 3 && parts <= 6;
  return {holds, text("relative error %.2g; effective rank of {1} %.3f, the target's %.3f; %d norms above 0.01 of forty", error, rank, target.back()[0], parts)};
}

Verdict shadow_holds(std::span<const Record> runs) {
  const Record *near = find(runs, "s = 0.02"), *far = find(runs, "s = 0.2");
  if (!all_there({near, far})) return {false, "needs both scales"};
  const auto worst = [](const Record& run) {
    double most = 0;
    for (const auto& distance : run.series("shadow_distance")) most = std::max(most, distance[0]);
    return most;
  };
  const double a = worst(*near), b = worst(*far), off = from_ghosts(*near, 1), lead = near->last("predicted_lead"), error = near->last("reconstruction_error");
  const bool holds = a > 0 && a < 0.05 && b > 5 * a && b > 0.2 && off < 0.05 && std::abs(lead - 1) < 1e-12 && error < 0.01;
  return {holds, text("at most %.3f from the shadow on the way from s = 0.02, %.3f from s = 0.2; from the small start the predicted component leads and ends %.2g %% from the target's norm, relative error %.2g", a,
                      b, 100 * off, error)};
}

Verdict golden_holds(std::span<const Record> runs) {
  const Record *small = find(runs, "s = 0.005"), *middle = find(runs, "s = 0.01"), *large = find(runs, "s = 0.05");
  if (!all_there({small, middle, large})) return {false, "needs all three scales"};
  const Staircase stairs(*small, 4);
  const double off = from_ghosts(*small, 4), e = small->last("reconstruction_error"), m = middle->last("reconstruction_error"), f = large->last("reconstruction_error"), fit = large->last("loss");
  const int parts[] = {components_left(*small), components_left(*middle), components_left(*large)};
  const bool holds = stairs.in_order && off < 0.05 && e < 0.05 && parts[0] <= 6 && m > e && parts[1] < parts[2] && f > 10 * e && parts[2] > 10 && fit < 1e-6;
  return {holds, text("from s = 0.005 the first four norms pass 0.1 at steps%s, after which the relative error comes to%s, and end within %.2g %% of the target's; relative error %.2g, %.2g, %.2g with %d, %d, %d "
                      "norms above 0.01, from s = 0.005, 0.01, 0.05; training loss of the last %.1e",
                      stairs.steps.c_str(), stairs.treads.c_str(), 100 * off, e, m, f, parts[0], parts[1], parts[2], fit)};
}

}  // namespace

std::vector<Study> razin2021_tensor() {
  using Word = std::string;
  using Sizes = std::vector<std::int64_t>;
  Study cp;
  cp.key = "cp-components";
  cp.system = "cp";
  cp.group = "Tensors 1: CP factorization";
  cp.title = "Components light up one after another";
  cp.sentence = "A 10 x 10 x 10 x 10 tensor of four components, three entries in ten observed. A hundred components begin near zero; four depart, each at its own time, and the rest stay.";
  cp.cite = "Razin, Maman and Cohen, Implicit Regularization in Tensor Factorization, 2021 (arXiv 2102.09972)";
  cp.claim = "From norms below 0.001 the four largest pass 0.1 one after another, the error lower after each, and end within 5 % of the norms that the target is made of; the fifth ends below 0.05. The relative "
             "error ends below 0.02 and the effective rank of {1,2} within 10 % of the target's.";
  cp.settings = {{"sizes", Sizes{10, 10, 10, 10}}, {"target_rank", std::int64_t{4}}, {"observed", 0.3}, {"components", std::int64_t{100}}, {"init_scale", 0.03},
                 {"optimizer", Word("gd")}, {"step_size", 0.6}, {"normalisation", Word("half_sum")}};
  cp.steps = 6000;
  cp.every = 20;
  cp.record = {"component_norms", "reconstruction_error", "effective_rank_1_2", "loss"};
  cp.shown = {"component_norms", "reconstruction_error", "components", "effective_rank_1_2", "component_cosines", "loss", "completed"};
  cp.runs = {{"s = 0.03", {}}};
  cp.holds = cp_holds;
  cp.control = {{"init_scale", 0.3}};

  Study scale = cp;
  scale.key = "cp-scale";
  scale.title = "The initial scale decides";
  scale.sentence = "A small cube, and three initial scales. All fit what is observed; only the small start finds few components, and the truth. Drag the scale and see one become the other.";
  scale.claim = "From s = 0.01 the relative error ends below 0.08 with at most six of twenty norms above 0.01; from s = 0.1 it is over three times as large, with more than twice as many; from s = 0.3 all twenty are "
                "there, the error half again as large and above 0.5. The training loss ends below 0.01 from each.";
  scale.settings = {{"sizes", Sizes{8, 8, 8}}, {"target_rank", std::int64_t{3}}, {"observed", 0.5}, {"components", std::int64_t{20}}, {"init_scale", 0.01},
                    {"optimizer", Word("group_rmsprop")}, {"step_size", 0.01}, {"normalisation", Word("half_sum")}};  // a run of milliseconds, so that a slider can be dragged through whole runs
  scale.record = {"component_norms", "reconstruction_error", "loss"};
  scale.shown = {"component_norms", "reconstruction_error", "loss", "components", "completed", "target"};
  scale.steps = 1000;
  scale.every = 10;
  scale.runs = {{"s = 0.01", {}}, {"s = 0.1", {{"init_scale", 0.1}}}, {"s = 0.3", {{"init_scale", 0.3}}}};
  scale.holds = scale_holds;
  scale.control = {};

  Study cube = cp;
  cube.key = "cp-order3";
  cube.title = "A cube, completed";
  cube.sentence = "Half of a 12 x 12 x 12 cube of three components is observed. Turn it, cut it, and watch the missing cells appear.";
  cube.claim = "The relative error ends below 0.01 and the effective rank of {1} within 2 % of the target's, with at most six of forty norms above 0.01.";
  cube.settings = {{"sizes", Sizes{12, 12, 12}}, {"target_rank", std::int64_t{3}}, {"observed", 0.5}, {"components", std::int64_t{40}}, {"init_scale", 0.005},
                   {"optimizer", Word("gd")}, {"step_size", 0.4}, {"normalisation", Word("half_sum")}};
  cube.steps = 3000;
  cube.every = 10;
  cube.record = {"component_norms", "reconstruction_error", "effective_rank_1", "loss"};
  cube.shown = {"completed", "component_norms", "target", "reconstruction_error", "components", "effective_rank_1"};
  cube.runs = {{"s = 0.005", {}}};
  cube.holds = order3_holds;
  cube.control = {{"init_scale", 0.5}, {"step_size", 0.05}};

  Study shadow = cube;
  shadow.key = "rank-one";
  shadow.title = "In the shadow of a single component";
  shadow.sentence = "A target of rank one, Huber loss. The whole factorization goes along with a single balanced component that takes the same steps: the smaller the start, the closer.";
  shadow.claim = "From s = 0.02 the tensor is never further than 0.05 from its rank-one shadow, and from s = 0.2 more than five times as far and more than 0.2. From the small start the component that was predicted to depart "
                 "first leads and ends within 5 % of the target's norm; the relative error ends below 0.01.";
  shadow.settings = {{"sizes", Sizes{8, 8, 8}}, {"target_rank", std::int64_t{1}}, {"observed", 0.6}, {"components", std::int64_t{8}}, {"init", Word("balanced")}, {"init_scale", 0.02},
                     {"loss", Word("huber")}, {"huber_delta", 0.05}, {"optimizer", Word("gd")}, {"step_size", 0.1}, {"normalisation", Word("sum")}, {"shadow", true}};
  shadow.steps = 2000;
  shadow.record = {"component_norms", "shadow_distance", "predicted_lead", "fro_norm", "reconstruction_error", "loss"};
  shadow.shown = {"component_norms", "shadow_distance", "predicted_lead", "reconstruction_error", "components", "completed"};
  shadow.runs = {{"s = 0.02", {}}, {"s = 0.2", {{"init_scale", 0.2}}}};
  shadow.holds = shadow_holds;
  shadow.control = {};

  Study golden = cp;
  golden.key = "cp-golden";
  golden.title = "The paper's figure: order 4, a thousand components";
  golden.sentence = "Three initial scales with the authors' sizes and optimizer: 10 x 10 x 10 x 10, rank 5, 2000 entries, 1000 components. Minutes of work.";
  golden.claim = "From s = 0.005 the first four norms pass 0.1 one after another and end within 5 % of the norms that the target is made of; at most six end above 0.01, and the relative error below 0.05. From s = 0.05 more than "
                 "ten do, and the error is more than ten times as large, at a training loss below a millionth. From s = 0.01 fewer norms do than from 0.05, and the error is larger than from 0.005.";
  golden.settings = {{"sizes", Sizes{10, 10, 10, 10}}, {"target_rank", std::int64_t{5}}, {"observed", 0.2}, {"components", std::int64_t{1000}}, {"init_scale", 0.005},
                     {"optimizer", Word("group_rmsprop")}, {"step_size", 0.01}};
  golden.steps = 14000;
  golden.every = 100;
  golden.record = {"component_norms", "reconstruction_error", "loss"};
  golden.shown = {"component_norms", "reconstruction_error", "loss", "components", "completed"};
  golden.runs = {{"s = 0.005", {}}, {"s = 0.01", {{"init_scale", 0.01}}}, {"s = 0.05", {{"init_scale", 0.05}}}};
  golden.holds = golden_holds;
  golden.takes_long = true;
  golden.control = {};
  return {cp, scale, cube, shadow, golden};
}

}  // namespace rankscope
