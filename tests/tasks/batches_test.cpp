#include "tasks/batches.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "math/rng.h"
#include "tasks/matrix_task.h"

using namespace rankscope;

TEST_CASE("batches: an epoch meets each observation once, in an order of its own, the last slice smaller") {
  Batches batches(23, 5, 1);
  std::vector<std::vector<std::int64_t>> epochs;
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::vector<std::int64_t> met;
    CHECK(batches.epoch_over());
    for (int k = 0; k < 5; ++k) {
      const auto slice = batches.next();
      CHECK(slice.size() == (k < 4 ? 5u : 3u));
      CHECK(std::is_sorted(slice.begin(), slice.end()));
      met.insert(met.end(), slice.begin(), slice.end());
      CHECK(batches.epoch_over() == (k == 4));
    }
    epochs.push_back(met);
    std::sort(met.begin(), met.end());
    for (std::int64_t i = 0; i < 23; ++i) CHECK(met[static_cast<std::size_t>(i)] == i);
  }
  CHECK(epochs[0] != epochs[1]);
  CHECK(epochs[1] != epochs[2]);
  Batches other(23, 5, 2);
  const auto first = other.next();
  CHECK_FALSE(std::equal(first.begin(), first.end(), epochs[0].begin()));
}

TEST_CASE("batches: 0, or as many as there are, is all") {
  for (std::int64_t size : {0, 23, 100}) {
    Batches batches(23, size, 1);
    CHECK(batches.all());
    CHECK(batches.next().empty());
  }
}

TEST_CASE("batches: a permutation is uniform") {
  Batches batches(4, 1, 3);
  std::vector<int> count(256, 0);
  for (int k = 0; k < 24000; ++k) {
    std::size_t code = 0;
    for (int i = 0; i < 4; ++i) code = 4 * code + static_cast<std::size_t>(batches.next()[0]);
    ++count[code];
  }
  double chi = 0;
  int met = 0;
  for (int c : count)
    if (c) chi += (c - 1000.0) * (c - 1000.0) / 1000, ++met;
  CHECK(met == 24);
  CHECK(chi < 50);  // 23 degrees of freedom
}

TEST_CASE("batches: the archive goes on in the middle of an epoch") {
  Batches one(17, 4, 5);
  for (int k = 0; k < 7; ++k) (void)one.next();
  Archive out;
  one.archive(out);
  Batches two(17, 4, 9);
  Archive in(out.state());
  two.archive(in);
  CHECK(in.whole());
  for (int k = 0; k < 20; ++k) {
    const auto a = one.next(), b = two.next();
    CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
  }
  State broken = out.state();
  for (Field& f : broken)
    if (f.name == "batch.order") f.bytes[0] = std::byte{200};
  Archive wrong(broken);
  two.archive(wrong);
  CHECK_FALSE(wrong.whole());
  for (int k = 0; k < 6; ++k)
    for (std::int64_t i : two.next()) CHECK((i >= 0 && i < 17));
}

TEST_CASE("batches: the mean of an epoch's gradients is the gradient, for every task") {
  Rng rng(51);
  const auto gaussian = [&](Eigen::Index rows, Eigen::Index cols) {
    Matrix m(rows, cols);
    for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
    return m;
  };
  Loss loss;
  loss.divisor = 2;
  loss.scale = loss.scale_of(24);
  std::vector<std::int64_t> at;
  for (std::int64_t k : rng.sample(42, 24)) at.push_back(k / 7 + k % 7 * 6);
  std::vector<double> values(24);
  for (double& y : values) y = rng.normal();
  std::vector<std::unique_ptr<MatrixTask>> tasks;
  tasks.push_back(completion_task(6, 7, at, values, loss));
  tasks.push_back(sensing_task(gaussian(42, 24), gaussian(24, 1), loss));
  tasks.push_back(regression_task(gaussian(24, 7), gaussian(24, 6), loss));
  for (const auto& task : tasks) {
    const Matrix w = gaussian(6, 7);
    Matrix all(6, 7), one(6, 7), sum = Matrix::Zero(6, 7);
    const double value = task->evaluate(w, all);
    Batches batches(24, 6, 1);
    double values_sum = 0;
    for (int k = 0; k < 4; ++k) {
      values_sum += task->evaluate(w, one, batches.next());
      sum += one;
    }
    CHECK(values_sum / 4 == doctest::Approx(value).epsilon(1e-14));
    CHECK((sum / 4 - all).norm() < 1e-14 * all.norm());
    CHECK((one - all).norm() > 0.1 * all.norm());
    // a batch's gradient is that of the batch's loss, a smaller last batch too
    Batches uneven(24, 9, 1);
    for (int k = 0; k < 3; ++k) {
      const auto slice = uneven.next();
      const std::vector<std::int64_t> batch(slice.begin(), slice.end());
      task->evaluate(w, one, batch);
      Matrix ignored(6, 7);
      for (Eigen::Index e = 0; e < w.size(); ++e) {
        Matrix more = w, less = w;
        more.data()[e] += 1e-5;
        less.data()[e] -= 1e-5;
        const double slope = (task->evaluate(more, ignored, batch) - task->evaluate(less, ignored, batch)) / 2e-5;
        CHECK(one.data()[e] == doctest::Approx(slope).epsilon(1e-7).scale(1));
      }
    }
  }
}
