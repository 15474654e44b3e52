// Loss: mean square error, a minibatch a step. Time is epochs: images seen over images there are.
#include "systems/image_predictor.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "flow/integrator.h"
#include "math/rng.h"
#include "systems/bit_product.h"
#include "systems/image_task.h"
#include "tasks/batches.h"

namespace rankscope {
namespace {

constexpr std::uint64_t kStart = 8;  ///< stream of the generator; the task has 6 and 7
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

enum View : std::uint32_t { TrainError, TestError, Factors, Pictures, Loss };

class ImagePredictor final : public System {
 public:
  ImagePredictor(const Settings& settings, ImageTask task, std::uint64_t seed)
      : settings_(settings), task_(std::move(task)), rank_(get<std::int64_t>(settings, "rank")), product_(task_.train.pixels, rank_), factors_(product_.size()), gradient_(factors_.size()),
        batches_(task_.train.count, get<std::int64_t>(settings, "batch"), seed), integrator_(make_integrator(settings, factors_.size())),
        every_row_(static_cast<std::size_t>(std::max(task_.train.count, task_.test.count))), outputs_(static_cast<std::size_t>(BitProduct::kMost)) {
    std::iota(every_row_.begin(), every_row_.end(), 0);
    Rng rng(seed, kStart);
    const double spread = get<double>(settings, "spread");
    for (double& a : factors_) a = 1 + spread * rng.normal();
  }

  Status step() override {
    std::span<const std::int64_t> rows = batches_.next();
    if (rows.empty()) rows = std::span(every_row_).first(static_cast<std::size_t>(task_.train.count));
    const auto count = static_cast<double>(rows.size());
    std::fill(gradient_.begin(), gradient_.end(), 0.0);
    double sum = 0;
    const std::size_t all = rows.size();
    for (std::size_t at = 0; at < all; at += BitProduct::kMost) {
      const auto some = rows.subspan(at, std::min<std::size_t>(BitProduct::kMost, all - at));
      const std::span<double> y = std::span(outputs_).first(some.size());
      product_.predict_to_learn(factors_, task_.train, some, y);
      for (std::size_t i = 0; i < some.size(); ++i) {
        const double error = y[i] - task_.train_target[static_cast<std::size_t>(some[i])];
        sum += error * error;
        y[i] = 2 * error / count;
      }
      product_.pull_back(factors_, task_.train, some, y, gradient_);
    }
    loss_ = sum / count;
    if (first_loss_ < 0) first_loss_ = loss_;
    constexpr double kBlownUp = 1e12;
    if (!(loss_ <= kBlownUp * (first_loss_ + 1))) return Status::Diverged;
    integrator_->step(factors_, {gradient_, elsewhere_});
    rows_seen_ += std::ssize(rows);
    return Status::Running;
  }

  double time() const override { return static_cast<double>(rows_seen_) / static_cast<double>(task_.train.count); }
  double loss() const override {
    if (batches_.all()) return loss_;
    return batches_.epoch_over() ? kLargestSquare * train_error() : kNone;
  }

  Result<void> set(std::string_view key, const Value& value) override {
    settings_[std::string(key)] = value;
    if (is_integrator_param(key)) integrator_->configure(settings_);
    return {};
  }

  std::span<double> weights() override { return factors_; }

  void archive(Archive& a) override {
    a("A", std::span<double>(factors_), rank_, 2 * task_.train.pixels);  // column 2 n + x: the entries of mode n for the bit x
    a("rows_seen", rows_seen_), a("loss", loss_), a("first_loss", first_loss_);
    integrator_->archive(a);
    batches_.archive(a);
  }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    double train = kNone;
    const auto once = [&] { return std::isnan(train) ? train = train_error() : train; };
    for (const std::uint32_t v : wanted) {
      const auto put = [&](Part part, double x) { frame.values.push_back({v, part, {}, {x}}); };
      switch (v) {
        case TrainError: put(Part::Measured, once()), put(Part::Target, task_.constant_train_error()); break;
        case TestError: put(Part::Measured, test_error()), put(Part::Target, task_.constant_test_error()); break;
        case Loss: put(Part::Measured, kLargestSquare * once()); break;
        case Factors: frame.values.push_back(components(v)); break;
        default: frame.values.push_back(pictures(v)); break;
      }
    }
  }

  std::string trouble() const override {
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", loss_);
    return std::string("the training loss blew up to ") + text + "; lower step_size (now " + to_text(settings_.at("step_size")) + ")";
  }

  std::string remark() const override {
    if (get<std::string>(settings_, "optimizer") != "adam") return {};
    const double together = get<double>(settings_, "step_size") * static_cast<double>(task_.train.pixels);
    if (together <= 1) return {};
    char text[200];
    std::snprintf(text, sizeof text,
                  "Adam's first steps move all %lld entries of a product the same way: at step_size x pixels = %.2g, above 1, the predictor may fall to zero and stay there; try a step size of %.1g",
                  static_cast<long long>(task_.train.pixels), together, 0.4 / static_cast<double>(task_.train.pixels));
    return text;
  }

