// Numbers as a reader wants them: few digits, percent for shares, powers of ten as powers.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "lab/settings.h"

namespace rankscope::ui {

/// Three significant digits: "3.84", "84.5", "1 240", "2.1·10⁻⁵"; "–" for a value that is not finite.
std::string number(double x);
/// With thin groups of three: "12 000".
std::string grouped(std::int64_t x);
/// A tick on an axis: "0.03", "60", "10⁻³".
std::string tick(double x);
/// "10⁻³" for the exponent -3.
std::string power_of_ten(int exponent);
std::string subscript(int n);
/// "Layer W_12" with the digits set low.
std::string set_low(std::string_view label);

/// A quantity and what stands small beside it. A unit of the form "share of X" is shown in percent "of X".
struct Quantity {
  std::string value, note;
};
Quantity quantity(double x, std::string_view unit);
/// Both in one: "5.6 % of variance".
std::string with_unit(double x, std::string_view unit);

/// What a certified range of the least value is called: "least nuclear norm, certified to 10⁻⁴", to the next power of ten, or
/// "least nuclear norm between 2 and 3" while it is wide.
std::string certified(std::string_view label, double low, double high);

/// "about 40 s left", to five seconds, minutes or hours; "" when it is less than ten seconds.
std::string time_left(double seconds);

/// A parameter's value: as typed, powers of ten on logarithmic ranges.
std::string value_text(const Param& param, const Value& value);

}  // namespace rankscope::ui
