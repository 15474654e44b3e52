#include "lab/number.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace rankscope {

// printf and strtod round correctly in glibc and in musl, so trying precisions until the number reads back gives the same
// text everywhere. The process never calls setlocale, so the decimal mark is a point.
std::string shortest(double x) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  if (x == 0) return std::signbit(x) ? "-0" : "0";
  char text[40];
  for (int digits = 0; digits <= 16; ++digits) {  // d.ddde+xx
    std::snprintf(text, sizeof text, "%.*e", digits, x);
    if (std::strtod(text, nullptr) == x) break;
  }
  std::string mantissa = text;
  const auto e = mantissa.find('e');
  const int exponent = std::atoi(mantissa.c_str() + e + 1);
  mantissa.erase(e);
  const std::string sign = mantissa[0] == '-' ? "-" : "";
  std::string digits;
  for (char c : mantissa)
    if (c >= '0' && c <= '9') digits += c;
  const auto count = static_cast<int>(digits.size());
  if (exponent >= 16 || exponent < -4) {  // as everyone writes them: 1.5e20, 1e-7
    if (count > 1) digits.insert(1, ".");
    return sign + digits + "e" + std::to_string(exponent);
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (count <= exponent + 1) return sign + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0');
  return sign + digits.insert(static_cast<std::size_t>(exponent + 1), ".");
}

std::optional<double> to_double(std::string_view text) {
  if (text.empty() || text.size() > 400) return std::nullopt;
  for (char c : text)
    if (!((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E')) return std::nullopt;
  const std::string copy(text);
  char* end = nullptr;
  const double x = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size()) return std::nullopt;
  return x;
}

}  // namespace rankscope
