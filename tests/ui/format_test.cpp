#include "ui/format.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace rankscope;
using namespace rankscope::ui;

TEST_CASE("ui: numbers keep three significant digits at any size") {
  CHECK(number(3.8449) == "3.84");
  CHECK(number(84.49) == "84.5");
  CHECK(number(0.0123456) == "0.0123");
  CHECK(number(1240.4) == "1 240");
  CHECK(number(2.13e-5) == "2.1·10⁻⁵");
  CHECK(number(1e-6) == "10⁻⁶");
  CHECK(number(-0.5) == "−0.500");
  CHECK(number(0) == "0");
  CHECK(number(std::nan("")) == "–");
}

TEST_CASE("ui: a mantissa that rounds up to ten carries into the exponent") {
  CHECK(number(9.97e-5) == "10⁻⁴");
  CHECK(number(9.94e-5) == "9.9·10⁻⁵");
}

TEST_CASE("ui: a share is shown in percent of what it is a share of, anything else with its unit") {
  CHECK(quantity(0.0561, "share of variance").value == "5.6 %");
  CHECK(quantity(0.0561, "share of variance").note == "of variance");
  CHECK(quantity(0.001, "share of variance").value == "0.10 %");
  CHECK(quantity(1, "share of variance").value == "100 %");
  CHECK(quantity(3e-7, "share of variance").value == "3.0·10⁻⁵ %");
  CHECK(with_unit(84.49, "") == "84.5");
  CHECK(with_unit(0.25, "per flow time") == "0.250 per flow time");
}

TEST_CASE("ui: signs that set digits high and low") {
  CHECK(power_of_ten(-12) == "10⁻¹²");
  CHECK(subscript(10) == "₁₀");
  CHECK(set_low("Layer W_12") == "Layer W₁₂");
  CHECK(set_low("group_rmsprop") == "group_rmsprop");
  CHECK(grouped(1234567) == "1 234 567");
}

TEST_CASE("ui: how closely a least value is certified is said in powers of ten") {
  CHECK(certified("Nuclear norm", 9.9995, 10) == "least nuclear norm, certified to 10⁻⁴");
  CHECK(certified("Nuclear norm", 9.9985, 10) == "least nuclear norm, certified to 10⁻³");
  CHECK(certified("L1 norm", 2, 2) == "least L1 norm, exact");
  CHECK(certified("Nuclear norm", 200, 480) == "least nuclear norm between 200 and 480");
  CHECK(certified("", 9.9995, 10) == "least, certified to 10⁻⁴");
}

TEST_CASE("ui: the time that is left is said in seconds, minutes or hours, and not at all when it is short") {
  CHECK(time_left(9) == "");
  CHECK(time_left(41) == "about 40 s left");
  CHECK(time_left(89) == "about 90 s left");
  CHECK(time_left(91) == "about 2 min left");
  CHECK(time_left(420) == "about 7 min left");
  CHECK(time_left(7300) == "about 2 h left");
  CHECK(time_left(HUGE_VAL) == "");
  CHECK(time_left(NAN) == "");
}
