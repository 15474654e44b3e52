#include "ui/lens.h"

#include <algorithm>
#include <cmath>

#include "ui/format.h"

namespace rankscope::ui {
namespace {

constexpr double kLong = 2;  // times the array's norm: components so long are worth a word
constexpr double kRounding = 1e-12;

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
  const double largest = sigma(0).empty() ? 0 : sigma(0).front();
  double sum = 0;  // of squares that are neither too large nor too small for a number
  for (const double x : sigma(0))
    if (x > 0) sum += x / largest * (x / largest);
  return largest * std::sqrt(sum);
}

std::string LensModel::ranks(const LensNotion& n) const {
  std::string out;
  for (const LensMember& m : n.members) out += (out.empty() ? "" : ", ") + std::to_string(rank(m.at));
  return out;
}

std::string LensModel::cp_rank() const {
  if (!no_search.empty() || cp.upper < 0) return "–";
  return cp.lower == cp.upper ? std::to_string(cp.upper) : std::to_string(cp.lower) + " to " + std::to_string(cp.upper);
}

std::string LensModel::cp_words() const {
  if (!no_search.empty()) return no_search;
  if (cp.upper < 0) return searching ? "Begins." : "Not searched for.";
  std::string out = std::to_string(cp.upper);
  if (cp.upper == 0)
    out = "Zero is near enough";
  else if (cp.found)
    out += (cp.upper == 1 ? " outer product fits to " : " outer products fit to ") + number(cp.error) + " of the norm";
  else
    out += cp.upper == 1 ? " slice always fits" : " slices always fit";
  if (!cp.found && cp.upper > cp.lower) out += ", no fewer do so far";
  if (cp.lower > 1) out += "; fewer than " + std::to_string(cp.lower) + " cannot";
  if (cp.longest > kLong)
    out += ". They cancel each other, the longest is " + number(cp.longest) + " times the array: it may be near a limit of such sums, whose own rank is higher. A tighter tolerance tells";
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
      if (x > kRounding * s.data.front()) least = std::min(least, x / s.data.front());
  return std::max(-15, static_cast<int>(std::floor(std::log10(least))));
}

}  // namespace rankscope::ui
