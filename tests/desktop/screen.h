// A screen of our own (Xvfb) and a hand on it: real key and pointer events by XTest, drops by XDND, pictures, windows.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rankscope::desktop {

struct Picture {
  int width = 0, height = 0;
  std::vector<unsigned char> rgb;

  bool operator==(const Picture&) const = default;
};

/// The share of pixels in which one of the three colours is more than `slack` of 255 apart; 1 when the sizes differ.
double difference(const Picture& a, const Picture& b, int slack);
Picture read_png(const std::filesystem::path& path);
void write_png(const std::filesystem::path& path, const Picture& picture);

struct Place {
  int x = 0, y = 0, width = 0, height = 0;
};

class Screen {
 public:
  static constexpr int kWidth = 1500, kHeight = 1000;

  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  const std::string& display() const { return name_; }
  void density(int dpi);  ///< Xft.dpi of what starts from now on

  Picture shoot(const Place& place) const;
  /// Once two pictures in a row are the same, at most `seconds` later.
  Picture rest(const Place& place, double seconds = 20) const;

  void point(int x, int y);
  void press(int x, int y);
  /// With the button down, in small steps.
  void drag(int x, int y, int to_x, int to_y);
  void key(const std::string& keys);  ///< "space", "ctrl+s"

  std::vector<unsigned long> windows() const;  ///< mapped, top-level
  Place place(unsigned long window) const;
  std::string title(unsigned long window) const;
  void close(unsigned long window);  ///< WM_DELETE_WINDOW, as a window manager's cross does
  /// As if dragged from a file manager; true when the window took it.
  bool drop(unsigned long window, const std::filesystem::path& file);

 private:
  void* display_ = nullptr;
  std::string name_;
  pid_t server_ = 0;
};

/// A program with the screen as its display.
class Program {
 public:
  /// `environment`: NAME=value, or NAME alone to take it away.
  Program(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          const std::filesystem::path& folder);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  bool running();
  int wait(double seconds = 20);  ///< its exit code; -1 when it had to be ended, -2 when a signal ended it
  double seconds() const;         ///< of processor time so far
  std::string out() const;
  std::string err() const;

 private:
  pid_t pid_ = 0;
  int code_ = -3;
  std::filesystem::path folder_;
};

/// Whether `holds` does within that time; looks twenty times a second.
bool until(double seconds, const std::function<bool()>& holds);

}  // namespace rankscope::desktop
