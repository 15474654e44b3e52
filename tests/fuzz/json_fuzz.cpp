#include <cmath>
#include <cstring>

#include "fuzz/fuzz.h"
#include "io/json.h"

namespace rankscope::fuzz {
namespace {

void visit(const Json& json) {
  if (json.flag()) reached("a flag");
  if (json.whole()) reached("a whole number");
  else if (json.is_number()) reached("a number");
  if (const auto* s = json.text()) reached(s->size() < 2 ? "a text" : "a longer text");
  if (const auto* list = json.array()) {
    reached("a list");
    for (const Json& x : *list) visit(x);
  }
  if (const auto* members = json.object()) {
    reached("an object");
    for (const Json::Member& m : *members) visit(m.value);
  }
}

bool equal(const Json& a, const Json& b) {
  if (const auto* x = a.array()) {
    const auto* y = b.array();
    if (!y || x->size() != y->size()) return false;
    for (std::size_t i = 0; i < x->size(); ++i)
      if (!equal((*x)[i], (*y)[i])) return false;
    return true;
  }
  if (const auto* x = a.object()) {
    const auto* y = b.object();
    if (!y || x->size() != y->size()) return false;
    for (std::size_t i = 0; i < x->size(); ++i)
      if ((*x)[i].key != (*y)[i].key || !equal((*x)[i].value, (*y)[i].value)) return false;
    return true;
  }
  if (a.is_number()) return b.is_number() && a.number() == b.number() && std::signbit(a.number()) == std::signbit(b.number());
  if (a.text()) return b.text() && *a.text() == *b.text();
  return a.value.index() == b.value.index() && (!a.flag() || *a.flag() == *b.flag());
}

}  // namespace

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"a flag", "a whole number", "a number", "a text", "a longer text", "a list", "an object", "a mark"};
  return all;
}

bool accepts(Bytes input) {
  const std::string_view text = text_of(input);
  const auto json = parse_json(text, "x.json");
  if (!json) {
    promise(json.error().where.starts_with("x.json:"), "an error says its line");
    return false;
  }
  visit(*json);
  for (const bool indented : {false, true}) {
    JsonWriter out(indented);
    out.value(*json);
    const auto again = parse_json(out.text());
    promise(again && equal(*json, *again), "what is written reads back");
  }
  if (text.starts_with("\xef\xbb\xbf")) reached("a mark");
  return true;
}

}  // namespace rankscope::fuzz
