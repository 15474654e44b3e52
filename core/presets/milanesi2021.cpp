// Tucker and tensor train, plain and deep (Milanesi, Kadri, Ayache and Artieres 2021; Hariz et al. 2022, 2024).
#include <algorithm>
#include <cmath>
#include <limits>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// The first recorded step at which value r of a spectrum has reached this share of the target's; infinity: never.
double risen(const Record& run, const std::string& key, std::size_t r, double share) {
  const auto spectrum = run.series(key), target = run.series(key, Part::Target);
  if (target.empty() || target[0].size() <= r) return kNever;
  for (std::size_t i = 0; i < spectrum.size(); ++i)
    if (spectrum[i].size() > r && spectrum[i][r] >= share * target[0][r]) return static_cast<double>(run.frames[i].step);
  return kNever;
}

/// In the last frame, value r of a spectrum over the largest; NaN when there is none.
double left_over(const Record& run, const std::string& key, std::size_t r) {
  const auto spectrum = run.series(key);
  return spectrum.empty() || spectrum.back().size() <= r ? std::numeric_limits<double>::quiet_NaN() : spectrum.back()[r] / spectrum.back()[0];
}

Verdict tucker_holds(std::span<const Record> runs) {
  if (runs.empty() || runs[0].frames.empty()) return {false, "needs a run"};
  const Record& run = runs[0];
  double own = 0, raw = 10, fourth = 0;
  bool first = true;  // the first value of every mode is up before the others
  for (const std::string mode : {"1", "2", "3"}) {
    own = std::max(own, std::abs(run.last("hosvd_slices_" + mode) - 3));
    raw = std::min(raw, run.last("live_slices_" + mode));
    const double rest = left_over(run, "singular_values_" + mode, 3);
    fourth = std::isnan(rest) ? 1 : std::max(fourth, rest);
    const double at = risen(run, "singular_values_" + mode, 0, 0.5), second = risen(run, "singular_values_" + mode, 1, 0.5), third = risen(run, "singular_values_" + mode, 2, 0.5);
    first = first && at < std::min(second, third) && std::max(second, third) < kNever;
  }
  const double error = run.last("unseen_share");
  const bool holds = own == 0 && raw >= 8 && fourth < 0.02 && first && error < 2e-3;
  return {holds, text("in its own axes the core keeps 3 slices a mode (off by at most %.0f), the fourth singular values are %.2g of the first; in the axes of the weights at least %.0f of 10 "
                      "slices live; the largest value of each mode is %s; unseen error %.2g", own, fourth, raw, first ? "up before the others" : "not up before the others", error)};
}

double multirank(const Record& run) { return (run.last("effective_rank_1") + run.last("effective_rank_2") + run.last("effective_rank_3")) / 3; }

Verdict deep_tucker_holds(std::span<const Record> runs) {
  const Record *one = find(runs, "depth 1"), *two = find(runs, "depth 2"), *three = find(runs, "depth 3");
  if (!all_there({one, two, three})) return {false, "needs the runs of depth 1, 2 and 3"};
  const double r1 = multirank(*one), r2 = multirank(*two), r3 = multirank(*three);
  const double e1 = one->last("unseen_share"), e2 = two->last("unseen_share"), e3 = three->last("unseen_share");
  const bool holds = r2 < r1 - 0.1 && r3 < r2 - 0.01 && e3 < 0.1 * e1;
  return {holds, text("mean effective rank of the three modes %.3f, %.3f, %.3f at depth 1, 2, 3; unseen error %.2g, %.2g, %.2g", r1, r2, r3, e1, e2, e3)};
}

