#include "ui/curves.h"

#include <algorithm>
#include <cmath>

namespace rankscope::ui {

std::size_t nearest(const std::vector<double>& xs, double x) {
  if (xs.empty()) return kNowhere;
  const bool falls = xs.back() < xs.front();  // a sweep towards smaller values
  auto it = std::partition_point(xs.begin(), xs.end(), [&](double at) { return falls ? at > x : at < x; });
  if (it == xs.end() || (it != xs.begin() && std::abs(x - *(it - 1)) <= std::abs(*it - x))) --it;
  return static_cast<std::size_t>(it - xs.begin());
}

Spread spread_of(const std::vector<Sampled>& runs) {
  Spread out;
  if (runs.empty()) return out;
  const double n = static_cast<double>(runs.size());
  std::vector<std::size_t> at(runs.size(), 0);
  for (const double step : *runs.front().steps) {
    double sum = 0, place = 0;
    bool all = true;
    for (std::size_t r = 0; r < runs.size() && all; ++r) {
      const Sampled& run = runs[r];
      while (at[r] < run.steps->size() && (*run.steps)[at[r]] < step) ++at[r];
      all = at[r] < std::min(run.steps->size(), run.y->size()) && (*run.steps)[at[r]] == step && std::isfinite((*run.y)[at[r]]);
      if (all) sum += (*run.y)[at[r]], place += (*run.x)[at[r]];
    }
    if (!all) continue;
    const double mean = sum / n;
    double squares = 0;
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const double off = (*runs[r].y)[at[r]] - mean;
      squares += off * off;
    }
    const double deviation = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
    out.x.push_back(place / n), out.mean.push_back(mean);
    out.low.push_back(mean - deviation), out.high.push_back(mean + deviation);
  }
  return out;
}

}  // namespace rankscope::ui
