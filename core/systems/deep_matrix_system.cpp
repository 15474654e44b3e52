// W = W_N ... W_1, W_j of d_j x d_{j-1}; x -> W x, so W is outputs x inputs (d_N x d_0). Time is flow time, the sum of step sizes.
#include "systems/deep_matrix_system.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>

#include "flow/integrator.h"
#include "math/product.h"
#include "math/roots.h"
#include "math/sampled_product.h"
#include "math/spectra.h"
#include "math/svd_values.h"
#include "systems/deep_matrix_start.h"
#include "systems/deep_matrix_views.h"
#include "systems/growth_theory.h"
#include "systems/layer_product.h"
#include "systems/line_tracker.h"
#include "systems/nudge.h"
#include "tasks/batches.h"
#include "tasks/least_nuclear_norm.h"

namespace rankscope {
namespace {

constexpr std::int64_t kLines = 10;  ///< singular values that theory, identity and forecasts follow

class DeepMatrix final : public System {
 public:
  DeepMatrix(const Settings& settings, MatrixProblem problem, const MatrixShape& shape, std::vector<std::int64_t> widths,
             const std::vector<Matrix>& layers, int theory_degree, std::uint64_t seed)
      : settings_(settings), problem_(std::move(problem)), product_(std::move(widths)),
        views_(deep_matrix_views(shape, product_.depth(), get<std::string>(settings, "optimizer"))), weights_(product_.size()), gradient_(product_.size()),
        batches_(problem_.observations, get<std::int64_t>(settings, "batch"), seed), integrator_(make_integrator(settings, weights_.size())),
        lines_(static_cast<std::size_t>(std::min({kLines, problem_.rows, problem_.cols}))), tracker_(lines_), theory_(theory_degree, lines_) {
    for (int j = 1; j <= product_.depth(); ++j) product_.layer(std::span<double>(weights_), j) = layers[static_cast<std::size_t>(j - 1)];
    if (!problem_.task->observed().empty()) least_.emplace(*problem_.task, problem_.rows, problem_.cols);
  }

  Status step() override {
    loss_ = product_.descend(weights_, *problem_.task, batches_.next(), gradient_);
    if (first_loss_ < 0) first_loss_ = loss_;
    constexpr double kBlownUp = 1e12;  // far beyond any transient, far below overflow: the last frames can still be drawn
    if (!(loss_ <= kBlownUp * (first_loss_ + 1))) return Status::Diverged;
    eta_ = integrator_->step(weights_, {gradient_, elsewhere_, until_ - time_});
    time_ += eta_;
    return eta_ == 0 ? Status::Diverged : Status::Running;
  }

  double time() const override { return time_; }
  double loss() const override {
    if (batches_.all()) return loss_;
    return batches_.epoch_over() ? loss_over_all() : std::numeric_limits<double>::quiet_NaN();
  }
  void until(double time) override { until_ = time; }

  Result<void> set(std::string_view key, const Value& value) override {
    settings_[std::string(key)] = value;
    if (is_integrator_param(key)) integrator_->configure(settings_);
    return {};
  }

  /// Gives the optimiser what it had gathered in the file.
  Result<void> start_from(const State& start) {
    auto note = start_optimizer(start, settings_, *integrator_);
    if (!note) return note.error();
    start_note_ = std::move(*note);
    return {};
  }

  std::span<double> weights() override { return weights_; }

  Result<void> nudge(std::string_view view, std::int64_t entry, double value) override {
    auto done = move_entry(view, entry, value);
    if (done) theory_.restart();
    return done;
  }

  void archive(Archive& a) override {
    for (int j = 1; j <= product_.depth(); ++j) {
      auto layer = product_.layer(std::span<double>(weights_), j);
      a("W_" + std::to_string(j), std::span<double>(layer.data(), static_cast<std::size_t>(layer.size())), layer.rows(), layer.cols());
    }
    a("time", time_), a("step_taken", eta_), a("loss", loss_), a("first_loss", first_loss_);
    integrator_->archive(a);
    batches_.archive(a);
    tracker_.archive(a);
    theory_.archive(a);
    if (least_) {
      a("baseline.earned", earned_), a("baseline.earned_to", earned_to_);
      least_->archive(a);
    }
  }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    const bool values = std::any_of(wanted.begin(), wanted.end(), [&](auto v) { return views_[v].needs_values(); });
    const bool sampled = product_.by_factors(*problem_.task, 0), by_entries = sampled && few_entries(std::ssize(problem_.unseen.at), problem_.rows, problem_.cols);
    double loss = 0;
    const Matrix* w = nullptr;
    if (!sampled || std::any_of(wanted.begin(), wanted.end(), [&](auto v) { return views_[v].needs_product(by_entries, product_.narrow()); }))
      w = &end_to_end(loss);
    else if (std::any_of(wanted.begin(), wanted.end(), [&](auto v) { return views_[v].measure == MatrixMeasure::Loss; }))
      loss = loss_over_all();
    if (values) decompose(w);
    for (std::uint32_t v : wanted) measure_one(v, w, loss, frame);
  }

