#include "native/desktop/scaling.h"

#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_internal.h>

namespace rankscope::desktop {
namespace {

GLFWwindow* main_window = nullptr;

/// What the backend had installed.
struct {
  decltype(ImGuiPlatformIO::Platform_CreateWindow) create;
  decltype(ImGuiPlatformIO::Platform_SetWindowPos) set_place;
  decltype(ImGuiPlatformIO::Platform_GetWindowPos) place;
  decltype(ImGuiPlatformIO::Platform_SetWindowSize) set_size;
  decltype(ImGuiPlatformIO::Platform_GetWindowSize) size;
} backend;

float units() { return desktop_units(main_window); }
ImVec2 times(ImVec2 v, float by) { return {v.x * by, v.y * by}; }

/// Where the pointer is: as the backend would say it, in CSS px.
void pointer_at(GLFWwindow* window, double x, double y) {
  int left = 0, top = 0;
  if (ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_ViewportsEnable) glfwGetWindowPos(window, &left, &top);
  const auto unit = static_cast<double>(units());
  ImGui::GetIO().AddMousePosEvent(static_cast<float>((x + left) / unit), static_cast<float>((y + top) / unit));
}

void create_window(ImGuiViewport* v) {
  const ImVec2 at = v->Pos, size = v->Size;
  v->Pos = times(at, units()), v->Size = times(size, units());
  backend.create(v);
  v->Pos = at, v->Size = size;
  glfwSetCursorPosCallback(static_cast<GLFWwindow*>(v->PlatformHandle), pointer_at);
}

}  // namespace

float content_scale(GLFWwindow* window) {
  float x = 1, y = 1;
  glfwGetWindowContentScale(window, &x, &y);
  return x > 0 ? x : 1;
}

float desktop_units(GLFWwindow* window) {
  int width = 0, height = 0, pixels = 0, rows = 0;
  glfwGetWindowSize(window, &width, &height);
  glfwGetFramebufferSize(window, &pixels, &rows);
  const float density = width > 0 && pixels > 0 ? static_cast<float>(pixels) / static_cast<float>(width) : 1;
  return content_scale(window) / density;
}

void start_scaling(GLFWwindow* window) {
  main_window = window;
  ImGuiPlatformIO& io = ImGui::GetPlatformIO();
  backend = {io.Platform_CreateWindow, io.Platform_SetWindowPos, io.Platform_GetWindowPos, io.Platform_SetWindowSize,
             io.Platform_GetWindowSize};
  io.Platform_CreateWindow = create_window;
  io.Platform_SetWindowPos = [](ImGuiViewport* v, ImVec2 at) { backend.set_place(v, times(at, units())); };
  io.Platform_GetWindowPos = [](ImGuiViewport* v) { return times(backend.place(v), 1 / units()); };
  io.Platform_SetWindowSize = [](ImGuiViewport* v, ImVec2 size) { backend.set_size(v, times(size, units())); };
  io.Platform_GetWindowSize = [](ImGuiViewport* v) { return times(backend.size(v), 1 / units()); };
  io.Platform_GetWindowFramebufferScale = [](ImGuiViewport* v) {
    const float scale = content_scale(static_cast<GLFWwindow*>(v->PlatformHandle));
    return ImVec2{scale, scale};
  };
  glfwSetCursorPosCallback(window, pointer_at);
}

void new_frame() {
  ImGuiIO& io = ImGui::GetIO();
  ImVector<ImGuiInputEvent>& events = ImGui::GetCurrentContext()->InputEventsQueue;
  const int known = events.Size;
  ImGui_ImplGlfw_NewFrame();
  for (int i = known; i < events.Size; ++i)  // it asks where the pointer is while it is in none of the windows
    if (events[i].Type == ImGuiInputEventType_MousePos)
      events[i].MousePos.PosX /= units(), events[i].MousePos.PosY /= units();
  const float unit = units(), scale = content_scale(main_window);
  io.DisplaySize = times(io.DisplaySize, 1 / unit);
  io.DisplayFramebufferScale = {scale, scale};
  for (ImGuiPlatformMonitor& m : ImGui::GetPlatformIO().Monitors) {
    m.MainPos = times(m.MainPos, 1 / unit), m.MainSize = times(m.MainSize, 1 / unit);
    m.WorkPos = times(m.WorkPos, 1 / unit), m.WorkSize = times(m.WorkSize, 1 / unit);
  }
}

}  // namespace rankscope::desktop
