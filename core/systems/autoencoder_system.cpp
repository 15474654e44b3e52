// Loss: mean square error over pixels and samples, a minibatch a step. Time is epochs: rows seen over rows there are.
#include "systems/autoencoder_system.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "autodiff/layers.h"
#include "flow/integrator.h"
#include "math/spectra.h"
#include "math/svd_values.h"
#include "flow/move_to.h"
#include "systems/autoencoder_network.h"
#include "systems/nudge.h"
#include "tasks/batches.h"

namespace rankscope {
namespace {

constexpr Eigen::Index kChunk = 256;  ///< samples that are evaluated at once: a tape keeps what it met

ConstMatrixMap map(const Matrix& m) { return {m.data(), m.rows(), m.cols()}; }

class Autoencoder final : public System {
 public:
  Autoencoder(const Settings& settings, AutoencoderData data, std::uint64_t seed)
      : settings_(settings), data_(std::move(data)), network_(autoencoder_network(settings, data_.train.cols())),
        weights_(network_.start(get<double>(settings, "linear_scale"), seed)), gradient_(weights_.size()),
        batches_(data_.train.rows(), get<std::int64_t>(settings, "batch"), seed), integrator_(make_integrator(settings, weights_.size())),
        every_row_(static_cast<std::size_t>(std::max(data_.train.rows(), data_.test.rows()))) {
    std::iota(every_row_.begin(), every_row_.end(), 0);
  }

  Status step() override {
    tape_.clear();
    const std::span<const std::int64_t> rows = batches_.next();
    Var x = tape_.leaf(map(data_.train));
    if (!rows.empty()) x = gather_rows(x, rows);
    const Var loss = mean_square_error(network_.forward(tape_, x, weights_, &parameters_).output, x);
    loss_ = loss.number();
    if (first_loss_ < 0) first_loss_ = loss_;
    constexpr double kBlownUp = 1e12;
    if (!(loss_ <= kBlownUp * (first_loss_ + 1))) return Status::Diverged;
    gradients_.resize(parameters_.size());
    tape_.gradient(loss, parameters_, gradients_);
    flatten(gradients_, gradient_);
    integrator_->step(weights_, {gradient_, elsewhere_});
    rows_seen_ += x.rows();
    return Status::Running;
  }

  double time() const override { return static_cast<double>(rows_seen_) / static_cast<double>(data_.train.rows()); }
  double loss() const override {
    if (batches_.all()) return loss_;
    return batches_.epoch_over() ? mean_square(data_.train) : std::numeric_limits<double>::quiet_NaN();
  }

  Result<void> set(std::string_view key, const Value& value) override {
    settings_[std::string(key)] = value;
    if (is_integrator_param(key)) integrator_->configure(settings_);
    return {};
  }

  std::span<double> weights() override { return weights_; }

  /// Of the images, what the network makes of them; the images themselves are given.
  Result<void> nudge(std::string_view key, std::int64_t entry, double value) override {
    const AutoencoderView* view = find_view(views_, key);
    if (auto may = check_grasp(view ? &view->info : nullptr, key, value); !may) return may;
    const Sheet sheet(data_.test);
    if (auto is = check_entry(key, entry, sheet.rows() * sheet.cols()); !is) return is;
    const Eigen::Index x = entry % sheet.cols(), y = entry / sheet.cols() - sheet.height - 1, column = x % (sheet.width + 1);
    if (y < 0 || column == sheet.width) return Error{std::string(key), "shows what is given there", "take hold of a pixel of the lower row, which the network makes"};
    const Matrix image = data_.test.row(sheet.row(x / (sheet.width + 1)));
    const Eigen::Index pixel = y * sheet.width + column;
    double largest = 0;
    for (double shown : reconstructions(0).data) largest = std::max(largest, std::abs(shown));
    std::vector<Var> parameters;
    const auto made = [&](std::span<const double> weights) {
      evaluation_.clear();
      return slice(network_.forward(evaluation_, evaluation_.leaf(map(image)), weights, &parameters).output, 0, pixel, 1, 1);
    };
    return move_to(key, weights_, value,
                   {[&](std::span<const double> weights) { return made(weights).number(); },
                    [&](std::span<const double> weights, std::span<double> gradient) {
                      const Var at = made(weights);
                      std::vector<Var> slopes(parameters.size());
                      evaluation_.gradient(at, parameters, slopes);
                      flatten(slopes, gradient);
                    },
                    largest});
  }

