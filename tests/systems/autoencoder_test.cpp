#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "allocation_count.h"
#include "lab/run.h"
#include "math/rng.h"
#include "systems/autoencoder.h"
#include "systems/autoencoder_data.h"
#include "systems/autoencoder_network.h"

using namespace rankscope;

namespace {

const Entry& entry() {
  static const Entry e = autoencoder_entry();
  return e;
}

Settings small(const Settings& over = {}) {
  Settings s = {{"samples", std::int64_t{40}}, {"pixels", std::int64_t{9}}, {"hidden", std::int64_t{7}}, {"latent", std::int64_t{4}},
                {"batch", std::int64_t{8}},    {"held_out", 0.2}};
  for (const auto& [key, value] : over) s[key] = value;
  return s;
}

Run open(const Settings& settings, const Inputs& inputs = {}, std::vector<std::string> record = {}) {
  Document d;
  d.settings = settings;
  d.seed = 3;
  d.steps = 1000;
  d.every = 7;
  d.record = std::move(record);
  auto run = Run::open(entry(), d, inputs);
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

void steps(Run& run, std::int64_t n) {
  run.advance(run.step() + n, [] { return true; }, [](const Frame&) {});
}

const Series& series(const Run& run, const Frame& frame, const char* key) {
  const Series* s = frame.find(static_cast<std::uint32_t>(run.view(key)));
  REQUIRE(s);
  return *s;
}

Series view(const Run& run, const char* key) {
  const std::uint32_t wanted[] = {static_cast<std::uint32_t>(run.view(key))};
  const Frame frame = run.measure(wanted);
  return series(run, frame, key);
}

double scalar(const Run& run, const char* key) { return view(run, key).data[0]; }

AutoencoderData data_of(const Run& run) {
  auto data = autoencoder_data(*complete(entry().params, run.document().settings), run.inputs(), run.document().seed);
  REQUIRE(bool(data));
  return std::move(*data);
}

/// What the network is, by its definition: one sample at a time.
Matrix latents(const AutoencoderNetwork& network, const Matrix& images, std::span<const double> weights) {
  Matrix out(images.rows(), network.latent());
  for (Eigen::Index i = 0; i < images.rows(); ++i) {
    Vector x = images.row(i).transpose();
    for (std::size_t l = 0; l + 2 < network.layers().size(); ++l) {
      const auto& layer = network.layers()[l];
      const double* at = weights.data() + layer.at;
      Vector y = ConstMatrixMap(at, layer.outputs, layer.inputs) * x;
      if (layer.offset) y += ConstMatrixMap(at + layer.outputs * layer.inputs, layer.outputs, 1);
      x = layer.relu ? Vector(y.cwiseMax(0)) : y;
    }
    out.row(i) = x.transpose();
  }
  return out;
}

}  // namespace

TEST_CASE("autoencoder: a step of plain descent is the gradient of the loss that is shown") {
  for (std::int64_t k : {0, 1, 3}) {
    CAPTURE(k);
    Run run = open(small({{"linear_layers", k}, {"linear_scale", 1.0}, {"optimizer", std::string("gd")}, {"step_size", 1.0}, {"batch", std::int64_t{0}}}));
    const std::vector<double> before(run.weights().begin(), run.weights().end());
    (void)run.system().step();
    const std::vector<double> after(run.weights().begin(), run.weights().end());
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      std::copy(before.begin(), before.end(), run.weights().begin());
      const double h = 1e-5;
      run.weights()[i] = before[i] + h;
      const double up = scalar(run, "loss");
      run.weights()[i] = before[i] - h;
      const double gradient = (up - scalar(run, "loss")) / (2 * h);
      worst = std::max(worst, std::abs(before[i] - after[i] - gradient));
      largest = std::max(largest, std::abs(gradient));
    }
    CHECK(largest > 1e-3);
    CHECK(worst < 1e-8);
  }
}

TEST_CASE("autoencoder: a batch's step is that of its images alone, and a step allocates nothing") {
  Run run = open(small());
  steps(run, 10);  // an epoch and more: 32 images, 8 at a time
  const auto before = allocation_count();
  for (int i = 0; i < 12; ++i) (void)run.system().step();
  CHECK(allocation_count() == before);
  CHECK(run.time() == doctest::Approx(22.0 * 8 / 32));
  CHECK(std::isnan(run.system().loss()));  // in the middle of an epoch
  (void)run.system().step();
  (void)run.system().step();
  CHECK(run.system().loss() == scalar(run, "loss"));
}