 private:
  template <class Square>
  double mean_over(const BitImages& images, const std::vector<double>& target, const Square& square) const {
    double sum = 0;
    for (std::int64_t at = 0; at < images.count; at += BitProduct::kMost) {
      const auto count = static_cast<std::size_t>(std::min(BitProduct::kMost, images.count - at));
      const auto rows = std::span<const std::int64_t>(every_row_).subspan(static_cast<std::size_t>(at), count);
      const std::span<double> y = std::span(outputs_).first(count);
      product_.predict(factors_, images, rows, y);
      for (std::size_t i = 0; i < count; ++i) {
        const double error = y[i] - target[static_cast<std::size_t>(at) + i];
        sum += square(error * error);
      }
    }
    return sum / static_cast<double>(images.count) / kLargestSquare;
  }
  double train_error() const {
    return mean_over(task_.train, task_.train_target, [](double s) { return s; });
  }
  double test_error() const {
    return mean_over(task_.test, task_.test_target, [](double s) { return s < kLargestSquare ? s : kLargestSquare; });
  }

  /// -1: component r is there only where pixel n is off, 1: only where it is on, 0: it does not look.
  double leaning(std::int64_t r, std::int64_t n) const {
    const double off = std::abs(factors_[product_.at(n, 0, r)]), on = std::abs(factors_[product_.at(n, 1, r)]);
    return off + on > 0 ? (on - off) / (on + off) : 0;
  }

  /// `count` pictures, `across` in a row with a line of gaps between them; value(k, n) is pixel n of picture k.
  template <class Pixel>
  Series grid(std::uint32_t v, std::int64_t count, std::int64_t across, const Pixel& value) const {
    const std::int64_t high = task_.height, wide = task_.width, down = (count + across - 1) / across, columns = std::min(count, across);
    const std::int64_t rows = down * (high + 1) - 1, cols = columns * (wide + 1) - 1;
    Series out{v, Part::Measured, {rows, cols}, std::vector<double>(static_cast<std::size_t>(rows * cols), kNone)};
    for (std::int64_t k = 0; k < count; ++k)
      for (std::int64_t n = 0; n < high * wide; ++n)
        out.data[static_cast<std::size_t>((k / across * (high + 1) + n / wide) * cols + k % across * (wide + 1) + n % wide)] = value(k, n);
    return out;
  }

  /// What the first components look for, on a sheet about as wide as high.
  Series components(std::uint32_t v) const {
    const std::int64_t count = std::min<std::int64_t>(rank_, 15), across = std::llround(std::ceil(std::sqrt(static_cast<double>(count))));
    return grid(v, count, across, [&](std::int64_t r, std::int64_t n) { return leaning(r, n); });
  }

  /// Above the first training images of the label, below the first of the others, as bits.
  Series pictures(std::uint32_t v) const {
    constexpr std::int64_t kAcross = 5;
    std::int64_t of_label[kAcross], others[kAcross], a = 0, b = 0;
    for (std::int64_t i = 0; i < task_.train.count; ++i) {
      if (task_.train_target[static_cast<std::size_t>(i)] != 0) {
        if (a < kAcross) of_label[a++] = i;
      } else if (b < kAcross) {
        others[b++] = i;
      }
    }
    return grid(v, 2 * kAcross, kAcross, [&](std::int64_t k, std::int64_t n) {
      const bool above = k < kAcross;
      const std::int64_t at = k % kAcross;
      return at < (above ? a : b) ? static_cast<double>(task_.train.at(above ? of_label[at] : others[at], n)) : kNone;
    });
  }

