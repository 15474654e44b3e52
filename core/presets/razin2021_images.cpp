// Razin, Maman and Cohen 2021: tensor rank as the complexity of data, on handwritten digits. Pixels are bits, the label 6 against all others.
#include <algorithm>
#include <functional>

#include "presets/records.h"
#include "presets/rows.h"

namespace rankscope {
namespace {

/// Errors at the end of each rank's run.
struct Curve {
  std::vector<double> train, test;
  double constant = 0;  ///< the constant predictor's test error
};

Curve curve_of(std::span<const Record> runs, std::string_view variant) {
  Curve out;
  const Record* run = find(runs, variant);
  if (!run) return out;
  const auto train = run->series("train_error"), test = run->series("test_error"), constant = run->series("test_error", Part::Target);
  if (train.size() != run->frames.size() || test.size() != train.size() || constant.size() != train.size() || train.size() < 2) return out;
  for (std::size_t i = 1; i < train.size(); ++i) out.train.push_back(train[i][0]), out.test.push_back(test[i][0]);
  out.constant = constant[0][0];
  return out;
}

double most(const std::vector<double>& x) { return *std::max_element(x.begin(), x.end()); }
double least(const std::vector<double>& x) { return *std::min_element(x.begin(), x.end()); }

bool falls(const std::vector<double>& x) { return std::is_sorted(x.rbegin(), x.rend(), std::less_equal<>()); }

/// At every rank: the original's test error is at most `error`, its training error at most `of_images` and `of_labels` of the random data's, and random
/// data are predicted no better than by a constant. `learned`: and are learned better with
/// each rank, but by all components worse than the original by one.
Verdict separated(std::span<const Record> runs, std::size_t ranks, double error, double of_images, double of_labels, bool learned) {
  const Curve original = curve_of(runs, "original"), images = curve_of(runs, "random images"), labels = curve_of(runs, "random labels");
  for (const Curve* c : {&original, &images, &labels})
    if (c->train.size() != ranks) return {false, text("needs the errors of %d ranks, of original data, random images and random labels", static_cast<int>(ranks))};
  double to_images = 0, to_labels = 0;
  for (std::size_t i = 0; i < ranks; ++i) {
    to_images = std::max(to_images, original.train[i] / images.train[i]);
    to_labels = std::max(to_labels, original.train[i] / labels.train[i]);
  }
  const bool more = !learned || (falls(images.train) && falls(labels.train) && original.train[0] < std::min(least(images.train), least(labels.train)));
  const bool holds = more && most(original.test) <= error && to_images <= of_images && to_labels <= of_labels && least(images.test) >= images.constant && least(labels.test) >= labels.constant;
  return {holds, text("test error at most %.3f on original data, at least %.3f with random images and %.3f with random labels (a constant: %.3f); training error %.4f to %.4f, %.3f to %.3f and %.3f to "
                      "%.3f: at most %.2f and %.2f of random images' and labels'",
                      most(original.test), least(images.test), least(labels.test), original.constant, least(original.train), most(original.train), least(images.train), most(images.train),
                      least(labels.train), most(labels.train), to_images, to_labels)};
}

Verdict reduced_holds(std::span<const Record> runs) { return separated(runs, 3, 0.035, 0.5, 0.25, true); }
Verdict full_holds(std::span<const Record> runs) { return separated(runs, 15, 0.035, 0.5, 0.2, false); }

Variant kind(const char* name, const char* data) { return {name, {{"data", std::string(data)}}}; }

}  // namespace

std::vector<Study> razin2021_images() {
  Study reduced;
  reduced.key = "mnist-rank";
  reduced.system = "rank_curve";
  reduced.group = "Tensors 2: rank as complexity of data";
  reduced.title = "Real data have low rank";
  reduced.sentence = "Is this digit a 6? One outer product over 196 pixels answers for real images. Draw the pixels or deal the labels at random, and five of them have learned less than that, and predict nothing.";
  reduced.cite = "Razin, Maman and Cohen, Implicit Regularization in Tensor Factorization, 2021 (arXiv 2102.09972); data: LeCun and Cortes, MNIST, a seeded sample of 5000 and 1000 images (CC BY-SA 3.0)";
  reduced.claim = "On 5000 training and 1000 test images of 14 x 14 bits, after 12000 steps at each of the ranks 1, 2 and 5: the test error on original data is at most 0.035; with random images or random labels it "
                  "is at least that of a constant. The training error on original data is at most half of that with random images, and a quarter of that with random labels. On random data it falls with the rank, and is "
                  "at rank 5 still above that of original data at rank 1.";
  reduced.settings = {{"pool", std::int64_t{2}}, {"step_size", 2e-3}, {"batch", std::int64_t{500}}, {"ranks", std::vector<std::int64_t>{1, 2, 5}}, {"steps_per_rank", std::int64_t{12000}}};
  reduced.inputs = {{"images", "mnist"}, {"labels", "mnist_labels"}, {"test_images", "mnist_test"}, {"test_labels", "mnist_test_labels"}};
  reduced.steps = 36000;
  reduced.every = 12000;
  reduced.record = {"train_error", "test_error"};
  reduced.shown = {"train_error", "test_error", "factors", "pictures"};
  reduced.runs = {kind("original", "original"), kind("random images", "random_images"), kind("random labels", "random_labels")};
  reduced.holds = reduced_holds;
  reduced.by_time = true;
  reduced.takes_long = true;  // tests/presets/image_claims_test.cpp has a short one

  Study full = reduced;
  full.key = "mnist-rank-full";
  full.title = "Rank 1 to 15, all pixels";
  full.sentence = "The same with all 784 pixels and every rank from 1 to 15: three curves against rank. Many minutes: it is made for the terminal, where it goes on after an interruption.";
  full.claim = "On 5000 training and 1000 test images of 28 x 28 bits, after 8000 steps at each rank from 1 to 15: the test error on original data is at most 0.035; with random images or random labels it is at "
               "least that of a constant. The training error on original data is at most half of that with random images, and a fifth of that with random labels.";
  full.settings = {{"step_size", 5e-4},
                   {"batch", std::int64_t{500}},
                   {"ranks", std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
                   {"steps_per_rank", std::int64_t{8000}}};
  full.steps = 120000;
  full.every = 8000;
  full.holds = full_holds;
  return {reduced, full};
}

}  // namespace rankscope