  void record(std::span<const std::uint32_t> recorded, Frame& frame) override {
    record_theory(recorded, frame);
    const auto norm = std::find_if(recorded.begin(), recorded.end(), [&](auto v) { return views_[v].measure == MatrixMeasure::NuclearNorm; });
    if (norm != recorded.end() && least_) record_baseline(*norm, frame);
  }

  std::string trouble() const override {
    if (eta_ == 0) return "no step is short enough for the tolerance; raise tolerance (now " + to_text(settings_.at("tolerance")) + ")";
    return "the training loss blew up to " + rounded(loss_) + "; lower step_size (now " + to_text(settings_.at("step_size")) + ")";
  }

  std::string remark() const override {
    const std::string text = completion_remark();
    return start_note_ + (start_note_.empty() || text.empty() ? "" : " ") + text;
  }

 private:
  Result<void> move_entry(std::string_view key, std::int64_t entry, double value) {
    const MatrixView* view = find_view(views_, key);
    if (auto may = check_grasp(view ? &view->info : nullptr, key, value); !may) return may;
    const bool spectrum = view->measure == MatrixMeasure::SingularValues;
    if (auto is = check_entry(key, entry, spectrum ? std::min(problem_.rows, problem_.cols) : problem_.rows * problem_.cols); !is) return is;
    if (spectrum) return nudge_singular_value(key, weights_, grip_, entry, value);
    const Eigen::Index i = entry / problem_.cols, j = entry % problem_.cols;
    const Matrix& w = product_.forward(weights_);
    if (view->measure == MatrixMeasure::EndToEnd) return nudge_entry(key, weights_, grip_, i, j, value, largest_entry(w));
    return nudge_entry(key, weights_, grip_, i, j, problem_.units.to_model(value, i, j), largest_entry(problem_.completed(w)) / problem_.units.factor);
  }

  /// The theory's singular values, which line each measured one is, and when it takes off.
  void record_theory(std::span<const std::uint32_t> recorded, Frame& frame) {
    const auto spectrum = std::find_if(recorded.begin(), recorded.end(), [&](auto v) { return views_[v].info.theory; });
    if (spectrum == recorded.end()) return;
    svd_.vectors(static_cast<Eigen::Index>(lines_));  // of what measure() has just decomposed
    const bool sampled = product_.by_factors(*problem_.task, 0);
    if (sampled) problem_.task->read(product_.factors(weights_));
    const auto& line = tracker_.follow(svd_.svd());
    std::vector<GrowthTheory::Force> force(lines_);
    std::vector<double> sigma(lines_), forecast(lines_), predicted(lines_);
    for (std::size_t i = 0; i < lines_; ++i) {
      const auto r = static_cast<std::size_t>(line[i]);
      sigma[r] = svd_.svd().s[static_cast<Eigen::Index>(i)];
      force[r] = driving_force(static_cast<Eigen::Index>(i), theory_.started() ? theory_.sigma()[r] : sigma[r], sampled);
      forecast[i] = take_off_step(sigma[r], product_.depth(), force[r], frame.step, eta_, svd_.svd().s[0]);
    }
    if (theory_.started()) theory_.advance(time_, force);
    else theory_.start(time_, sigma, force);
    for (std::size_t i = 0; i < lines_; ++i) predicted[i] = theory_.sigma()[static_cast<std::size_t>(line[i])];
    const auto n = static_cast<std::int64_t>(lines_);
    frame.values.push_back({*spectrum, Part::Theory, {n}, predicted});
    frame.values.push_back({*spectrum, Part::Lines, {n}, line});
    frame.values.push_back({*spectrum, Part::Forecast, {n}, forecast});
  }

