// JSON: the one place in io that knows the library behind it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lab/result.h"

namespace rankscope {

/// A value and where it stood, so that a later complaint can name its line.
class Json {
 public:
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;  ///< in the text's order, no key twice

  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value;
  std::uint32_t offset = 0;  ///< in bytes; of an array or object where it opens, else where it ends

  bool is_null() const { return value.index() == 0; }
  const bool* flag() const { return std::get_if<bool>(&value); }
  const std::int64_t* whole() const {
    return std::get_if<std::int64_t>(&value);
  }  ///< written without point and exponent
  const std::string* text() const { return std::get_if<std::string>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  const Object* object() const { return std::get_if<Object>(&value); }
  bool is_number() const { return whole() || std::holds_alternative<double>(value); }
  double number() const;  ///< a whole number too; NaN when it is not a number

  /// Member of an object; null when there is none or this is no object.
  const Json* find(std::string_view key) const;
};

struct Json::Member {
  std::string key;
  Json value;
};

/// RFC 8259: UTF-8, no comments, no NaN; numbers correctly rounded. At most 64 MiB, 64 levels and 2^21 values; a key
/// given twice is an error. `name` is for messages, which begin with `name:line:column`.
Result<Json> parse_json(std::string_view text, std::string_view name = {});

bool is_utf8(std::string_view text);

/// 1-based line of a byte of the text.
std::size_t line_of(std::string_view text, std::size_t offset);

/// Writes one JSON text. The caller keeps begin and end balanced. Bytes of a text that are not UTF-8 become U+FFFD.
class JsonWriter {
 public:
  explicit JsonWriter(bool indented = false) : indented_(indented) {}

  JsonWriter& begin_object() { return begin('{', true); }
  JsonWriter& end_object() { return end('}'); }
  /// `rows`: an element a line, where the text is indented.
  JsonWriter& begin_array(bool rows = false) { return begin('[', rows); }
  JsonWriter& end_array() { return end(']'); }
  JsonWriter& key(std::string_view key);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(double number);  ///< reads back as the same double; null when it is not finite
  JsonWriter& value(const Json& json);  ///< all of it
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  ///< already JSON

  template <class T>
  JsonWriter& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }

  const std::string& text() const { return out_; }

 private:
  JsonWriter& begin(char bracket, bool rows);
  JsonWriter& end(char bracket);
  void before();  ///< comma and line break
  void quoted(std::string_view text);
  void new_line();

  struct Level {
    bool rows = false, empty = true;
  };
  std::string out_;
  std::vector<Level> levels_;
  bool indented_, after_key_ = false;
};

}  // namespace rankscope
