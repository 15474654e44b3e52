// Razin, Maman and Cohen, Implicit Regularization in Hierarchical Tensor Factorization and Deep Convolutional Neural Networks (2022): the local
// components of a mode tree depart one after another, so the matricizations that the tree has become low rank, and others do not.
#include <algorithm>
#include <cmath>
#include <limits>

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

/// The most that the equation is off its line in any frame, as a share of the largest value of all; infinity: there is none.
double theory_off(const Record& run, const std::string& key) {
  const auto values = run.series(key), theory = run.series(key, Part::Theory);
  double off = 0, most = 0;
  for (std::size_t i = 0; i < values.size() && i < theory.size(); ++i)
    for (std::size_t k = 0; k < values[i].size(); ++k) {
      most = std::max(most, values[i][k]);
      if (k < theory[i].size() && !std::isnan(theory[i][k])) off = std::max(off, std::abs(theory[i][k] - values[i][k]));
    }
  return theory.empty() || !(most > 0) ? std::numeric_limits<double>::infinity() : off / most;
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
  const double off = theory_off(*small, kRoot);
  const bool holds = s.error < 0.15 && s.low_rank() && s.root <= 5 && s.in_order() && off < 0.1 && l.root > 7;
  return {holds, "small start: " + s.words() + text("; the equation is at most %.1f %% off", 100 * off) + ". Large start: " + text("%d local components at the root", l.root)};
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
    const double off = theory_off(runs[k], lines[k]), unseen = runs[k].last("unseen_share");
    holds = holds && few >= 2 && few <= 5 && first > 0 && first < second && unseen < 0.3 && off < 0.1;
    words += (words.empty() ? "" : "; ") + runs[k].variant +
             text(": %d depart, the first two at step %lld and %lld, unseen error %.2g, the equation is at most %.1f %% off", few, static_cast<long long>(first), static_cast<long long>(second), unseen, 100 * off);
  }
  return {holds, words};
}

/// One of the figure's three runs at its end: how many lines are left and when the leading ones departed, what they are next to the target's, where that has them.
struct Departures {
  int few = 0;
  bool in_order = true;
  double off = 0;  ///< the leading lines from the ghost lines, the most, as a share; 0 where the target has none
  std::string steps, ends;
};
Departures departures(const Record& run, const std::string& key, std::size_t leading) {
  Departures out;
  const auto values = run.series(key), target = run.series(key, Part::Target);
  if (values.empty() || values.back().size() < leading) return out;
  out.few = departed(values.back());
  std::int64_t last = 0;
  for (std::size_t k = 0; k < leading; ++k) {
    const std::int64_t at = reached(run, key, k);
    out.in_order = out.in_order && at > last;
    last = at;
    out.steps += text(" %lld", static_cast<long long>(at)), out.ends += text(" %.1f", values.back()[k]);
    if (!target.empty() && target.back().size() > k) out.off = std::max(out.off, std::abs(values.back()[k] / target.back()[k] - 1));
  }
  return out;
}

/// The published lines, read off a figure [F].
constexpr const char* kFigure[] = {"read off the paper's figure: 36.5 32 28 23 20 at 0 1150 2350 3000 4450", "37.3 36.3 24.2 21.8 17.5 at 0 1250 2300 4750 6050",
                                   "9.5 4.8 2.5 1.5 0.85 at 10200 13200 16000 19800 30000"};

