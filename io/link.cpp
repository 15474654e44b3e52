#include "io/link.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "io/json.h"

namespace rankscope {
namespace {

constexpr const char* kForms = "a link holds a document, #{...}, or #study=KEY&variant=NAME&view=KEY,KEY";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Raw JSON, of which nothing is percent-encoded: a "{" and then a key or the end.
bool is_json(std::string_view text) { return text.starts_with('{') && !trimmed(text.substr(1)).starts_with('%'); }

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? digit(text[i + 1]) : -1, low = i + 2 < text.size() ? digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return Error{"link", "is damaged: character " + std::to_string(i + 1) + " after the # is a % without two hexadecimal digits behind it", "copy the whole link again"};
    out += static_cast<char>(16 * high + low);
    i += 2;
  }
  return out;
}

/// {"study":KEY,"variant":NAME,"page":{"views":[KEY,KEY]}} of study=KEY&variant=NAME&view=KEY,KEY. Words that are not known become fields that
/// are not: the document's reader names them.
Result<std::string> json_of_words(std::string_view words) {
  JsonWriter out;
  out.begin_object();
  std::string views;
  bool study = false, shown = false;
  while (!words.empty()) {
    const std::string_view pair = words.substr(0, words.find('&'));
    words.remove_prefix(std::min(pair.size() + 1, words.size()));
    const auto sign = pair.find('=');
    const auto key = decoded(pair.substr(0, sign)), value = decoded(sign == std::string_view::npos ? "" : pair.substr(sign + 1));
    if (!key) return key.error();
    if (!value) return value.error();
    if (*key == "figure" || *key == "parameters") continue;
    if (*key == "view") {
      if (shown) return Error{"link", "gives view= twice", "view=KEY,KEY"};
      shown = true;
      views = *value;
      continue;
    }
    study |= *key == "study";
    out.member(*key, *value);
  }
  if (!study) return Error{"link", "names no study", kForms};
  if (!views.empty()) {
    out.key("page").begin_object().key("views").begin_array();
    for (std::size_t from = 0; from <= views.size();) {
      const auto comma = std::min(views.find(',', from), views.size());
      out.value(std::string_view(views).substr(from, comma - from));
      from = comma + 1;
    }
    out.end_array().end_object();
  }
  return out.end_object().text();
}

}  // namespace

std::string link_of_json(std::string_view json) {
  std::string out = "#";
  for (const char c : json) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x80 && (std::isalnum(u) || std::string_view("-_.!~*'()").find(c) != std::string_view::npos)) {
      out += c;
    } else {
      out += '%';
      out += "0123456789ABCDEF"[u >> 4];
      out += "0123456789ABCDEF"[u & 15];
    }
  }
  return out;
}

bool is_link(std::string_view text) {
  text = trimmed(text);
  if (is_json(text)) return false;
  const auto bracket = text.find_first_of("{[\"");
  return text.starts_with("{") || text.starts_with("%") || text.starts_with("study=") || text.find('#') < bracket || text.find("://") < bracket;
}

Result<std::string> json_of_link(std::string_view link) {
  std::string_view held = trimmed(link);
  const bool whole = !held.starts_with('{') && !held.starts_with('%');  // else it is what follows the #, which may hold another
  if (const auto sign = held.find('#'); whole && sign != std::string_view::npos)
    held = trimmed(held.substr(sign + 1));
  else if (whole && held.find("://") != std::string_view::npos)
    return Error{"link", "is an address without a #", kForms};
  if (held.empty()) return Error{"link", "has nothing after its #", kForms};
  if (is_json(held)) return std::string(held);
  if (!held.starts_with('%') && !held.starts_with('{')) {
    if (held.find('=') != std::string_view::npos) return json_of_words(held);
    return Error{"link", "'" + std::string(held.substr(0, 40)) + "' is neither a document nor study=KEY", kForms};
  }
  auto json = decoded(held);
  if (json && (json->starts_with("%7B") || json->starts_with("%7b"))) json = decoded(*json);  // encoded twice on its way
  return json;
}

}  // namespace rankscope
