#include "ui/json.h"

#include <rapidjson/encodedstream.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

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

namespace {

/// Hands all on to the document, numbers converted to the last bit: RapidJSON's quick conversion is off by one sometimes, and its exact one shifts by an
/// undefined count on zeros of many digits.
struct Exact {
  using Ch = char;
  rapidjson::Document& to;

  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    std::int64_t whole = 0;
    const auto [end, failed] = std::from_chars(text, text + size, whole);
    if (failed == std::errc() && end == text + size && !(whole == 0 && text[0] == '-')) return to.Int64(whole);
    const std::string copy(text, size);
    const double value = std::strtod(copy.c_str(), nullptr);
    return std::isfinite(value) && to.Double(value);
  }
  bool Null() { return to.Null(); }
  bool Bool(bool value) { return to.Bool(value); }
  bool Int(int value) { return to.Int(value); }
  bool Uint(unsigned value) { return to.Uint(value); }
  bool Int64(std::int64_t value) { return to.Int64(value); }
  bool Uint64(std::uint64_t value) { return to.Uint64(value); }
  bool Double(double value) { return to.Double(value); }
  bool String(const char* text, rapidjson::SizeType size, bool) { return to.String(text, size, true); }
  bool Key(const char* text, rapidjson::SizeType size, bool) { return to.Key(text, size, true); }
  bool StartObject() { return to.StartObject(); }
  bool EndObject(rapidjson::SizeType members) { return to.EndObject(members); }
  bool StartArray() { return to.StartArray(); }
  bool EndArray(rapidjson::SizeType elements) { return to.EndArray(elements); }
};

}  // namespace

bool parse(rapidjson::Document& root, std::string_view json) {
  bool whole = false;
  const auto read = [&](rapidjson::Document& document) {
    constexpr unsigned flags = rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag;
    rapidjson::MemoryStream bytes(json.data(), json.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
    Exact exact{document};
    rapidjson::Reader reader;
    whole = !reader.Parse<flags>(stream, exact).IsError();
    return whole;
  };
  root.Populate(read);
  return whole && root.IsObject();
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
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace rankscope::ui
