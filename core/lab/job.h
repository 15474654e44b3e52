// Work that takes longer than a step and is done beside the runs, in slices.
#pragma once
#include <functional>
#include <string>

namespace rankscope {

/// Destroying it cancels it.
class Job {
 public:
  using More = std::function<bool()>;

  struct Progress {
    double share = 0;  ///< of what is being tried, in [0, 1]; 1 when the job is done
    std::string text;  ///< what that is: "6 components, start 2 of 5, sweep 140"
  };

  virtual ~Job() = default;
  /// Works until `more`, which is asked every millisecond or so, says no. False: it is done.
  virtual bool advance(const More& more) = 0;
  virtual Progress progress() const = 0;
};

}  // namespace rankscope