  /// The bounds of the least nuclear norm, which get a twelfth of what the steps and the recorded decompositions cost. Where W is never formed the
  /// first bounds stay: a matrix of that size is what such a run does without.
  void record_baseline(std::uint32_t view, Frame& frame) {
    constexpr double kShare = 0.08;
    const MatrixTask& task = *problem_.task;
    const double size = static_cast<double>(problem_.rows) * static_cast<double>(problem_.cols);
    const double step = task.entries() ? product_.flops(batches_.largest()) : product_.flops(0) + 4 * size * static_cast<double>(batches_.largest());
    earned_ += kShare * (step * static_cast<double>(frame.step - earned_to_) +
                         decomposition_flops(problem_.rows, problem_.cols, theory_.started() ? static_cast<Eigen::Index>(lines_) : 0));
    earned_to_ = frame.step;
    if (task.entries() && !least_->started()) least_->advance(svd_);
    if (!(product_.narrow() && product_.by_factors(task, 0)))
      while (!least_->done() && least_->work() + decomposition_flops(problem_.rows, problem_.cols, 0) <= earned_) least_->advance(svd_);
    if (least_->lower() <= least_->upper() && least_->started()) frame.values.push_back({view, Part::Baseline, {2}, {least_->lower(), least_->upper()}});
  }

  std::string completion_remark() const {
    if (problem_.seen.at.empty()) return {};
    if (problem_.unseen.at.empty()) return std::to_string(problem_.observations) + " entries are observed; nothing is held out, so there is no error to show.";
    decompose(nullptr);
    const auto rank = static_cast<std::int64_t>(std::ceil(effective_rank(svd_.svd().s) - 1e-9));
    const std::int64_t freedom = rank * (problem_.rows + problem_.cols - rank);
    std::string text = std::to_string(problem_.observations) + " entries are observed; a matrix of rank " + std::to_string(rank) + " has " +
                       std::to_string(freedom) + " degrees of freedom, r(n + m - r).";
    if (problem_.observations < freedom) text += " That is more than what is observed: no method can be sure of this completion.";
    if (get<double>(settings_, "noise") > 0) text += " The observations are noisy: fitting them to zero loss fits the noise too.";
    return text;
  }

  static std::string rounded(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", x);
    return text;
  }

  double loss_over_all() const { return product_.descend(weights_, *problem_.task, {}, gradient_); }

  /// W, and dL/dW over all data.
  const Matrix& end_to_end(double& loss) const {
    const Matrix& w = product_.forward(weights_);
    end_gradient_.resize(problem_.rows, problem_.cols);
    loss = problem_.task->evaluate(w, end_gradient_);
    return w;
  }

  /// The singular values of this moment.
  void decompose(const Matrix* w) const {
    if (w && !product_.narrow()) svd_.compute(*w);
    else decompose(weights_, svd_);
  }
  void decompose(std::span<const double> weights, SpectrumSolver& out) const {
    if (!product_.narrow()) return (void)out.compute(product_.forward(weights));
    Matrix left, right;
    product_.split(weights, left, right);
    out.compute(left, right);
  }

  double unseen_error(const Matrix* w) const {
    if (w) return problem_.test_mse(ConstMatrixRef(*w));
    std::vector<std::int32_t> row, col;
    for (std::int64_t at : problem_.unseen.at) {
      row.push_back(static_cast<std::int32_t>(at % problem_.rows));
      col.push_back(static_cast<std::int32_t>(at / problem_.rows));
    }
    std::vector<double> at(row.size());
    const Factors factors = product_.factors(weights_);
    sampled_product(at, factors.left_t, factors.right, {row, col});
    return problem_.test_mse_of(at);
  }

  /// gamma_r = -<grad L(W), u_r v_r^T> (what the equation of singular values is driven by).
  double gamma(const Matrix& gradient, Eigen::Index r) const {
    multiply(left_, gradient, svd_.svd().v.col(r));
    return -svd_.svd().u.col(r).dot(left_.col(0));
  }

