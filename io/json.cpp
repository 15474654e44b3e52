#include "io/json.h"

#include <rapidjson/error/en.h>
#include <rapidjson/internal/dtoa.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "lab/number.h"

namespace rankscope {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 26;
constexpr std::size_t kMostLevels = 64;
constexpr const char* kLargest = "a double holds up to 1.8e308";
constexpr std::size_t kMostValues = std::size_t{1} << 21;

/// Builds the tree from the reader's events; a false answer stops the reader, and `trouble` says why.
class Builder {
 public:
  explicit Builder(const rapidjson::MemoryStream& stream) : stream_(stream) {}

  Json root;
  std::string trouble, remedy;

  bool Null() { return add(std::monostate{}); }
  bool Bool(bool b) { return add(b); }
  bool Int(int) { return false; }  // numbers come as their text
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const std::string_view number(text, size);
    std::int64_t whole = 0;
    const auto [end, failed] = std::from_chars(text, text + size, whole);
    if (failed == std::errc() && end == text + size && number != "-0") return add(whole);
    const auto x = to_double(number);
    if (!x || !std::isfinite(*x))
      return refuse("the number " + std::string(number.substr(0, 20)) + " is too large or too long", kLargest);
    return add(*x);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return whole_characters({text, size}) && add(std::string(text, size));
  }
  bool StartObject() { return open(Json::Object{}); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    std::get_if<Json::Object>(&open_.back().value)->push_back({std::string(text, size), {}});
    return whole_characters({text, size});
  }
  bool EndObject(rapidjson::SizeType) {
    std::vector<std::string_view> keys;
    for (const Json::Member& m : *open_.back().object()) keys.push_back(m.key);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end()) return refuse("the key \"" + std::string(*twice) + "\" is given twice", "keep one of the two");
    return close();
  }
  bool StartArray() { return open(Json::Array{}); }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  bool refuse(std::string why, const char* what_to_do) {
    trouble = std::move(why);
    remedy = what_to_do;
    return false;
  }

  /// The reader takes the second half of a surrogate pair, such as \ude00, for a character.
  bool whole_characters(std::string_view text) { return is_utf8(text) || refuse("half of a surrogate pair is no character", "give both halves"); }

  template <class T>
  bool add(T value) {
    Json json;
    json.value = std::move(value);
    json.offset = static_cast<std::uint32_t>(stream_.Tell());
    return place(std::move(json));
  }

  bool place(Json json) {
    if (++count_ > kMostValues) return refuse("holds more than " + std::to_string(kMostValues) + " values", "shorten it");
    if (open_.empty())
      root = std::move(json);
    else if (auto* list = std::get_if<Json::Array>(&open_.back().value))
      list->push_back(std::move(json));
    else
      std::get_if<Json::Object>(&open_.back().value)->back().value = std::move(json);
    return true;
  }

  template <class T>
  bool open(T value) {
    if (open_.size() >= kMostLevels) return refuse("is nested deeper than " + std::to_string(kMostLevels) + " levels", "flatten it");
    open_.emplace_back();
    open_.back().value = std::move(value);
    open_.back().offset = static_cast<std::uint32_t>(stream_.Tell());
    return true;
  }

  bool close() {
    Json done = std::move(open_.back());
    open_.pop_back();
    return place(std::move(done));
  }

  const rapidjson::MemoryStream& stream_;
  std::vector<Json> open_;
  std::size_t count_ = 0;
};

/// Bytes of the well-formed UTF-8 sequence that the text begins with; 0 when there is none.
std::size_t utf8_size(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned a = at(0), b = at(1);
  if (a < 0x80) return text.empty() ? 0 : 1;
  const std::size_t size = a < 0xc2 ? 0 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : a < 0xf5 ? 4 : 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  // what has a shorter form, the surrogates, and what is beyond U+10FFFF
  const bool none = (a == 0xe0 && b < 0xa0) || (a == 0xed && b > 0x9f) || (a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f);
  return none ? 0 : size;
}

std::string position(std::string_view text, std::size_t offset, std::string_view name) {
  offset = std::min(offset, text.size());
  const std::size_t line = line_of(text, offset);
  const std::size_t start = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t column = start == std::string_view::npos ? offset + 1 : offset - start;
  return (name.empty() ? std::string("line ") : std::string(name) + ":") + std::to_string(line) + ":" +
         std::to_string(column);
}

}  // namespace

