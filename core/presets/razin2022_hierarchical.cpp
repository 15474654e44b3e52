// Razin, Maman and Cohen, Implicit Regularization in Hierarchical Tensor Factorization and Deep Convolutional Neural Networks (2022): the local
// components of a mode tree depart one after another, so the matricizations that the tree has become low rank, and others do not.
#include <algorithm>
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

using Words = std::vector<std::int64_t>;
constexpr const char *kRoot = "local_component_norms_1_2_3_4", *kPair = "local_component_norms_1_2";

/// How many of the values are more than a twentieth of the largest.
int departed(const std::vector<double>& values) {
  const double most = *std::max_element(values.begin(), values.end());
  return static_cast<int>(std::count_if(values.begin(), values.end(), [&](double x) { return x > 0.05 * most; }));
}

/// The recorded step at which the k-th largest value first reaches 30 % of where it ends; -1: it is not recorded.
std::int64_t reached(const Record& run, const std::string& key, std::size_t k, Part part = Part::Measured) {
  const auto values = run.series(key, part);
  for (std::size_t i = 0; i < values.size() && i < run.frames.size(); ++i)
    if (values[i].size() > k && values[i][k] >= 0.3 * values.back()[k]) return run.frames[i].step;
  return -1;
}

struct Ends {
  double pair = 0, target = 0, foreign = 0, error = 0;  ///< effective ranks of {1,2}, of the truth's {1,2}, of {1,3}; relative error
  int root = 0;                                         ///< local components at the root
  std::int64_t first = -1, second = -1, pair_first = -1, pair_third = -1;  ///< departures at the root and, where they are recorded, at {1,2}

  bool in_order() const { return first > 0 && first < second && (pair_first < 0 || (pair_first > 0 && pair_first < pair_third)); }
  bool low_rank() const { return std::abs(pair - target) < 0.2 * target && foreign > 2 * pair; }
  std::string words() const {
    return text("relative error %.3g; effective rank of {1,2} %.2f (the target's %.2f), of {1,3} %.1f; %d local components at the root, the first two at step %lld and %lld", error, pair, target,
                foreign, root, static_cast<long long>(first), static_cast<long long>(second)) +
           (pair_first < 0 ? "" : text("; at {1,2} the first at %lld, the third at %lld", static_cast<long long>(pair_first), static_cast<long long>(pair_third)));
  }
};

bool ends_of(const Record& run, Ends& out) {
  const auto root = run.series(kRoot), target = run.series("effective_rank_1_2", Part::Target);
  if (root.empty() || root.back().empty() || target.empty()) return false;
  out = {run.last("effective_rank_1_2"), target[0][0], run.last("effective_rank_1_3"), run.last("reconstruction_error"), departed(root.back()), reached(run, kRoot, 0), reached(run, kRoot, 1),
         reached(run, kPair, 0), reached(run, kPair, 2)};
  return true;
}

Verdict regimes_hold(std::span<const Record> runs) {
  const Record *small = find(runs, "small start"), *large = find(runs, "large start");
  Ends s, l;
  if (!small || !large || !ends_of(*small, s) || !ends_of(*large, l)) return {false, "needs the runs from a small and a large start"};
  const bool holds = s.error < 0.15 && s.low_rank() && s.root <= 5 && s.in_order() && l.root > 7;
  return {holds, "small start: " + s.words() + ". Large start: " + text("%d local components at the root", l.root)};
}

Verdict golden_holds(std::span<const Record> runs) {
  Ends e;
  if (runs.empty() || !ends_of(runs[0], e)) return {false, "needs its run"};
  return {e.error < 0.15 && e.low_rank() && e.root <= 5 && e.in_order(), e.words()};
}

Verdict full_holds(std::span<const Record> runs) {
  Ends e;
  if (runs.empty() || !ends_of(runs[0], e)) return {false, "needs its run"};
  const Verdict golden = golden_holds(runs);
  return {golden.holds && e.first > 20000, golden.text};
}

