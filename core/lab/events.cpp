#include "lab/events.h"

#include <algorithm>

namespace rankscope {
namespace {

constexpr double kShare = 0.1, kGrowth = 2;

double largest(const Series* s) {
  double most = 0;
  if (s)
    for (const double x : s->data) most = std::max(most, x);  // a NaN never is the larger one
  return most;
}

}  // namespace

Events::Events(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded) {
  for (const std::uint32_t v : recorded)
    if (views[v].kind == Kind::Spectrum && !views[v].signed_) {
      view_ = v;
      label_ = views[v].label;
      watching_ = true;
      return;
    }
}

std::vector<Event> Events::observe(const Frame& frame) {
  const Series* values = watching_ ? frame.find(view_) : nullptr;
  if (!values) return {};
  const double most = largest(values);
  if (!started_) {
    started_ = true;
    first_ = most;
  }
  const double level = std::max(kShare * std::max(most, largest(frame.find(view_, Part::Target))), kGrowth * first_);
  const Series* lines = frame.find(view_, Part::Lines);
  std::vector<Event> out;
  for (std::size_t i = 0; i < values->data.size(); ++i) {
    if (!(values->data[i] > level)) continue;
    const int line = static_cast<int>(lines && i < lines->data.size() ? lines->data[i] : static_cast<double>(i));
    if (off_.insert(line).second)
      out.push_back(
          {frame.step, frame.time, "take-off", label_ + ": line " + std::to_string(line + 1) + " takes off", line});
  }
  std::sort(out.begin(), out.end(), [](const Event& a, const Event& b) { return a.line < b.line; });
  return out;
}

std::vector<Event> events_of(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded,
                             std::span<const Frame> frames) {
  Events events(views, recorded);
  std::vector<Event> all;
  for (const Frame& frame : frames)
    for (Event& e : events.observe(frame)) all.push_back(std::move(e));
  return all;
}

}  // namespace rankscope
