// Every layer's and loss's value, gradient and gradient of its gradient, and those of a small network.
#include "autodiff/layers.h"

#include <cmath>

#include "autodiff/finite_differences.h"

using namespace rankscope;
using test::check_derivatives;
using test::Shape;
using Arguments = std::span<const Var>;

namespace {

ConstMatrixMap map(const Matrix& m) { return {m.data(), m.rows(), m.cols()}; }

}  // namespace

TEST_CASE("layers: derivatives are those of finite differences, twice") {
  check_derivatives("linear", [](Tape&, Arguments x) { return linear(x[0], x[1] * x[1], x[2]); }, {{4, 3}, {2, 3}, {1, 2}});
  check_derivatives("linear without offset", [](Tape&, Arguments x) { return linear(x[0], x[1]); }, {{1, 3}, {1, 3}});
  check_derivatives("layer_norm", [](Tape&, Arguments x) { return layer_norm(x[0], x[1], x[2], 0.1); }, {{4, 5}, {1, 5}, {1, 5}});
  check_derivatives("layer_norm of one row", [](Tape&, Arguments x) { return layer_norm(x[0], x[1], x[2], 0.1); }, {{1, 4}, {1, 4}, {1, 4}});
  check_derivatives("layer_norm of one column", [](Tape&, Arguments x) { return layer_norm(x[0], x[1], x[2], 0.1); }, {{3, 1}, {1, 1}, {1, 1}});
  for (const Shape& s : {Shape{5, 3}, Shape{2, 1}, Shape{1, 2}}) {
    const Shape one = {1, s.second};
    check_derivatives("batch_norm", [](Tape&, Arguments x) { return batch_norm(x[0], x[1], x[2], 0.1).y; }, {s, one, one});
    check_derivatives("batch_norm's statistics", [](Tape&, Arguments x) {
      const BatchNorm n = batch_norm(x[0], x[1], x[1]);
      return n.mean * n.variance;
    }, {s, one});
    check_derivatives("batch_norm, evaluation", [](Tape&, Arguments x) { return batch_norm(x[0], x[1], x[2], x[3], x[4] * x[4] + 0.5); }, {s, one, one, one, one});
    check_derivatives("mean_square_error", [](Tape&, Arguments x) { return mean_square_error(x[0], x[1] * x[1]); }, {s, s});
    check_derivatives("softmax_cross_entropy", [](Tape&, Arguments x) {
      const Var t = x[1] * x[1] + 0.1;  // made to sum to 1
      return softmax_cross_entropy(x[0], t / repeat_columns(row_sums(t), t.cols()));
    }, {s, s});
    check_derivatives("cosine_similarity", [](Tape&, Arguments x) { return cosine_similarity(x[0], x[1], 0.01); }, {s, s});
  }
}

TEST_CASE("layers: convolution and pooling have the derivatives of finite differences, twice") {
  struct Case {
    ImageShape image;
    std::int64_t filters, window, stride, padding, samples;
  };
  for (const Case& c : {Case{{2, 4, 5}, 3, 3, 1, 1, 2}, Case{{1, 5, 4}, 2, 2, 2, 0, 3}, Case{{2, 3, 3}, 1, 3, 2, 1, 1}, Case{{1, 1, 1}, 1, 1, 1, 0, 1}}) {
    const Convolution convolution(c.image, c.filters, c.window, c.stride, c.padding);
    const MeanPool pool(convolution.output());
    check_derivatives("convolution", [&](Tape&, Arguments x) { return convolution(x[0] * x[0], x[1], x[2]); },
                      {{c.samples, c.image.size()}, {c.filters, convolution.window_size()}, {1, c.filters}});
    check_derivatives("mean pool", [&](Tape&, Arguments x) { return pool(x[0] * x[0]); }, {{c.samples, convolution.output().size()}});
  }
}

TEST_CASE("layers: convolution is the sum of its definition") {
  const ImageShape image{2, 5, 4};
  const std::int64_t filters = 3, window = 3, stride = 2, padding = 1;
  const Convolution convolution(image, filters, window, stride, padding);
  CHECK(convolution.output().channels == 3);
  CHECK(convolution.output().height == 3);
  CHECK(convolution.output().width == 2);
  Rng rng(4);
  const Matrix x = test::normals(2, image.size(), rng), w = test::normals(filters, convolution.window_size(), rng), b = test::normals(1, filters, rng);
  Tape tape;
  const Matrix y = convolution(tape.leaf(map(x)), tape.leaf(map(w)), tape.leaf(map(b))).value();
  REQUIRE(y.cols() == 18);
  for (Eigen::Index s = 0; s < 2; ++s)
    for (std::int64_t f = 0; f < filters; ++f)
      for (std::int64_t oy = 0; oy < 3; ++oy)
        for (std::int64_t ox = 0; ox < 2; ++ox) {
          double sum = b(0, f);
          for (std::int64_t c = 0; c < 2; ++c)
            for (std::int64_t dy = 0; dy < window; ++dy)
              for (std::int64_t dx = 0; dx < window; ++dx) {
                const std::int64_t at_y = oy * stride + dy - padding, at_x = ox * stride + dx - padding;
                if (at_y < 0 || at_y >= image.height || at_x < 0 || at_x >= image.width) continue;
                sum += x(s, (c * image.height + at_y) * image.width + at_x) * w(f, (c * window + dy) * window + dx);
              }
          CHECK(y(s, (f * 3 + oy) * 2 + ox) == doctest::Approx(sum).epsilon(1e-13));
        }
  const ImageShape out = convolution.output();
  const Matrix pooled = MeanPool(out)(tape.leaf(map(y))).value();
  for (Eigen::Index f = 0; f < 3; ++f) CHECK(pooled(1, f) == doctest::Approx(y.block(1, 6 * f, 1, 6).mean()).epsilon(1e-13));
  const Matrix channels = by_channel(tape.leaf(map(y)), out).value();
  CHECK(channels.col(1).sum() == doctest::Approx(y.middleCols(6, 6).sum()));
  CHECK(by_image(by_channel(tape.leaf(map(y)), out), out).value() == y);
}