double Json::number() const {
  if (const auto* i = whole()) return static_cast<double>(*i);
  const auto* d = std::get_if<double>(&value);
  return d ? *d : std::numeric_limits<double>::quiet_NaN();
}

const Json* Json::find(std::string_view key) const {
  if (const Object* members = object())
    for (const Member& m : *members)
      if (m.key == key) return &m.value;
  return nullptr;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

Result<Json> parse_json(std::string_view text, std::string_view name) {
  const std::string whole(name.empty() ? "JSON" : name);
  if (text.size() > kMostBytes)
    return Error{whole, "is longer than 64 MiB", "a document of this program is far shorter"};
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  // the reader takes a zero byte for the end
  if (const auto zero = text.find('\0'); zero != std::string_view::npos)
    return Error{position(text, zero, name), "a zero byte", "JSON is plain text"};
  rapidjson::MemoryStream stream(text.data(), text.size());
  Builder builder(stream);
  rapidjson::Reader reader;
  // its own conversion of numbers shifts by an undefined count on zeros of many digits
  constexpr unsigned flags =
      rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;
  const auto result = reader.Parse<flags>(stream, builder);
  if (!builder.trouble.empty()) return Error{position(text, stream.Tell(), name), builder.trouble, builder.remedy};
  if (result.IsError()) {
    std::string what = rapidjson::GetParseError_En(result.Code());
    if (!what.empty() && what.back() == '.') what.pop_back();
    if (!what.empty()) what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
    const bool big = result.Code() == rapidjson::kParseErrorNumberTooBig;
    return Error{position(text, result.Offset(), name), big ? what : "not JSON: " + what,
                 big ? kLargest : "correct the text there"};
  }
  return std::move(builder.root);
}

void JsonWriter::new_line() {
  out_ += '\n';
  out_.append(2 * levels_.size(), ' ');
}

void JsonWriter::before() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  Level& level = levels_.back();
  if (!level.empty) out_ += ',';
  if (indented_ && level.rows)
    new_line();
  else if (indented_ && !level.empty)
    out_ += ' ';
  level.empty = false;
}

JsonWriter& JsonWriter::begin(char bracket, bool rows) {
  before();
  out_ += bracket;
  levels_.push_back({rows, true});
  return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
  const Level level = levels_.back();
  levels_.pop_back();
  if (indented_ && level.rows && !level.empty) new_line();
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view key) {
  before();
  quoted(key);
  out_ += indented_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  before();
  quoted(text);
  return *this;
}

JsonWriter& JsonWriter::value(bool flag) { return raw(flag ? "true" : "false"); }
JsonWriter& JsonWriter::value(std::int64_t number) { return raw(std::to_string(number)); }

JsonWriter& JsonWriter::value(const Json& json) {
  if (json.object()) {
    begin_object();
    for (const Json::Member& m : *json.object()) key(m.key).value(m.value);
    return end_object();
  }
  if (json.array()) {
    begin_array();
    for (const Json& x : *json.array()) value(x);
    return end_array();
  }
  if (json.text()) return value(*json.text());
  if (json.flag()) return value(*json.flag());
  if (json.whole()) return value(*json.whole());
  return json.is_number() ? value(json.number()) : null();
}

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  char text[32];
  const char* end = rapidjson::internal::dtoa(number, text);
  return raw({text, static_cast<std::size_t>(end - text)});
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  before();
  out_ += json;
  return *this;
}

void JsonWriter::quoted(std::string_view text) {
  out_ += '"';
  while (!text.empty()) {
    const char c = text[0];
    const auto u = static_cast<unsigned char>(c);
    const std::size_t size = utf8_size(text);
    if (u >= 0x80) {
      out_ += size ? text.substr(0, size) : "\ufffd";
    } else if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (c == '\n') {
      out_ += "\\n";
    } else if (u < 0x20) {
      out_ += "\\u00";
      out_ += "0123456789abcdef"[u >> 4];
      out_ += "0123456789abcdef"[u & 15];
    } else {
      out_ += c;
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  out_ += '"';
}

}  // namespace rankscope
