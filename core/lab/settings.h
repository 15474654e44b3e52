// Parameters declare themselves once: the page's sliders, documents, links, the terminal and the tests read this list.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lab/result.h"

namespace rankscope {

/// Choices are words, widths are lists.
using Value = std::variant<double, std::int64_t, bool, std::string, std::vector<std::int64_t>>;
using Settings = std::map<std::string, Value>;

enum class Scale { Linear, Log };
enum class When { Live, Restart };  ///< a Live parameter changes a run under way, a Restart one builds it anew

/// Closed interval of a number, or of each element of a list.
struct Range {
  double low = 0, high = 0;
  Scale scale = Scale::Linear;  ///< how a slider runs over it
};

/// The parameter matters only while another one has one of these values; elsewhere it is hidden, never an error.
struct Relevance {
  std::string key;
  std::vector<std::string> values;  ///< as text; empty key: always
};

struct Param {
  std::string key, label, group, help, unit;
  Value initial;  ///< its alternative is the parameter's type
  Range range;
  When when = When::Restart;
  std::vector<std::string> choices;  ///< of a word; empty: any text
  Relevance relevant;
  std::string decided_by{};  ///< the input that, when given, settles this instead: then it is hidden too
  std::string lowest{};      ///< what the range's lowest value stands for, such as "full"; empty: itself
};

const Param* find(std::span<const Param> params, std::string_view key);

/// Gives `value` the parameter's type (a whole double for an integer, an integer for a double).
/// Error: names the key, the allowed range or choices, the nearest choice.
Result<Value> check(const Param& param, const Value& value);

/// Every key known and every value allowed; returns the settings with defaults filled in.
Result<Settings> complete(std::span<const Param> params, const Settings& settings);

/// "3", "1e-3", "true", "balanced", "64,32" by the parameter's type.
Result<Value> parse(const Param& param, std::string_view text);
std::string to_text(const Value& value);

/// Whether the parameter does anything now: its own condition holds, that of the parameter it depends on too, and no given
/// input settles it.
bool relevant(std::span<const Param> params, const Param& param, const Settings& settings, std::span<const std::string> inputs = {});

/// The known word with the least edit distance, or "" when none is near.
std::string nearest(std::string_view word, std::span<const std::string> known);

/// Typed access to completed settings; a missing key or a wrong type is a broken invariant.
template <class T>
const T& get(const Settings& settings, std::string_view key) {
  const auto it = settings.find(std::string(key));
  assert(it != settings.end());
  const T* value = std::get_if<T>(&it->second);
  assert(value);
  return *value;
}

}  // namespace rankscope
