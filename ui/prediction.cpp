#include "ui/prediction.h"

#include <algorithm>
#include <cmath>

#include "ui/format.h"

namespace rankscope::ui {
namespace {

constexpr int kPlaces = 512;   // along a run: finer than a finger draws
constexpr double kMostly = 0.8;  // of the points

}  // namespace

Prediction::Prediction(double end) : steps_(kPlaces + 1), values_(kPlaces + 1, std::nan("")) {
  for (int i = 0; i <= kPlaces; ++i) steps_[static_cast<std::size_t>(i)] = std::max(end, 1.0) * i / kPlaces;
}

void Prediction::draw(double from_step, double from, double to_step, double to, bool log) {
  if (from_step > to_step) std::swap(from_step, to_step), std::swap(from, to);
  const double pitch = steps_[1];
  const auto place = [&](double step) { return std::clamp<long long>(std::llround(step / pitch), 0, kPlaces); };
  const long long first = place(from_step), last = place(to_step);
  const bool by_ratio = log && from > 0 && to > 0;
  for (long long i = first; i <= last; ++i) {
    const double share = last == first ? 1 : static_cast<double>(i - first) / static_cast<double>(last - first);
    values_[static_cast<std::size_t>(i)] = by_ratio ? from * std::pow(to / from, share) : from + (to - from) * share;
  }
}

bool Prediction::empty() const {
  return std::none_of(values_.begin(), values_.end(), [](double y) { return std::isfinite(y); });
}

double Prediction::at(double step) const {
  if (!(step >= 0 && step <= end())) return std::nan("");
  const double where = step / steps_[1];
  const auto left = std::min(static_cast<std::size_t>(where), values_.size() - 2);
  const double share = where - static_cast<double>(left), a = values_[left], b = values_[left + 1];
  if (share == 0 || share == 1) return share == 0 ? a : b;
  return a + (b - a) * share;
}

void Miss::see(const Prediction& drawn, const std::vector<double>& steps, const std::vector<double>& run, double upto) {
  double sum = distance * static_cast<double>(points), logs = std::log(factor) * static_cast<double>(points), over = above * static_cast<double>(points);
  for (std::size_t i = 0; i < std::min(steps.size(), run.size()) && steps[i] <= upto; ++i) {
    const double mine = drawn.at(steps[i]);
    if (!std::isfinite(mine) || !std::isfinite(run[i])) continue;
    ++points;
    sum += std::abs(mine - run[i]);
    if (mine > 0 && run[i] > 0) logs += std::abs(std::log(mine / run[i]));
    over += mine > run[i];
  }
  if (points == 0) return;
  const auto n = static_cast<double>(points);
  distance = sum / n, factor = std::exp(logs / n), above = over / n;
}

std::string told(const Miss& miss, std::string_view unit, bool log) {
  if (miss.points == 0) return {};
  std::string out = "Your curve was " + with_unit(miss.distance, unit) + " off on average";
  if (log) out += ", a factor of " + number(miss.factor);
  if (miss.above >= kMostly) out += "; mostly too high";
  if (miss.above <= 1 - kMostly) out += "; mostly too low";
  return out + ".";
}

}  // namespace rankscope::ui
