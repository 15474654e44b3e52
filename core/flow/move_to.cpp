#include "flow/move_to.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lab/number.h"
#include "math/sums.h"

namespace rankscope {
namespace {

constexpr double kAimed = 1e-12, kAllowed = 1e-10;  // of the larger of what stands beside it and what is wanted
constexpr int kMostLines = 60, kMostTrials = 200;

double largest_of(std::span<const double> x) {
  double most = 0;
  for (double v : x) most = std::max(most, std::abs(v));
  return most;
}

/// The number's distance from what is wanted along w + a g.
class Line {
 public:
  Line(std::span<const double> weights, double wanted, const Held& held) : held_(held), wanted_(wanted), from_(weights.begin(), weights.end()), along_(weights.size()), at_(from_) {
    held.gradient(from_, along_);
    steepest_ = largest_of(along_);
    if (!std::isfinite(steepest_)) steepest_ = 0;
    if (steepest_ == 0) return;
    for (double& g : along_) g /= steepest_;  // the square of a tiny gradient would be 0
  }

  bool flat() const { return steepest_ == 0; }
  /// Newton's, but no weight moves by more than the largest weight is.
  double first(double distance) const {
    const double a = -distance / steepest_ / sum_of_squares(along_), reach = largest_of(from_);
    return reach > 0 && std::abs(a) > reach ? (a > 0 ? reach : -reach) : a;
  }
  double operator()(double a) {
    for (std::size_t i = 0; i < at_.size(); ++i) at_[i] = from_[i] + a * along_[i];
    return held_.value(at_) - wanted_;
  }
  const std::vector<double>& at() const { return at_; }  ///< the weights of the last trial

 private:
  const Held& held_;
  double wanted_, steepest_ = 0;
  std::vector<double> from_, along_, at_;
};

struct Trial {
  double a = 0, distance = 0;
};

bool nearer(const Trial& x, const Trial& y) { return std::abs(x.distance) < std::abs(y.distance); }

/// Two trials on both sides of what is wanted, closed in on it.
Trial between(Line& line, Trial lo, Trial hi, double aimed) {
  double weight_lo = 1, weight_hi = 1;  // Illinois: an end that stays for the second time counts half
  bool slow = false, lo_moved = false, hi_moved = false;
  for (int k = 0; k < kMostTrials && std::abs(lo.distance) > aimed && std::abs(hi.distance) > aimed; ++k) {
    const double f_lo = weight_lo * lo.distance, f_hi = weight_hi * hi.distance, width = std::abs(hi.a - lo.a);
    double a = slow ? 0.5 * (lo.a + hi.a) : (lo.a * f_hi - hi.a * f_lo) / (f_hi - f_lo);
    if (a == lo.a || a == hi.a || !std::isfinite(a)) a = 0.5 * (lo.a + hi.a);
    if (a == lo.a || a == hi.a) break;  // no number lies between them
    const Trial next{a, line(a)};
    if ((next.distance > 0) == (lo.distance > 0)) {
      lo = next, weight_lo = 1, weight_hi *= lo_moved ? 0.5 : 1;
      lo_moved = true, hi_moved = false;
    } else {
      hi = next, weight_hi = 1, weight_lo *= hi_moved ? 0.5 : 1;
      hi_moved = true, lo_moved = false;
    }
    slow = !slow && std::abs(hi.a - lo.a) > 0.5 * width;
  }
  return nearer(lo, hi) ? lo : hi;
}

/// As near as one line comes.
Trial along(Line& line, double distance, double aimed) {
  Trial best{0, distance};
  double a = line.first(distance);
  for (int k = 0; k < kMostTrials && a != best.a && std::isfinite(a); ++k) {
    const Trial next{a, line(a)};
    if (std::isfinite(next.distance) && (next.distance > 0) != (best.distance > 0)) return between(line, best, next, aimed);
    if (nearer(best, next) || !std::isfinite(next.distance)) {  // too far
      if (best.a != 0) break;
      a *= 0.5;
      continue;
    }
    const double gained = (best.distance - next.distance) / (next.a - best.a), step = next.distance / gained;
    best = next;
    if (std::abs(best.distance) <= aimed) break;
    a = best.a + (std::abs(step) < std::abs(best.a) ? step : best.a);
  }
  return best;
}

}  // namespace

Result<void> move_to(std::string_view what, std::span<double> weights, double wanted, const Held& held) {
  const double scale = std::max(held.largest, std::abs(wanted)), start = held.value(weights);
  std::vector<double> now(weights.begin(), weights.end());
  double distance = start - wanted;
  for (int k = 0; k < kMostLines && !(std::abs(distance) <= kAimed * scale); ++k) {
    Line line(now, wanted, held);
    if (line.flat() && k == 0)
      return Error{std::string(what), "has an entry that no weight moves: its gradient is zero as the weights stand", "take another entry, or let the run leave this point"};
    if (line.flat()) break;
    const Trial end = along(line, distance, kAimed * scale);
    if (end.a == 0) break;
    distance = line(end.a);
    now = line.at();
  }
  if (!(std::abs(distance) <= kAllowed * scale))
    return Error{std::string(what), "cannot be brought from " + shortest(start) + " to " + shortest(wanted) + " by these weights", "try a value nearer to what it is"};
  std::copy(now.begin(), now.end(), weights.begin());
  return {};
}

}  // namespace rankscope
