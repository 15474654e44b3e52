// What all tensor factorizations have in common: a map (systems/tensor_map.h) x a task x an integrator, and the measures of the end
// tensor. A factorization adds its parameters, its start and the views of its own.
#pragma once
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "flow/integrator.h"
#include "lab/system.h"
#include "math/svd_values.h"
#include "systems/tensor_map.h"
#include "tasks/batches.h"
#include "tasks/tensor_problem.h"

namespace rankscope {

/// Of the problem, the loss, the integrator and the batch: what stands behind a factorization's own.
std::vector<Param> tensor_params(std::vector<Param> own);
/// target, mask, measurements, targets, start.
std::vector<InputInfo> tensor_inputs();
/// `own` first, then the common ones: completed, target, residual (Tensor); unseen_share, loss, test_mse, reconstruction_error, fro_norm,
/// step_taken; of each of the usual matricizations and of `further` singular_values_KEY and effective_rank_KEY.
std::vector<ViewInfo> tensor_views(const TensorShape& shape, const Settings& settings, std::vector<ViewInfo> own, const std::vector<Modes>& further = {});
/// Of one step, by the map's own counts.
double tensor_cost(const TensorShape& shape, const Settings& settings, const TensorMap& map);
double tensor_forward_cost(const TensorShape& shape, const Settings& settings, const TensorMap& map);
/// Bytes at the highest.
double tensor_memory(const TensorShape& shape, const Settings& settings, const TensorMap& map);

/// Layout with the modes in this order, split so that the two sides are as alike as they can be.
Layout even_layout(const Shape& shape, Modes order);

/// The blocks as the input `start` holds them; empty when there is no such input. Errors: a block that is missing, of another shape, or not finite.
Result<std::vector<double>> start_weights(const Inputs& inputs, const TensorMap& map);

struct TensorSetup {
  Settings settings;
  TensorShape shape;
  TensorProblem problem;
  std::unique_ptr<TensorMap> map;
  std::vector<double> weights;
  std::vector<ViewInfo> own;
  std::vector<Modes> further;
  std::uint64_t seed = 1;
};

class TensorSystem : public System {
 public:
  explicit TensorSystem(TensorSetup setup);
  ~TensorSystem() override;

  Status step() override;
  double time() const override { return time_; }
  double loss() const override;
  void until(double time) override { until_ = time; }
  Result<void> set(std::string_view key, const Value& value) override;
  Result<void> nudge(std::string_view view, std::int64_t entry, double value) override;
  std::span<double> weights() override { return weights_; }
  void archive(Archive& archive) override;
  void measure(std::span<const std::uint32_t> views, Frame& frame) const override;
  void record(std::span<const std::uint32_t> recorded, Frame& frame) override;
  std::string trouble() const override;
  std::string remark() const override;

  /// Gives the optimiser what it had gathered in the input `start`, if there is one.
  Result<void> start_from(const Inputs& inputs);

 protected:
  /// The factorization's own view number `own`, as view `view` of the run: appends its series to the frame.
  virtual void measure_own(std::size_t own, std::uint32_t view, Frame& frame) const = 0;
  /// As System::record, for own view `own` if it is recorded: what depends on history.
  virtual void record_own(std::size_t own, std::uint32_t view, Frame& frame) { (void)own, (void)view, (void)frame; }
  /// As System::nudge, for own view `own` if it can be taken hold of.
  virtual Result<void> nudge_own(std::size_t own, std::int64_t entry, double value) { return (void)own, (void)entry, (void)value, Result<void>(); }
  /// After a nudge: what record_own carries is of a run that went on by itself.
  virtual void pushed() {}
  /// What record_own carries.
  virtual void archive_own(Archive& archive) { (void)archive; }
  /// Of a matricization, under the name `view`.
  Result<void> nudge_singular_value(std::string_view view, const Modes& rows, std::int64_t entry, double value);
  const Settings& settings() const { return settings_; }
  const TensorProblem& problem() const { return problem_; }
  TensorMap& map() const { return *map_; }  ///< weights aside, everything in it is workspace
  std::span<const double> now() const { return weights_; }
  double step_taken() const { return eta_; }

  /// Of this moment, over all data, made when first asked: W as the map lays it out, the tensor row-major, dL/dW, dL/dweights, and singular values
  /// of a matricization.
  const Matrix& w() const;
  std::span<const double> tensor() const;
  const Matrix& slope() const;
  std::span<const double> gradient() const;
  double loss_now() const;
  const Vector& singular_values(const Modes& rows) const;
  /// The truth's, in the same matricization; nullptr where it is not known everywhere.
  const Vector* target_singular_values(const Modes& rows) const;

 private:
  Result<void> move_entry(std::string_view view, std::int64_t entry, double value);
  struct Moment;
  struct Common;
  void measure_common(const Common& what, std::uint32_t view, Frame& frame) const;

  Settings settings_;
  TensorShape shape_;
  TensorProblem problem_;
  std::unique_ptr<TensorMap> map_;
  std::vector<ViewInfo> own_;
  std::vector<Common> common_;
  std::vector<double> weights_;
  mutable std::vector<double> gradient_;
  Batches batches_;
  std::unique_ptr<Integrator> integrator_;
  std::function<void(std::span<const double>, std::span<double>)> elsewhere_;
  double until_ = std::numeric_limits<double>::infinity();
  double time_ = 0, eta_ = 0, loss_ = std::numeric_limits<double>::quiet_NaN(), first_loss_ = -1;
  mutable std::unique_ptr<Moment> moment_;  ///< empty: nothing was asked of this moment yet
  mutable std::map<Modes, Vector> target_spectra_;
  std::string start_note_;
};

}  // namespace rankscope
