// Chapter 7 of the notes' companion: which of the matrices that fit a deep linear network finds.
#include <algorithm>
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

Verdict sensing_holds(std::span<const Record> runs) {
  const Record* all[] = {find(runs, "depth 1"), find(runs, "depth 2"), find(runs, "depth 3"), find(runs, "depth 4")};
  if (!all_there(all)) return {false, "needs depth 1, 2, 3 and 4"};
  double e[4], rank[4];
  for (int i = 0; i < 4; ++i) e[i] = all[i]->last("reconstruction_error"), rank[i] = all[i]->last("effective_rank");
  const bool holds = e[0] > 0.75 && e[1] > 0.05 && e[1] < 0.4 && e[2] < 0.02 && e[3] < 0.02 && rank[0] > 12 && rank[1] < 5 && std::abs(rank[2] - 2) < 0.15 && std::abs(rank[3] - 2) < 0.15;
  return {holds, text("relative error %.2g, %.2g, %.2g, %.2g and effective rank %.2f, %.2f, %.2f, %.2f at depth 1, 2, 3, 4", e[0], e[1], e[2], e[3], rank[0], rank[1], rank[2], rank[3])};
}

Verdict nuclear_holds(std::span<const Record> runs) {
  const Record *two = find(runs, "depth 2"), *three = find(runs, "depth 3");
  if (!all_there({two, three})) return {false, "needs depth 2 and 3"};
  const auto least = three->series("nuclear_norm", Part::Baseline);
  if (least.empty()) return {false, "needs the certified least nuclear norm"};
  const double lower = least.back()[0], upper = least.back()[1];
  const double n2 = two->last("nuclear_norm"), n3 = three->last("nuclear_norm"), e2 = two->last("reconstruction_error"), e3 = three->last("reconstruction_error");
  const double r2 = two->last("effective_rank"), r3 = three->last("effective_rank");
  const bool holds = upper < 1.01 * lower && n2 > 1.005 * upper && n3 > 1.02 * n2 && r3 < 0.8 * r2 && e3 < 0.1 * e2;
  return {holds, text("the least nuclear norm is between %.2f and %.2f; depth 2 ends at %.2f, depth 3 at %.2f; effective rank %.2f and %.2f, relative error %.2g and %.2g", lower, upper,
                      n2, n3, r2, r3, e2, e3)};
}

constexpr double kScales[] = {1e-1, 1e-2, 1e-4};

std::string commuting_name(int depth, double alpha) { return text("depth %d, α = %g", depth, alpha); }

/// What gradient flow from alpha I ends above the least nuclear norm by: w1 / 2, where both weights fit, w1 + 2 w2 = 2, and have kept
/// 2 w1^(-q) - w2^(-q) = alpha^(-q), q = 1 - 2/N; at N = 2 that is w1 = sqrt(alpha w2).
double commuting_gap(int depth, double alpha) {
  const double q = 1 - 2.0 / depth;
  double low = 0.5, high = 1;  // of w2
  for (int i = 0; i < 60; ++i) {
    const double w2 = 0.5 * (low + high);
    const double w1 = depth == 2 ? std::sqrt(alpha * w2) : std::pow(0.5 * (std::pow(alpha, -q) + std::pow(w2, -q)), -1 / q);
    (w1 + 2 * w2 < 2 ? low : high) = w2;
  }
  return 1 - low;  // w1 / 2
}