  void archive(Archive& a) override {
    int number = 0;
    for (const auto& l : network_.layers()) {
      const std::string name = std::to_string(++number);
      const auto size = static_cast<std::size_t>(l.outputs * l.inputs);
      a("W_" + name, std::span<double>(weights_).subspan(l.at, size), l.outputs, l.inputs);
      if (l.offset) a("b_" + name, std::span<double>(weights_).subspan(l.at + size, static_cast<std::size_t>(l.outputs)));
    }
    a("rows_seen", rows_seen_), a("loss", loss_), a("first_loss", first_loss_);
    integrator_->archive(a);
    batches_.archive(a);
  }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    const auto asks = [&](auto... what) {
      return std::any_of(wanted.begin(), wanted.end(), [&](std::uint32_t v) { return ((views_[v].measure == what) || ...); });
    };
    using M = AutoencoderMeasure;
    Matrix latent(data_.test.rows(), network_.latent());
    Vector singular, eigen;  // of the latent covariance over the held-out images
    if (asks(M::Spectrum, M::EffectiveRank, M::EffectiveRankSingular, M::Rank, M::PrincipalMse)) {
      evaluate(data_.test, [&](Eigen::Index at, Var, const AutoencoderNetwork::Pass& pass) { latent.middleRows(at, pass.latent.rows()) = pass.latent.value(); });
      const Eigen::RowVectorXd mean = latent.colwise().mean();
      latent.rowwise() -= mean;
      SpectrumSolver solver;
      solver.compute(latent);
      singular = solver.svd().s;
      eigen = singular.cwiseAbs2() / static_cast<double>(latent.rows());
    }
    for (std::uint32_t v : wanted) measure_one(v, singular, eigen, frame);
  }

  std::string trouble() const override {
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", loss_);
    return std::string("the training loss blew up to ") + text + "; lower step_size (now " + to_text(settings_.at("step_size")) + ")";
  }

 private:
  /// Held-out images in a row above what the network makes of them, a line of zeros between images.
  struct Sheet {
    explicit Sheet(const Matrix& test) : images(test.rows()), width(std::lround(std::sqrt(static_cast<double>(test.cols())))), shown(std::min<Eigen::Index>(8, images)) {
      if (width * width != test.cols()) width = test.cols();  // not a square: a strip
      height = test.cols() / width;
    }
    Eigen::Index rows() const { return 2 * height + 1; }
    Eigen::Index cols() const { return shown * (width + 1) - 1; }
    Eigen::Index row(Eigen::Index k) const { return k * images / shown; }  ///< which held-out image is the k-th

    Eigen::Index images, width, height = 0, shown;
  };

  /// W and offset of every layer stand one behind the other in the flat weights too.
  static void flatten(const std::vector<Var>& layers, std::span<double> out) {
    double* to = out.data();
    for (const Var& x : layers) to = std::copy_n(x.value().data(), x.rows() * x.cols(), to);
  }

  /// Calls use(first row, images, pass) for each chunk of rows.
  template <class Use>
  void evaluate(const Matrix& images, const Use& use) const {
    for (Eigen::Index at = 0; at < images.rows(); at += kChunk) {
      evaluation_.clear();
      const auto count = static_cast<std::size_t>(std::min(kChunk, images.rows() - at));
      const std::span<const std::int64_t> rows(every_row_.data() + at, count);
      const Var x = gather_rows(evaluation_.leaf(map(images)), rows);
      use(at, x, network_.forward(evaluation_, x, weights_));
    }
  }

  double mean_square(const Matrix& images) const {
    double sum = 0;
    evaluate(images, [&](Eigen::Index, Var x, const AutoencoderNetwork::Pass& pass) {
      const Var error = pass.output - x;
      sum += rankscope::sum(error * error).number();
    });
    return sum / static_cast<double>(images.size());
  }

  static std::int64_t rank_of(const Vector& eigen) {
    return std::count_if(eigen.begin(), eigen.end(), [&](double e) { return e > 1e-2 * eigen[0]; });
  }

