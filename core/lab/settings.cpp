#include "lab/settings.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "lab/number.h"

namespace rankscope {
namespace {

constexpr std::size_t kMostText = 1000;

std::string in_range(const Range& r) { return "allowed: " + shortest(r.low) + " to " + shortest(r.high); }

Result<Value> outside(const Param& p, const std::string& got) { return Error{p.key, got + " is out of range", in_range(p.range)}; }

Result<Value> wrong_type(const Param& p, const char* wanted) { return Error{p.key, std::string("must be ") + wanted, p.help}; }

bool inside(const Range& r, double x) { return x >= r.low && x <= r.high; }  // false for NaN

}  // namespace

const Param* find(std::span<const Param> params, std::string_view key) {
  for (const Param& p : params)
    if (p.key == key) return &p;
  return nullptr;
}

Result<Value> check(const Param& p, const Value& value) {
  if (std::holds_alternative<double>(p.initial)) {
    double x = 0;
    if (const auto* d = std::get_if<double>(&value)) x = *d;
    else if (const auto* i = std::get_if<std::int64_t>(&value)) x = static_cast<double>(*i);
    else return wrong_type(p, "a number");
    if (!inside(p.range, x)) return outside(p, shortest(x));
    return Value(x);
  }
  if (std::holds_alternative<std::int64_t>(p.initial)) {
    double x = 0;
    if (const auto* i = std::get_if<std::int64_t>(&value)) x = static_cast<double>(*i);
    else if (const auto* d = std::get_if<double>(&value)) x = *d;
    else return wrong_type(p, "a whole number");
    if (!inside(p.range, x)) return outside(p, shortest(x));
    if (x != std::floor(x)) return wrong_type(p, "a whole number");
    return Value(static_cast<std::int64_t>(x));
  }
  if (std::holds_alternative<bool>(p.initial)) {
    if (!std::holds_alternative<bool>(value)) return wrong_type(p, "true or false");
    return value;
  }
  if (std::holds_alternative<std::string>(p.initial)) {
    const auto* word = std::get_if<std::string>(&value);
    if (!word) return wrong_type(p, "a word");
    if (p.choices.empty()) {  // free text, such as a mode tree; what it means is for the system to say
      if (word->size() > kMostText) return Error{p.key, "has " + std::to_string(word->size()) + " characters", "at most " + std::to_string(kMostText)};
      return value;
    }
    if (std::find(p.choices.begin(), p.choices.end(), *word) == p.choices.end()) {
      std::string all;
      for (const auto& c : p.choices) all += (all.empty() ? "" : ", ") + c;
      const std::string near = nearest(*word, p.choices);
      return Error{p.key, "'" + *word + "' is not a choice" + (near.empty() ? "" : "; did you mean '" + near + "'?"),
                   "choices: " + all};
    }
    return value;
  }
  const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
  if (!list) return wrong_type(p, "a list of whole numbers");
  for (std::int64_t x : *list)
    if (!inside(p.range, static_cast<double>(x))) return outside(p, std::to_string(x));
  return value;
}

Result<Settings> complete(std::span<const Param> params, const Settings& settings) {
  Settings out;
  for (const Param& p : params) out[p.key] = p.initial;
  for (const auto& [key, value] : settings) {
    const Param* p = find(params, key);
    if (!p) {
      std::vector<std::string> known;
      for (const Param& q : params) known.push_back(q.key);
      const std::string near = nearest(key, known);
      return Error{key, "is not a parameter", near.empty() ? "see `show` for the list" : "did you mean '" + near + "'?"};
    }
    auto checked = check(*p, value);
    if (!checked) return checked.error();
    out[key] = *checked;
  }
  return out;
}

Result<Value> parse(const Param& p, std::string_view text) {
  if (std::holds_alternative<std::string>(p.initial)) return check(p, Value(std::string(text)));
  if (std::holds_alternative<bool>(p.initial)) {
    if (text == "true" || text == "1" || text == "on") return Value(true);
    if (text == "false" || text == "0" || text == "off") return Value(false);
    return wrong_type(p, "true or false");
  }
  if (std::holds_alternative<std::vector<std::int64_t>>(p.initial)) {
    std::vector<std::int64_t> list;
    while (!text.empty()) {
      const auto comma = std::min(text.find(','), text.size());
      const auto x = to_double(text.substr(0, comma));
      if (!x || *x != std::floor(*x) || std::abs(*x) > 9e15) return wrong_type(p, "a list of whole numbers such as 64,32");
      list.push_back(static_cast<std::int64_t>(*x));
      text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return check(p, Value(std::move(list)));
  }
  const auto x = to_double(text);
  if (!x) return wrong_type(p, std::holds_alternative<double>(p.initial) ? "a number" : "a whole number");
  return check(p, Value(*x));
}

std::string to_text(const Value& value) {
  if (const auto* d = std::get_if<double>(&value)) return shortest(*d);
  if (const auto* i = std::get_if<std::int64_t>(&value)) return std::to_string(*i);
  if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto* s = std::get_if<std::string>(&value)) return *s;
  std::string out;
  for (std::int64_t x : std::get<std::vector<std::int64_t>>(value)) out += (out.empty() ? "" : ",") + std::to_string(x);
  return out;
}

bool relevant(std::span<const Param> params, const Param& param, const Settings& settings, std::span<const std::string> inputs) {
  if (!param.decided_by.empty() && std::find(inputs.begin(), inputs.end(), param.decided_by) != inputs.end()) return false;
  if (param.relevant.key.empty()) return true;
  const auto it = settings.find(param.relevant.key);
  if (it == settings.end()) return true;
  const auto& values = param.relevant.values;
  if (std::find(values.begin(), values.end(), to_text(it->second)) == values.end()) return false;
  const Param* other = find(params, param.relevant.key);
  return !other || relevant(params, *other, settings, inputs);
}

std::string nearest(std::string_view word, std::span<const std::string> known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;  // farther than this is no help
  for (const std::string& candidate : known) {
    std::vector<std::size_t> row(candidate.size() + 1);  // Levenshtein distance, one row at a time
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t cost = diagonal + (word[i - 1] != candidate[j - 1]);
        diagonal = row[j];
        row[j] = std::min({cost, row[j] + 1, row[j - 1] + 1});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace rankscope
