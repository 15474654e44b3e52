// Chapter 8 of the notes' companion: a problem that no norm explains (Razin and Cohen 2020).
#include <algorithm>
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

constexpr const char* kNorms[] = {"fro_norm", "nuclear_norm", "schatten_norm"};

/// Largest deviation of |W_11| from the quasi-static curve where the loss is below `level`, relative; 1 where there is nothing to compare.
double off_curve(const Record& run, double level) {
  const auto loss = run.series("loss"), entry = run.series("entry_11"), curve = run.series("entry_11", Part::Theory);
  if (loss.size() != entry.size() || curve.size() != entry.size()) return 1;
  double worst = 0;
  int compared = 0;
  for (std::size_t i = 0; i < loss.size(); ++i)
    if (loss[i][0] < level) worst = std::max(worst, std::abs(entry[i][0] / curve[i][0] - 1)), ++compared;
  return compared > 10 ? worst : 1;
}

Verdict norms_hold(std::span<const Record> runs) {
  const Record* all[] = {find(runs, "depth 3"), find(runs, "depth 4"), find(runs, "depth 5")};
  if (!all_there(all)) return {false, "needs depth 3, 4 and 5"};
  double off = off_curve(*all[0], 0.003), far = 0, rank = 0, growth = 1e300;
  int held = 0, violated = 0;
  for (const Record* r : all) {
    far = std::max(far, off_curve(*r, 0.1)), rank = std::max(rank, r->last("effective_rank"));
    for (const char* key : {"entry_bound", "rank_one_bound"}) {
      const Standing s = standing(*r, key);
      held += s.holds, violated += s.violated;
    }
    for (const char* norm : kNorms) {
      const auto series = r->series(norm), loss = r->series("loss");
      if (series.size() != loss.size() || loss.empty()) return {false, "needs the norms"};
      std::size_t i = 0;
      while (i + 1 < loss.size() && loss[i][0] > 0.1) ++i;
      growth = std::min(growth, series.back()[0] / series[i][0]);
    }
  }
  const bool holds = off < 1e-3 && far < 0.03 && rank < 1.001 && growth > 5 && held > 500 && violated == 0;
  return {holds, text("from loss 0.1 to %.2g every norm grows at least %.1f times, effective rank %.5f at most; |W_11| is within %.2g of the quasi-static curve below loss 0.003 at depth 3 (%.2g below 0.1 at every depth); the "
                      "bounds hold in %d frames and fail in %d",
                      all[0]->last("loss"), growth, rank, off, far, held, violated)};
}

Verdict sign_holds(std::span<const Record> runs) {
  const Record *plus = find(runs, "positive determinant"), *minus = find(runs, "negative determinant");
  if (!all_there({plus, minus})) return {false, "needs both signs"};
  const bool holds = minus->last("loss") < 1e-12 && minus->last("entry_11") < 5 && std::abs(minus->last("determinant") + 1) < 1e-3 && minus->last("effective_rank") > 1.2 &&
                     plus->last("entry_11") > 20 && plus->last("effective_rank") < 1.001;
  return {holds, text("negative: loss %.2g at |W_11| = %.3f, determinant %.4f, effective rank %.2f; positive: loss %.2g at |W_11| = %.1f, effective rank %.5f", minus->last("loss"), minus->last("entry_11"),
                      minus->last("determinant"), minus->last("effective_rank"), plus->last("loss"), plus->last("entry_11"), plus->last("effective_rank"))};
}

Verdict perturbed_holds(std::span<const Record> runs) {
  const Record *plus = find(runs, "positive determinant"), *minus = find(runs, "negative determinant");
  if (!all_there({plus, minus})) return {false, "needs both signs"};
  const bool holds = std::abs(plus->last("entry_11") - 10) < 0.1 && plus->last("loss") < 1e-6 && plus->last("effective_rank") < 1.001 && minus->last("entry_11") < 5 &&
                     minus->last("effective_rank") > 1.2 && minus->last("loss") < 1e-12;
  return {holds, text("with 0.1 in the last entry |W_11| ends at %.3f (1 / 0.1 = 10 at rank one), loss %.2g, effective rank %.5f; with a negative determinant at %.3f, effective rank %.2f", plus->last("entry_11"),
                      plus->last("loss"), plus->last("effective_rank"), minus->last("entry_11"), minus->last("effective_rank"))};
}

