#include "native/progress.h"

#include <algorithm>
#include <cstdio>

#include "native/terminal.h"

namespace rankscope {

Progress::Progress(std::string title, std::int64_t steps, bool quiet)
    : title_(std::move(title)), steps_(steps), quiet_(quiet), terminal_(stderr_is_terminal()) {}

void Progress::at(std::int64_t step) {
  if (quiet_ || step >= steps_) return;
  const auto now = Clock::now();
  if (now - last_ < std::chrono::milliseconds(terminal_ ? 100 : 1000)) return;
  const double passed = seconds();
  if (terminal_) {
    last_ = now;
    bar(step, passed);
    return;
  }
  const int tenths = static_cast<int>(10 * step / steps_);
  if (tenths <= tenths_) return;
  tenths_ = tenths;
  last_ = now;
  const double left = step > 0 ? passed / static_cast<double>(step) * static_cast<double>(steps_ - step) : 0;
  note(format("%s: step %lld of %lld, %s left", title_.c_str(), static_cast<long long>(step),
              static_cast<long long>(steps_), duration(left).c_str()));
}

void Progress::bar(std::int64_t step, double passed) {
  constexpr int width = 30;
  const int filled = static_cast<int>(width * step / steps_);
  std::string full, empty;
  for (int i = 0; i < filled; ++i) full += "#";
  for (int i = filled; i < width; ++i) empty += ".";
  const double left = step > 0 ? passed / static_cast<double>(step) * static_cast<double>(steps_ - step) : 0;
  const bool colour = colours();
  std::fprintf(stderr, "\r\x1b[K%s [%s%s%s%s] %lld/%lld  %s left", title_.c_str(), colour ? "\x1b[33m" : "",
               full.c_str(), colour ? "\x1b[0m" : "", empty.c_str(), static_cast<long long>(step),
               static_cast<long long>(steps_), step > 0 ? duration(left).c_str() : "?");
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::done() {
  if (drawn_) std::fprintf(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace rankscope
