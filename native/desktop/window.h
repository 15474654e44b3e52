// The desktop window: the interface's Host, on GLFW and OpenGL 3.3.
#pragma once
#include <memory>
#include <string>

#include "lab/result.h"
#include "lab/study.h"

namespace rankscope::desktop {

struct Start {
  std::string document;  ///< JSON; empty: the first preset
  std::string beside;    ///< folder that the document's inputs may be relative to
  std::string out;       ///< folder where exports and saves go; empty: the current one
  bool play = true;
};

/// Shows the window until it is closed. Error: no display, or no OpenGL 3.3.
Result<void> run_window(const Tables& tables, const Start& start);

}  // namespace rankscope::desktop
