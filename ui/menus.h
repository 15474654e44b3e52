// The desktop's menu bar, its keys and its two sheets of words.
#pragma once
#include "ui/context.h"
#include "ui/dock.h"

namespace rankscope::ui {

/// A panel that is no view, which the menu shows and hides.
struct Fixture {
  const char* key;
  const char* title;
  bool shown = true;
};

struct MenuState {
  std::vector<Fixture> fixtures;
  bool reset_layout = false;  ///< was asked for
  enum class Sheet { None, Shortcuts, About } sheet = Sheet::None;
};

/// In a window with a menu bar, which it fills.
void menu_bar(Context& c, Desk& desk, MenuState& state);
/// Ctrl+O and the like, from wherever the keyboard is.
void menu_keys(Context& c, Desk& desk, MenuState& state);
void menu_sheets(Context& c, const Desk& desk, MenuState& state);

}  // namespace rankscope::ui
