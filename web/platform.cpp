#include "web/platform.h"

#include <GLES3/gl3.h>
#include <emscripten.h>
#include <emscripten/html5.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cfloat>
#include <string>
#include <string_view>

namespace rankscope::web {
namespace {

std::string pasted;  // the text of the last paste event: the only moment a page may read the clipboard unasked
double before = 0;   // when the last frame began

// Module.host is web/page.js.
EM_JS(void, host_copy, (const char* text), { Module.host.copy(UTF8ToString(text)); })
EM_JS(void, host_caret, (int shown, float x, float y, float height), { Module.host.caret(!!shown, x, y, height); })


void set_clipboard(ImGuiContext*, const char* text) {
  pasted = text;
  host_copy(text);
}

const char* clipboard(ImGuiContext*) { return pasted.c_str(); }

void set_caret(ImGuiContext*, ImGuiViewport*, ImGuiPlatformImeData* data) {
  host_caret(data->WantVisible || data->WantTextInput, data->InputPos.x, data->InputPos.y, data->InputLineHeight);
}

}  // namespace

bool start_platform(const char* canvas) {
  EmscriptenWebGLContextAttributes wanted;
  emscripten_webgl_init_context_attributes(&wanted);
  wanted.majorVersion = 2;
  wanted.alpha = wanted.depth = wanted.stencil = wanted.antialias = EM_FALSE;  // ImGui antialiases its own lines
  const EMSCRIPTEN_WEBGL_CONTEXT_HANDLE context = emscripten_webgl_create_context(canvas, &wanted);
  if (context <= 0 || emscripten_webgl_make_context_current(context) != EMSCRIPTEN_RESULT_SUCCESS) return false;

  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.BackendPlatformName = "rankscope_web";
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  io.ConfigMacOSXBehaviors = EM_ASM_INT({ return /Mac|iP/.test(navigator.platform) ? 1 : 0; });
  io.IniFilename = nullptr;
  ImGuiPlatformIO& platform = ImGui::GetPlatformIO();
  platform.Platform_SetClipboardTextFn = set_clipboard;
  platform.Platform_GetClipboardTextFn = clipboard;
  platform.Platform_SetImeDataFn = set_caret;
  return ImGui_ImplOpenGL3_Init("#version 300 es");
}

void restore_graphics() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplOpenGL3_Init("#version 300 es");
}

void resize(int device_width, int device_height, float dpr) {
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(device_width) / dpr, static_cast<float>(device_height) / dpr};
  io.DisplayFramebufferScale = {dpr, dpr};
}

void new_frame(double now) {
  ImGuiIO& io = ImGui::GetIO();
  // After a sleep, time goes on from where it was: an animation must not jump.
  io.DeltaTime = std::clamp(static_cast<float>(now - before), 1e-4f, 0.1f);
  before = now;
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
}

void present() {
  ImGui::Render();
  ImDrawData* data = ImGui::GetDrawData();
  glViewport(0, 0, static_cast<int>(data->DisplaySize.x * data->FramebufferScale.x + 0.5f),
             static_cast<int>(data->DisplaySize.y * data->FramebufferScale.y + 0.5f));
  const ImVec4 ground = ImGui::GetStyleColorVec4(ImGuiCol_WindowBg);
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(data);
}

}  // namespace rankscope::web

