#include "io/read.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>

#include "io/gzip.h"
#include "io/idx.h"
#include "io/npy.h"
#include "io/npz.h"
#include "lab/settings.h"

namespace rankscope {
namespace {

struct Format {
  const char* title;
  std::vector<std::string> extensions;
  std::string option;              ///< the one key it takes; empty: none
  bool (*matches)(Bytes);          ///< by content; null: any text
  Result<Data> (*read)(Bytes, std::string_view name, const ReadOptions&, Notes*);
};

bool begins(Bytes bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

Result<Data> shared(Result<Dense> array) {
  if (!array) return array.error();
  return share(std::move(*array));
}

const std::vector<Format>& formats() {
  static const std::vector<Format> table = {
      {"NumPy array", {".npy"}, "", [](Bytes b) { return begins(b, "\x93NUMPY"); },
       [](Bytes b, std::string_view name, const ReadOptions&, Notes*) { return shared(read_npy(b, name)); }},
      {"NumPy archive", {".npz"}, "array", [](Bytes b) { return begins(b, "PK\x03\x04") || begins(b, "PK\x05\x06"); },
       [](Bytes b, std::string_view name, const ReadOptions& o, Notes*) -> Result<Data> {
         if (o.array != "*") return shared(read_npz(b, name, o.array));
         auto state = read_state(b, name);
         if (!state) return state.error();
         return share(std::move(*state));
       }},
      {"picture", {".png", ".jpg", ".jpeg"}, "channel", [](Bytes b) { return is_png(b) || is_jpeg(b); },
       [](Bytes b, std::string_view name, const ReadOptions& o, Notes*) {
         return shared(read_image(b, name, o.channel));
       }},
      {"IDX array", {".idx"}, "", is_idx, [](Bytes b, std::string_view name, const ReadOptions&, Notes*) { return shared(read_idx(b, name)); }},
      {"table", {".csv", ".tsv", ".txt", ".dat", ".data"}, "form", nullptr,
       [](Bytes b, std::string_view name, const ReadOptions& o, Notes* notes) -> Result<Data> {
         auto read = read_table(b, name, o.form, notes);
         if (!read) return read.error();
         return std::visit([](auto& form) { return share(std::move(form)); }, *read);
       }},
  };
  return table;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : ", ") + w;
  return out;
}

/// The index of `word` among `known`, or an error that names the nearest.
Result<std::size_t> choose(std::string_view name, const std::string& what, std::string_view word,
                           const std::vector<std::string>& known) {
  const auto at = std::find(known.begin(), known.end(), word);
  if (at != known.end()) return static_cast<std::size_t>(at - known.begin());
  const std::string near = nearest(word, known);
  return Error{std::string(name), what + " \"" + std::string(word) + "\" is not known",
               (near.empty() ? "" : "did you mean " + near + "? ") + ("known: " + joined(known))};
}

/// The options part of a name: after the last '?', if a word follows it.
std::string_view options_of(std::string_view name) {
  const auto mark = name.rfind('?');
  if (mark == std::string_view::npos || mark + 1 == name.size()) return {};
  const std::string_view options = name.substr(mark + 1);
  return std::isalpha(static_cast<unsigned char>(options[0])) ? options : std::string_view();
}

Result<void> apply(std::string_view name, const Format& format, ReadOptions& options) {
  std::string_view rest = options_of(name);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = pair.find('=');
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    if (value.empty())
      return Error{std::string(name), "the option \"" + std::string(pair) + "\" has no value",
                   "write key=value, as in channel=red"};
    if (auto known = choose(name, "the option", key, {"array", "channel", "form"}); !known) return known.error();
    if (key != format.option)
      return Error{std::string(name), "a " + std::string(format.title) + " takes no option " + std::string(key),
                   format.option.empty() ? "leave it out" : "it takes " + format.option};
    if (key == "array") {
      options.array = value;
    } else if (key == "channel") {
      const auto at = choose(name, "the channel", value, {"grey", "red", "green", "blue", "rgb"});
      if (!at) return at.error();
      options.channel = static_cast<Channel>(*at);
    } else {
      const auto at = choose(name, "the form", value, {"auto", "dense", "triplets"});
      if (!at) return at.error();
      options.form = static_cast<Form>(*at);
    }
  }
  return {};
}

std::string extension_of(std::string_view path) {
  const auto slash = path.find_last_of("/\\");
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  const auto dot = path.rfind('.');
  std::string out(dot == std::string_view::npos ? "" : path.substr(dot));
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

const Format* format_of(std::string_view path, Bytes bytes) {
  for (const Format& f : formats())
    if (f.matches && f.matches(bytes)) return &f;
  const std::string extension = path.ends_with("-ubyte") ? ".idx" : extension_of(path);  // as MNIST's files are named
  for (const Format& f : formats())
    if (std::find(f.extensions.begin(), f.extensions.end(), extension) != f.extensions.end()) return &f;
  const Bytes head = bytes.first(std::min<std::size_t>(bytes.size(), 4096));
  const bool text = std::none_of(head.begin(), head.end(), [](std::byte b) {
    const int c = std::to_integer<int>(b);
    return c < 32 && c != '\t' && c != '\n' && c != '\r';
  });
  return extension.empty() && text ? &formats().back() : nullptr;
}

}  // namespace

const std::vector<std::string>& accepted_extensions() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    for (const Format& f : formats()) out.insert(out.end(), f.extensions.begin(), f.extensions.end());
    out.push_back(".gz");
    return out;
  }();
  return all;
}

std::string_view path_of(std::string_view name) {
  const std::string_view options = options_of(name);
  return options.empty() ? name : name.substr(0, name.size() - options.size() - 1);
}

Result<Data> read_data(std::string_view name, Bytes bytes, ReadOptions options, Notes* notes) {
  std::string_view path = path_of(name);
  std::vector<std::byte> unpacked;
  if (is_gzip(bytes)) {
    auto inside = gunzip(bytes, path);
    if (!inside) return inside.error();
    unpacked = std::move(*inside);
    bytes = unpacked;
    if (path.ends_with(".gz")) path.remove_suffix(3);
  }
  if (bytes.empty()) return Error{std::string(path), "is empty", "one of " + joined(accepted_extensions())};
  const Format* format = format_of(path, bytes);
  if (!format) return Error{std::string(path), "is of no kind that is read", "one of " + joined(accepted_extensions())};
  if (auto applied = apply(name, *format, options); !applied) return applied.error();
  auto data = format->read(bytes, path, options, notes);
  if (!data) return data;
  if (const auto* d = std::get_if<Dense>(data->get()); d && d->data.empty())
    return Error{std::string(path), "holds an array without numbers", "save one that has some"};
  return data;
}

}  // namespace rankscope