Verdict tensor_train_holds(std::span<const Record> runs) {
  if (runs.empty() || runs[0].frames.empty()) return {false, "needs a run"};
  const Record& run = runs[0];
  double first = kNever, earliest = kNever, latest = 0, third = 0;
  for (const std::string bond : {"1", "2", "3"}) {
    const std::string key = "bond_singular_values_" + bond;
    const double lit = risen(run, key, 1, 0.5), rest = left_over(run, key, 2);
    first = std::min(first, risen(run, key, 0, 0.5)), earliest = std::min(earliest, lit), latest = std::max(latest, lit);
    third = std::isnan(rest) ? 1 : std::max(third, rest);
  }
  const double error = run.last("unseen_share");
  const bool holds = earliest >= first + 50 && latest >= earliest + 50 && latest < kNever && third < 0.02 && error < 1e-3;
  return {holds, text("the first singular value is half there at step %.0f, the second ones of the three bonds between step %.0f and %.0f; the third ones end at most at %.2g of the first; unseen "
                      "error %.2g", first, earliest, latest, third, error)};
}

struct Grown {
  const char* name;
  int modes, factors;
};
constexpr Grown kGrown[] = {{"3 modes", 3, 1}, {"2 modes", 2, 1}, {"4 modes", 4, 1}, {"3 modes, 2 factors each", 3, 2}};

Verdict growth_holds(std::span<const Record> runs) {
  double worst = 0;
  std::string found;
  for (const Grown& g : kGrown) {
    const Record* run = find(runs, g.name);
    if (!run || run->frames.empty()) return {false, "needs the runs of all four degrees"};
    const double predicted = 2 - 2.0 / (g.modes * g.factors), measured = run->last("growth_exponent");
    worst = std::isnan(measured) ? kNever : std::max(worst, std::abs(measured - predicted));
    found += text("%s%.3f (%.3f)", found.empty() ? "" : ", ", measured, predicted);
  }
  return {worst < 0.03, "measured exponents, the balanced prediction in brackets: " + found};
}

Variant sized(const Grown& g) { return {g.name, {{"sizes", std::vector<std::int64_t>(static_cast<std::size_t>(g.modes), 6)}, {"depth", std::int64_t{g.factors}}}}; }

}  // namespace