  /// gamma as a function of sigma_r, the rest of W as it is: through its value here and at the theory's sigma.
  GrowthTheory::Force driving_force(Eigen::Index r, double theory_sigma, bool sampled) const {
    const Svd& svd = svd_.svd();
    const double sigma = svd.s[r], scale = svd.s[0] > 0 ? svd.s[0] : 1;
    double shift = theory_sigma - sigma;
    if (!(std::abs(shift) > 1e-3 * scale)) shift = 1e-3 * scale;  // where the two agree, a difference quotient
    if (sampled) {
      const Vector u = svd.u.col(r), v = svd.v.col(r);
      const double here = -problem_.task->along(u, v, 0), slope = (-problem_.task->along(u, v, shift) - here) / shift;
      return {here - slope * sigma, slope};
    }
    const double here = gamma(end_gradient_, r);
    moved_ = product_.end_to_end();
    moved_.noalias() += (shift * svd.u.col(r)) * svd.v.col(r).transpose();
    moved_gradient_.resize(problem_.rows, problem_.cols);
    problem_.task->evaluate(moved_, moved_gradient_);
    const double slope = (gamma(moved_gradient_, r) - here) / shift;
    return {here - slope * sigma, slope};
  }

  double unbalancedness(MatrixMeasure how) const {
    double worst = 0;
    for (int j = 1; j < product_.depth(); ++j) {
      const auto below = product_.layer(std::span<const double>(weights_), j), above = product_.layer(std::span<const double>(weights_), j + 1);
      Matrix a(below.rows(), below.rows()), b(below.rows(), below.rows());
      multiply(a, above, above, Op::Transpose, Op::None);
      multiply(b, below, below, Op::None, Op::Transpose);
      const double mean = 0.5 * (a.norm() + b.norm());
      a -= b;
      double x = 0;
      if (how == MatrixMeasure::UnbalancednessNuclear) {
        SpectrumSolver solver;
        if (!solver.compute(a)) return std::numeric_limits<double>::quiet_NaN();
        x = nuclear_norm(solver.svd().s);
      } else {
        x = how == MatrixMeasure::UnbalancednessRelative ? (mean > 0 ? a.norm() / mean : 0.0) : a.norm();
      }
      worst = std::max(worst, x);
    }
    return worst;
  }

  /// The truth's spectrum, once, when somebody looks; nullptr when the truth is not known everywhere.
  const Vector* target_spectrum() const {
    if (!problem_.truth_complete()) return nullptr;
    if (target_spectrum_.size() == 0) {
      SpectrumSolver solver;
      if (!solver.compute(problem_.truth_in_model())) return nullptr;
      target_spectrum_ = solver.svd().s;
    }
    return &target_spectrum_;
  }

