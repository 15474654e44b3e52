// Chapter 9 of the notes' companion: linear layers where people put them, in a regression on real data and in an autoencoder; what they bring and what they cost.
#include <algorithm>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

// The least mean of |r|^p / p over the samples, by Newton's method.
constexpr double kLeast4 = 0.151629766, kLeast2 = 0.241125785;

/// Steps until all but `share` of what the loss can lose is gone.
double steps_to(const Record& run, double least, double share) {
  const auto loss = run.series("loss");
  return loss.empty() ? std::numeric_limits<double>::quiet_NaN() : first_at_most(run, "loss", least + share * (loss[0][0] - least));
}

Verdict linear_layers_holds(std::span<const Record> runs) {
  const Record *four[] = {find(runs, "p = 4, depth 1"), find(runs, "p = 4, depth 2"), find(runs, "p = 4, depth 3")},
               *two[] = {find(runs, "p = 2, depth 1"), find(runs, "p = 2, depth 2"), find(runs, "p = 2, depth 3")};
  if (!all_there(four) || !all_there(two)) return {false, "needs depth 1, 2 and 3 with p = 4 and p = 2"};
  double a[3], b[3], c[3];
  bool above = true;
  for (int i = 0; i < 3; ++i) {
    a[i] = steps_to(*four[i], kLeast4, 1e-3);
    b[i] = steps_to(*four[i], kLeast4, 1e-4);
    c[i] = steps_to(*two[i], kLeast2, 1e-3);
    above = above && four[i]->last("loss") > kLeast4 - 1e-8 && two[i]->last("loss") > kLeast2 - 1e-8;
  }
  const bool faster = a[1] < 0.5 * a[0] && a[2] < 0.6 * a[0] && b[1] < 0.65 * b[0] && b[2] < 0.75 * b[0], not_faster = c[1] >= c[0] && c[2] > 1.5 * c[0];
  return {faster && not_faster && above, text("p = 4: %.0f, %.0f, %.0f steps at depth 1, 2, 3 until a thousandth of the loss that can be lost is left, %.0f, %.0f, %.0f until a ten-thousandth; "
                                              "p = 2: %.0f, %.0f, %.0f until a thousandth",
                                              a[0], a[1], a[2], b[0], b[1], b[2], c[0], c[1], c[2])};
}

/// The effective rank where the run first had a held-out error of `error`.
double rank_at(const Record& run, double error) {
  const double step = first_at_most(run, "test_mse", error);
  const auto rank = run.series("latent_effective_rank");
  for (std::size_t i = 0; i < rank.size(); ++i)
    if (static_cast<double>(run.frames[i].step) == step) return rank[i][0];
  return std::numeric_limits<double>::quiet_NaN();
}

Verdict autoencoder_holds(std::span<const Record> runs) {
  const Record *none = find(runs, "k = 0"), *two = find(runs, "k = 2"), *four = find(runs, "k = 4");
  if (!all_there({none, two, four})) return {false, "needs k = 0, 2 and 4"};
  const auto rank = [](const Record* r) { return r->last("latent_effective_rank"); };
  const auto error = [](const Record* r) { return r->last("test_mse"); };
  const double same2 = rank_at(*none, error(two)), same4 = rank_at(*none, error(four));
  const bool lower = rank(two) <= 0.7 * rank(none) && rank(four) <= 0.45 * rank(none), not_late = rank(two) <= 0.85 * same2 && rank(four) <= 0.75 * same4,
             better = error(two) < two->last("pca_mse") && error(four) < four->last("pca_mse"), cost = error(two) > 1.7 * error(none) && error(four) > 2.5 * error(none);
  return {lower && not_late && better && cost,
          text("effective rank of the latents %.1f, %.1f, %.1f with 0, 2, 4 linear layers; that of k = 0 at the others' held-out errors %.1f and %.1f; held-out error %.2g, %.2g, %.2g, of as many "
               "principal components %.2g and %.2g",
               rank(none), rank(two), rank(four), same2, same4, error(none), error(two), error(four), two->last("pca_mse"), four->last("pca_mse"))};
}