Verdict figure_holds(std::span<const Record> runs) {
  const char *lines[] = {"singular_values", "component_norms", kRoot}, *ranks[] = {"effective_rank", "effective_rank_1", "effective_rank_1_2"};
  const std::size_t leading[] = {5, 4, 2};
  if (runs.size() != 3) return {false, "needs the runs of three models"};
  std::string words;
  bool holds = true;
  for (std::size_t k = 0; k < 3; ++k) {
    const Departures d = departures(runs[k], lines[k], leading[k]);
    const auto target = runs[k].series(ranks[k], Part::Target);
    if (d.few == 0 || target.empty()) return {false, "needs the lines and effective ranks of three models"};
    const double rank = runs[k].last(ranks[k]), unseen = runs[k].last("unseen_share");
    holds = holds && d.few <= 6 && d.in_order && d.off < 0.05 && std::abs(rank / target.back()[0] - 1) < 0.05 && unseen < 0.01;
    words += (words.empty() ? "" : "; ") + runs[k].variant + ": ends" + d.ends + " at" + d.steps + " (" + kFigure[k] + text("), %d lines left, ", d.few) +
             (d.off > 0 ? text("%.2g %% off the target's, ", 100 * d.off) : "") + text("effective rank %.3f of %.3f, unseen error %.2g", rank, target.back()[0], unseen);
  }
  const double foreign = runs[2].last("effective_rank_1_3");
  holds = holds && foreign > 2 * runs[2].last("effective_rank_1_2");
  return {holds, words + text("; effective rank of {1,3} %.1f", foreign)};
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
              "that of {1,3}, which the tree does not have; the relative error ends below 0.15. The equation is never further from the root's lines than a tenth of the largest value. From a large start more than seven are there.";
  htf.settings = {{"sizes", Words{6, 6, 6, 6}}, {"target_form", std::string("hierarchical")}, {"target_rank", std::int64_t{5}}, {"target_norm", 36.0}, {"observed", 0.5}, {"widths", Words{12}},
                  {"init", std::string("balanced")}, {"init_scale", 0.1}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-3}};  // of larger steps a departure takes few, and is no flow
  htf.steps = 45000;
  htf.every = 50;
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
  golden.every = 20;
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
  pattern.settings["step_size"] = 1e-2;
  pattern.steps = 10000;
  pattern.every = 20;
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
  models.claim = "In each, two to five lines depart one after another, the unseen error ends below 0.3 of knowing nothing, and the equation is never further from its lines than a tenth of the largest value.";
  models.settings = {{"rows", std::int64_t{36}}, {"cols", std::int64_t{36}}, {"rank", std::int64_t{3}}, {"observed", 0.5}, {"depth", std::int64_t{3}}, {"init", std::string("balanced")},
                     {"alpha", 1e-3}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-3}};
  Settings sum = {{"sizes", Words{6, 6, 6, 6}}, {"target_form", std::string("cp")}, {"target_rank", std::int64_t{3}}, {"target_norm", 36.0}, {"observed", 0.5}, {"components", std::int64_t{40}},
                  {"init", std::string("balanced")}, {"init_scale", 0.1}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-3}};
  const Settings tree = htf.settings;
  models.steps = 30000;
  models.record = {"singular_values", "component_norms", kRoot, "unseen_share", "loss"};
  models.shown = {"singular_values", "component_norms", kRoot, "unseen_share", "loss"};
  models.runs = {{"matrix, σ⁴/³", {}}, {"sum, σ³/²", sum, "cp"}, {"tree, σ⁴/³", tree, "hierarchical"}};
  models.holds = models_hold;
  models.control = {{"observed", 0.03}};

  Study figure = models;
  figure.key = "three-models-full";
  figure.title = "The paper's three models, at its sizes";
  figure.sentence = "4096 entries three times, half of them seen: as a matrix, as a cube, as a tensor of order 4. Factorizations of the paper's own widths, from its own starts. Minutes of work.";
  figure.cite = models.cite + "; sizes, starts and optimizer of the 2022 paper's figure of three models, as far as its code has them";
  figure.claim = "In each at most six lines are left, and the leading ones depart one after another: five singular values and four components, which end within 5 % of the target's own, and two local components. The "
                 "effective rank, of {1} in the sum and {1,2} in the tree, ends within 5 % of the target's, and the unseen error below 0.01. That of {1,3}, which the tree does not have, is more than twice that of {1,2}.";
  figure.settings = {{"rows", std::int64_t{64}}, {"cols", std::int64_t{64}}, {"rank", std::int64_t{5}}, {"observed", 0.5}, {"depth", std::int64_t{3}}, {"init", std::string("gaussian")},
                     {"alpha", 5.12e-7}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-2}};  // alpha: layers of N(0, (1e-3)^2)
  const Settings cube = {{"sizes", Words{16, 16, 16}}, {"target_form", std::string("cp")}, {"target_rank", std::int64_t{5}}, {"target_norm", 64.0}, {"observed", 0.5},
                         {"components", std::int64_t{256}}, {"init_scale", 1e-3}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-2}};
  Settings wide = golden.settings;
  wide["widths"] = Words{512};
  wide["init_scale"] = 1e-2;
  figure.seed = 2;  // whose tree has several local components at the root
  figure.steps = 30000;
  figure.every = 50;
  figure.record = {"singular_values", "component_norms", kRoot, "effective_rank", "effective_rank_1", "effective_rank_1_2", "effective_rank_1_3", "unseen_share", "loss"};
  figure.shown = {"singular_values", "component_norms", kRoot, "unseen_share", "loss"};
  figure.runs = {{"matrix, σ⁴/³", {}}, {"sum, σ³/²", cube, "cp"}, {"tree, σ⁴/³", wide, "hierarchical"}};
  figure.holds = figure_holds;
  figure.takes_long = true;

  return {htf, golden, full, pattern, models, figure};
}

}  // namespace rankscope
