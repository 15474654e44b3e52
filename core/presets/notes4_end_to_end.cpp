// Chapter 4 of the notes' companion: the equation of the end-to-end matrix, and depth as a number.
#include <algorithm>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

Verdict end_to_end_holds(std::span<const Record> runs) {
  const Record *two = find(runs, "depth 2"), *three = find(runs, "depth 3"), *four = find(runs, "depth 4");
  if (!all_there({two, three, four})) return {false, "needs the runs of depth 2, 3 and 4"};
  int least = 1 << 30;
  double farthest = 0, allowed = 0, fitted = 0;
  for (const Record* r : {two, three, four}) {
    least = std::min({least, frames_holding(*r, "factor_distance"), frames_holding(*r, "loss_never_increases")});
    for (const auto& d : r->series("factor_distance")) farthest = std::max(farthest, d[0]);
    for (const auto& d : r->series("factor_distance", Part::Bound)) allowed = std::max(allowed, d[0]);
    fitted = std::max(fitted, r->last("loss") / r->series("loss").front()[0]);
  }
  const bool holds = least >= 10 && allowed < 1e-2 && farthest < 1e-4 && fitted < 1e-3;
  return {holds, text("the layers' product and the end-to-end flow differ by %.2g of |W| at most, %.2g is allowed; the loss never rises and ends below %.2g of its start; least frames that hold: %d",
                      farthest, allowed, fitted, least)};
}

Verdict real_depth_holds(std::span<const Record> runs) {
  constexpr const char* kNames[] = {"depth 1", "depth 1.5", "depth 2", "depth 2.5", "depth 3"};
  double unseen[5], rank[5];
  bool falls = true;
  for (int i = 0; i < 5; ++i) {
    const Record* r = find(runs, kNames[i]);
    if (!all_there({r})) return {false, "needs five depths"};
    unseen[i] = r->last("unseen_share"), rank[i] = r->last("effective_rank");
    falls = falls && (i == 0 || (unseen[i] < 0.9 * unseen[i - 1] && rank[i] < rank[i - 1]));
  }
  const bool holds = falls && unseen[0] > 0.98 && unseen[1] > 0.2 && unseen[1] < 0.6 && unseen[4] < 0.03;
  return {holds, text("unseen error %.3f, %.3f, %.3f, %.4f, %.4f of the variance and effective rank %.2f, %.2f, %.2f, %.2f, %.2f at depth 1, 1.5, 2, 2.5, 3", unseen[0], unseen[1],
                      unseen[2], unseen[3], unseen[4], rank[0], rank[1], rank[2], rank[3], rank[4])};
}

Variant depth(double n) { return {text("depth %g", n), {{"depth", n}}}; }

}  // namespace

std::vector<Study> notes4_end_to_end() {
  Study both;
  both.key = "end-to-end";
  both.system = "end_to_end";
  both.group = "Notes 4: end-to-end dynamics";
  both.title = "The layers' product has an equation of its own";
  both.sentence = "W follows its own equation, the layers follow theirs beside it, from the same balanced start: their product stays W.";
  both.cite = "Arora, Cohen and Hazan 2018 (arXiv 1802.06509); Cohen and Razin 2024 (arXiv 2408.13767)";
  both.claim = "At depth 2, 3 and 4 the product of the layers and the end-to-end flow agree in every frame within what the integrator's tolerance allows, which is below a hundredth, and the loss never rises.";
  both.settings = {{"rows", std::int64_t{5}}, {"cols", std::int64_t{5}}, {"rank", std::int64_t{2}}, {"observed", 0.7}, {"alpha", 0.3}, {"normalisation", std::string("half_sum")},
                   {"factors", true}, {"tolerance", 1e-8}};
  both.seed = 1;
  both.steps = 300;
  both.every = 5;
  both.by_time = true;
  both.record = {"singular_values", "factor_distance", "loss_never_increases", "loss", "singular_value_rates", "preconditioner"};
  both.shown = {"singular_values", "factor_distance", "singular_value_rates", "preconditioner", "loss", "loss_never_increases"};
  both.runs = {depth(3), depth(2), depth(4)};
  both.holds = end_to_end_holds;
  both.control = {{"optimizer", std::string("gd")}, {"step_size", 0.02}};

  Study real = both;
  real.key = "real-depth";
  real.title = "Two and a half layers";
  real.sentence = "In the equation of W depth is a number, and any real one will do. Each half layer more leaves a lower rank and a smaller error where nothing was seen.";
  real.claim = "From depth 1 to 3 each half layer lowers the effective rank, and the unseen error by a tenth and more; depth 1 learns nothing unseen, depth 3 ends below 3 % of the variance.";
  real.settings = {{"rows", std::int64_t{12}}, {"cols", std::int64_t{12}}, {"rank", std::int64_t{2}}, {"observed", 0.6}, {"alpha", 1e-2}, {"normalisation", std::string("half_sum")},
                   {"optimizer", std::string("gd")}, {"step_size", 0.01}};
  real.steps = 4000;
  real.every = 20;
  real.by_time = false;
  real.record = {"singular_values", "unseen_share", "effective_rank", "loss", "nuclear_norm"};
  real.shown = {"singular_values", "unseen_share", "effective_rank", "loss", "nuclear_norm", "end_to_end", "target"};
  real.runs = {depth(2.5), depth(1), depth(1.5), depth(2), depth(3)};
  real.holds = real_depth_holds;
  real.control = {{"alpha", 3.0}};
  return {both, real};
}

}  // namespace rankscope
