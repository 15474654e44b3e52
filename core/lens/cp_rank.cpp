#include "lens/cp_rank.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "math/sums.h"

namespace rankscope::lens {
namespace {

constexpr int kGrowth = 10;           // sweeps until the next components
constexpr int kSteps = 50;            // in which they all come
constexpr int kStretch = 50;          // sweeps
constexpr double kLeast = 1e-4;       // share of the error that a stretch has to take off

/// The least r for which the values beyond the r-th have at most `most` of the array's norm, which is `norm` times `largest`: so divided, no square
/// is too large or too small for a number. `tail` is what they have.
std::int64_t least_rank(const std::vector<double>& sigma, double norm, double largest, double most, double& tail) {
  double square = 0;
  std::size_t r = sigma.size();
  for (; r > 0; --r) {
    const double share = sigma[r - 1] / largest / norm, more = square + share * share;
    if (std::sqrt(more) > most) break;
    square = more;
  }
  tail = std::sqrt(square);
  return static_cast<std::int64_t>(r);
}

}  // namespace

Result<void> CpRankSearch::check(const Dense& array, const CpOptions& o, const std::string& name) {
  if (!(o.tolerance >= 1e-10 && o.tolerance < 1))
    return Error{"tolerance", "is not between 1e-10 and 1", o.relative ? "the error as a share of the norm" : "the mean square error of an entry"};
  if (o.starts < 1 || o.starts > 100) return Error{"starts", "are not between 1 and 100", "5 is usual"};
  if (o.sweeps < 1 || o.sweeps > 100000) return Error{"sweeps", "are not between 1 and 100000", "3000 is usual"};
  if (array.shape.size() > 2 && std::ssize(array.data) > kMostCpEntries)
    return Error{name, "has " + std::to_string(array.data.size()) + " entries",
                 "the CP rank is searched for up to " + std::to_string(kMostCpEntries) + "; its other ranks are shown"};
  return {};
}

CpRankSearch::CpRankSearch(const Dense& array, const Table& table, const std::vector<std::vector<double>>& spectra, const CpOptions& options)
    : shape_(table.shape), tensor_(array.data), options_(options) {
  double largest = 0;
  for (const double x : tensor_) largest = std::max(largest, std::abs(x));
  if (largest > 0)
    for (double& x : tensor_) x /= largest;  // before they are squared
  const double norm = std::sqrt(sum_of_squares(tensor_));
  const double mean_square = std::sqrt(options.tolerance * static_cast<double>(tensor_.size()));
  target_ = options.relative ? options.tolerance : mean_square / norm / largest;
  if (!(largest > 0) || !(target_ < 1)) {  // nothing, or nothing is near enough
    best_.found = done_ = true;
    return;
  }
  for (double& x : tensor_) x /= norm;
  double tail = 0;
  best_.lower = 1;
  for (const std::vector<double>& sigma : spectra) best_.lower = std::max(best_.lower, least_rank(sigma, norm, largest, target_, tail));
  best_.upper = entries(shape_) / *std::max_element(shape_.begin(), shape_.end());
  if (shape_.size() == 2) best_ = {best_.lower, best_.lower, true, tail, 0};
  missed_ = best_.lower - 1;
  choose();
}

/// The next number of components; none when all below `upper` have missed, or are too many to be tried.
void CpRankSearch::choose() {
  fit_.reset();
  start_ = 0;
  tried_ = best_.found ? missed_ + (best_.upper - missed_) / 2 : std::min({missed_ + stride_, best_.upper - 1, std::max(kMostCpRank, missed_)});
  done_ = tried_ <= missed_ || (best_.found && best_.upper == best_.lower);
}

void CpRankSearch::begin_start() {
  const bool grows = start_ % 2 == 0;
  fit_ = std::make_unique<CpAls>(tensor_, shape_, grows ? 1 : tried_, options_.seed, static_cast<std::uint64_t>(1000 * tried_ + start_));
  grown_at_ = 0, stretch_error_ = 1;
}

/// After a sweep that missed.
bool CpRankSearch::given_up() {
  if (growing()) {
    if (fit_->sweep() % kGrowth == 0)
      for (std::int64_t more = 1 + tried_ / kSteps; more > 0 && growing(); --more) fit_->grow();
    grown_at_ = fit_->sweep(), stretch_error_ = 1;
    return false;
  }
  const std::int64_t sweeps = fit_->sweep() - grown_at_;
  const bool stalled = sweeps % kStretch == 0 && !(fit_->error() < (1 - kLeast) * std::exchange(stretch_error_, fit_->error()));
  return stalled || sweeps >= options_.sweeps;
}

void CpRankSearch::end_start(bool fitted) {
  if (fitted) {
    best_.upper = fit_->rank(), best_.found = true, best_.error = fit_->error(), best_.longest = fit_->longest();
    return choose();
  }
  fit_.reset();
  if (++start_ < options_.starts) return;
  missed_ = tried_, stride_ *= 2;
  choose();
}

bool CpRankSearch::advance(const More& more) {
  while (!done_) {
    if (!fit_) begin_start();
    if (fit_->advance(target_)) {
      if (fit_->error() <= target_)
        end_start(true);
      else if (given_up())
        end_start(false);
    }
    if (!more()) break;
  }
  return !done_;
}

Job::Progress CpRankSearch::progress() const {
  if (done_) return {1, ""};
  double within = 0;
  std::string sweep;
  if (fit_) {
    within = static_cast<double>(fit_->sweep() - grown_at_) / options_.sweeps;
    sweep = growing() ? ", growing" : ", sweep " + std::to_string(fit_->sweep() - grown_at_);
  }
  return {(start_ + within) / options_.starts,
          std::to_string(tried_) + " components, start " + std::to_string(start_ + 1) + " of " + std::to_string(options_.starts) + sweep};
}

}  // namespace rankscope::lens