Verdict pattern_holds(std::span<const Record> runs) {
  const Record *adjacent = find(runs, "adjacent"), *half = find(runs, "half");
  if (!adjacent || !half || adjacent->frames.empty() || half->frames.empty()) return {false, "needs the runs with both trees"};
  const auto rank = [](const Record& r, const char* modes) { return r.last(std::string("effective_rank_") + modes); };
  const double a12 = rank(*adjacent, "1_2"), a13 = rank(*adjacent, "1_3"), h12 = rank(*half, "1_2"), h13 = rank(*half, "1_3");
  const double ea = adjacent->last("unseen_share"), eh = half->last("unseen_share");
  const bool holds = a12 < 0.6 * a13 && h13 < 0.6 * h12 && ea < 0.05 && eh > 0.2;
  return {holds, text("effective rank of {1,2} and {1,3}: %.2f and %.2f with the adjacent tree, %.2f and %.2f with the half tree; unseen error %.3g and %.3g", a12, a13, h12, h13, ea, eh)};
}

Verdict models_hold(std::span<const Record> runs) {
  const char* lines[] = {"singular_values", "component_norms", kRoot};
  std::string words;
  bool holds = runs.size() == 3;
  for (std::size_t k = 0; k < runs.size() && k < 3; ++k) {
    const auto values = runs[k].series(lines[k]), theory = runs[k].series(lines[k], Part::Theory);
    if (values.empty() || theory.empty()) return {false, "needs the runs of three models"};
    const int few = departed(values.back());
    const auto first = reached(runs[k], lines[k], 0), second = reached(runs[k], lines[k], 1);
    const double off = std::abs(theory.back()[0] / values.back()[0] - 1), unseen = runs[k].last("unseen_share");
    holds = holds && few >= 2 && few <= 5 && first > 0 && first < second && unseen < 0.3 && off < 0.05;
    words += (words.empty() ? "" : "; ") + runs[k].variant +
             text(": %d depart, the first two at step %lld and %lld, unseen error %.2g, the equation ends %.1f %% off", few, static_cast<long long>(first), static_cast<long long>(second), unseen, 100 * off);
  }
  return {holds, words};
}

}  // namespace

