// What the window remembers between two starts, in the user's configuration folder: its place, its theme, its panels.
// A file that cannot be read, or written, is said once on stderr and does without.
#pragma once
#include <string>

namespace rankscope::desktop {

struct Settings {
  int x = 0, y = 0, width = 1280, height = 800;  ///< of the window, as GLFW counts
  bool placed = false;                           ///< x and y are known
  bool maximized = false;
  bool dark = true;
  std::string layout;  ///< Dear ImGui's ini text; empty: the default layout
};

class Store {
 public:
  /// $XDG_CONFIG_HOME/rankscope, or ~/.config/rankscope.
  Store();
  Settings load();
  /// Only what changed since the last time is written.
  void save(const Settings& settings);

 private:
  void write(const char* name, const std::string& text, std::string& written);

  std::string folder_, window_, layout_;
  bool complained_ = false;
};

}  // namespace rankscope::desktop
