#include "lab/events.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace rankscope {
namespace {

constexpr double kShare = 0.1, kGrowth = 2;
constexpr double kFlat = 0.01, kLong = 0.05, kAway = 0.1, kSeen = 0.01, kMade = 1e-4;
constexpr int kFrames = 8;
constexpr std::int64_t kQuick = 5;

double largest(const Series* s) {
  double most = 0;
  if (s)
    for (const double x : s->data) most = std::max(most, x);  // a NaN never is the larger one
  return most;
}

}  // namespace

Events::Events(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded) {
  for (const std::uint32_t v : recorded) {
    if (!watching_ && views[v].kind == Kind::Spectrum && !views[v].signed_) {
      view_ = v;
      label_ = views[v].label;
      watching_ = true;
    }
    if (views[v].kind == Kind::Scalar && views[v].key == "loss") {
      loss_view_ = v;
      watching_loss_ = true;
    }
  }
}

std::vector<Event> Events::observe(const Frame& frame) {
  std::vector<Event> out;
  take_offs(frame, out);
  plateaus(frame, out);
  return out;
}

double Events::scale(const Frame& frame) const {
  return std::max(largest(frame.find(view_)), largest(frame.find(view_, Part::Target)));
}

/// The spectrum's values by the identity of their lines.
std::vector<double> Events::by_line(const Frame& frame) const {
  std::vector<double> out;
  const Series *values = watching_ ? frame.find(view_) : nullptr, *lines = watching_ ? frame.find(view_, Part::Lines) : nullptr;
  if (!values) return out;
  out.resize(values->data.size());
  for (std::size_t i = 0; i < values->data.size(); ++i) {
    const double line = lines && i < lines->data.size() ? lines->data[i] : static_cast<double>(i);
    if (line >= 0 && line < static_cast<double>(out.size())) out[static_cast<std::size_t>(line)] = values->data[i];
  }
  return out;
}

void Events::take_offs(const Frame& frame, std::vector<Event>& out) {
  if (!watching_ || !frame.find(view_)) return;
  if (!started_) {
    started_ = true;
    first_ = largest(frame.find(view_));
  }
  const double level = std::max(kShare * scale(frame), kGrowth * first_);
  const auto values = by_line(frame);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int line = static_cast<int>(i);
    if (values[i] > level && off_.insert(line).second)
      out.push_back({frame.step, frame.time, "take-off", label_ + ": line " + std::to_string(line + 1) + " takes off", line});
  }
}

void Events::plateaus(const Frame& frame, std::vector<Event>& out) {
  const Series* series = watching_loss_ ? frame.find(loss_view_) : nullptr;
  if (!series || series->data.size() != 1) return;
  const double loss = series->data[0];
  if (first_loss_ < 0) first_loss_ = loss;
  if (!(loss > kMade * first_loss_)) {
    on_plateau_ = false, now_ = {};
    return;
  }
  const bool flat = now_.frames > 0 && std::abs(loss - now_.loss) <= kFlat * now_.loss;
  if (!flat) now_ = {frame.step, frame.step, loss, 0};
  now_.to = frame.step;
  ++now_.frames;

  const auto event = [&](const char* kind, std::string text, int line) { out.push_back({frame.step, frame.time, kind, std::move(text), line}); };
  const auto rounded = [](double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", x);
    return std::string(text);
  };
  if (on_plateau_ && std::abs(loss - plateau_.loss) > kAway * plateau_.loss) {
    on_plateau_ = false;
    if (loss < plateau_.loss && frame.step - plateau_.to <= kQuick * (plateau_.to - plateau_.from)) {
      int mode = -1;
      double most = 1;
      const auto values = by_line(frame);
      for (std::size_t i = 0; i < values.size() && i < lines_.size(); ++i)
        if (const double factor = values[i] / lines_[i]; values[i] > kSeen * scale(frame) && factor > most) {
          mode = static_cast<int>(i);
          most = factor;
        }
      event("escape", "Leaves the plateau at loss " + rounded(plateau_.loss) + " after " + std::to_string(plateau_.to - since_) + " steps" +
                          (mode < 0 ? "" : ": mode " + std::to_string(mode + 1) + " is being learned"), mode);
    }
  }
  if (now_.frames >= kFrames && static_cast<double>(now_.to - now_.from) >= kLong * static_cast<double>(frame.step)) {
    if (!on_plateau_) {
      since_ = now_.from;
      event("plateau", "On a plateau at loss " + rounded(now_.loss) + " since step " + std::to_string(since_), -1);
    }
    on_plateau_ = true;
    plateau_ = now_;
    lines_ = by_line(frame);
  }
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
