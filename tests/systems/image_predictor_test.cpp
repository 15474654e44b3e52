#include "systems/image_predictor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "allocation_count.h"
#include "lab/run.h"
#include "systems/image_task.h"

using namespace rankscope;

namespace {

const Entry& entry() {
  static const Entry e = image_predictor_entry();
  return e;
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

Frame look(const Run& run, const char* key) {
  const std::uint32_t wanted[] = {static_cast<std::uint32_t>(run.view(key))};
  return run.measure(wanted);
}

double scalar(const Run& run, const char* key, Part part = Part::Measured) {
  const Frame frame = look(run, key);
  const Series* s = frame.find(static_cast<std::uint32_t>(run.view(key)), part);
  REQUIRE(s);
  return s->data[0];
}

ImageTask task_of(const Settings& settings, const Inputs& inputs = {}, std::uint64_t seed = 3) {
  auto task = image_task(*complete(entry().params, settings), inputs, seed);
  INFO((task ? "" : task.error().text()));
  REQUIRE(bool(task));
  return std::move(*task);
}

/// Six images of 4 x 4 bytes and as many test images, with the labels 6 and 1.
Inputs small_images() {
  Dense images{{6, 4, 4}, {}}, test = images;
  for (int i = 0; i < 6 * 16; ++i) images.data.push_back((37 * i) % 256), test.data.push_back((91 * i + 5) % 256);
  images.data[0] = 255;
  return {{"images", share(images)}, {"labels", share(Dense{{6}, {6, 1, 1, 6, 1, 1}})}, {"test_images", share(test)}, {"test_labels", share(Dense{{6}, {1, 1, 6, 1, 1, 1}})}};
}

}  // namespace

TEST_CASE("image predictor: a step of plain descent is the gradient of the loss that is shown") {
  for (const std::int64_t samples : {40, 1100}) {  // one and two portions of images
    CAPTURE(samples);
    Run run = open({{"samples", samples}, {"pixels", std::int64_t{10}}, {"rank", std::int64_t{3}}, {"optimizer", std::string("gd")}, {"step_size", 1.0}, {"batch", std::int64_t{0}}, {"spread", 0.1}});
    run.weights()[4] = 0, run.weights()[11] *= -1;
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
    CHECK(largest > 1e-2);
    CHECK(worst < 1e-8 * (1 + largest));
  }
}

TEST_CASE("image predictor: at 784 pixels and 15 components, from the published start and from the widest, outputs and gradient are those of logarithms") {
  for (const double spread : {1e-3, 0.1}) {
    CAPTURE(spread);
    Run run = open({{"samples", std::int64_t{40}}, {"pixels", std::int64_t{784}}, {"rank", std::int64_t{15}}, {"optimizer", std::string("gd")}, {"step_size", 1.0}, {"batch", std::int64_t{0}},
                    {"spread", spread}});
    const ImageTask task = task_of(run.document().settings);
    const std::vector<double> before(run.weights().begin(), run.weights().end());
    const auto entry_at = [](std::int64_t n, bool x, std::size_t r) { return static_cast<std::size_t>(2 * n + x) * 15 + r; };
    std::vector<long double> gradient(before.size(), 0.0L);
    long double error = 0;
    for (std::int64_t i = 0; i < 40; ++i) {
      long double logs[15], y = 0;
      for (std::size_t r = 0; r < 15; ++r) {
        logs[r] = 0;
        for (std::int64_t n = 0; n < 784; ++n) logs[r] += std::log(static_cast<long double>(before[entry_at(n, task.train.at(i, n), r)]));  // all are positive
        y += std::exp(logs[r]);
      }
      const long double miss = y - task.train_target[static_cast<std::size_t>(i)];
      error += miss * miss / 40;
      for (std::size_t r = 0; r < 15; ++r)
        for (std::int64_t n = 0; n < 784; ++n) {
          const std::size_t at = entry_at(n, task.train.at(i, n), r);
          gradient[at] += 2 * miss / 40 * std::exp(logs[r] - std::log(static_cast<long double>(before[at])));
        }
    }
    CHECK(scalar(run, "loss") == doctest::Approx(static_cast<double>(error)).epsilon(1e-11));
    REQUIRE(run.system().step() == Status::Running);
    long double worst = 0, largest = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<long double>(before[i]) - static_cast<long double>(run.weights()[i]) - gradient[i]));
      largest = std::max(largest, std::abs(gradient[i]));
    }
    CHECK(largest > 1e-3);
    CHECK(worst < 1e-11 * (1 + largest));
    for (const std::size_t i : {std::size_t{0}, std::size_t{8 * 15 + 3}, std::size_t{700 * 15 + 14}, before.size() - 1}) {  // and of finite differences
      double loss[2];
      for (int side = 0; side < 2; ++side) {
        std::copy(before.begin(), before.end(), run.weights().begin());
        run.weights()[i] += side ? 1e-5 : -1e-5;
        loss[side] = scalar(run, "loss");
      }
      CHECK(std::abs((loss[1] - loss[0]) / 2e-5 - static_cast<double>(gradient[i])) < 1e-7 * static_cast<double>(1 + largest));
    }
  }
}

