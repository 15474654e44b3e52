// Which screen is where, in GLFW's coordinates.
#pragma once

struct GLFWmonitor;

namespace rankscope::desktop {

/// Null when no screen has this place.
GLFWmonitor* screen_at(int x, int y);

/// The room for a window, of this size at most, on the first screen, in CSS px.
void fit_first_screen(int& width, int& height);

}  // namespace rankscope::desktop