TEST_CASE("autoencoder: archive restores the run to the bit, in the middle of an epoch too") {
  for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop"}) {
    CAPTURE(optimizer);
    const std::vector<std::string> record = {"loss", "test_mse", "latent_spectrum", "latent_rank", "pca_mse", "reconstructions"};
    Run straight = open(small({{"optimizer", std::string(optimizer)}}), {}, record);
    std::vector<Frame> all, later;
    straight.advance(60, [] { return true; }, [&](const Frame& f) { all.push_back(f); });
    for (std::int64_t at : {0, 7, 30}) {
      Run first = open(small({{"optimizer", std::string(optimizer)}}), {}, record);
      steps(first, at);
      auto second = Run::resume(entry(), first.document(), {}, first.save());
      REQUIRE(bool(second));
      later.clear();
      second->advance(60, [] { return true; }, [&](const Frame& f) { later.push_back(f); });
      CHECK(second->bits() == straight.bits());
      REQUIRE(!later.empty());
      CHECK(encode(later.back()) == encode(all.back()));
    }
  }
}

TEST_CASE("autoencoder: what is measured is what it is called, on the held-out images") {
  Run run = open(small({{"linear_layers", std::int64_t{2}}}));
  steps(run, 200);
  const AutoencoderData data = data_of(run);
  const AutoencoderNetwork network(9, 7, 4, 2);
  CHECK(network.size() == run.weights().size());
  CHECK(network.outputs() == 7 + 4 + 4 + 4 + 7 + 9);
  Matrix z = latents(network, data.test, run.weights());
  z.rowwise() -= Eigen::RowVectorXd(z.colwise().mean());
  const Matrix covariance = z.transpose() * z / static_cast<double>(z.rows());
  const Series found = view(run, "latent_spectrum");
  REQUIRE(found.data.size() == 4);
  CHECK(std::is_sorted(found.data.rbegin(), found.data.rend()));
  double total = 0, squares = 0, entropy = 0, roots = 0, entropy_of_roots = 0;
  for (double e : found.data) total += e, squares += e * e, roots += std::sqrt(e);
  for (double e : found.data) entropy -= e / total * std::log(e / total), entropy_of_roots -= std::sqrt(e) / roots * std::log(std::sqrt(e) / roots);
  CHECK(total == doctest::Approx(covariance.trace()));
  CHECK(squares == doctest::Approx(covariance.squaredNorm()));
  CHECK(scalar(run, "latent_effective_rank") == doctest::Approx(std::exp(entropy)));
  CHECK(scalar(run, "latent_effective_rank_singular") == doctest::Approx(std::exp(entropy_of_roots)));
  const auto rank = std::count_if(found.data.begin(), found.data.end(), [&](double e) { return e > 0.01 * found.data[0]; });
  CHECK(scalar(run, "latent_rank") == static_cast<double>(rank));
  CHECK(scalar(run, "pca_mse") == data.principal_errors()[static_cast<std::size_t>(rank)]);

  const Series pictures = view(run, "reconstructions");
  REQUIRE(pictures.shape == std::vector<std::int64_t>{7, 31});
  double error = 0;
  for (int k = 0; k < 8; ++k)  // eight images are held out: all are shown
    for (int y = 0; y < 3; ++y)
      for (int x = 0; x < 3; ++x) {
        const double above = pictures.data[static_cast<std::size_t>(31 * y + 4 * k + x)], below = pictures.data[static_cast<std::size_t>(31 * (y + 4) + 4 * k + x)];
        CHECK(above == data.test(k, 3 * y + x));
        error += (above - below) * (above - below);
      }
  for (std::size_t x = 0; x < 31; ++x) CHECK(pictures.data[31 * 3 + x] == 0);  // a line between the two rows
  CHECK(scalar(run, "test_mse") == doctest::Approx(error / 72));
}

TEST_CASE("autoencoder: principal components are those of the training images") {
  Rng rng(4);
  AutoencoderData data{Matrix(30, 5), Matrix(11, 5)};
  for (Matrix* m : {&data.train, &data.test})
    for (Eigen::Index k = 0; k < m->size(); ++k) m->data()[k] = rng.normal() * (1 + static_cast<double>(k / m->rows()));
  const auto errors = data.principal_errors();
  REQUIRE(errors.size() == 6);
  const Eigen::RowVectorXd mean = data.train.colwise().mean();
  CHECK(errors[0] == doctest::Approx((data.test.rowwise() - mean).squaredNorm() / 55));
  CHECK(errors[5] < 1e-14);
  for (std::size_t r = 1; r < 6; ++r) CHECK(errors[r] < errors[r - 1]);
  // one component: the direction of largest variance, by powers of the covariance
  const Matrix centred = data.train.rowwise() - mean;
  Vector v = Vector::Ones(5);
  for (int k = 0; k < 2000; ++k) v = (centred.transpose() * (centred * v)).normalized();
  const Matrix test = data.test.rowwise() - mean;
  CHECK(errors[1] == doctest::Approx((test - test * v * v.transpose()).squaredNorm() / 55));
  // images of rank 3 need no more
  Run run = open(small({{"rank", std::int64_t{3}}}));
  const auto low = data_of(run).principal_errors();
  CHECK(low[2] > 1e-4);
  CHECK(low[3] < 1e-14);
}