TEST_CASE("image predictor: a step allocates nothing, and the loss that ends a run is that of all images") {
  Run run = open({{"samples", std::int64_t{40}}, {"batch", std::int64_t{9}}, {"pixels", std::int64_t{70}}});
  steps(run, 7);
  const auto before = allocation_count();
  for (int i = 0; i < 7; ++i) (void)run.system().step();
  CHECK(allocation_count() == before);
  CHECK(run.time() == doctest::Approx((2 * 40 + 4 * 9) / 40.0));
  CHECK(std::isnan(run.system().loss()));  // in the middle of an epoch
  (void)run.system().step();
  CHECK(run.system().loss() == scalar(run, "loss"));
  CHECK(scalar(run, "loss") == 4 * scalar(run, "train_error"));
}

TEST_CASE("image predictor: archive restores the run to the bit, in the middle of an epoch too") {
  for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop"}) {
    CAPTURE(optimizer);
    const Settings settings = {{"optimizer", std::string(optimizer)}, {"samples", std::int64_t{40}}, {"batch", std::int64_t{16}}, {"rank", std::int64_t{2}}, {"step_size", 1e-3}};
    const std::vector<std::string> record = {"train_error", "test_error", "loss", "factors", "pictures"};
    Run straight = open(settings, {}, record);
    std::vector<Frame> all, later;
    straight.advance(60, [] { return true; }, [&](const Frame& f) { all.push_back(f); });
    for (std::int64_t at : {0, 7, 31}) {
      Run first = open(settings, {}, record);
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

TEST_CASE("image predictor: errors are those of the definition, and the other line that of a constant") {
  Run run = open({{"samples", std::int64_t{60}}, {"rank", std::int64_t{2}}, {"spread", 0.1}});
  steps(run, 20);
  run.weights()[1] *= 30;  // some of the test images beyond the clamp
  const ImageTask task = task_of(run.document().settings);
  double error[2] = {0, 0}, constant[2] = {0, 0}, mean = 0, clamped = 0;
  for (double t : task.train_target) mean += t / 60;
  CHECK(mean == doctest::Approx(0.5));  // each fourth
  for (int side = 0; side < 2; ++side) {
    const BitImages& images = side ? task.test : task.train;
    const auto& target = side ? task.test_target : task.train_target;
    for (std::int64_t i = 0; i < images.count; ++i) {
      long double y = 0;
      for (std::size_t r = 0; r < 2; ++r) {
        long double product = 1;
        for (std::int64_t n = 0; n < images.pixels; ++n) product *= run.weights()[static_cast<std::size_t>(2 * (2 * n + images.at(i, n))) + r];
        y += product;
      }
      const double t = target[static_cast<std::size_t>(i)], square = (static_cast<double>(y) - t) * (static_cast<double>(y) - t), count = static_cast<double>(images.count);
      if (side && square > 4) ++clamped;
      error[side] += (side ? std::min(square, 4.0) : square) / 4 / count;
      constant[side] += (mean - t) * (mean - t) / 4 / count;
    }
  }
  CHECK(clamped > 0);
  CHECK(scalar(run, "train_error") == doctest::Approx(error[0]).epsilon(1e-12));
  CHECK(scalar(run, "test_error") == doctest::Approx(error[1]).epsilon(1e-12));
  CHECK(scalar(run, "train_error", Part::Target) == doctest::Approx(constant[0]).epsilon(1e-12));
  CHECK(scalar(run, "test_error", Part::Target) == doctest::Approx(constant[1]).epsilon(1e-12));
}

TEST_CASE("image predictor: pixels are rounded to bits, pooled first, and both sets by the training images' largest") {
  const Inputs inputs = small_images();
  const auto& images = std::get<Dense>(*inputs.at("images")).data;
  const auto& test = std::get<Dense>(*inputs.at("test_images")).data;
  const ImageTask plain = task_of({}, inputs), pooled = task_of({{"pool", std::int64_t{2}}}, inputs);
  CHECK(plain.height == 4);
  CHECK(pooled.train.pixels == 4);
  int different = 0;
  for (std::int64_t i = 0; i < 6; ++i) {
    for (std::int64_t n = 0; n < 16; ++n) {
      CHECK(plain.train.at(i, n) == (images[static_cast<std::size_t>(16 * i + n)] >= 128));
      CHECK(plain.test.at(i, n) == (test[static_cast<std::size_t>(16 * i + n)] >= 128));
    }
    for (std::int64_t n = 0; n < 4; ++n) {
      double sum = 0;
      int on = 0;
      for (std::int64_t k = 0; k < 4; ++k) {
        const std::int64_t at = (n / 2 * 2 + k / 2) * 4 + n % 2 * 2 + k % 2;
        sum += images[static_cast<std::size_t>(16 * i + at)], on += plain.train.at(i, at);
      }
      CHECK(pooled.train.at(i, n) == (sum > 510));
      different += pooled.train.at(i, n) != (on > 2);
    }
  }
  CHECK(different > 0);  // the mean is of grey values, not of bits
  CHECK(plain.train_target == std::vector<double>{2, 0, 0, 2, 0, 0});
  CHECK(plain.test_target == std::vector<double>{0, 0, 2, 0, 0, 0});
  Inputs flat = inputs;  // the same, a row of pixels an image
  flat["images"] = share(Dense{{6, 16}, images}), flat["test_images"] = share(Dense{{6, 16}, test});
  CHECK(task_of({{"pool", std::int64_t{2}}}, flat).train.words == pooled.train.words);
}

TEST_CASE("image predictor: random images keep the labels, random labels keep their number in each set and the images") {
  const Settings some = {{"samples", std::int64_t{400}}};
  const auto of = [&](const char* data, std::uint64_t seed = 3) { return task_of({{"samples", std::int64_t{400}}, {"data", std::string(data)}}, {}, seed); };
  const ImageTask original = task_of(some), images = of("random_images"), labels = of("random_labels");
  CHECK(images.train_target == original.train_target);
  CHECK(images.test_target == original.test_target);
  CHECK(images.train.words != original.train.words);
  std::int64_t on = 0;
  for (std::int64_t i = 0; i < 400; ++i)
    for (std::int64_t n = 0; n < 64; ++n) on += images.train.at(i, n);
  CHECK(std::abs(static_cast<double>(on) - 400 * 32) < 5 * 80);  // a coin thrown 25600 times has deviation 80
  CHECK(labels.train.words == original.train.words);
  CHECK(labels.train_target != original.train_target);
  CHECK(labels.test_target != original.test_target);
  CHECK(std::count(labels.train_target.begin(), labels.train_target.end(), 2.0) == 100);
  CHECK(std::count(labels.test_target.begin(), labels.test_target.end(), 2.0) == 25);
  CHECK(of("random_labels").train_target == labels.train_target);
  CHECK(of("random_labels", 4).train_target != labels.train_target);
}

TEST_CASE("image predictor: inputs that do not fit are refused by name") {
  const auto refusal = [](Inputs inputs, const Settings& settings = {}) {
    Document d;
    d.settings = settings;
    const auto run = Run::open(entry(), d, std::move(inputs));
    REQUIRE(!run);
    CHECK(!run.error().remedy.empty());
    return run.error().where + ": " + run.error().what;
  };
  const auto with = [](const char* key, Dense array) {
    Inputs in = small_images();
    in[key] = share(std::move(array));
    return in;
  };
  Inputs three = small_images();
  three.erase("test_labels");
  CHECK(refusal(three) == "test_labels: is not given");
  CHECK(refusal(with("images", {{4}, {1, 2, 3, 4}})) == "images: are not images");
  CHECK(refusal(with("test_images", {{2, 3, 4}, std::vector<double>(24, 1)})) == "test_images: are of 3 x 4 pixels");
  CHECK(refusal(with("images", {{6, 65, 65}, std::vector<double>(6 * 65 * 65, 1)})) == "images: are of 65 x 65 pixels");
  CHECK(refusal(with("images", {{0, 4, 4}, {}})) == "images: hold no pixel");
  CHECK(refusal(with("labels", {{5}, {6, 1, 1, 6, 1}})) == "labels: are not one number an image");
  CHECK(refusal(with("test_labels", {{2, 3}, {6, 1, 1, 6, 1, 1}})) == "test_labels: are not one number an image");
  CHECK(refusal(with("labels", {{6}, {1, 1, 1, 1, 1, 1}})) == "labels: have no image of label 6");
  CHECK(refusal(with("test_labels", {{6}, {6, 6, 6, 6, 6, 6}})) == "test_labels: have no image but of label 6");
  CHECK(refusal(with("labels", {{6}, {6, 1, NAN, 6, 1, 1}})) == "labels: have gaps");
  CHECK(refusal(with("images", {{6, 4, 4}, std::vector<double>(96, 0)})) == "images: have no pixel above zero");
  CHECK(refusal(with("test_images", {{6, 4, 4}, std::vector<double>(96, NAN)})) == "test_images: have gaps");
  CHECK(refusal(with("images", {{6, 4, 4, 3}, std::vector<double>(288, 1)})) == "images: are not images");
  CHECK(refusal(with("images", {{6, 4, 4}, std::vector<double>(96, 7)})) == "images: are all the same, as bits");
  (void)task_of({{"data", std::string("random_images")}}, with("images", {{6, 4, 4}, std::vector<double>(96, 7)}));  // their bits are drawn
  CHECK(refusal(small_images(), {{"pool", std::int64_t{3}}}).find("pool: 4 x 4 pixels do not divide") == 0);
  CHECK(refusal(small_images(), {{"label", std::int64_t{7}}}) == "labels: have no image of label 7");
}

TEST_CASE("image predictor: a run that blows up says what to lower") {
  Run run = open({{"optimizer", std::string("gd")}, {"step_size", 100.0}});
  steps(run, 1000);
  CHECK(run.status() == Status::Diverged);
  CHECK(run.trouble().find("lower step_size (now 100)") != std::string::npos);
}

TEST_CASE("image predictor: a step size that would throw the product to zero is spoken of") {
  CHECK(open({{"step_size", 1e-3}}).remark() == "");
  CHECK(open({{"step_size", 0.1}}).remark().find("step_size x pixels = 6.4") != std::string::npos);
  CHECK(open({{"step_size", 0.1}, {"optimizer", std::string("gd")}}).remark() == "");
}

TEST_CASE("image predictor: pictures show bits by label, and what each component looks for") {
  const Inputs inputs = small_images();
  Run run = open({{"rank", std::int64_t{6}}}, inputs);
  const ImageTask task = task_of({}, inputs);
  const Frame pictures = look(run, "pictures");
  const Series& p = pictures.values[0];
  CHECK(p.shape == std::vector<std::int64_t>{9, 24});  // two rows of five, a line between
  CHECK(p.data[0] == task.train.at(0, 0));
  CHECK(p.data[5] == task.train.at(3, 0));              // the second of the label
  CHECK(p.data[5 * 24] == task.train.at(1, 0));         // the first of the others
  CHECK(std::isnan(p.data[4]));
  CHECK(std::isnan(p.data[10]));                        // there are two of the label only
  run.weights()[5] = 0.5, run.weights()[6 + 5] = -1.5;  // pixel 0 of the sixth component
  const Frame factors = look(run, "factors");
  const Series& f = factors.values[0];
  CHECK(f.shape == std::vector<std::int64_t>{9, 14});  // three beside each other
  CHECK(f.data[5 * 14 + 10] == doctest::Approx(0.5));
}

#ifndef __EMSCRIPTEN__
TEST_CASE("image predictor: the memory it asks for is within a factor of two of what it takes") {
  const auto n = [](std::int64_t x) { return Value(x); };
  const Settings cases[] = {{{"samples", n(20000)}, {"pixels", n(196)}},
                            {{"samples", n(3000)}, {"pixels", n(784)}, {"rank", n(15)}},
                            {{"samples", n(30000)}, {"pixels", n(784)}, {"batch", n(0)}, {"optimizer", std::string("gd")}}};
  for (const Settings& settings : cases) {
    const std::int64_t before = allocated_bytes();
    reset_peak();
    {
      Run run = open(settings, {}, {"train_error", "test_error", "loss"});
      steps(run, 2);
    }
    const auto took = static_cast<double>(allocated_peak() - before), need = entry().memory(*complete(entry().params, settings), {});
    CAPTURE(to_text(settings.at("samples")));
    CAPTURE(need / took);
    CHECK(need > took / 2);
    CHECK(need < took * 2);
  }
}
#endif
