// Chapter 5 of the notes' companion: the convergence theorem on a run.
#include <algorithm>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

Verdict convergence_holds(std::span<const Record> runs) {
  const Record *one = find(runs, "depth 1"), *two = find(runs, "depth 2"), *three = find(runs, "depth 3");
  if (!all_there({one, two, three})) return {false, "needs the runs of depth 1, 2 and 3"};
  int least = 1 << 30;
  double lowest = 1, excess = 0, bound = 0, margin = 0;
  for (const Record* r : {one, two, three}) {
    least = std::min({least, frames_holding(*r, "convergence_bound"), frames_holding(*r, "margin")});
    const auto sigma = r->series("margin"), c = r->series("margin", Part::Bound), b = r->series("convergence_bound", Part::Bound);
    if (c.empty() || b.empty()) return {false, "needs both theorems' views"};
    for (const auto& s : sigma) lowest = std::min(lowest, s[0] - c[0][0]);
    excess = std::max(excess, r->series("convergence_bound").back()[0]);
    bound = std::max(bound, b.back()[0]);
    margin = c[0][0];
  }
  const bool holds = least >= 10 && margin > 0.1 && lowest >= 0 && bound < 0.2 && excess < 1e-4;
  return {holds, text("margin c = %.3f; in %d frames and more of each depth σ_min stays above it (by %.3f at least) and the excess loss under its bound, ending at %.2g of its start where %.2g is allowed",
                      margin, least, lowest, excess, bound)};
}

}  // namespace

std::vector<Study> notes5_convergence() {
  Study s;
  s.key = "convergence";
  s.system = "end_to_end";
  s.group = "Notes 5: convergence";
  s.title = "A rate that is proved";
  s.sentence = "A start nearer to the target than the target is to losing rank: the loss stays under an exponential, and no singular value falls below the margin.";
  s.cite = "Arora, Cohen, Golowich and Hu 2019 (arXiv 1810.02281), in its form for gradient flow";
  s.claim = "At depth 1, 2 and 3 the excess loss stays under exp(-2N c^(2-2/N) t) and the least singular value above the margin c, in every frame, until it is a ten-thousandth of its start.";
  s.settings = {{"observe", std::string("all")}, {"normalisation", std::string("half_sum")}, {"init", std::string("identity")}, {"alpha", 1.2}, {"tolerance", 1e-8}};
  s.inputs = {{"target", "near"}};
  s.steps = 40;
  s.every = 1;
  s.by_time = true;
  s.record = {"convergence_bound", "margin", "loss", "singular_values"};
  s.shown = {"convergence_bound", "margin", "loss", "singular_values"};
  for (const double n : {3.0, 1.0, 2.0}) s.runs.push_back({text("depth %g", n), {{"depth", n}}});
  s.holds = convergence_holds;
  s.control = {{"alpha", 0.3}};  // no margin: the theorem says nothing, which is not that it holds
  return {s};
}

}  // namespace rankscope