  Series reconstructions(std::uint32_t v) const {
    const Sheet sheet(data_.test);
    const Eigen::Index pixels = data_.test.cols(), shown = sheet.shown, width = sheet.width, height = sheet.height;
    Matrix images(shown, pixels), made(shown, pixels);
    for (Eigen::Index k = 0; k < shown; ++k) images.row(k) = data_.test.row(sheet.row(k));
    evaluate(images, [&](Eigen::Index at, Var, const AutoencoderNetwork::Pass& pass) { made.middleRows(at, pass.output.rows()) = pass.output.value(); });
    const Eigen::Index rows = sheet.rows(), cols = sheet.cols();
    Series out{v, Part::Measured, {rows, cols}, std::vector<double>(static_cast<std::size_t>(rows * cols), 0.0)};
    for (Eigen::Index k = 0; k < shown; ++k)
      for (Eigen::Index y = 0; y < height; ++y)
        for (Eigen::Index x = 0; x < width; ++x) {
          const Eigen::Index at = y * cols + k * (width + 1) + x;
          out.data[static_cast<std::size_t>(at)] = images(k, y * width + x);
          out.data[static_cast<std::size_t>(at + (height + 1) * cols)] = made(k, y * width + x);
        }
    return out;
  }

  void measure_one(std::uint32_t v, const Vector& singular, const Vector& eigen, Frame& frame) const {
    using M = AutoencoderMeasure;
    const auto put = [&](double x) { frame.values.push_back({v, Part::Measured, {}, {x}}); };
    switch (views_[v].measure) {
      case M::Loss: return put(mean_square(data_.train));
      case M::TestMse: return put(mean_square(data_.test));
      case M::PrincipalMse:
        if (principal_.empty()) principal_ = data_.principal_errors();
        return put(principal_[static_cast<std::size_t>(std::min<std::int64_t>(rank_of(eigen), std::ssize(principal_) - 1))]);
      case M::Spectrum: frame.values.push_back({v, Part::Measured, {eigen.size()}, {eigen.begin(), eigen.end()}}); return;
      case M::EffectiveRank: return put(effective_rank(eigen));
      case M::EffectiveRankSingular: return put(effective_rank(singular));
      case M::Rank: return put(static_cast<double>(rank_of(eigen)));
      case M::Reconstructions: frame.values.push_back(reconstructions(v)); return;
    }
  }

  Settings settings_;
  AutoencoderData data_;
  AutoencoderNetwork network_;
  std::vector<AutoencoderView> views_ = autoencoder_views();
  std::vector<double> weights_, gradient_;
  Batches batches_;
  std::unique_ptr<Integrator> integrator_;
  std::vector<std::int64_t> every_row_;  ///< 0, 1, 2 ...
  const std::function<void(std::span<const double>, std::span<double>)> elsewhere_;  ///< none: no method of several stages is offered
  std::int64_t rows_seen_ = 0;
  double loss_ = std::numeric_limits<double>::quiet_NaN(), first_loss_ = -1;
  Tape tape_;
  mutable Tape evaluation_;
  std::vector<Var> parameters_, gradients_;
  mutable std::vector<double> principal_;  ///< of the data alone, once somebody looks
};

}  // namespace

std::vector<AutoencoderView> autoencoder_views() {
  using M = AutoencoderMeasure;
  return {
      {{"reconstructions", "Held-out images and what comes back", "Above: images that are never trained on. Below: what the network makes of them.", "", Kind::Image, Scale::Linear, false, false,
        0, {}, {}, {}, true},
       M::Reconstructions},
      {{"latent_spectrum", "Latent spectrum", "Eigenvalues of the covariance of the held-out images' latents, behind the last linear layer, largest first.", "", Kind::Spectrum,
        Scale::Log}, M::Spectrum},
      {{"latent_effective_rank", "Latent effective rank", "exp of the entropy of the latent spectrum over its sum (Roy and Vetterli 2007, on eigenvalues).", "", Kind::Scalar}, M::EffectiveRank},
      {{"test_mse", "Held-out error", "Mean square error over pixels and held-out images.", "", Kind::Scalar, Scale::Log}, M::TestMse},
      {{"pca_mse", "Held-out error of principal components", "Of as many principal components of the training images as the latent rank counts.", "", Kind::Scalar, Scale::Log},
       M::PrincipalMse},
      {{"loss", "Training loss", "Mean square error over pixels and training images.", "", Kind::Scalar, Scale::Log}, M::Loss},
      {{"latent_rank", "Latent rank", "Eigenvalues above a hundredth of the largest.", "", Kind::Scalar}, M::Rank},
      {{"latent_effective_rank_singular", "Latent effective rank (singular values)", "The same of the square roots of the latent spectrum: the definition as it stands.", "", Kind::Scalar},
       M::EffectiveRankSingular},
  };
}

std::unique_ptr<System> autoencoder_system(const Settings& settings, AutoencoderData data, std::uint64_t seed) {
  return std::make_unique<Autoencoder>(settings, std::move(data), seed);
}

}  // namespace rankscope
