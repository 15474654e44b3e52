#include "native/desktop/settings.h"

#include <cstdlib>
#include <filesystem>
#include <span>

#include "io/file.h"
#include "io/json.h"
#include "lab/hash.h"
#include "native/terminal.h"

namespace rankscope::desktop {
namespace {

constexpr const char* kWindow = "window.json";
constexpr const char* kLayout = "layout.ini";
constexpr std::int64_t kFar = 100000;  // px: no screen is there

std::string config_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config && *config == '/') return std::string(config) + "/rankscope";
  const char* home = std::getenv("HOME");
  return std::string(home ? home : "") + "/.config/rankscope";
}

std::string window_text(const Settings& s) {
  JsonWriter out(true);
  out.begin_object().member("rankscope_window", 1).member("x", s.x).member("y", s.y).member("width", s.width);
  out.member("height", s.height).member("maximized", s.maximized).member("dark", s.dark).end_object();
  return out.text() + "\n";
}

/// A layout is Dear ImGui's, which believes what it reads: the first line is a hash, so that only what it wrote itself
/// is given back to it.
std::string layout_text(const std::string& ini) {
  Hash hash;
  hash.bytes(ini.data(), ini.size());
  return "; rankscope layout 1 " + hash.hex() + "\n" + ini;
}

bool parse_window(const std::string& text, Settings& s) {
  const auto json = parse_json(text);
  if (!json) return false;
  const auto number = [&](const char* key, int& value, std::int64_t least, std::int64_t most) {
    const Json* j = json->find(key);
    if (!j || !j->whole() || *j->whole() < least || *j->whole() > most) return false;
    value = static_cast<int>(*j->whole());
    return true;
  };
  const auto flag = [&](const char* key, bool& value) {
    const Json* j = json->find(key);
    if (!j || !j->flag()) return false;
    value = *j->flag();
    return true;
  };
  int version = 0;
  Settings read;
  read.placed = true;
  if (!number("rankscope_window", version, 1, 1) || !number("x", read.x, -kFar, kFar) ||
      !number("y", read.y, -kFar, kFar) || !number("width", read.width, 100, kFar) ||
      !number("height", read.height, 100, kFar) || !flag("maximized", read.maximized) || !flag("dark", read.dark))
    return false;
  s = read;
  return true;
}

/// The file's text; empty when there is none.
std::string text_of(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return {};
  const auto bytes = read_file(path);
  if (!bytes) {
    note("note: " + bytes.error().text() + "; going on without it");
    return {};
  }
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

}  // namespace

Store::Store() : folder_(config_folder()) {}

Settings Store::load() {
  Settings s;
  const std::string window = folder_ + "/" + kWindow, layout = folder_ + "/" + kLayout;
  if (const std::string text = text_of(window); !text.empty() && !parse_window(text, s))
    note("note: " + window + " is not what this program wrote; the window opens as for the first time");
  if (const std::string text = text_of(layout); !text.empty()) {
    const std::string ini = text.substr(std::min(text.find('\n'), text.size() - 1) + 1);
    if (layout_text(ini) == text)
      s.layout = ini;
    else
      note("note: " + layout + " is not what this program wrote; the panels stand as for the first time");
  }
  return s;
}

void Store::save(const Settings& s) {
  write(kWindow, window_text(s), window_);
  if (!s.layout.empty()) write(kLayout, layout_text(s.layout), layout_);
}

void Store::write(const char* name, const std::string& text, std::string& written) {
  if (text == written) return;
  written = text;
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  const auto done = write_file(folder_ + "/" + name, std::as_bytes(std::span(text)));
  if (done || complained_) return;
  complained_ = true;
  note("note: " + done.error().text() + "; the window's place will not be remembered");
}

}  // namespace rankscope::desktop