// --- Events, called by web/input.js -------------------------------------------------------------------------------------------
namespace {

struct Key {
  const char* code;  ///< KeyboardEvent.code
  ImGuiKey key;
};

constexpr Key kKeys[] = {
    {"Tab", ImGuiKey_Tab}, {"ArrowLeft", ImGuiKey_LeftArrow}, {"ArrowRight", ImGuiKey_RightArrow},
    {"ArrowUp", ImGuiKey_UpArrow}, {"ArrowDown", ImGuiKey_DownArrow}, {"PageUp", ImGuiKey_PageUp},
    {"PageDown", ImGuiKey_PageDown}, {"Home", ImGuiKey_Home}, {"End", ImGuiKey_End}, {"Insert", ImGuiKey_Insert},
    {"Delete", ImGuiKey_Delete}, {"Backspace", ImGuiKey_Backspace}, {"Space", ImGuiKey_Space}, {"Enter", ImGuiKey_Enter},
    {"NumpadEnter", ImGuiKey_KeypadEnter}, {"Escape", ImGuiKey_Escape}, {"Quote", ImGuiKey_Apostrophe},
    {"Comma", ImGuiKey_Comma}, {"Minus", ImGuiKey_Minus}, {"Period", ImGuiKey_Period}, {"Slash", ImGuiKey_Slash},
    {"Semicolon", ImGuiKey_Semicolon}, {"Equal", ImGuiKey_Equal}, {"BracketLeft", ImGuiKey_LeftBracket},
    {"Backslash", ImGuiKey_Backslash}, {"BracketRight", ImGuiKey_RightBracket}, {"Backquote", ImGuiKey_GraveAccent},
    {"NumpadDecimal", ImGuiKey_KeypadDecimal}, {"NumpadDivide", ImGuiKey_KeypadDivide},
    {"NumpadMultiply", ImGuiKey_KeypadMultiply}, {"NumpadSubtract", ImGuiKey_KeypadSubtract},
    {"NumpadAdd", ImGuiKey_KeypadAdd}, {"F1", ImGuiKey_F1}, {"F2", ImGuiKey_F2},
    {"ShiftLeft", ImGuiKey_LeftShift}, {"ShiftRight", ImGuiKey_RightShift}, {"ControlLeft", ImGuiKey_LeftCtrl},
    {"ControlRight", ImGuiKey_RightCtrl}, {"AltLeft", ImGuiKey_LeftAlt}, {"AltRight", ImGuiKey_RightAlt},
    {"MetaLeft", ImGuiKey_LeftSuper}, {"MetaRight", ImGuiKey_RightSuper},
};

/// Letters and digits by what they write, so that Ctrl+A is where the reader's keyboard has its A; the rest by place.
ImGuiKey key_of(std::string_view code, std::string_view written) {
  if (written.size() == 1) {
    const char c = written[0];
    if (c >= 'a' && c <= 'z') return static_cast<ImGuiKey>(ImGuiKey_A + (c - 'a'));
    if (c >= 'A' && c <= 'Z') return static_cast<ImGuiKey>(ImGuiKey_A + (c - 'A'));
    if (c >= '0' && c <= '9') {
      const int first = code.starts_with("Numpad") ? ImGuiKey_Keypad0 : ImGuiKey_0;
      return static_cast<ImGuiKey>(first + (c - '0'));
    }
  }
  for (const Key& k : kKeys)
    if (code == k.code) return k.key;
  return ImGuiKey_None;
}

}  // namespace

extern "C" {

void page_pointer_at(float x, float y, int touch) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddMouseSourceEvent(touch ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
  io.AddMousePosEvent(x, y);
}

void page_pointer_gone() { ImGui::GetIO().AddMousePosEvent(-FLT_MAX, -FLT_MAX); }

void page_button(int button, int down, int touch) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddMouseSourceEvent(touch ? ImGuiMouseSource_TouchScreen : ImGuiMouseSource_Mouse);
  io.AddMouseButtonEvent(button, down);
}

/// CSS px, as in WheelEvent: positive is down and right.
void page_wheel(float x, float y) {
  const float notch = 5 * std::max(ImGui::GetStyle().FontSizeBase, 1.0f);  // what ImGui scrolls for one
  ImGui::GetIO().AddMouseWheelEvent(-x / notch, -y / notch);
}

void page_modifiers(int ctrl, int shift, int alt, int meta) {
  ImGuiIO& io = ImGui::GetIO();
  io.AddKeyEvent(ImGuiMod_Ctrl, ctrl);
  io.AddKeyEvent(ImGuiMod_Shift, shift);
  io.AddKeyEvent(ImGuiMod_Alt, alt);
  io.AddKeyEvent(ImGuiMod_Super, meta);
}

void page_key(const char* code, std::size_t code_size, const char* written, std::size_t written_size, int down) {
  const ImGuiKey key = key_of({code, code_size}, {written, written_size});
  if (key != ImGuiKey_None) ImGui::GetIO().AddKeyEvent(key, down);
}

void page_text(const char* text, std::size_t size) {
  ImGui::GetIO().AddInputCharactersUTF8(std::string(text, size).c_str());
}

/// What Ctrl+V will find.
void page_clipboard(const char* text, std::size_t size) { rankscope::web::pasted.assign(text, size); }

void page_focus(int on) { ImGui::GetIO().AddFocusEvent(on); }
}
