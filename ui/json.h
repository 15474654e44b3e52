// RapidJSON's values read leniently: what is absent or of another type is the default. For the files that speak JSON: protocol.cpp and look.cpp.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rankscope::ui {

using Json = rapidjson::Value;

/// Null when there is no such member, or no object.
const Json* get(const Json& object, const char* key);
std::string text_of(const Json& value);
std::string text(const Json& object, const char* key);
double real(const Json& object, const char* key, double otherwise = 0);
/// 0 for what is no number, or beyond what a double tells apart.
std::int64_t whole_of(const Json& value);
std::int64_t whole(const Json& object, const char* key, std::int64_t otherwise = 0);
int small(const Json& object, const char* key, int otherwise = 0);
bool flag(const Json& object, const char* key);

/// f(element) for each element of the array `key`.
template <class F>
void each(const Json& object, const char* key, F f) {
  const Json* v = get(object, key);
  if (v && v->IsArray())
    for (const Json& element : v->GetArray()) f(element);
}

std::vector<std::string> texts(const Json& object, const char* key);

/// False when it is no JSON object. However deep it is nested, the stack stays as it is.
bool parse(rapidjson::Document& root, std::string_view json);

/// A text as a JSON string, in quotes.
std::string quoted(std::string_view text);
/// A value as it was, on one line.
std::string written(const Json& value);

}  // namespace rankscope::ui
