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
  char text[40];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, x);
    if (std::strtod(text, nullptr) == x) break;
  }
  std::string out = text;
  // 1e+05 and 1e-07 as everyone writes them: 1e5, 1e-7
  const auto e = out.find('e');
  if (e != std::string::npos) {
    std::string exponent = out.substr(e + 1);
    const bool negative = exponent[0] == '-';
    exponent.erase(0, 1);
    exponent.erase(0, std::min(exponent.find_first_not_of('0'), exponent.size() - 1));
    out = out.substr(0, e + 1) + (negative ? "-" : "") + exponent;
  }
  return out;
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
