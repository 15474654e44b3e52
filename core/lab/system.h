// The contract between a model of the papers and everything that drives, shows, records or checks it.
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/archive.h"
#include "lab/data.h"
#include "lab/frame.h"
#include "lab/result.h"
#include "lab/settings.h"

namespace rankscope {

enum class Status {
  Running,
  Diverged,  ///< a quantity left the numbers; trouble() says which, and what to lower
};

/// One model for one (settings, inputs, seed); built anew when a Restart parameter changes.
class System {
 public:
  virtual ~System() = default;

  /// One step of whatever moves the system: an update of the weights, an edge removed, a cut moved. Allocates nothing.
  virtual Status step() = 0;
  /// The time axis named by the Entry: the sum of step sizes, t, the share of edges removed.
  virtual double time() const = 0;
  /// What descent lowers, as the last step found it before it moved; NaN before the first step, or where there is none.
  virtual double loss() const { return std::numeric_limits<double>::quiet_NaN(); }
  /// The time at which the run is to stop: a system that chooses its own steps lands on it.
  virtual void until(double time) { (void)time; }
  /// Live parameters only.
  virtual Result<void> set(std::string_view key, const Value& value) = 0;
  /// Moves the weights, not the optimizer's memory, along the gradient of that entry (row-major, view with ViewInfo::grasp) until it is `value`, to 1e-9 of the
  /// largest there; in a sorted list it may stand elsewhere then. The same bits everywhere. Error: nothing to take hold of, or to move it; the weights are as they were.
  virtual Result<void> nudge(std::string_view view, std::int64_t entry, double value) {
    (void)entry, (void)value;
    return Error{std::string(view), "cannot be taken hold of", "see `show` for the views that can"};
  }
  /// All weights as one span, for finite differences, perturbing and comparing; may be empty.
  virtual std::span<double> weights() { return {}; }
  /// Everything step() and record() read: weights, optimiser, generator, theory integrals.
  virtual void archive(Archive& archive) = 0;
  /// Appends the asked views to the frame: a pure function of the archive. One call shares one decomposition.
  virtual void measure(std::span<const std::uint32_t> views, Frame& frame) const = 0;
  /// Called with each recorded frame, in order, after measure(): carries what depends on history (theory, identity of
  /// lines, forecasts) to this moment and appends it. `recorded` are the views of the recording.
  virtual void record(std::span<const std::uint32_t> recorded, Frame& frame) { (void)recorded, (void)frame; }
  /// Called after each step that is not recorded: what a theory that record() carries needs of the steps between two records.
  virtual void follow() {}
  /// After Diverged: the quantity, and what to lower.
  virtual std::string trouble() const { return {}; }
  /// What one should know of this problem as it stands, such as why a completion may fail; "" when there is nothing to say.
  virtual std::string remark() const { return {}; }
};

struct InputInfo {
  std::string key, label, help;
  bool state = false;  ///< takes a whole State, not one array
};

/// One row of the table of systems.
struct Entry {
  std::string key, title, paper, summary;
  std::string time_axis;  ///< what System::time() is, as an axis label
  std::vector<Param> params;
  std::vector<InputInfo> inputs;
  std::vector<ViewInfo> (*views)(const Settings&, const Inputs&);
  double (*cost)(const Settings&, const Inputs&);  ///< floating-point operations of one step, roughly
  /// Bytes that making and running it takes at its highest, with its scalars and spectra recorded: within a factor of two.
  double (*memory)(const Settings&, const Inputs&);
  Result<std::unique_ptr<System>> (*make)(const Settings&, const Inputs&, std::uint64_t seed);
  /// Of `cost`, what evaluating the loss takes; the rest is its gradient. Null: not told apart.
  double (*forward_cost)(const Settings&, const Inputs&) = nullptr;
};

}  // namespace rankscope