  Settings settings_;
  ImageTask task_;
  std::int64_t rank_;
  mutable BitProduct product_;  ///< holds only what a call needs
  std::vector<double> factors_, gradient_;
  Batches batches_;
  std::unique_ptr<Integrator> integrator_;
  std::vector<std::int64_t> every_row_;  ///< 0, 1, 2 ...
  mutable std::vector<double> outputs_;
  const std::function<void(std::span<const double>, std::span<double>)> elsewhere_;  ///< none: no method of several stages is offered
  std::int64_t rows_seen_ = 0;
  double loss_ = kNone, first_loss_ = -1;
};

std::vector<Param> params() {
  std::vector<Param> out = {
      {"rank", "Components R", "Model", "Outer products that are summed: the most that the tensor's rank can be.", "", std::int64_t{1}, {1, 64}, When::Restart, {}, {}},
      {"spread", "Spread of the start", "Start", "Entries are drawn from N(1, spread²): near one, so that a product over all pixels is of size one.", "", 1e-3, {0, 0.1}, When::Restart, {}, {}},
  };
  for (auto list : {image_task_params(), integrator_params(), batch_params()}) out.insert(out.end(), list.begin(), list.end());
  out.erase(std::remove_if(out.begin(), out.end(), [](const Param& p) { return p.key == "tolerance"; }), out.end());  // of flow, which minibatches do not have
  for (Param& p : out) {
    if (p.key == "optimizer") {
      p.initial = std::string("adam");
      p.choices.erase(std::remove(p.choices.begin(), p.choices.end(), "flow"), p.choices.end());
      p.help = "How the gradient moves the factors. gd: plain gradient descent. momentum, adam: as torch.optim. group_rmsprop: one adaptive step size for all factors.";
    } else if (p.key == "step_size") {
      p.initial = 2e-3;
      p.help = "Adam's first steps move every entry of a product the same way: keep it well below 1 / pixels; 0.4 / pixels worked.";
    } else if (p.key == "batch") {
      p.initial = std::int64_t{500};
      p.help = "Images a step looks at: slices of an order that is drawn afresh each epoch, the last one smaller. 0: all. The errors that are shown are over all images.";
    }
  }
  return out;
}

double cost(const Settings& s, const Inputs& in) {
  auto shape = image_shape(s, in);
  if (!shape) return 0;
  const auto batch = get<std::int64_t>(s, "batch"), rank = get<std::int64_t>(s, "rank");
  const auto images = static_cast<double>(batch > 0 ? std::min(batch, shape->train) : shape->train);
  return 1.5 * BitProduct::learn_cost(shape->pixels(), rank, images) + 20 * static_cast<double>(shape->pixels() * rank);  // additions beside; the optimizer
}

double memory(const Settings& s, const Inputs& in) {
  auto shape = image_shape(s, in);
  if (!shape) return 0;
  const auto& optimizer = get<std::string>(s, "optimizer");
  const double kept = optimizer == "momentum" ? 1 : optimizer == "adam" ? 2 : 0;
  const auto pixels = static_cast<double>(shape->pixels()), images = static_cast<double>(shape->train + shape->test);
  const double factors = 2 * pixels * static_cast<double>(get<std::int64_t>(s, "rank"));
  return 8 * ((2 + kept) * factors + images * (std::ceil(pixels / 64) + 4)) + BitProduct::memory(shape->pixels(), get<std::int64_t>(s, "rank"));
}

std::vector<ViewInfo> views(const Settings& s, const Inputs& in) {
  auto shape = image_shape(s, in);
  if (!shape) return {};
  const auto rank = get<std::int64_t>(s, "rank");
  const double train = BitProduct::predict_cost(shape->pixels(), rank, static_cast<double>(shape->train)), test = BitProduct::predict_cost(shape->pixels(), rank, static_cast<double>(shape->test));
  std::vector<ViewInfo> out(5);
  out[TrainError] = {"train_error", "Training error", "Mean square error over all training images, with targets 0 and 1. The other line: a constant, the mean target.", "", Kind::Scalar, Scale::Log,
                     false, false, train};
  out[TestError] = {"test_error", "Test error", "Over all test images, an image's square at most 1. The other line: a constant, the mean training target.", "", Kind::Scalar, Scale::Log, false, false,
                    test};
  out[TrainError].baseline = out[TestError].baseline = "a constant";
  out[Factors] = {"factors", "What each component looks for",
                  "Pixel by pixel: 1 where the component needs it on, -1 where it needs it off, 0 where it does not look: (|on| - |off|) / (|on| + |off|) of its two entries. At most 15 components.", "",
                  Kind::Matrix, Scale::Linear, false, true};
  out[Pictures] = {"pictures", "Images as bits", "What the predictor gets. Above: training images of the label. Below: others.", "", Kind::Image};
  out[Loss] = {"loss", "Training loss", "Mean square error over all training images, with targets 0 and 2: four times the training error.", "", Kind::Scalar, Scale::Log, false, false, train};
  return out;
}

}  // namespace

Entry image_predictor_entry() {
  std::vector<InputInfo> inputs(image_task_inputs().begin(), image_task_inputs().end());
  return {"image_predictor",
          "Images predicted by a tensor of low rank",
          "Razin, Maman and Cohen 2021 (arXiv 2102.09972)",
          "A predictor of binary images is a tensor with one mode a pixel. A sum of R outer products is fitted to it: for real images and labels few are enough, for random ones they are not.",
          "epochs",
          params(),
          std::move(inputs),
          views,
          cost,
          memory,
          [](const Settings& s, const Inputs& in, std::uint64_t seed) -> Result<std::unique_ptr<System>> {
            auto task = image_task(s, in, seed);
            if (!task) return task.error();
            return std::unique_ptr<System>(std::make_unique<ImagePredictor>(s, std::move(*task), seed));
          }};
}

}  // namespace rankscope
