#include "ui/json.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <cstdio>

namespace rankscope::ui {

const Json* get(const Json& object, const char* key) {
  if (!object.IsObject()) return nullptr;
  const auto it = object.FindMember(key);
  return it == object.MemberEnd() ? nullptr : &it->value;
}

std::string text_of(const Json& value) {
  return value.IsString() ? std::string(value.GetString(), value.GetStringLength()) : std::string();
}

std::string text(const Json& object, const char* key) {
  const Json* v = get(object, key);
  return v ? text_of(*v) : std::string();
}

double real(const Json& object, const char* key, double otherwise) {
  const Json* v = get(object, key);
  return v && v->IsNumber() ? v->GetDouble() : otherwise;
}

std::int64_t whole_of(const Json& v) {
  if (v.IsInt64()) return v.GetInt64();
  const double x = v.IsNumber() ? v.GetDouble() : 0;
  return std::abs(x) < 0x1p53 ? static_cast<std::int64_t>(x) : 0;
}

std::int64_t whole(const Json& object, const char* key, std::int64_t otherwise) {
  const Json* v = get(object, key);
  return v && v->IsNumber() ? whole_of(*v) : otherwise;
}

int small(const Json& object, const char* key, int otherwise) {
  const std::int64_t x = whole(object, key, otherwise);
  return x == static_cast<int>(x) ? static_cast<int>(x) : otherwise;
}

bool flag(const Json& object, const char* key) {
  const Json* v = get(object, key);
  return v && v->IsBool() && v->GetBool();
}

std::vector<std::string> texts(const Json& object, const char* key) {
  std::vector<std::string> out;
  each(object, key, [&](const Json& v) { out.push_back(text_of(v)); });
  return out;
}

bool parse(rapidjson::Document& root, std::string_view json) {
  root.Parse<rapidjson::kParseFullPrecisionFlag | rapidjson::kParseNanAndInfFlag | rapidjson::kParseIterativeFlag>(json.data(), json.size());
  return !root.HasParseError() && root.IsObject();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", c);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string written(const Json& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator, rapidjson::kWriteNanAndInfFlag> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace rankscope::ui
