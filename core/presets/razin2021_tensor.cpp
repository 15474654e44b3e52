// Razin, Maman and Cohen 2021: CP tensor factorization, whose components depart from zero one after another.
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

/// How many component norms end above `level`.
int components_above(const Record& run, double level) {
  const auto norms = run.series("component_norms");
  int count = 0;
  if (!norms.empty())
    for (double x : norms.back()) count += x > level;
  return count;
}

/// The recorded step at which the k-th largest norm, 0-based, is first above a tenth of the target's norm (which is 1), and the relative error there.
struct Departure {
  double step = std::numeric_limits<double>::quiet_NaN(), error = step;
};
Departure departure(const Record& run, std::size_t k) {
  const auto norms = run.series("component_norms"), errors = run.series("reconstruction_error");
  for (std::size_t i = 0; i < norms.size() && i < errors.size(); ++i)
    if (k < norms[i].size() && norms[i][k] > 0.1) return {static_cast<double>(run.frames[i].step), errors[i][0]};
  return {};
}

Verdict cp_holds(std::span<const Record> runs) {
  if (runs.empty() || runs[0].frames.empty()) return {false, "needs a run"};
  const Record& run = runs[0];
  Departure d[4];
  for (std::size_t k = 0; k < 4; ++k) d[k] = departure(run, k);
  const auto norms = run.series("component_norms");
  const double first = norms[0][0], error = run.last("reconstruction_error"), rank = run.last("effective_rank_1_2"), fifth = norms.back()[4];
  const auto target = run.series("effective_rank_1_2", Part::Target);
  if (target.empty()) return {false, "needs the target's effective rank"};
  const bool holds = first < 1e-3 && d[0].step > 300 && d[3].step > 1.2 * d[0].step && error < 0.05 && fifth < 0.05 && std::abs(rank / target.back()[0] - 1) < 0.1;
  return {holds, text("norms of at most %.1e begin; the four largest pass 0.1 at steps %.0f %.0f %.0f %.0f, where the relative error is %.2f %.2f %.2f %.2f; it ends at %.2g, the fifth norm at %.3f; effective rank of {1,2} %.3f, the target's %.3f",
                      first, d[0].step, d[1].step, d[2].step, d[3].step, d[0].error, d[1].error, d[2].error, d[3].error, error, fifth, rank, target.back()[0])};
}

Verdict scale_holds(std::span<const Record> runs) {
  const Record* all[] = {find(runs, "s = 0.03"), find(runs, "s = 0.1"), find(runs, "s = 0.3")};
  if (!all_there(all)) return {false, "needs all three scales"};
  double e[3], loss[3];
  int parts[3];
  for (int i = 0; i < 3; ++i) e[i] = all[i]->last("reconstruction_error"), loss[i] = all[i]->last("loss"), parts[i] = components_above(*all[i], 0.01);
  const bool holds = e[0] < 0.05 && e[1] > 2 * e[0] && e[2] > 3 * e[1] && loss[2] < 0.01 && parts[0] <= 6 && parts[1] > parts[0] && parts[2] > parts[1] + 3;
  return {holds, text("relative error %.2g, %.2g, %.2g at training loss %.1e, %.1e, %.1e, with %d, %d, %d norms above 0.01 of the twenty largest, from s = 0.03, 0.1, 0.3", e[0], e[1], e[2],
                      loss[0], loss[1], loss[2], parts[0], parts[1], parts[2])};
}

Verdict order3_holds(std::span<const Record> runs) {
  if (runs.empty() || runs[0].frames.empty()) return {false, "needs a run"};
  const double error = runs[0].last("reconstruction_error"), rank = runs[0].last("effective_rank_1");
  const auto target = runs[0].series("effective_rank_1", Part::Target);
  if (target.empty()) return {false, "needs the target's effective rank"};
  const bool holds = error < 0.01 && std::abs(rank / target.back()[0] - 1) < 0.02;
  return {holds, text("relative error %.2g; effective rank of {1} %.3f, the target's %.3f", error, rank, target.back()[0])};
}

