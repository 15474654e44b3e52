// The desktop's arrangement: a menu bar, every panel a window that docks, tabs and can be pulled out, and the run bar.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ui/app.h"

namespace rankscope::ui {

/// What a window of the desktop does for the menus besides Host.
class Desk {
 public:
  virtual ~Desk() = default;
  virtual void open_document() = 0;  ///< a chooser of run documents; the chosen one is opened
  virtual void full_screen() = 0;    ///< or back
  virtual void quit() = 0;
  virtual std::string notice() const = 0;              ///< what it has to say for a while; may be empty
  virtual std::vector<std::string> about() const = 0;  ///< version, libraries and licences, a line each
};

/// Where the panels stand is ImGui's: save and load its ini settings.
std::unique_ptr<Arrangement> dock(Desk& desk);

}  // namespace rankscope::ui