TEST_CASE("autoencoder: every image is trained on or held out, by the seed, and their largest magnitude is 1") {
  Dense images{{1797, 2}, {}};
  for (int i = 0; i < 1797; ++i) images.data.push_back(i), images.data.push_back(-2 * i);
  const Inputs inputs = {{"images", share(images)}};
  const Settings settings = *complete(entry().params, {});
  auto one = autoencoder_data(settings, inputs, 1), again = autoencoder_data(settings, inputs, 1), two = autoencoder_data(settings, inputs, 2);
  REQUIRE((one && again && two));
  CHECK(one->train.rows() == 1500);
  CHECK(one->test.rows() == 297);
  std::vector<double> seen;
  for (const Matrix* m : {&one->train, &one->test})
    for (Eigen::Index i = 0; i < m->rows(); ++i) seen.push_back(std::round((*m)(i, 0) * 2 * 1796));
  std::sort(seen.begin(), seen.end());
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == static_cast<double>(i));
  CHECK(one->test == again->test);
  CHECK(one->test != two->test);
}

TEST_CASE("autoencoder: starts as it says") {
  const AutoencoderNetwork network(64, 128, 32, 4);
  const std::vector<double> weights = network.start(0.5, 1);
  REQUIRE(network.layers().size() == 8);
  for (const auto& l : network.layers()) {
    double squares = 0, largest = 0;
    for (std::size_t k = 0; k < l.size(); ++k) squares += weights[l.at + k] * weights[l.at + k], largest = std::max(largest, std::abs(weights[l.at + k]));
    const double variance = squares / static_cast<double>(l.size()) * static_cast<double>(l.inputs);
    CHECK(variance == doctest::Approx(l.offset ? 1.0 / 3 : 0.25).epsilon(0.1));
    if (l.offset) CHECK(largest * std::sqrt(static_cast<double>(l.inputs)) <= 1);
  }
}

TEST_CASE("autoencoder: what cannot be run says why, and a run that blows up what to lower") {
  const auto refused = [](const Inputs& inputs) {
    auto made = entry().make(*complete(entry().params, {}), inputs, 1);
    REQUIRE(!made);
    CHECK(made.error().where == "images");
    CHECK(!made.error().remedy.empty());
    return made.error().what;
  };
  CHECK(refused({{"images", share(Dense{{1, 3}, {1, 2, 3}})}}).find("two rows") != std::string::npos);
  CHECK(refused({{"images", share(Dense{{3}, {1, 2, 3}})}}).find("not a matrix") != std::string::npos);
  CHECK(refused({{"images", share(Dense{{2, 1}, {1, std::nan("")}})}}) == "have gaps");
  CHECK(refused({{"images", share(Dense{{2, 1}, {0, 0}})}}) == "are zero everywhere");
  CHECK(refused({{"images", share(Triplets{2, 2, {0}, {0}, {1}, {}, {}})}}).find("not a matrix") != std::string::npos);
  CHECK(!complete(entry().params, {{"optimizer", std::string("flow")}}));
  Run run = open(small({{"optimizer", std::string("gd")}, {"step_size", 100.0}}));
  steps(run, 1000);
  CHECK(run.status() == Status::Diverged);
  CHECK(run.trouble().find("lower step_size (now 100)") != std::string::npos);
}

#ifndef __EMSCRIPTEN__
TEST_CASE("autoencoder: the memory it asks for is within a factor of two of what it takes") {
  const auto n = [](std::int64_t x) { return Value(x); };
  const Settings cases[] = {{{"samples", n(1797)}, {"pixels", n(64)}},
                            {{"samples", n(1797)}, {"pixels", n(64)}, {"linear_layers", n(8)}, {"optimizer", std::string("gd")}},
                            {{"samples", n(3000)}, {"pixels", n(196)}},
                            {{"samples", n(500)}, {"pixels", n(100)}, {"batch", n(0)}},
                            {{"samples", n(300)}, {"pixels", n(30)}, {"hidden", n(1000)}, {"latent", n(300)}}};
  for (const Settings& settings : cases) {
    Document d;
    d.settings = settings;
    d.steps = 2;
    d.every = 1;
    for (const ViewInfo& v : entry().views(*complete(entry().params, settings), {}))
      if (v.kind == Kind::Scalar || v.kind == Kind::Spectrum) d.record.push_back(v.key);
    const std::int64_t before = allocated_bytes();
    reset_peak();
    {
      auto run = Run::open(entry(), d, {});
      REQUIRE(bool(run));
      steps(*run, 2);
    }
    const auto took = static_cast<double>(allocated_peak() - before), need = entry().memory(*complete(entry().params, settings), {});
    CAPTURE(to_text(settings.at("samples")));
    CAPTURE(need / took);
    CHECK(need > took / 2);
    CHECK(need < took * 2);
  }
}
#endif