Verdict commuting_holds(std::span<const Record> runs) {
  const Record* shallow = find(runs, "depth 1");
  if (!shallow) return {false, "needs depth 1"};
  const double one = shallow->last("nuclear_norm");
  bool holds = std::abs(one - 1.2) < 1e-4;
  std::string said = text("depth 1 ends at %.5f;", one);
  for (const int depth : {2, 3}) {
    double before = 1;
    for (const double alpha : kScales) {
      const Record* run = find(runs, commuting_name(depth, alpha));
      if (!run) return {false, "needs every depth and scale"};
      const auto least = run->series("nuclear_norm", Part::Baseline);
      if (least.empty() || !(least.back()[0] <= 1 + 1e-9 && least.back()[1] >= 1 - 1e-9 && least.back()[1] < 1.02)) return {false, "needs the certified least nuclear norm, 1"};
      const double gap = run->last("nuclear_norm") - 1, predicted = commuting_gap(depth, alpha);
      holds = holds && std::abs(gap / predicted - 1) < 0.15 && gap < before;
      said += text(" depth %d from %g %.3g above the least, %.3g predicted;", depth, alpha, gap, predicted);
      before = gap;
    }
  }
  said.pop_back();
  return {holds, said};
}

Verdict scale_holds(std::span<const Record> runs) {
  const Record* all[] = {find(runs, "α = 1"), find(runs, "α = 0.1"), find(runs, "α = 0.01"), find(runs, "α = 0.001")};
  if (!all_there(all)) return {false, "needs all four scales"};
  double e[4], rank[4];
  for (int i = 0; i < 4; ++i) e[i] = all[i]->last("reconstruction_error"), rank[i] = all[i]->last("effective_rank");
  bool holds = e[3] < 0.02 && rank[3] < 2.15;
  for (int i = 1; i < 4; ++i) holds = holds && e[i] < 0.5 * e[i - 1] && rank[i] < rank[i - 1] - 0.05;
  return {holds, text("relative error %.2g, %.2g, %.2g, %.2g and effective rank %.2f, %.2f, %.2f, %.2f at α = 1, 0.1, 0.01, 0.001", e[0], e[1], e[2], e[3], rank[0], rank[1], rank[2], rank[3])};
}

Variant depth(std::int64_t n) { return {"depth " + std::to_string(n), {{"depth", n}}}; }

}  // namespace

