#include "io/samples.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "golden.h"

using namespace rankscope;

namespace {

Dense sample(const char* name, const std::vector<std::int64_t>& shape = {128, 128}) {
  const Sample* s = find_sample(name);
  REQUIRE(s);
  const auto bytes = read_file(std::string(RANKSCOPE_TEST_DATA) + "/../../data/" + std::string(s->file));
  REQUIRE(bytes);
#ifndef __EMSCRIPTEN__
  const Bytes embedded = sample_bytes(*s);
  CHECK(test::Buffer(embedded.begin(), embedded.end()) == *bytes);
#endif
  const auto data = read_sample(*s, *bytes);
  REQUIRE_MESSAGE(data, (data ? "" : data.error().text()));
  const auto& d = std::get<Dense>(**data);
  CHECK(d.shape == shape);
  return d;
}

}  // namespace

TEST_CASE("samples: the cloth has mean square 1 and a third of it is seen") {
  const Dense cloth = sample("cloth"), mask = sample("cloth_mask");
  double square = 0, seen = 0;
  for (std::size_t i = 0; i < cloth.data.size(); ++i) {
    square += cloth.data[i] * cloth.data[i];
    CHECK((mask.data[i] == 0 || mask.data[i] == 1));
    seen += mask.data[i];
  }
  CHECK(square / (128 * 128) == doctest::Approx(1).epsilon(1e-9));
  CHECK(seen == 5447);
}

TEST_CASE("samples: the digits have 17 levels, the diabetes data are standardised") {
  // As the photographs below: by another reader of the files they were made from.
  const Dense digits = sample("digits", {1797, 64});
  double sum = 0;
  for (std::size_t i = 0; i < digits.data.size(); ++i) {
    CHECK((digits.data[i] >= 0 && digits.data[i] <= 16 && digits.data[i] == std::floor(digits.data[i])));
    sum += digits.data[i] * static_cast<double>(i % 251);
  }
  CHECK(sum == 70223000);
  const Dense x = sample("diabetes_x", {442, 11}), y = sample("diabetes_y", {442, 1});
  for (std::size_t j = 0; j < 11; ++j) {
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < 442; ++i) mean += x.data[11 * i + j] / 442, square += x.data[11 * i + j] * x.data[11 * i + j] / 442;
    CHECK(std::abs(mean - (j == 10)) < 1e-7);
    CHECK(square == doctest::Approx(1).epsilon(1e-6));
  }
  double mean = 0;
  for (double v : y.data) mean += v / 442;
  CHECK(mean == doctest::Approx(152.13348416 / 77.00574587).epsilon(1e-7));
}

TEST_CASE("samples: MNIST's images have 256 levels, its labels are ten digits") {
  // As the photographs below: by NumPy.
  for (const auto& [name, count, expected] : {std::tuple("mnist", 5000, 16429692915.0), std::tuple("mnist_test", 1000, 3246231307.0)}) {
    const Dense images = sample(name, {count, 28, 28});
    double sum = 0;
    for (std::size_t i = 0; i < images.data.size(); ++i) sum += images.data[i] * static_cast<double>(i % 251);
    CHECK(sum == expected);
  }
  const Dense labels = sample("mnist_labels", {5000}), test = sample("mnist_test_labels", {1000});
  CHECK(std::count(labels.data.begin(), labels.data.end(), 6.0) == 478);
  CHECK(std::count(test.data.begin(), test.data.end(), 6.0) == 124);
  CHECK(*std::max_element(labels.data.begin(), labels.data.end()) == 9);
}

TEST_CASE("samples: the photographs are grey values in [0, 1], and every sample names its source and terms") {
  // Sums of the 8-bit levels, each times its place modulo 251, by another decoder.
  for (const auto& [name, expected] : {std::pair("camera", 261550611.0), std::pair("brick", 227542730.0)}) {
    const Dense picture = sample(name);
    double sum = 0;
    for (std::size_t i = 0; i < picture.data.size(); ++i) {
      CHECK((picture.data[i] >= 0 && picture.data[i] <= 1));
      sum += std::round(picture.data[i] * 255) * static_cast<double>(i % 251);
    }
    CHECK(sum == expected);
  }
  for (const Sample& s : samples()) {
    CHECK(!s.title.empty());
    CHECK(!s.source.empty());
    CHECK(!s.terms.empty());
    CHECK(find_sample(s.name) == &s);
  }
  CHECK(find_sample("nothing") == nullptr);
}