  /// `w`: nullptr where no view needs it.
  void measure_one(std::uint32_t v, const Matrix* w, double loss, Frame& frame) const {
    using M = MatrixMeasure;
    const Vector& s = svd_.svd().s;
    auto put = [&](double x, Part part = Part::Measured) { frame.values.push_back({v, part, {}, {x}}); };
    auto spectrum = [&](const Vector& x, Part part = Part::Measured) {
      frame.values.push_back({v, part, {x.size()}, {x.data(), x.data() + x.size()}});
    };
    auto matrix = [&](ConstMatrixRef m) {
      Series out{v, Part::Measured, {m.rows(), m.cols()}, {}};
      out.data.reserve(static_cast<std::size_t>(m.size()));
      for (Eigen::Index i = 0; i < m.rows(); ++i)
        for (Eigen::Index j = 0; j < m.cols(); ++j) out.data.push_back(m(i, j));
      frame.values.push_back(std::move(out));
    };
    auto of_spectrum = [&](double (*f)(const Vector&)) {
      put(f(s));
      if (const Vector* t = target_spectrum()) put(f(*t), Part::Target);
    };
    const double p = get<double>(settings_, "schatten_p");
    switch (views_[v].measure) {
      case M::Loss: return put(loss);
      case M::TestMse: return put(unseen_error(w));
      case M::UnseenShare: return put(unseen_error(w) / problem_.unseen_power());
      case M::ReconstructionError: return put(problem_.reconstruction_error(*w));
      case M::SingularValues:
        spectrum(s);
        if (const Vector* t = target_spectrum()) spectrum(*t, Part::Target);
        return;
      case M::EffectiveRank: return of_spectrum([](const Vector& x) { return effective_rank(x); });
      case M::NumericalRank: return put(static_cast<double>(numerical_rank(s, problem_.rows, problem_.cols)));
      case M::NuclearNorm: return of_spectrum([](const Vector& x) { return nuclear_norm(x); });
      case M::FroNorm: {
        put(w->norm());
        if (const Vector* t = target_spectrum()) put(t->norm(), Part::Target);
        return;
      }
      case M::SchattenNorm: return put(schatten_norm(s, p));
      case M::SchattenSum: return put(schatten_sum(s, 2.0 / product_.depth()));
      case M::Unbalancedness:
      case M::UnbalancednessRelative:
      case M::UnbalancednessNuclear: return put(unbalancedness(views_[v].measure));
      case M::StepTaken: return put(eta_);
      case M::RejectedSteps: return put(static_cast<double>(integrator_->rejected()));
      case M::SingularValueRates: {
        svd_.vectors(s.size());
        Vector rates(s.size());
        const int n = product_.depth();
        for (Eigen::Index r = 0; r < s.size(); ++r)  // sigma^(2 - 2/N) = (sigma^(1/N))^(2N - 2)
          rates[r] = n * integer_power(nth_root(s[r], n), 2 * n - 2) * gamma(end_gradient_, r);
        return spectrum(rates);
      }
      case M::Alignment: {
        const auto k = static_cast<Eigen::Index>(lines_);
        svd_.vectors(k);
        Matrix left(problem_.rows, k), out(k, k);
        multiply(left, end_gradient_, svd_.svd().v.leftCols(k));
        multiply(out, svd_.svd().u.leftCols(k), left, Op::Transpose);
        return matrix(out.cwiseAbs());
      }
      case M::Seen: return matrix(problem_.seen_matrix());
      case M::Completed: return matrix(problem_.completed(*w));
      case M::Target: return matrix(problem_.truth_matrix());
      case M::EndToEnd: return matrix(*w);
      case M::Residual: return matrix(problem_.completed(*w) - problem_.truth_matrix());
      case M::Factor: return matrix(product_.layer(std::span<const double>(weights_), views_[v].layer));
    }
  }

  Settings settings_;
  MatrixProblem problem_;
  mutable LayerProduct product_;  ///< weights aside, everything in it is workspace
  std::vector<MatrixView> views_;
  std::vector<double> weights_;
  mutable std::vector<double> gradient_;  ///< and end_gradient_: workspace
  mutable Matrix end_gradient_;
  Batches batches_;
  std::unique_ptr<Integrator> integrator_;
  const std::function<void(std::span<const double>, std::span<double>)> elsewhere_ = [this](std::span<const double> weights, std::span<double> gradient) {
    product_.descend(weights, *problem_.task, {}, gradient);
  };
  const Grip grip_{[this](std::span<const double> weights) -> const Matrix& { return product_.forward(weights); },
                   [this](std::span<const double> weights, const Matrix& slope, std::span<double> gradient) {
                     product_.forward(weights);
                     product_.backward_from(weights, slope, gradient);
                   },
                   [this](std::span<const double> weights, SpectrumSolver& out) { decompose(weights, out); }};
  double until_ = std::numeric_limits<double>::infinity();  ///< the stop rule's, for methods that choose their steps
  double time_ = 0, eta_ = 0, loss_ = std::numeric_limits<double>::quiet_NaN(), first_loss_ = -1;
  std::size_t lines_;
  LineTracker tracker_;
  GrowthTheory theory_;
  std::optional<LeastNuclearNorm> least_;  ///< of completion and sensing
  double earned_ = 0;                      ///< operations that it may have made
  std::int64_t earned_to_ = 0;             ///< the step up to which they were
  mutable SpectrumSolver svd_;
  mutable Matrix left_{Matrix(problem_.rows, 1)}, moved_, moved_gradient_;
  mutable Vector target_spectrum_;
  std::string start_note_;
};

}  // namespace

Result<std::unique_ptr<System>> deep_matrix_system(const Settings& settings, MatrixProblem problem, const MatrixShape& shape,
                                                   std::vector<std::int64_t> widths, const std::vector<Matrix>& layers, int theory_degree,
                                                   std::uint64_t seed, const State* start) {
  auto system = std::make_unique<DeepMatrix>(settings, std::move(problem), shape, std::move(widths), layers, theory_degree, seed);
  if (start)
    if (auto begun = system->start_from(*start); !begun) return begun.error();
  return std::unique_ptr<System>(std::move(system));
}

}  // namespace rankscope
