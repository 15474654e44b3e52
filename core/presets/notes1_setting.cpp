// Chapter 1 of the notes' companion: one function, two parameterisations.
#include <algorithm>
#include <cmath>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

/// How far the path of two weights leaves the straight line from its start to the target w* = (1, -1.5), at most. From scalars, which every record has: |w| and
/// the loss |w - w*|^2 / 2 say how far w has come along w* and, as no path crosses that axis, how far it is beside it.
double bend(const Record& run) {
  const auto norm = run.series("fro_norm"), loss = run.series("loss");
  if (norm.size() < 2 || norm.size() != loss.size()) return std::nan("");
  const double reach = std::sqrt(3.25);
  double along0 = 0, beside0 = 0, most = 0;
  for (std::size_t i = 0; i < norm.size(); ++i) {
    const double square = norm[i][0] * norm[i][0], along = (square - 2 * loss[i][0] + reach * reach) / (2 * reach), beside = std::sqrt(std::max(0.0, square - along * along));
    if (i == 0) along0 = along, beside0 = beside;
    const double x = reach - along0, y = -beside0;
    most = std::max(most, std::abs(x * (beside - beside0) - y * (along - along0)) / std::sqrt(x * x + y * y));
  }
  return most;
}

Verdict two_hold(std::span<const Record> runs) {
  const Record *one = find(runs, "depth 1"), *two = find(runs, "depth 2"), *three = find(runs, "depth 3");
  if (!all_there({one, two, three})) return {false, "needs the runs of depth 1, 2 and 3"};
  double first[3], last[3], bends[3];
  int i = 0;
  for (const Record* r : {one, two, three}) first[i] = r->series("loss").front()[0], last[i] = r->last("loss"), bends[i] = bend(*r), ++i;
  const bool same = first[0] == first[1] && first[1] == first[2] && last[0] < 1e-6 && last[1] < 1e-6 && last[2] < 1e-6;
  const bool holds = same && bends[0] < 1e-6 && bends[1] > 0.15 && bends[2] > bends[1] + 0.05;
  return {holds, text("from the same loss %.4f all end below %.1g; the path leaves the straight line by %.2g, %.3f and %.3f at depth 1, 2 and 3", first[0],
                      std::max({last[0], last[1], last[2]}), bends[0], bends[1], bends[2])};
}

}  // namespace

std::vector<Study> notes1_setting() {
  Study two;
  two.key = "two-parameterisations";
  two.system = "end_to_end";
  two.group = "Notes 1: one function, two parameterisations";
  two.title = "One function, two parameterisations";
  two.sentence = "Two weights, one start, one target. Written as a product of layers, the same linear function takes another way through the same landscape.";
  two.cite = "Cohen and Razin, Lecture Notes on Linear Neural Networks, 2024 (arXiv 2408.13767); Arora, Cohen and Hazan 2018 (arXiv 1802.06509)";
  two.claim = "From one start all depths reach the same minimum; depth 1 goes there straight, depth 2 leaves the line by more than 0.15, depth 3 by more still.";
  two.settings = {{"task", std::string("completion")}, {"observe", std::string("all")}, {"normalisation", std::string("half_sum")}, {"init", std::string("equal")},
                  {"alpha", 0.2}, {"optimizer", std::string("gd")}, {"step_size", 0.02}};
  two.inputs = {{"target", "slope"}};
  two.steps = 500;
  two.every = 5;
  two.record = {"landscape", "loss", "end_to_end", "fro_norm", "preconditioner"};
  two.shown = {"landscape", "loss", "fro_norm", "preconditioner", "end_to_end"};
  for (const double n : {2.0, 1.0, 3.0}) two.runs.push_back({text("depth %.0f", n), {{"depth", n}}});
  two.holds = two_hold;
  two.control = {{"depth", 1.0}};
  return {two};
}

}  // namespace rankscope
