// Chapter 4 of the notes' companion: the end-to-end dynamics know the depth, not the widths.
#include <algorithm>
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

Verdict width_holds(std::span<const Record> runs) {
  const Record *full = find(runs, "width 6"), *twice = find(runs, "width 12"), *wide = find(runs, "width 40");
  if (!all_there({full, twice, wide})) return {false, "needs all three widths"};
  double apart = 0;
  const auto one = full->series("singular_values");
  for (const Record* r : {twice, wide}) {
    const auto other = r->series("singular_values");
    if (one.empty() || other.size() != one.size()) return {false, "needs the spectra of all frames"};
    for (std::size_t i = 0; i < one.size(); ++i)
      for (std::size_t k = 0; k < one[i].size(); ++k) apart = std::max(apart, std::abs(other[i][k] - one[i][k]));
  }
  const double learned = one.back()[0] - one.front()[0];
  return {apart < 1e-9 && learned > 1, text("singular values of W at width 6, 12 and 40 differ by at most %.2g over the whole run, in which the largest grew by %.2f", apart, learned)};
}

}  // namespace

std::vector<Study> notes4_width() {
  Study width;
  width.key = "width";
  width.system = "linear_network";
  width.group = "Notes 4: end-to-end dynamics";
  width.title = "Width does not matter";
  width.sentence = "From one balanced start, hidden layers of 6, 12 and 40 give the very same W at every step: only depth enters its equation.";
  width.cite = "Arora, Cohen and Hazan 2018 (arXiv 1802.06509); Cohen and Razin, Lecture Notes on Linear Neural Networks, 2024 (arXiv 2408.13767)";
  width.claim = "Three hidden widths, one balanced start: the singular values of W agree to 1e-9 at every recorded step.";
  width.settings = {{"depth", std::int64_t{3}}, {"init", std::string("balanced")}, {"alpha", 0.1}, {"rows", std::int64_t{6}}, {"cols", std::int64_t{6}}, {"rank", std::int64_t{2}},
                    {"observed", 0.6}, {"normalisation", std::string("half_sum")}, {"step_size", 0.01}};
  width.seed = 1;
  width.steps = 1500;
  width.every = 5;
  width.record = {"singular_values", "loss", "effective_rank", "unbalancedness"};
  width.shown = {"singular_values", "loss", "effective_rank", "end_to_end"};
  for (const std::int64_t d : {6, 12, 40}) width.runs.push_back({"width " + std::to_string(d), {{"width", d}}});
  width.holds = width_holds;
  width.control = {{"init", std::string("gaussian")}};
  return {width};
}

}  // namespace rankscope
