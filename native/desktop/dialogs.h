// The desktop's own file dialogs, one at a time. They are a program of their own (zenity, kdialog): the window goes on.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rankscope::desktop {

class Dialogs {
 public:
  using Then = std::function<void(const std::string& path)>;

  Dialogs();
  ~Dialogs();

  /// False: neither of the programs is installed.
  bool available() const;
  bool open() const;  ///< one is up: poll()
  /// `patterns` such as {"*.npy", "*.csv"}. `then` is called by poll() with what was chosen, not at all when nothing
  /// was.
  void choose(const std::string& title, const std::string& folder, const std::vector<std::string>& patterns, Then then);
  void save(const std::string& title, const std::string& path, Then then);
  void poll();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rankscope::desktop
