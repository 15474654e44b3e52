#include "native/desktop/screens.h"

#include <GLFW/glfw3.h>

#include <algorithm>

namespace rankscope::desktop {

GLFWmonitor* screen_at(int x, int y) {
  int count = 0;
  GLFWmonitor** screens = glfwGetMonitors(&count);
  for (int i = 0; i < count; ++i) {
    const GLFWvidmode* mode = glfwGetVideoMode(screens[i]);
    int left = 0, top = 0;
    glfwGetMonitorPos(screens[i], &left, &top);
    if (mode && x >= left && y >= top && x < left + mode->width && y < top + mode->height) return screens[i];
  }
  return nullptr;
}

void fit_first_screen(int& width, int& height) {
  GLFWmonitor* screen = glfwGetPrimaryMonitor();
  if (!screen) return;
  int left = 0, top = 0, room_x = 0, room_y = 0;
  glfwGetMonitorWorkarea(screen, &left, &top, &room_x, &room_y);
  float scale = 1, down = 1;
  glfwGetMonitorContentScale(screen, &scale, &down);
  if (!(scale > 0) || room_x <= 0 || room_y <= 0) return;
  width = std::min(width, static_cast<int>(static_cast<float>(room_x) / scale));
  height = std::min(height, static_cast<int>(static_cast<float>(room_y) / scale));
}

}  // namespace rankscope::desktop
