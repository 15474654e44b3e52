#include "native/progress.h"

#include <algorithm>
#include <cstdio>

#include "native/terminal.h"

namespace rankscope {

Progress::Progress(std::string title, std::int64_t steps, bool quiet)
    : title_(std::move(title)), steps_(steps), quiet_(quiet), terminal_(stderr_is_terminal()) {}

void Progress::at(std::int64_t step, double share) {
  if (from_ < 0) from_ = share, tenths_ = static_cast<int>(10 * share);
  if (quiet_ || share >= 1) return;
  const auto now = Clock::now();
  if (now - last_ < std::chrono::milliseconds(terminal_ ? 100 : 1000)) return;
  const std::string left = share > from_ ? duration(seconds() / (share - from_) * (1 - share)) : "?";
  if (terminal_) {
    last_ = now;
    bar(step, share, left);
    return;
  }
  const int tenths = static_cast<int>(10 * share);
  if (tenths <= tenths_) return;
  tenths_ = tenths;
  last_ = now;
  note(format("%s: step %lld of %lld, %s left", title_.c_str(), static_cast<long long>(step),
              static_cast<long long>(steps_), left.c_str()));
}

void Progress::bar(std::int64_t step, double share, const std::string& left) {
  constexpr int width = 30;
  const auto filled = static_cast<std::size_t>(width * share);
  const bool colour = colours();
  std::fprintf(stderr, "\r\x1b[K%s [%s%s%s%s] %lld/%lld  %s left", title_.c_str(), colour ? "\x1b[33m" : "",
               std::string(filled, '#').c_str(), colour ? "\x1b[0m" : "", std::string(width - filled, '.').c_str(),
               static_cast<long long>(step), static_cast<long long>(steps_), left.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::done() {
  if (drawn_) std::fprintf(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace rankscope