std::vector<Study> razin2022_hierarchical() {
  Study htf;
  htf.key = "htf";
  htf.system = "hierarchical";
  htf.group = "Tensors 3: hierarchical factorization";
  htf.title = "A tree of small joins, and low rank where it has branches";
  htf.sentence = "Half of a tensor's entries are hidden. At every node of the tree local components switch on one after another, and the rank that falls is that of the tree's own branches.";
  htf.cite = "Razin, Maman and Cohen, Implicit Regularization in Hierarchical Tensor Factorization and Deep Convolutional Neural Networks, 2022 (arXiv 2201.11729)";
  htf.claim = "From a small start at most five local components of the root depart, one after another; the effective rank of {1,2} ends within a fifth of the target's and below half of "
              "that of {1,3}, which the tree does not have. From a large start more than seven are there.";
  htf.settings = {{"sizes", Words{6, 6, 6, 6}}, {"target_form", std::string("hierarchical")}, {"target_rank", std::int64_t{5}}, {"target_norm", 36.0}, {"observed", 0.5}, {"widths", Words{12}},
                  {"init", std::string("balanced")}, {"init_scale", 0.1}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-2}};
  htf.steps = 10000;
  htf.every = 20;
  htf.record = {kRoot, "effective_rank_1_2", "effective_rank_1_3", "unseen_share", "reconstruction_error", "loss"};
  htf.shown = {"mode_tree", kRoot, "effective_rank_1_2", "effective_rank_1_3", "unseen_share", "loss"};  // what every tree has: its leaves may be dragged
  htf.runs = {{"small start", {}}, {"large start", {{"init_scale", 1.0}}}};
  htf.holds = regimes_hold;

  Study golden = htf;
  golden.key = "htf-golden";
  golden.title = "The paper's experiment, narrower";
  golden.sentence = "A tensor of order 4 with 8 entries a mode, half of them seen: a plateau, then the departures, root and branch in step.";
  golden.cite = htf.cite + ", hierarchical figure; here with widths 24 instead of 512 and a start of 0.05 instead of 0.01, so that the plateau is short";
  golden.claim = "The effective rank of {1,2} ends within a fifth of the target's and below half of that of {1,3}; at most five local components of the root depart, one after another.";
  golden.settings = {{"sizes", Words{8, 8, 8, 8}}, {"target_form", std::string("hierarchical")}, {"target_rank", std::int64_t{5}}, {"target_norm", 64.0}, {"observed", 0.5}, {"widths", Words{24}},
                     {"init", std::string("gaussian")}, {"init_scale", 0.05}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-2}};
  golden.steps = 20000;
  golden.record.push_back(kPair);
  golden.shown = {kRoot, kPair, "effective_rank_1_2", "effective_rank_1_3", "reconstruction_error", "loss"};
  golden.runs = {{"widths 24", {}}};
  golden.holds = golden_holds;
  golden.control = {{"init_scale", 1.0}};

  Study full = golden;
  full.key = "htf-golden-full";
  full.title = "The paper's experiment, at width 128";
  full.sentence = "The same from the paper's own start of 0.01: nothing seems to happen for tens of thousands of steps, then everything does.";
  full.cite = htf.cite + ", hierarchical figure; here with widths 128 instead of 512";
  full.claim = "No local component of the root departs before step 20 000. " + golden.claim;
  full.settings["widths"] = Words{128};
  full.settings["init_scale"] = 0.01;
  full.steps = 100000;
  full.every = 100;
  full.runs = {{"widths 128", {}}};
  full.holds = full_holds;
  full.takes_long = true;

  Study pattern = htf;
  pattern.key = "tree-pattern";
  pattern.title = "Which modes are joined first decides what is simple";
  pattern.sentence = "The same entries of the same tensor, two trees: each makes its own branches low rank, and only the one that fits the target finds it.";
  pattern.claim = "With the adjacent tree {1,2} ends at less than 0.6 of the effective rank of {1,3}, with the half tree it is the other way round; the unseen error is below 0.05 and above 0.2.";
  pattern.settings["target_rank"] = std::int64_t{3};
  pattern.settings["observed"] = 0.3;
  pattern.record = {"effective_rank_1_2", "effective_rank_1_3", kRoot, "unseen_share", "loss"};
  pattern.shown = {"mode_tree", "effective_rank_1_2", "effective_rank_1_3", "unseen_share", kRoot};
  pattern.runs = {{"adjacent", {{"tree", std::string("adjacent")}}}, {"half", {{"tree", std::string("half")}}}};
  pattern.holds = pattern_holds;

  Study models = htf;
  models.key = "three-models";
  models.system = "deep_matrix";
  models.title = "Matrix, sum and tree: one equation";
  models.sentence = "Three factorizations from small starts on the same axes: what departs are singular values, components, local components, each with an exponent of its own.";
  models.cite = "Arora, Cohen, Hu and Luo 2019 (arXiv 1905.13655); Razin, Maman and Cohen 2021 (arXiv 2102.09972) and 2022 (arXiv 2201.11729)";
  models.claim = "In each, two to five lines depart one after another, the unseen error ends below 0.3 of knowing nothing, and the equation's leading line ends within 5 % of the run's.";
  models.settings = {{"rows", std::int64_t{36}}, {"cols", std::int64_t{36}}, {"rank", std::int64_t{3}}, {"observed", 0.5}, {"depth", std::int64_t{3}}, {"init", std::string("balanced")},
                     {"alpha", 1e-3}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 2e-2}};
  Settings sum = {{"sizes", Words{6, 6, 6, 6}}, {"target_form", std::string("cp")}, {"target_rank", std::int64_t{3}}, {"target_norm", 36.0}, {"observed", 0.5}, {"components", std::int64_t{40}},
                  {"init", std::string("balanced")}, {"init_scale", 0.1}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 2e-2}};
  Settings tree = htf.settings;
  tree["step_size"] = 2e-2;
  models.steps = 6000;
  models.record = {"singular_values", "component_norms", kRoot, "unseen_share", "loss"};
  models.shown = {"singular_values", "component_norms", kRoot, "unseen_share", "loss"};
  models.runs = {{"matrix, σ^(4/3)", {}}, {"sum, σ^(3/2)", sum, "cp"}, {"tree, σ^(4/3)", tree, "hierarchical"}};
  models.holds = models_hold;
  models.control = {{"observed", 0.03}};

  return {htf, golden, full, pattern, models};
}

}  // namespace rankscope
