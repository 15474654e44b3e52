#include "systems/tensor_system.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "math/sampled_product.h"
#include "math/spectra.h"
#include "systems/deep_matrix_start.h"
#include "systems/nudge.h"
#include "systems/tensor_views.h"
#include "tasks/observing.h"

namespace rankscope {

struct TensorSystem::Common : TensorView {};

struct TensorSystem::Moment {
  bool formed = false;
  double loss = 0;
  Matrix slope;
  std::vector<double> gradient, tensor;
  std::map<Modes, Vector> spectra;
};

namespace {

Vector spectrum_of(std::span<const double> tensor, const Shape& shape, std::span<const int> rows) {
  SpectrumSolver solver;
  solver.compute(matricize(tensor, shape, rows));
  return solver.svd().s;
}

/// Of a step; 0: all of W.
std::int64_t entries_read(const TensorShape& shape, const Settings& settings, const TensorMap& map) {
  std::int64_t read = shape.entries;
  if (const auto batch = get<std::int64_t>(settings, "batch"); batch > 0) read = std::min(read, batch);
  return shape.task == "completion" && few_entries(read, map.layout().rows(), map.layout().cols()) ? read : 0;
}

}  // namespace

std::vector<Param> tensor_params(std::vector<Param> own) {
  for (auto list : {tensor_problem_params(), loss_params(), integrator_params(), batch_params()}) own.insert(own.end(), list.begin(), list.end());
  return own;
}

std::vector<InputInfo> tensor_inputs() {
  const auto problem = tensor_problem_inputs();
  std::vector<InputInfo> out(problem.begin(), problem.end());
  out.push_back({"start", "Start", "A whole .npz, FILE.npz?array=*: the weights by the names that a saved state has, and the optimizer's arrays if they are its.", true});
  return out;
}

std::vector<ViewInfo> tensor_views(const TensorShape& shape, const Settings& settings, std::vector<ViewInfo> own, const std::vector<Modes>& further) {
  for (TensorView& v : common_tensor_views(shape, settings, further)) own.push_back(std::move(v.info));
  return own;
}

double tensor_cost(const TensorShape& shape, const Settings& settings, const TensorMap& map) {
  const std::int64_t read = entries_read(shape, settings, map);
  return map.forward_flops(read) + map.gradient_flops(read) + tensor_task_flops(shape, settings);
}

double tensor_forward_cost(const TensorShape& shape, const Settings& settings, const TensorMap& map) {
  return map.forward_flops(entries_read(shape, settings, map)) + tensor_task_flops(shape, settings) / 2;
}

double tensor_memory(const TensorShape& shape, const Settings& settings, const TensorMap& map) {
  const auto weights = static_cast<double>(map.size()), all = static_cast<double>(entries(shape.shape));
  const auto& optimizer = get<std::string>(settings, "optimizer");
  const double kept = optimizer == "momentum" ? 1 : optimizer == "adam" ? 2 : optimizer == "flow" ? 8 : 0;
  const double halves = 2 * static_cast<double>(map.inner()) * static_cast<double>(map.layout().rows() + map.layout().cols());
  return 8 * ((3 + kept) * weights + 2 * halves + tensor_problem_numbers(shape) + 6 * all);
}

Layout even_layout(const Shape& shape, Modes order) {
  Layout best{shape, std::move(order), 1};
  for (int k = 2; k < static_cast<int>(shape.size()); ++k) {
    Layout other = best;
    other.split = k;
    if (other.rows() + other.cols() < best.rows() + best.cols()) best = other;
  }
  return best;
}

Result<std::vector<double>> start_weights(const Inputs& inputs, const TensorMap& map) {
  std::vector<double> weights;
  const State* start = start_of(inputs);
  if (!start) return weights;
  weights.resize(map.size());
  for (std::size_t b = 0; b < map.blocks().size(); ++b) {
    const Block& block = map.blocks()[b];
    const auto f = std::find_if(start->begin(), start->end(), [&](const Field& x) { return x.name == block.name; });
    if (f == start->end()) return Error{"start", "holds no " + block.name, "an array of " + dims(block.shape) + " is needed under this name"};
    if (f->type != Field::Type::F64) return Error{"start", block.name + " is of whole numbers", "save " + block.name + ".astype('f8')"};
    if (f->shape != block.shape) return Error{"start", block.name + " is " + dims(f->shape), dims(block.shape) + " is needed by the settings and the problem"};
    if (!finite(*f)) return Error{"start", block.name + " has entries that are not finite", "every weight must be a number"};
    if (f->columns_first != (f->shape.size() == 2))  // as a state has them
      return Error{"start", block.name + " is stored in another order than a state's arrays", "save np.ascontiguousarray(" + block.name + ")"};
    Archive one(*start);
    one.array(block.name, map.block(std::span<double>(weights), b), block.shape);
  }
  return weights;
}

TensorSystem::TensorSystem(TensorSetup setup)
    : settings_(std::move(setup.settings)), shape_(std::move(setup.shape)), problem_(std::move(setup.problem)), map_(std::move(setup.map)), own_(std::move(setup.own)),
      weights_(std::move(setup.weights)), gradient_(weights_.size()), batches_(problem_.observations, get<std::int64_t>(settings_, "batch"), setup.seed),
      integrator_(make_integrator(settings_, weights_.size())), elsewhere_([this](std::span<const double> weights, std::span<double> gradient) {
        map_->descend(weights, *problem_.task, {}, gradient);
      }) {
  assert(weights_.size() == map_->size());
  for (TensorView& v : common_tensor_views(shape_, settings_, setup.further)) common_.push_back({std::move(v)});
}

TensorSystem::~TensorSystem() = default;

Status TensorSystem::step() {
  moment_.reset();
  loss_ = map_->descend(weights_, *problem_.task, batches_.next(), gradient_);
  if (first_loss_ < 0) first_loss_ = loss_;
  constexpr double kBlownUp = 1e12;  // far beyond any transient, far below overflow: the last frames can still be drawn
  if (!(loss_ <= kBlownUp * (first_loss_ + 1))) return Status::Diverged;
  eta_ = integrator_->step(weights_, {gradient_, elsewhere_, until_ - time_});
  time_ += eta_;
  return eta_ == 0 ? Status::Diverged : Status::Running;
}

double TensorSystem::loss() const {
  if (batches_.all()) return loss_;
  return batches_.epoch_over() ? loss_now() : std::numeric_limits<double>::quiet_NaN();
}

Result<void> TensorSystem::set(std::string_view key, const Value& value) {
  settings_[std::string(key)] = value;
  if (is_integrator_param(key)) integrator_->configure(settings_);
  return {};
}

Result<void> TensorSystem::nudge(std::string_view view, std::int64_t entry, double value) {
  moment_.reset();
  auto done = move_entry(view, entry, value);
  if (done) pushed();
  return done;
}

Result<void> TensorSystem::move_entry(std::string_view key, std::int64_t entry, double value) {
  const auto own = std::find_if(own_.begin(), own_.end(), [&](const ViewInfo& v) { return v.key == key; });
  const Common* common = find_view(common_, key);
  if (auto may = check_grasp(own != own_.end() ? &*own : common ? &common->info : nullptr, key, value); !may) return may;
  if (own != own_.end()) return nudge_own(static_cast<std::size_t>(own - own_.begin()), entry, value);
  if (common->measure == TensorMeasure::SingularValues) return nudge_singular_value(key, common->rows, entry, value);
  if (auto is = check_entry(key, entry, entries(shape_.shape)); !is) return is;
  const std::int64_t place = problem_.layout.place(entry);
  const Matrix& w = map_->forward(weights_);
  const Grip grip{[this](std::span<const double> weights) -> const Matrix& { return map_->forward(weights); },
                  [this](std::span<const double> weights, const Matrix& slope, std::span<double> gradient) {
                    map_->forward(weights);
                    map_->backward_from(weights, slope, gradient);
                  }};
  return nudge_entry(key, weights_, grip, place % w.rows(), place / w.rows(), value, largest_entry(w));
}

Result<void> TensorSystem::nudge_singular_value(std::string_view view, const Modes& rows, std::int64_t entry, double value) {
  moment_.reset();
  const Shape& shape = problem_.layout.shape;
  Matrix unfolded, slope(map_->layout().rows(), map_->layout().cols());
  std::vector<double> tensor(static_cast<std::size_t>(slope.size()));
  // Where each entry of the tensor stands in the matricization: the way back is the way there.
  std::vector<double> numbers(tensor.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i);
  const Matrix place = matricize(numbers, shape, rows);
  if (auto is = check_entry(view, entry, std::min(place.rows(), place.cols())); !is) return is;
  const Grip grip{[&](std::span<const double> weights) -> const Matrix& {
                    const Matrix& w = map_->forward(weights);
                    problem_.layout.to_natural({w.data(), tensor.size()}, tensor);
                    return unfolded = matricize(tensor, shape, rows);
                  },
                  [&](std::span<const double> weights, const Matrix& of_unfolded, std::span<double> gradient) {
                    for (Eigen::Index k = 0; k < place.size(); ++k) tensor[static_cast<std::size_t>(place.data()[k])] = of_unfolded.data()[k];
                    problem_.layout.from_natural(tensor, {slope.data(), tensor.size()});
                    map_->forward(weights);
                    map_->backward_from(weights, slope, gradient);
                  }};
  return rankscope::nudge_singular_value(view, weights_, grip, entry, value);
}

Result<void> TensorSystem::start_from(const Inputs& inputs) {
  const State* start = start_of(inputs);
  if (!start) return {};
  auto note = start_optimizer(*start, settings_, *integrator_);
  if (!note) return note.error();
  start_note_ = std::move(*note);
  return {};
}

void TensorSystem::archive(Archive& a) {
  if (a.reading()) moment_.reset();
  for (std::size_t b = 0; b < map_->blocks().size(); ++b) a.array(map_->blocks()[b].name, map_->block(std::span<double>(weights_), b), map_->blocks()[b].shape);
  a("time", time_), a("step_taken", eta_), a("loss", loss_), a("first_loss", first_loss_);
  integrator_->archive(a);
  batches_.archive(a);
  archive_own(a);
}

void TensorSystem::measure(std::span<const std::uint32_t> wanted, Frame& frame) const {
  moment_.reset();  // weights() may have been written to
  for (std::uint32_t v : wanted) v < own_.size() ? measure_own(v, v, frame) : measure_common(common_[v - own_.size()], v, frame);
}

void TensorSystem::record(std::span<const std::uint32_t> recorded, Frame& frame) {
  for (std::uint32_t v : recorded)
    if (v < own_.size()) record_own(v, v, frame);
}

std::string TensorSystem::trouble() const {
  if (eta_ == 0) return "no step is short enough for the tolerance; raise tolerance (now " + to_text(settings_.at("tolerance")) + ")";
  char loss[32];
  std::snprintf(loss, sizeof loss, "%.2g", loss_);
  return "the training loss blew up to " + std::string(loss) + "; lower step_size (now " + to_text(settings_.at("step_size")) + ")";
}

std::string TensorSystem::remark() const {
  std::string text = start_note_;
  const auto say = [&](const std::string& sentence) { text += (text.empty() ? "" : " ") + sentence; };
  if (shape_.task == "completion" && !shape_.unseen) say(std::to_string(problem_.observations) + " entries are observed; nothing is held out, so there is no error to show.");
  if (get<double>(settings_, "noise") > 0) say("The observations are noisy: fitting them to zero loss fits the noise too.");
  return text;
}

const Matrix& TensorSystem::w() const {
  if (!moment_) moment_ = std::make_unique<Moment>();
  if (!moment_->formed) map_->forward(weights_);
  moment_->formed = true;
  return map_->end_to_end();
}

std::span<const double> TensorSystem::tensor() const {
  const Matrix& w = this->w();
  std::vector<double>& out = moment_->tensor;
  if (out.empty()) {
    out.resize(static_cast<std::size_t>(w.size()));
    problem_.layout.to_natural({w.data(), out.size()}, out);
  }
  return out;
}

const Matrix& TensorSystem::slope() const {
  const Matrix& w = this->w();
  Moment& m = *moment_;
  if (m.slope.size() == 0) {
    m.slope.resize(w.rows(), w.cols());
    m.loss = problem_.task->evaluate(w, m.slope);
  }
  return m.slope;
}

std::span<const double> TensorSystem::gradient() const {
  const Matrix& slope = this->slope();
  std::vector<double>& out = moment_->gradient;
  if (out.empty()) {
    out.resize(weights_.size());
    map_->backward_from(weights_, slope, out);
  }
  return out;
}

double TensorSystem::loss_now() const {
  slope();
  return moment_->loss;
}

const Vector& TensorSystem::singular_values(const Modes& rows) const {
  const auto tensor = this->tensor();
  const auto [it, fresh] = moment_->spectra.try_emplace(rows);
  if (fresh) it->second = spectrum_of(tensor, problem_.layout.shape, rows);
  return it->second;
}

const Vector* TensorSystem::target_singular_values(const Modes& rows) const {
  if (!problem_.truth_complete()) return nullptr;
  const auto [it, fresh] = target_spectra_.try_emplace(rows);
  if (fresh) it->second = spectrum_of(problem_.truth, problem_.layout.shape, rows);
  return &it->second;
}

void TensorSystem::measure_common(const Common& what, std::uint32_t v, Frame& frame) const {
  using M = TensorMeasure;
  const auto put = [&](double x, Part part = Part::Measured) { frame.values.push_back({v, part, {}, {x}}); };
  const auto spectrum = [&](const Vector& s, Part part) { frame.values.push_back({v, part, {s.size()}, {s.data(), s.data() + s.size()}}); };
  const auto whole = [&](std::vector<double> values, Part part = Part::Measured) { frame.values.push_back({v, part, problem_.layout.shape, std::move(values)}); };
  switch (what.measure) {
    case M::Completed: {
      whole({tensor().begin(), tensor().end()});
      if (problem_.seen.empty()) return;
      std::vector<double> observed(tensor().size(), 0.0);
      for (std::int64_t at : problem_.seen) observed[static_cast<std::size_t>(at)] = 1;
      return whole(std::move(observed), Part::Observed);
    }
    case M::Target: return whole(problem_.truth);
    case M::Residual: {
      std::vector<double> rest(tensor().begin(), tensor().end());
      for (std::size_t k = 0; k < rest.size(); ++k) rest[k] -= problem_.truth[k];
      return whole(std::move(rest));
    }
    case M::UnseenShare: return put(problem_.test_mse(tensor()) / problem_.unseen_power());
    case M::Loss: return put(loss_now());
    case M::TestMse: return put(problem_.test_mse(tensor()));
    case M::ReconstructionError: return put(problem_.reconstruction_error(tensor()));
    case M::FroNorm: return put(w().norm());
    case M::StepTaken: return put(eta_);
    case M::SingularValues:
      spectrum(singular_values(what.rows), Part::Measured);
      if (const Vector* t = target_singular_values(what.rows)) spectrum(*t, Part::Target);
      return;
    case M::EffectiveRank:
      put(effective_rank(singular_values(what.rows)));
      if (const Vector* t = target_singular_values(what.rows)) put(effective_rank(*t), Part::Target);
      return;
  }
}

}  // namespace rankscope
