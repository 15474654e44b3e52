// How far a run is, on stderr: a bar with the time left on a terminal, a plain line now and then elsewhere.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace rankscope {

class Progress {
 public:
  Progress(std::string title, std::int64_t steps, bool quiet);
  ~Progress() { done(); }

  /// `share` of the way, by the rule that is nearest to ending the run. Cheap: it looks at the clock and draws at most ten
  /// times a second.
  void at(std::int64_t step, double share);
  /// Takes the bar away.
  void done();
  /// Since it was made.
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  void bar(std::int64_t step, double share, const std::string& left);

  std::string title_;
  std::int64_t steps_;
  bool quiet_, terminal_, drawn_ = false;
  Clock::time_point start_ = Clock::now(), last_ = start_;
  double from_ = -1;  ///< share at the first call: a resumed run begins on the way
  int tenths_ = 0;    ///< of the way, at the last plain line
};

}  // namespace rankscope