Variant depth(double p, std::int64_t n, double step_size) {
  return {"p = " + std::string(p == 4 ? "4" : "2") + ", depth " + std::to_string(n), {{"p", p}, {"depth", n}, {"step_size", step_size}}};
}

Variant layers(std::int64_t k) { return {"k = " + std::to_string(k), {{"linear_layers", k}}}; }

}  // namespace

std::vector<Study> notes9_practice() {
  const std::string notes = "Cohen and Razin, Lecture Notes on Linear Neural Networks, 2024 (arXiv 2408.13767)", group = "Notes 9: practice";
  Study regression;
  regression.key = "linear-layers";
  regression.system = "deep_matrix";
  regression.group = group;
  regression.title = "Linear layers in a regression";
  regression.sentence = "How far will a patient's diabetes go in a year? With the fourth power of the error as the loss, one more linear layer halves the steps. With squares it costs some.";
  regression.cite = notes + "; Arora, Cohen and Hazan, On the Optimization of Deep Networks: Implicit Acceleration by Overparameterization, 2018 (arXiv 1802.06509); data: Efron, Hastie, Johnstone "
                            "and Tibshirani, Least Angle Regression, 2004";
  regression.claim = "Each depth at the best step size of a grid of eighths of a decade. p = 4: depth 2 and 3 need at most 0.5 and 0.6 of depth 1's steps until a thousandth of the loss that can be lost is "
                     "left, and 0.65 and 0.75 until a ten-thousandth. p = 2: depth 2 needs no fewer steps than depth 1 until a thousandth, depth 3 at least 1.5 times as many.";
  regression.settings = {{"task", std::string("regression")}, {"loss", std::string("lp")}, {"normalisation", std::string("mean_over_p")}, {"init", std::string("balanced")}, {"alpha", 0.01}};
  regression.inputs = {{"x", "diabetes_x"}, {"y", "diabetes_y"}};
  regression.steps = 700;
  regression.every = 1;
  regression.record = {"loss", "fro_norm"};
  regression.shown = {"loss", "end_to_end", "fro_norm"};
  regression.runs = {depth(4, 1, 0.042), depth(4, 2, 0.075), depth(4, 3, 0.075), depth(2, 1, 0.42), depth(2, 2, 0.237), depth(2, 3, 0.178)};
  regression.holds = linear_layers_holds;

  Study autoencoder;
  autoencoder.key = "autoencoder";
  autoencoder.system = "autoencoder";
  autoencoder.group = group;
  autoencoder.title = "Linear layers in an autoencoder";
  autoencoder.sentence = "Handwritten digits through 32 numbers and back. With two or four linear layers in the middle, the network comes to use half or a third of the directions it has.";
  autoencoder.cite = notes + "; Jing, Zbontar and LeCun, Implicit Rank-Minimizing Autoencoder, 2020 (arXiv 2010.00679); data: Alpaydin and Kaynak, UCI optical digits (CC BY 4.0)";
  autoencoder.claim = "After 60 epochs two linear layers lower the effective rank of the latents to at most 0.7, four to at most 0.45 of what it is without; compared where the held-out errors are equal, to at "
                      "most 0.85 and 0.75. The held-out error is below that of as many principal components, and at least 1.7 and 2.5 times what it is without.";
  autoencoder.inputs = {{"images", "digits"}};
  autoencoder.steps = 1440;  // 60 epochs of 24 batches
  autoencoder.every = 24;
  autoencoder.record = {"latent_spectrum", "latent_effective_rank", "test_mse", "pca_mse", "loss", "latent_rank"};
  autoencoder.shown = {"reconstructions", "latent_spectrum", "latent_effective_rank", "test_mse", "pca_mse", "latent_rank"};
  autoencoder.runs = {layers(2), layers(4), layers(0)};
  autoencoder.holds = autoencoder_holds;
  autoencoder.control = {{"linear_scale", 2.0}};  // from a large start the rank falls far less
  return {regression, autoencoder};
}

}  // namespace rankscope