TEST_CASE("layers: normalisation gives mean 0 and variance 1, and evaluates by what it met") {
  Rng rng(6);
  const Matrix x = 3 * test::normals(50, 4, rng) + Matrix::Constant(50, 4, 2.0);
  Tape tape;
  const Var at = tape.leaf(map(x)), ones = tape.constant(1, 4, 1), zeros = tape.constant(1, 4, 0);
  const BatchNorm batch = batch_norm(at, ones, zeros, 0);
  for (Eigen::Index j = 0; j < 4; ++j) {
    CHECK(std::abs(batch.y.value().col(j).mean()) < 1e-14);
    CHECK(batch.y.value().col(j).squaredNorm() == doctest::Approx(50));
    CHECK(batch.mean.value()(0, j) == doctest::Approx(x.col(j).mean()));
  }
  const Matrix rows = layer_norm(at, ones, zeros, 0).value();
  for (Eigen::Index i = 0; i < 50; ++i) {
    CHECK(std::abs(rows.row(i).mean()) < 1e-14);
    CHECK(rows.row(i).squaredNorm() == doctest::Approx(4));
  }
  RunningStatistics running(4);
  for (int k = 0; k < 300; ++k) running.update(batch, 50);
  const Matrix evaluated = batch_norm(at, ones, zeros, running.mean(tape), running.variance(tape), 0).value();
  CHECK((evaluated - std::sqrt(49.0 / 50) * batch.y.value()).norm() < 1e-10);  // by the unbiased variance
  Archive out;
  running.archive(out, "norm");
  RunningStatistics other(4);
  Archive in(out.state());
  other.archive(in, "norm");
  CHECK(bool(in.whole()));
  CHECK(other.mean(tape).value() == running.mean(tape).value());
  CHECK(other.variance(tape).value() == running.variance(tape).value());
}

TEST_CASE("layers: losses are those of the definition, at extremes too") {
  Matrix x(2, 3), t(2, 3);
  x << 1, 2, 0.5, 1000, -1000, 0;
  t << 0, 1, 0, 0, 0, 1;
  Tape tape;
  const double first = std::log(std::exp(1) + std::exp(2) + std::exp(0.5)) - 2;
  const Var loss = softmax_cross_entropy(tape.leaf(map(x)), tape.leaf(map(t)));
  CHECK(loss.number() == doctest::Approx((first + 1000) / 2));
  CHECK(mean_square_error(tape.leaf(map(t)), tape.constant(2, 3, 0.5)).number() == doctest::Approx(0.25));
  const Matrix zero = Matrix::Zero(2, 3);
  const Var at = tape.leaf(map(zero)), cosine = cosine_similarity(at, tape.leaf(map(t)));
  CHECK(cosine.value() == Matrix::Zero(2, 1));
  CHECK(tape.gradient(sum(cosine), at).value().allFinite());
  CHECK(cosine_similarity(tape.leaf(map(t)), -2 * tape.leaf(map(t))).value()(0, 0) == doctest::Approx(-1));
}

TEST_CASE("layers: a small network has the derivatives of finite differences, twice") {
  // two 2 x 5 x 5 images and their classes: convolution, batch normalisation by channel, ReLU, mean over pixels, linear, cross entropy
  const Convolution convolution({2, 5, 5}, 3, 3, 2, 1);
  const MeanPool pool(convolution.output());
  Matrix classes = Matrix::Zero(3, 4);
  classes(0, 1) = classes(1, 3) = classes(2, 0) = 1;
  const test::Function network = [&](Tape& tape, Arguments x) {
    const ImageShape& shape = convolution.output();
    const Var filtered = by_channel(convolution(x[0], x[1], x[2]), shape);
    const Var pooled = pool(by_image(relu(batch_norm(filtered, x[3], x[4]).y), shape));
    return softmax_cross_entropy(linear(pooled, x[5], x[6]), tape.leaf(map(classes)));
  };
  check_derivatives("network", network, {{3, 50}, {3, 18}, {1, 3}, {1, 3}, {1, 3}, {4, 3}, {1, 4}});
}
