// Dear ImGui in CSS px on a desktop that counts in device pixels. Its GLFW backend passes the desktop's numbers on, and
// a screen of twice the density would show everything at half the size; here every place and size that goes through it
// is divided by the screen's scale on the way in and multiplied on the way out.
#pragma once

struct GLFWwindow;

namespace rankscope::desktop {

/// Device pixels a CSS px: 1, 1.5, 2 ...
float content_scale(GLFWwindow* window);
/// Units of the desktop's coordinates a CSS px: the scale, where those are device pixels.
float desktop_units(GLFWwindow* window);

/// After ImGui_ImplGlfw_InitForOpenGL(window, true); `window` is the main one and must outlive the context.
void start_scaling(GLFWwindow* window);
/// Instead of ImGui_ImplGlfw_NewFrame.
void new_frame();

}  // namespace rankscope::desktop