Verdict large_holds(std::span<const Record> runs) {
  const Record *plus = find(runs, "positive determinant"), *minus = find(runs, "negative determinant");
  if (!all_there({plus, minus})) return {false, "needs both signs"};
  const auto ranks = plus->series("effective_rank");
  const double highest = ranks.empty() ? 0 : (*std::max_element(ranks.begin(), ranks.end()))[0];
  const bool holds = plus->last("entry_11") > 18 && plus->last("loss") < 2e-3 && plus->last("effective_rank") < 1.8 && highest > 3 && minus->last("loss") < 0.01 * plus->last("loss");
  return {holds, text("5 x 5: |W_11| = %.1f and still growing at loss %.2g, effective rank from %.2f to %.2f; with a negative determinant |W_11| = %.2f at loss %.2g", plus->last("entry_11"), plus->last("loss"), highest,
                      plus->last("effective_rank"), minus->last("entry_11"), minus->last("loss"))};
}

std::vector<Variant> both_signs() {
  return {{"positive determinant", {{"det_sign", std::string("positive")}}}, {"negative determinant", {{"det_sign", std::string("negative")}}}};
}

}  // namespace

std::vector<Study> notes8_norms() {
  Study norms;
  norms.key = "norms";
  norms.system = "linear_network";
  norms.group = "Notes 8: norms cannot explain it";
  norms.title = "Every norm to infinity, the rank to one";
  norms.sentence = "Three entries of a 2 x 2 matrix are seen. As the loss falls the fourth one grows without bound, and with it every norm; the rank falls.";
  norms.cite = "Razin and Cohen, Implicit Regularization in Deep Learning May Not Be Explainable by Norms, 2020 (arXiv 2005.06398)";
  norms.claim = "With a positive determinant |W_11| follows the quasi-static curve, 1/√(2l) for small loss l, at depth 3, 4 and 5; Frobenius, nuclear and Schatten-1/2 norm grow fivefold and more while the "
                "effective rank falls below 1.001.";
  norms.settings = {{"depth", std::int64_t{3}}, {"init", std::string("balanced")}, {"alpha", 1e-2}, {"det_sign", std::string("positive")}, {"observe", std::string("all")},
                    {"normalisation", std::string("half_sum")}, {"optimizer", std::string("flow")}, {"tolerance", 1e-8}};
  norms.inputs = {{"target", "corner"}};
  norms.seed = 2;  // of the two branches, the one on which W_11 is positive
  norms.steps = 6000;
  norms.every = 20;
  norms.record = {"singular_values", "entry_11", "entry_bound", "rank_one_bound", "loss", "effective_rank", "fro_norm", "nuclear_norm", "schatten_norm", "determinant"};
  norms.shown = {"completed", "singular_values", "entry_11", "effective_rank", "entry_bound", "nuclear_norm", "loss"};
  for (const std::int64_t n : {3, 4, 5}) norms.runs.push_back({"depth " + std::to_string(n), {{"depth", n}}});
  norms.holds = norms_hold;
  norms.control = {{"det_sign", std::string("negative")}};

  Study sign = norms;
  sign.key = "norms-wrong-sign";
  sign.title = "The sign of a determinant decides";
  sign.sentence = "Gradient flow cannot change the sign of det W. On the other side of zero the same problem is solved at once, with every norm finite.";
  sign.claim = "With a negative determinant the loss reaches zero at |W_11| below 5, determinant -1 and an effective rank above 1.2; with a positive one |W_11| passes 20 at an effective rank below 1.001.";
  sign.shown = {"completed", "singular_values", "determinant", "entry_11", "effective_rank", "loss"};
  sign.runs = both_signs();
  sign.holds = sign_holds;

  Study perturbed = sign;
  perturbed.key = "norms-perturbed";
  perturbed.title = "A little noise, a large norm";
  perturbed.sentence = "With 0.1 instead of 0 in the last entry a rank-one solution exists, at W_11 = 10: the run goes there and stops.";
  perturbed.claim = "With a positive determinant |W_11| settles within 1 % of 1 / 0.1 at an effective rank below 1.001; with a negative one below 5 at an effective rank above 1.2.";
  std::erase_if(perturbed.record, [](const std::string& key) { return key.ends_with("_bound"); });  // theorems of the plain corner
  perturbed.settings["init"] = std::string("identity");  // W_11 is positive from the start: from the other side the run never finds the solution
  perturbed.inputs = {{"target", "corner_perturbed"}};
  perturbed.holds = perturbed_holds;

  Study large = sign;
  large.key = "norms-large";
  large.title = "The same in five dimensions";
  large.sentence = "Ones on the rest of the diagonal: the corner runs away again, and the effective rank falls although the matrix has rank five.";
  large.claim = "In 5 x 5 with a positive determinant |W_11| passes 18 while the effective rank falls from above 3 to below 1.8; with a negative one the loss is a hundred times lower by then and |W_11| stops.";
  large.record = perturbed.record;
  large.inputs = {{"target", "corner_5"}};
  large.holds = large_holds;
  return {norms, sign, perturbed, large};
}

}  // namespace rankscope
