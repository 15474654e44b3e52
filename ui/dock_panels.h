// The panels of the desktop's arrangement, each with what it draws and what it is remembered by.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "ui/context.h"
#include "ui/menus.h"

namespace rankscope::ui {

/// Where a panel stands by default: the words' column, or a row.
enum class Home { Words, Parameters, Pictures, Numbers, Spectrum, Bars, Landscapes, Tensors, Claims, Curves, Matrices };

struct Panel {
  Home home;
  std::string name;  ///< title and, behind ###, what it is remembered by
  std::function<void(Context&, const Rect&)> draw;
  std::string view;       ///< key; closing the panel hides it
  bool* shown = nullptr;  ///< of a panel that is no view
  bool scrolls = false;   ///< as long as its content, on the window's ground; else a card that fills its window
};

/// The panel that takes the pictures' place while runs are compared.
inline constexpr const char* kCompared = "Compared###compared";

std::vector<Fixture> fixtures();
/// Those that are shown now.
std::vector<Panel> panels_of(Context& c, std::vector<Fixture>& fixtures);
/// The study in plain words (the page has them as HTML); returns the height.
float study_words(Context& c, const Rect& r, bool draw);

}  // namespace rankscope::ui