std::vector<Study> milanesi2021() {
  const std::string paper = "Milanesi, Kadri, Ayache and Artieres, Implicit Regularization in Deep Tensor Factorization, 2021 (arXiv 2105.01346)";
  const std::string group = "Tensors 4: Tucker and tensor train";
  Study tucker;
  tucker.key = "tucker-slices";
  tucker.system = "tucker";
  tucker.group = group;
  tucker.title = "A core that empties itself";
  tucker.sentence = "A Tucker factorization whose core is as large as the tensor: nothing forbids full rank, and slice after slice of the core fades out. In the right axes.";
  tucker.cite = paper;
  tucker.claim = "In the axes of its own singular vectors the core ends with 3 of 10 slices in every mode, the others below 2 % of the largest, and the largest is up before the other two; in the axes of the "
                 "weights at least 8 of 10 slices stay alive. The unseen entries are found to 0.2 %.";
  tucker.settings = {{"sizes", std::vector<std::int64_t>{10, 10, 10}}, {"target_form", std::string("tucker")}, {"target_rank", std::int64_t{3}}, {"target_norm", 30.0},
                     {"observed", 0.4}, {"alpha", 1e-4}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-2}};
  tucker.steps = 3000;
  tucker.every = 10;
  tucker.record = {"singular_values_1", "singular_values_2", "singular_values_3", "hosvd_slices_1", "hosvd_slices_2", "hosvd_slices_3",
                   "live_slices_1", "live_slices_2", "live_slices_3", "unseen_share", "loss"};
  tucker.shown = {"hosvd_core", "core", "singular_values_1", "mode_tree", "core_slice_norms_1", "unseen_share", "loss"};
  tucker.runs = {{"full core", {}}};
  tucker.holds = tucker_holds;
  tucker.control = {{"alpha", 1.0}};

  Study deep = tucker;
  deep.key = "deep-tucker";
  deep.title = "Deeper factors, lower multirank";
  deep.sentence = "The same tensor with one, two and three matrices a mode, all from a start of the same size: each factor more lowers the effective rank of the modes.";
  deep.cite = "Hariz, Kadri, Ayache, Moakher and Artieres, on deep Tucker factorization, 2024; " + paper;
  deep.claim = "The mean effective rank of the three modes ends lower at depth 2 than at depth 1, by at least 0.1, and lower again at depth 3; the unseen error of depth 3 is less than a tenth of "
               "depth 1's.";
  deep.settings = {{"sizes", std::vector<std::int64_t>{12, 12, 12}}, {"target_form", std::string("tucker")}, {"target_rank", std::int64_t{3}}, {"target_norm", 40.0},
                   {"observed", 0.5}, {"alpha", 0.1}, {"optimizer", std::string("adam")}, {"step_size", 2e-3}};
  deep.record = {"singular_values_1", "effective_rank_1", "effective_rank_2", "effective_rank_3", "unseen_share", "loss"};
  deep.shown = {"singular_values_1", "effective_rank_1", "hosvd_core", "mode_tree", "unseen_share", "loss"};
  deep.runs = {{"depth 1", {{"depth", std::int64_t{1}}}}, {"depth 2", {{"depth", std::int64_t{2}}}}, {"depth 3", {{"depth", std::int64_t{3}}}}};
  deep.holds = deep_tucker_holds;
  deep.control = {};

  Study train = tucker;
  train.key = "tensor-train";
  train.system = "tensor_train";
  train.title = "A train whose bonds light up";
  train.sentence = "A tensor train with full ranks, fitted to a tensor whose three bonds need two dimensions each: the bonds light up one after another.";
  train.claim = "After the first singular value, which all bonds share, the second ones rise, the last bond's at least 50 steps after the first one's; the third ones stay below 2 % of the first, and the "
                "unseen entries are found to 0.1 %.";
  train.settings = {{"sizes", std::vector<std::int64_t>{6, 6, 6, 6}}, {"target_form", std::string("tensor_train")}, {"target_rank", std::int64_t{2}}, {"target_norm", 36.0},
                    {"observed", 0.4}, {"alpha", 1e-5}, {"optimizer", std::string("group_rmsprop")}, {"step_size", 1e-2}};
  train.record = {"bond_singular_values_1", "bond_singular_values_2", "bond_singular_values_3", "bond_effective_rank_1", "bond_effective_rank_2", "bond_effective_rank_3", "unseen_share", "loss"};
  train.shown = {"mode_tree", "bond_singular_values_1", "bond_singular_values_2", "bond_singular_values_3", "completed", "unseen_share", "loss"};
  train.runs = {{"full ranks", {}}};
  train.holds = tensor_train_holds;
  train.control = {{"alpha", 1.0}};

  Study growth;
  growth.key = "growth-power";
  growth.system = "growth";
  growth.group = group;
  growth.title = "The power that a component grows with";
  growth.sentence = "One component of 2, 3 and 4 modes, and of 3 modes with two factors each: the power of its norm that it grows with is measured, and is 2 - 2/D for D factors in all.";
  growth.cite = "Hariz, Kadri, Ayache, Moakher and Artieres, Implicit Regularization with Polynomial Growth in Deep Tensor Factorization, 2022 (arXiv 2207.08942); the exponent is derived here, "
                "from homogeneity";
  growth.claim = "From a balanced start each measured exponent is within 0.03 of 2 - 2/D.";
  growth.settings = {{"initial_norm", 1e-3}, {"tolerance", 1e-10}, {"normalisation", std::string("half_sum")}};
  growth.steps = 300;
  growth.every = 1;
  growth.record = {"growth_exponent", "component_norm", "driving_force", "unbalancedness", "loss"};
  growth.shown = {"growth_exponent", "component_norm", "driving_force", "unbalancedness", "loss"};
  for (const Grown& g : kGrown) growth.runs.push_back(sized(g));
  growth.holds = growth_holds;
  growth.by_time = true;
  growth.control = {{"imbalance", 30.0}};
  return {tucker, deep, train, growth};
}

}  // namespace rankscope
