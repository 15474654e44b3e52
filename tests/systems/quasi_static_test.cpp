#include <doctest/doctest.h>

#include <cmath>

#include "io/file.h"
#include "io/json.h"
#include "systems/quasi_static.h"

using namespace rankscope;

namespace {

Json reference() {
  auto bytes = read_file(RANKSCOPE_TEST_DATA "/reference/linear/quasistatic_2x2.json");
  REQUIRE(bytes);
  auto json = parse_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  REQUIRE(json);
  return *json;
}

}  // namespace

TEST_CASE("quasi_static: b solves its equation and minimises the loss") {
  for (double a : {1e-4, 0.1, 0.5, 1.0, 2.0, 10.0, 1e3, 1e6}) {
    CAPTURE(a);
    const double b = quasi_static::b_of(a);
    CHECK(std::abs(b - 1 + b * b * b / (a * a)) < 4e-16);
    auto loss = [&](double x) { return (x - 1) * (x - 1) + x * x * x * x / (2 * a * a); };
    CHECK(quasi_static::loss_of(a) == doctest::Approx(loss(b)).epsilon(1e-9));
    CHECK(loss(b) <= loss(b * 1.001));
    CHECK(loss(b) <= loss(b * 0.999));
  }
}

TEST_CASE("quasi_static: the reference values, to 1e-14") {
  const Json root = reference();
  for (const Json& row : *root.find("a_b_loss")->array()) {
    const double a = (*row.array())[0].number();
    CAPTURE(a);
    CHECK(quasi_static::b_of(a) == doctest::Approx((*row.array())[1].number()).epsilon(1e-14));
    CHECK(quasi_static::loss_of(a) == doctest::Approx((*row.array())[2].number()).epsilon(1e-14));
  }
  for (const Json& row : *root.find("inverse")->array()) {
    const double l = row.find("loss")->number();
    CAPTURE(l);
    CHECK(quasi_static::a_of(l) == doctest::Approx(row.find("a")->number()).epsilon(1e-14));
    CHECK(quasi_static::lower_bound(l) == doctest::Approx(row.find("lower_bound_(1-sqrt(2l))^2/sqrt(2l)")->number()).epsilon(1e-14));
  }
}

TEST_CASE("quasi_static: the inverse undoes the loss over its whole range, above the bound, towards 1 / sqrt(2 l)") {
  for (double l = 0.999; l > 1e-14; l *= 0.7) {
    CAPTURE(l);
    CHECK(quasi_static::loss_of(quasi_static::a_of(l)) == doctest::Approx(l).epsilon(1e-13));
    if (l < 0.5) CHECK(quasi_static::a_of(l) > quasi_static::lower_bound(l));
  }
  CHECK(quasi_static::a_of(1e-10) == doctest::Approx(1 / std::sqrt(2e-10)).epsilon(1e-4));
  CHECK(std::isnan(quasi_static::lower_bound(0.5)));
  CHECK(std::isnan(quasi_static::lower_bound(0)));
}