Verdict shadow_holds(std::span<const Record> runs) {
  const Record *near = find(runs, "s = 0.02"), *far = find(runs, "s = 0.2");
  if (!all_there({near, far})) return {false, "needs both scales"};
  const auto worst = [](const Record& run) {  // while the run is a single component, from its first half on
    const auto norms = run.series("component_norms"), distance = run.series("shadow_distance");
    double most = 0;
    for (std::size_t i = 0; i < norms.size() && i < distance.size(); ++i) most = std::max(most, distance[i][0]);
    return most;
  };
  const double a = worst(*near), b = worst(*far), norm = near->last("fro_norm"), lead = near->last("predicted_lead"), error = near->last("reconstruction_error");
  const bool holds = a < 0.1 && b > 2 * a && norm > 0.9 && std::abs(lead - 1) < 1e-12 && error < 0.1;
  return {holds, text("at most %.3f from the shadow on the way from s = 0.02, %.3f from s = 0.2; W ends with norm %.3f, relative error %.2g, and the predicted component leads", a, b, norm, error)};
}

Verdict golden_holds(std::span<const Record> runs) {
  const Record *small = find(runs, "s = 0.005"), *large = find(runs, "s = 0.05");
  if (!all_there({small, large})) return {false, "needs s = 0.005 and 0.05"};
  const double e = small->last("reconstruction_error"), f = large->last("reconstruction_error");
  const int a = components_above(*small, 0.01), b = components_above(*large, 0.01);
  Departure d[3];
  for (std::size_t k = 0; k < 3; ++k) d[k] = departure(*small, k);
  const bool holds = e < 0.3 && d[2].step > 1.2 * d[0].step && a <= 6 && b > a && large->last("loss") < 1e-6;
  return {holds, text("from s = 0.005: relative error %.2g with %d norms above 0.01, the first three past 0.1 at steps %.0f %.0f %.0f, where the error is %.2f %.2f %.2f; from s = 0.05: %.2g with %d norms", e, a,
                      d[0].step, d[1].step, d[2].step, d[0].error, d[1].error, d[2].error, f, b)};
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
  cp.claim = "From norms below 0.001 the four largest pass 0.1 one after another, the fifth ends below 0.05; the relative error ends below 0.05 and the effective rank of {1,2} within 10 % of the target's.";
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
  scale.sentence = "The same tensor from three initial scales. All fit what is observed; only the small start finds few components, and the truth.";
  scale.claim = "From s = 0.03, 0.1, 0.3 the relative error grows more than twice and then more than three times, and more norms end above 0.01, while the largest start fits the observed entries to a loss below 0.01.";
  scale.record = {"component_norms", "reconstruction_error", "loss"};
  scale.shown = {"component_norms", "reconstruction_error", "loss", "components", "completed", "target"};
  scale.steps = 5000;
  scale.runs = {{"s = 0.03", {}}, {"s = 0.1", {{"init_scale", 0.1}}}, {"s = 0.3", {{"init_scale", 0.3}, {"step_size", 0.2}}}};
  scale.holds = scale_holds;
  scale.control = {};

  Study cube = cp;
  cube.key = "cp-order3";
  cube.title = "A cube, completed";
  cube.sentence = "Half of a 12 x 12 x 12 cube of three components is observed. Turn it, cut it, and watch the missing cells appear.";
  cube.claim = "The relative error ends below 0.01 and the effective rank of {1} within 2 % of the target's.";
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
  shadow.claim = "From s = 0.02 the tensor is never further than 0.1 from its rank-one shadow, and from s = 0.2 more than twice as far; the component that was predicted to depart first leads, and the target is found.";
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
  golden.claim = "From s = 0.005 components depart apart and at most six norms end above 0.01; from s = 0.05 more of them do, at a training loss below a millionth.";
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
