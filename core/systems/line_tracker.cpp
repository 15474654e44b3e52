#include "systems/line_tracker.h"

#include <algorithm>
#include <cmath>

namespace rankscope {

const std::vector<double>& LineTracker::follow(const Svd& svd) {
  const auto k = static_cast<Eigen::Index>(std::min<std::size_t>(lines_, static_cast<std::size_t>(svd.s.size())));
  constexpr double kDeparted = 0.05;  // of the largest: far above a plateau, far below any value that is learned
  std::vector<double> line(static_cast<std::size_t>(k), -1.0), departed(line.size(), 0.0);
  std::vector<char> taken(line.size(), 0);
  const bool seen_before = line_.size() == line.size() && u_.size() == static_cast<std::size_t>(svd.u.rows() * k) &&
                           v_.size() == static_cast<std::size_t>(svd.v.rows() * k);
  if (seen_before) {
    const ConstMatrixMap u(u_.data(), svd.u.rows(), k), v(v_.data(), svd.v.rows(), k);
    // strongest overlaps first; only what has departed has vectors that mean something
    struct Match { double overlap; std::size_t now, before; };
    std::vector<Match> matches;
    for (Eigen::Index i = 0; i < k; ++i)
      for (Eigen::Index j = 0; j < k; ++j)
        if (departed_[static_cast<std::size_t>(j)] != 0 && svd.s[i] > 0)
          matches.push_back({std::abs(svd.u.col(i).dot(u.col(j)) * svd.v.col(i).dot(v.col(j))), static_cast<std::size_t>(i), static_cast<std::size_t>(j)});
    std::stable_sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) { return a.overlap > b.overlap; });
    std::vector<char> used(line.size(), 0);
    for (const Match& m : matches)
      if (m.overlap > 0.5 && line[m.now] < 0 && !used[m.before]) {
        used[m.before] = 1;
        line[m.now] = line_[m.before];
        taken[static_cast<std::size_t>(line[m.now])] = 1;
        departed[m.now] = 1;
      }
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] < 0) {
      while (taken[next]) ++next;
      line[i] = static_cast<double>(next);
      taken[next] = 1;
    }
    // the first frame has no departures: at the start all values are alike
    if (seen_before && svd.s[static_cast<Eigen::Index>(i)] > kDeparted * svd.s[0] && svd.s[0] > 10 * first_) departed[i] = 1;
  }
  if (!seen_before) first_ = svd.s.size() ? svd.s[0] : 0;
  line_ = line;
  departed_ = departed;
  u_.assign(svd.u.data(), svd.u.data() + svd.u.rows() * k);
  v_.assign(svd.v.data(), svd.v.data() + svd.v.rows() * k);
  return line_;
}

void LineTracker::archive(Archive& a) {
  a("lines.first", first_);
  a("lines.order", line_);
  a("lines.departed", departed_);
  a("lines.u", u_);
  a("lines.v", v_);
  if (!a.reading()) return;
  const bool fits = line_.empty() ? departed_.empty() && u_.empty() && v_.empty()
                                  : line_.size() == lines_ && departed_.size() == lines_ && u_.size() % lines_ == 0 && v_.size() % lines_ == 0;
  const bool numbered = std::all_of(line_.begin(), line_.end(), [&](double x) { return x >= 0 && x < static_cast<double>(lines_) && x == std::floor(x); });
  if (!fits || !numbered) a.refuse("lines.order", "does not number " + std::to_string(lines_) + " lines");
}

}  // namespace rankscope
