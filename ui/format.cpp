#include "ui/format.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "lab/number.h"

namespace rankscope::ui {
namespace {

constexpr std::string_view kShare = "share of ";

std::string print(const char* format, int digits, double x) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, format, digits, std::abs(x));
  return (x < 0 ? "−" : "") + std::string(buffer);
}

int exponent_of(double x) { return static_cast<int>(std::floor(std::log10(std::abs(x)) + 1e-9)); }

/// Decimals such that `digits` significant ones are seen.
std::string significant(double x, int digits) {
  if (x == 0) return "0";
  const int decimals = digits - 1 - exponent_of(x);
  return print("%.*f", decimals > 0 ? decimals : 0, x);
}

std::string scientific(double x) {
  const int e = exponent_of(x);
  std::string mantissa = significant(x / std::pow(10.0, e), 2);
  if (mantissa == "10.0") return power_of_ten(e + 1);
  if (mantissa == "1.0") return power_of_ten(e);
  return mantissa + "·" + power_of_ten(e);
}

}  // namespace

std::string power_of_ten(int exponent) {
  static constexpr const char* kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = exponent < 0 ? "10⁻" : "10";
  for (const char c : std::to_string(std::abs(exponent))) out += kDigits[c - '0'];
  return out;
}

std::string subscript(int n) {
  static constexpr const char* kDigits[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
  std::string out;
  for (const char c : std::to_string(std::abs(n))) out += kDigits[c - '0'];
  return out;
}

std::string set_low(std::string_view label) {
  std::string out;
  for (std::size_t i = 0; i < label.size(); ++i) {
    std::size_t end = i + 1;
    while (label[i] == '_' && end < label.size() && label[end] >= '0' && label[end] <= '9') ++end;
    if (end > i + 1)
      out += subscript(std::atoi(std::string(label.substr(i + 1, end - i - 1)).c_str())), i = end - 1;
    else
      out += label[i];
  }
  return out;
}

std::string grouped(std::int64_t x) {
  std::string digits = std::to_string(x < 0 ? -x : x), out = x < 0 ? "−" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % 3 == 0) out += ' ';
    out += digits[i];
  }
  return out;
}

std::string number(double x) {
  if (!std::isfinite(x)) return "–";
  const double a = std::abs(x);
  if (a != 0 && (a < 1e-3 || a >= 1e7)) return scientific(x);
  if (a >= 1000) return grouped(std::llround(x));
  return significant(x, 3);
}

std::string tick(double x) {
  if (x == 0) return "0";
  const double a = std::abs(x);
  if (a < 9.9e-3 || a >= 1e6) return scientific(x);
  if (a >= 1000) return grouped(std::llround(x));
  std::string out = print("%.*g", 6, x);
  return out;
}

Quantity quantity(double x, std::string_view unit) {
  if (unit.substr(0, kShare.size()) != kShare) return {number(x), std::string(unit)};
  const std::string note = "of " + std::string(unit.substr(kShare.size()));
  if (!std::isfinite(x)) return {"–", note};
  const double percent = 100 * x, a = std::abs(percent);
  if (a != 0 && a < 1e-3) return {scientific(percent) + " %", note};
  return {(a >= 99.5 ? print("%.*f", 0, percent) : significant(percent, 2)) + " %", note};
}

std::string with_unit(double x, std::string_view unit) {
  const Quantity q = quantity(x, unit);
  return q.note.empty() ? q.value : q.value + " " + q.note;
}

std::string certified(std::string_view label, double low, double high) {
  std::string name(label);
  if (name.size() > 1 && name[0] >= 'A' && name[0] <= 'Z' && name[1] >= 'a' && name[1] <= 'z') name[0] = static_cast<char>(name[0] + 32);
  const double gap = (high - low) / std::max(std::abs(high), 1e-300);
  if (!name.empty()) name = " " + name;
  if (gap > 0.1) return "least" + name + " between " + number(low) + " and " + number(high);
  return "least" + name + (gap > 0 ? ", certified to " + power_of_ten(static_cast<int>(std::ceil(std::log10(gap) - 1e-9))) : ", exact");
}

std::string time_left(double seconds) {
  if (!(seconds >= 10 && seconds < 1e6)) return {};
  const auto [unit, name] = seconds < 90 ? std::pair(5.0, "s") : seconds < 5400 ? std::pair(60.0, "min") : std::pair(3600.0, "h");
  const double whole = std::round(seconds / unit) * (unit < 60 ? unit : 1);
  return "about " + print("%.*f ", 0, whole) + name + " left";
}

std::string value_text(const Param& param, const Value& value) {
  std::string text = to_text(value);
  if (!param.lowest.empty() && text == shortest(param.range.low)) return param.lowest;
  if (const double* x = std::get_if<double>(&value)) {
    const double a = std::abs(*x);
    const bool share = param.unit.substr(0, kShare.size()) == kShare;
    if (share) return quantity(*x, param.unit).value;
    if (a != 0 && (a < 9.9e-3 || a >= 1e6))
      text = scientific(*x);
    else
      text = print("%.*g", 6, *x);
  }
  return param.unit.empty() ? text : text + " " + param.unit;
}

}  // namespace rankscope::ui
