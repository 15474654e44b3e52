#include "ui/history.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lab/claim.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kBudget =
    12u << 20;                      // bytes a slot: 3000 recorded frames of 128 lines with their theory fit twice
constexpr std::size_t kLines = 8;   // as many as the fan draws
constexpr std::size_t kFewest = 4;  // frames before theory and run are compared: they start at one point
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

template <class F>
void each_curve(std::map<std::uint32_t, Track>& tracks, F f) {
  for (auto& [view, track] : tracks) {
    for (auto* curves : {&track.measured, &track.theory, &track.lower, &track.upper, &track.ellipse})
      for (auto& [line, curve] : *curves) f(curve);
    for (Curve* curve : {&track.bound, &track.state})
      if (!curve->empty()) f(*curve);
  }
}

}  // namespace

void History::clear() { steps_.clear(), times_.clear(), tracks_.clear(); }

void History::resize(std::size_t size) {
  steps_.resize(size), times_.resize(size);
  each_curve(tracks_, [&](Curve& c) { c.resize(size, kNone); });
}

void History::thin() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < steps_.size(); i += 2, ++kept) {
    steps_[kept] = steps_[i], times_[kept] = times_[i];
    each_curve(tracks_, [&](Curve& c) { c[kept] = c[i]; });
  }
  resize(kept);
}

std::size_t History::bytes() const {
  std::size_t curves = 2;
  for (const auto& [view, track] : tracks_)
    curves += track.measured.size() + track.theory.size() + 2 * track.lower.size() + track.ellipse.size() + !track.bound.empty() + !track.state.empty();
  return curves * steps_.size() * sizeof(double);
}

void History::forget_after(std::int64_t last) {
  const double step = static_cast<double>(last) + 1;
  const auto later = std::lower_bound(steps_.begin(), steps_.end(), step);
  if (later != steps_.end()) resize(static_cast<std::size_t>(later - steps_.begin()));
  for (auto& [view, track] : tracks_)
    if (track.violated && *track.violated >= step) track.violated.reset();
}

void History::add(const Frame& frame, const std::vector<ViewInfo>& views) {
  const double step = static_cast<double>(frame.step);
  forget_after(frame.step - 1);
  const std::size_t at = steps_.size();
  resize(at + 1);
  steps_[at] = step, times_[at] = frame.time;

  for (const Series& s : frame.values) {
    if (s.view >= views.size()) continue;
    const ViewInfo& info = views[s.view];
    const Kind kind = info.kind;
    const bool band = kind == Kind::Spectrum && s.part == Part::Bound && s.shape.size() == 2;
    if (kind == Kind::Matrix || kind == Kind::Image || kind >= Kind::Tensor || (s.shape.size() > 1 && !band)) continue;
    Track& track = tracks_[s.view];
    const auto put = [&](Curve& curve, double value) {
      curve.resize(at + 1, kNone);
      curve[at] = value;
    };
    if (s.part == Part::Target) track.target = s.data;
    if (s.part == Part::Baseline && s.data.size() == 2) track.baseline = s.data;
    if (s.part == Part::Bound && s.data.size() == 1) put(track.bound, s.data[0]);
    if (kind == Kind::Claim && s.part == Part::Measured) {
      const ClaimState state = claim_state(info, s.view, frame);
      put(track.state, static_cast<double>(state));
      if (state == ClaimState::Violated && !track.violated) track.violated = step;
    }
    const bool measured = s.part == (kind == Kind::Landscape ? Part::Point : Part::Measured), ellipse = s.part == Part::Ellipse;
    if (!measured && !ellipse && !band && s.part != Part::Theory) continue;
    auto& curves = measured ? track.measured : ellipse ? track.ellipse : track.theory;
    const Series* lines = kind == Kind::Spectrum ? frame.find(s.view, Part::Lines) : nullptr;
    const std::size_t width = band ? 2 : 1;
    for (std::size_t i = 0; i < s.data.size() / width; ++i) {
      const int line = lines && i < lines->data.size() ? static_cast<int>(lines->data[i]) : static_cast<int>(i);
      if (band) put(track.lower[line], s.data[2 * i]), put(track.upper[line], s.data[2 * i + 1]);
      else put(curves[line], s.data[i]);
    }
  }
  if (at > 64 && bytes() > kBudget) thin();
}

const Track* History::track(std::uint32_t view) const {
  const auto it = tracks_.find(view);
  return it == tracks_.end() ? nullptr : &it->second;
}

std::vector<int> History::leading(std::uint32_t view, std::size_t count) const {
  const Track* t = track(view);
  if (!t) return {};
  std::vector<std::pair<double, int>> peaks;
  for (const auto& [line, curve] : t->measured) {
    double peak = 0;
    for (const double y : curve)
      if (y > peak) peak = y;
    peaks.emplace_back(-peak, line);
  }
  std::sort(peaks.begin(), peaks.end());
  if (peaks.size() > count) peaks.resize(count);
  std::vector<int> lines;
  for (const auto& [peak, line] : peaks) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

double History::deviation(std::uint32_t view) const {
  const Track* t = track(view);
  double apart = 0, all = 0;
  if (t && steps_.size() >= kFewest)
    for (const int line : leading(view, kLines)) {
      const auto theory = t->theory.find(line);
      if (theory == t->theory.end()) continue;
      const Curve& run = t->measured.at(line);
      for (std::size_t i = 0; i < run.size(); ++i)
        if (std::isfinite(run[i]) && std::isfinite(theory->second[i]))
          apart += std::abs(theory->second[i] - run[i]), all += std::max(std::abs(theory->second[i]), std::abs(run[i]));
    }
  return all > 0 ? apart / all : kNone;
}

}  // namespace rankscope::ui
