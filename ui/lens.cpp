#include "ui/lens.h"

#include <algorithm>
#include <cmath>

#include "ui/format.h"

namespace rankscope::ui {
namespace {

template <class F>
std::string listed(const LensNotion& notion, F text) {
  std::string out;
  for (const int m : notion.members) out += (out.empty() ? "" : ", ") + text(m);
  return out;
}

}  // namespace

int LensModel::rank(int m) const {
  const auto& s = sigma(m);
  return static_cast<int>(std::count_if(s.begin(), s.end(), [&](double x) { return x > threshold * s.front(); }));
}

double LensModel::nuclear_norm(int m) const {
  double sum = 0;
  for (const double x : sigma(m)) sum += x;
  return sum;
}

double LensModel::effective_rank(int m) const {
  const double sum = nuclear_norm(m);
  double entropy = 0;
  for (const double x : sigma(m))
    if (x > 0) entropy -= x / sum * std::log(x / sum);
  return sum > 0 ? std::exp(entropy) : 0;
}

double LensModel::frobenius_norm() const {
  double sum = 0;
  for (const double x : sigma(0)) sum += x * x;
  return std::sqrt(sum);
}

std::string LensModel::ranks(const LensNotion& n) const {
  return listed(n, [&](int m) { return std::to_string(rank(m)); });
}

std::string LensModel::effective_ranks(const LensNotion& n) const {
  return listed(n, [&](int m) { return number(effective_rank(m)); });
}

std::string LensModel::cp_rank() const {
  if (!no_search.empty() || cp.upper < 0) return "–";
  return cp.lower == cp.upper ? std::to_string(cp.upper) : std::to_string(cp.lower) + " to " + std::to_string(cp.upper);
}

std::string LensModel::cp_words() const {
  if (!no_search.empty()) return no_search;
  if (cp.upper < 0) return searching ? "begins" : "not searched for";
  std::string out;
  if (cp.found)
    out = std::to_string(cp.upper) + (cp.upper == 1 ? " outer product fits to " : " outer products fit to ") + number(cp.error) + " of the norm";
  else
    out = std::to_string(cp.upper) + " slices always fit, no fewer do so far";
  if (cp.lower > 1) out += "; fewer than " + std::to_string(cp.lower) + " cannot";
  if (!file) out += ". Of step " + grouped(cp.step);
  if (!cp.done) out += searching ? ". Trying " + cp.text : ". Stopped";
  return out + ".";
}

std::string LensModel::share() const {
  return threshold < 1e-3 ? number(threshold) + " of the largest" : with_unit(threshold, "share of the largest");
}

std::string LensModel::sentence() const {
  if (!measured()) return trouble;
  std::string out = "Ranks of " + info.name + ", counting singular values above " + share() + ":";
  for (const LensNotion& n : info.notions) out += " " + n.label + " " + ranks(n) + ";";
  return out + " CP rank, an estimate, " + cp_rank() + ".";
}

int LensModel::floor() const {
  double least = std::min(1e-3, threshold);
  for (const Series& s : spectra.values)
    for (const double x : s.data)
      if (x > 0) least = std::min(least, x / s.data.front());
  return std::max(-16, static_cast<int>(std::floor(std::log10(least))));
}

}  // namespace rankscope::ui
