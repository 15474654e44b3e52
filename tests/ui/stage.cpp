#include "ui_test/stage.h"

#include <EGL/egl.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "io/lens.h"
#include "io/samples.h"
#include "lab/frame.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "ui/gl.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

namespace rankscope::ui {
namespace {

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "no offscreen OpenGL 3.3: %s (Mesa's software renderer is in libgl1-mesa-dri, libegl1)\n", what);
  std::exit(1);
}

}  // namespace

Stage::Stage(float width, float height, float dpr, bool dark, bool coarse, const Tables* tables)
    : session_(tables ? *tables : Tables{systems(), presets()}, make_lens) {
  setenv("EGL_PLATFORM", "surfaceless", 0);
  const EGLDisplay display = eglGetDisplay(EGL_DEFAULT_DISPLAY);
  if (!eglInitialize(display, nullptr, nullptr)) fail("eglInitialize");
  eglBindAPI(EGL_OPENGL_API);
  const EGLint wanted[] = {EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_NONE};
  const EGLint version[] = {EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 3, EGL_NONE};
  EGLConfig config;
  EGLint count = 0;
  if (!eglChooseConfig(display, wanted, &config, 1, &count) || count == 0) fail("eglChooseConfig");
  const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, version);
  if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) fail("eglMakeCurrent");
  display_ = display, context_ = context;

  const int w = static_cast<int>(width * dpr), h = static_cast<int>(height * dpr);
  glGenTextures(1, &color_);
  glBindTexture(GL_TEXTURE_2D, color_);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, w, h, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glGenFramebuffers(1, &target_);
  glBindFramebuffer(GL_FRAMEBUFFER, target_);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, color_, 0);

  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {width, height};
  io.DisplayFramebufferScale = {dpr, dpr};
  io.IniFilename = nullptr;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  ImGui_ImplOpenGL3_Init("#version 330 core");
  input = {.width = width, .height = height, .dpr = dpr, .dark = dark, .coarse_pointer = coarse};
  app_ = std::make_unique<App>(*this);
}

Stage::~Stage() {
  app_.reset();
  ImGui_ImplOpenGL3_Shutdown();
  ImGui::DestroyContext();
  glDeleteFramebuffers(1, &target_);
  glDeleteTextures(1, &color_);
  eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  eglDestroyContext(display_, context_);
}

void Stage::send(std::string_view command) {
  replies_.push_back(session_.command(command.data() ? std::string(command) : ""));
}

void Stage::fetch(std::string_view name) {
  const Sample* sample = find_sample(name);
  replies_.push_back(session_.put(name, sample ? sample_bytes(*sample) : Bytes()));
}

void Stage::drop(std::string_view name, std::string_view bytes) {
  std::string reply = session_.put(name, std::as_bytes(std::span(bytes)));
  if (reply.back() == '}') reply.insert(reply.size() - 1, ",\"chosen\":true");
  replies_.push_back(reply);
}

void Stage::hand_over() {
  while (!replies_.empty()) {
    const std::vector<std::string> now = std::move(replies_);
    replies_.clear();
    for (const std::string& r : now) {
      if (r.find("\"error\"") != std::string::npos) refused.push_back(r);
      app_->reply(r);
    }
  }
  while (const auto m = session_.take()) {
    std::int64_t step = 0;
    if (m->size() > 13 && static_cast<int>((*m)[0]) == 2 && static_cast<int>((*m)[1]) == 0) {
      std::memcpy(&step, m->data() + 5, sizeof step);
      step_ = step;
    }
    app_->message(*m);
  }
}

void Stage::frame() {
  hand_over();
  input.now += 1.0 / 60;
  ImGui::GetIO().DeltaTime = 1.f / 60;
  glBindFramebuffer(GL_FRAMEBUFFER, target_);
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  app_->draw(input);
  ImGui::Render();
  if (blind) return;
  const ImGuiIO& io = ImGui::GetIO();
  glViewport(0, 0, static_cast<int>(io.DisplaySize.x * input.dpr), static_cast<int>(io.DisplaySize.y * input.dpr));
  glClearColor(1, 0, 1, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void Stage::advance() {
  int left = 4;
  session_.advance([&] { return --left > 0; }, 1.0 / 60);
}

void Stage::run_to(std::int64_t step) {
  for (int i = 0; i < 100000; ++i) {
    int left = 32;
    const bool more = session_.advance([&] { return --left > 0; }, 1.0 / 4);
    hand_over();
    if (i % 16 == 0) frame();
    if (step_ >= step || (!more && i > 3)) break;
  }
  frame();
}

int Stage::settle(int limit) {
  int frames = 0;
  for (; frames < limit; ++frames) {
    hand_over();
    if (!app_->wants_frame()) break;
    frame();
  }
  return frames;
}

void Stage::point(float x, float y) {
  ImGui::GetIO().AddMousePosEvent(x, y);
  frame();
  frame();
}

void Stage::press(float x, float y) {
  point(x, y);
  ImGui::GetIO().AddMouseButtonEvent(0, true);
  frame();
  ImGui::GetIO().AddMouseButtonEvent(0, false);
  frame();
  frame();
}

void Stage::key(int k) {
  ImGui::GetIO().AddKeyEvent(static_cast<ImGuiKey>(k), true);
  frame();
  ImGui::GetIO().AddKeyEvent(static_cast<ImGuiKey>(k), false);
  frame();
}

Picture Stage::shoot() {
  frame();
  Picture p{static_cast<int>(input.width * input.dpr), static_cast<int>(input.height * input.dpr), {}};
  const auto row = static_cast<std::size_t>(p.width) * 3;
  std::vector<unsigned char> flipped(row * static_cast<std::size_t>(p.height));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, p.width, p.height, GL_RGB, GL_UNSIGNED_BYTE, flipped.data());
  p.rgb.resize(flipped.size());
  for (std::size_t y = 0; y < static_cast<std::size_t>(p.height); ++y)
    std::memcpy(p.rgb.data() + y * row, flipped.data() + (static_cast<std::size_t>(p.height) - 1 - y) * row, row);
  return p;
}

bool write_png(const std::string& path, const Picture& p) {
  return stbi_write_png(path.c_str(), p.width, p.height, 3, p.rgb.data(), p.width * 3) != 0;
}

}  // namespace rankscope::ui