std::vector<Study> notes7_generalisation() {
  using Word = std::string;
  Study sensing;
  sensing.key = "sensing";
  sensing.system = "deep_matrix";
  sensing.group = "Notes 7: implicit bias towards low rank";
  sensing.title = "A matrix from a third of the measurements it has entries";
  sensing.sentence = "130 inner products of a 20 x 20 matrix of rank 2. Depth 1 finds a matrix of full rank that fits, depth 2 comes near, depth 3 and 4 find the one.";
  sensing.cite = "Cohen and Razin, Lecture Notes on Linear Neural Networks, 2024 (arXiv 2408.13767)";
  sensing.claim = "With the same measurements and start, depth 1 ends at a relative error above 0.75 and effective rank above 12, depth 2 below 0.4 and 5, depth 3 and 4 below 0.02 and at 2.";
  sensing.settings = {{"depth", std::int64_t{3}}, {"task", Word("sensing")}, {"rows", std::int64_t{20}}, {"cols", std::int64_t{20}}, {"rank", std::int64_t{2}},
                      {"measurements", std::int64_t{130}}, {"init", Word("balanced")}, {"alpha", 1e-3}, {"optimizer", Word("group_rmsprop")}, {"step_size", 1e-2}, {"epsilon", 1e-4}};
  sensing.steps = 4000;
  sensing.every = 10;
  sensing.record = {"singular_values", "reconstruction_error", "effective_rank", "nuclear_norm", "loss"};
  sensing.shown = {"singular_values", "reconstruction_error", "effective_rank", "nuclear_norm", "loss", "end_to_end", "target"};
  sensing.runs = {depth(3), depth(2), depth(1), depth(4)};
  sensing.holds = sensing_holds;
  sensing.control = {{"alpha", 1.0}};  // no small start, no bias

  Study nuclear = sensing;
  nuclear.key = "nuclear";
  nuclear.title = "Above the least nuclear norm, and better";
  nuclear.sentence = "Few entries of a 30 x 30 matrix of rank 2. The least nuclear norm of all completions is certified; depth 3 ends far above it, at a lower rank, and nearly at the truth.";
  nuclear.claim = "Depth 3 ends at a nuclear norm above depth 2's, and both above the certified least one; its effective rank is lower and its error less than a tenth of depth 2's.";
  nuclear.settings = {{"depth", std::int64_t{3}}, {"rows", std::int64_t{30}}, {"cols", std::int64_t{30}}, {"rank", std::int64_t{2}}, {"observe", Word("fraction")}, {"observed", 0.26},
                      {"init", Word("balanced")}, {"alpha", 1e-3}, {"optimizer", Word("group_rmsprop")}, {"step_size", 1e-2}, {"epsilon", 1e-4}};
  nuclear.steps = 8000;
  nuclear.shown = {"nuclear_norm", "singular_values", "effective_rank", "reconstruction_error", "observed_entries", "completed", "target"};
  nuclear.runs = {depth(3), depth(2)};
  nuclear.holds = nuclear_holds;
  nuclear.of_this_draw = true;  // the larger nuclear norm of depth 3 is that of 7 draws in 9
  nuclear.control = {{"observed", 0.8}};  // with so many all agree on the truth

  Study commuting = sensing;
  commuting.key = "commuting";
  commuting.title = "Where every depth finds the least nuclear norm";
  commuting.sentence = "One measurement, w₁ + 2 w₂ = 2, from α times the identity. As α shrinks, depth 2 and depth 3 alike end at diag(0, 1), the least nuclear norm; depth 1 does not.";
  commuting.claim = "At depth 2 and 3, from α = 0.1, 0.01 and 0.0001, the nuclear norm ends above the least one by what the closed form says, within 15 %, and by less for smaller α; depth 1 ends at 1.2.";
  commuting.settings = {{"depth", std::int64_t{3}}, {"task", Word("sensing")}, {"init", Word("identity")}, {"normalisation", Word("half_sum")}, {"step_size", 1e-2}};
  commuting.inputs = {{"measurements", "commuting"}, {"targets", "commuting_value"}};
  commuting.steps = 2000;
  commuting.record = {"nuclear_norm", "singular_values", "effective_rank", "fro_norm", "loss"};
  commuting.shown = {"nuclear_norm", "singular_values", "effective_rank", "fro_norm", "loss", "end_to_end"};
  commuting.runs = {};
  for (const int n : {3, 2})
    for (const double alpha : kScales) commuting.runs.push_back({commuting_name(n, alpha), {{"depth", std::int64_t{n}}, {"alpha", alpha}}});
  commuting.runs.push_back({"depth 1", {{"depth", std::int64_t{1}}, {"alpha", 1e-6}}});
  commuting.holds = commuting_holds;
  commuting.control = {{"init", Word("gaussian")}};  // which does not commute with the measurement

  Study scale = nuclear;
  scale.of_this_draw = false;
  scale.key = "initial-scale";
  scale.title = "Smaller starts, lower rank";
  scale.sentence = "The same completion from four initial scales at depth 3: each tenth lowers the error and the effective rank.";
  scale.claim = "From α = 1, 0.1, 0.01, 0.001 the relative error at least halves each time and the effective rank falls, to an error below 0.02 and a rank of 2.";
  scale.settings["observed"] = 0.3;
  scale.settings["init"] = Word("gaussian");
  scale.steps = 6000;
  scale.shown = {"singular_values", "reconstruction_error", "effective_rank", "nuclear_norm", "loss", "completed", "target"};
  scale.runs = {};
  for (const double alpha : {1e-3, 1e-2, 1e-1, 1.0}) scale.runs.push_back({text("α = %g", alpha), {{"alpha", alpha}}});
  scale.holds = scale_holds;
  scale.control = {{"depth", std::int64_t{1}}};  // a plain matrix keeps its start where nothing is observed
  return {sensing, nuclear, commuting, scale};
}

}  // namespace rankscope
