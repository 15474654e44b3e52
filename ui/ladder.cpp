#include "ui/ladder.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace rankscope::ui {
namespace {

constexpr std::string_view kDepths[] = {"depth", "linear_layers"};
constexpr std::string_view kScales[] = {"alpha", "init_scale", "std_init", "initial_norm", "linear_scale", "spread"};
constexpr std::size_t kFewest = 3;
constexpr double kSame = 1e-5;    // of a value: two that are written alike
constexpr double kDecades = 1e3;  // a logarithmic range as wide as this is climbed by decades

bool among(std::span<const std::string_view> keys, const std::string& key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); }

const Param* first_of(const std::vector<Param>& params, std::span<const std::string_view> keys) {
  const auto it = std::find_if(params.begin(), params.end(), [&](const Param& p) { return among(keys, p.key); });
  return it == params.end() ? nullptr : &*it;
}

double number_of(const Value& v) {
  const double* x = std::get_if<double>(&v);
  const auto* i = std::get_if<std::int64_t>(&v);
  return x ? *x : i ? static_cast<double>(*i) : 0;
}

/// As one would write it: ten times 0.577 is 5.77.
double written(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return std::strtod(text, nullptr);
}

std::vector<double> times(double own, std::initializer_list<double> factors) {
  std::vector<double> out;
  for (const double f : factors) out.push_back(written(own * f));
  return out;
}

/// The numbers to choose from, not all of them in the range.
std::vector<double> wanted(const Param& p, double own) {
  const double low = p.range.low, high = p.range.high;
  const bool whole = std::holds_alternative<std::int64_t>(p.initial);
  if (among(kDepths, p.key)) return {low, low + 1, low + 2, low + 3, low + 4};
  if (among(kScales, p.key) && own > 0) return times(own, {0.01, 0.1, 1, 10});
  if (p.range.scale == Scale::Log && own > 0) {
    if (high / std::max(low, own * 1e-6) >= kDecades) return times(own, {0.01, 0.1, 1, 10, 100});
    return times(own, {0.25, 0.5, 1, 2, 4});
  }
  if (whole && own <= low) return {low, low + 1, low + 2, low + 4, low + 8};
  if (own > 0) return times(own, {0.25, 0.5, 1, 2, 4});
  if (own == 0 && low >= 0) return {0, written(high * 1e-3), written(high * 1e-2), written(high * 1e-1)};
  return {};
}

}  // namespace

std::vector<Param> ladder_parameters(const Show& show, const Document& document) {
  std::vector<std::string> given;
  for (const auto& [key, input] : document.inputs) given.push_back(key);
  std::vector<Param> out;
  for (const Param& p : show.params) {
    const bool number = std::holds_alternative<double>(p.initial) || std::holds_alternative<std::int64_t>(p.initial);
    if (number && p.range.high > p.range.low && relevant(show.params, p, document.settings, given)) out.push_back(p);
  }
  return out;
}

const Param* depth_of(const std::vector<Param>& params) { return first_of(params, kDepths); }
const Param* scale_of(const std::vector<Param>& params) { return first_of(params, kScales); }

std::vector<Value> ladder_values(const Param& p, const Value& own_value) {
  const double own = number_of(own_value), low = p.range.low, high = p.range.high;
  const bool whole = std::holds_alternative<std::int64_t>(p.initial);
  std::vector<double> at;
  const auto add = [&](double x) {
    if (whole) x = std::round(x);
    const bool there = std::any_of(at.begin(), at.end(), [&](double y) { return std::abs(x - y) <= kSame * std::abs(y); });
    if (x >= low && x <= high && !there) at.push_back(x);
  };
  add(own);
  for (const double x : wanted(p, own)) add(x);
  for (const double share : {0.0, 1.0, 0.5, 0.25})
    if (at.size() < kFewest) add(low + (high - low) * share);
  std::sort(at.begin(), at.end());
  std::vector<Value> out;
  for (const double x : at) out.push_back(whole ? Value(static_cast<std::int64_t>(x)) : Value(x));
  return out;
}

}  // namespace rankscope::ui
