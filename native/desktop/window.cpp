#include "native/desktop/window.h"

#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_glfw.h>
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "embedded/icons.h"
#include "io/file.h"
#include "io/json.h"
#include "io/read.h"
#include "io/samples.h"
#include "io/stb.h"
#include "lab/version.h"
#include "native/desktop/dialogs.h"
#include "native/desktop/scaling.h"
#include "native/desktop/screens.h"
#include "native/desktop/settings.h"
#include "native/desktop/worker.h"
#include "native/terminal.h"
#include "ui/app.h"
#include "ui/dock.h"

namespace rankscope::desktop {
namespace {

namespace fs = std::filesystem;

constexpr double kNotice = 8;  // seconds that a notice stays
constexpr double kPoll = 0.1;  // seconds between two looks at a dialog or a notice
constexpr int kLeastWidth = 480, kLeastHeight = 360;

std::string last_error;  // GLFW's own words

std::string error_reply(const char* command, const Error& e) {
  JsonWriter out;
  out.begin_object().member("do", command).member("slot", 0).key("error").begin_object();
  out.member("where", e.where).member("what", e.what).member("remedy", e.remedy).end_object().end_object();
  return out.text();
}

/// Closes GLFW after everything that needs it.
struct Glfw {
  ~Glfw() { glfwTerminate(); }
};

class Window final : public ui::Host, public ui::Desk {
 public:
  Window(const Tables& tables, const Start& start)
      : start_(start), beside_(start.beside), worker_(tables, [] { glfwPostEmptyEvent(); }) {}

  ~Window() override {
    app_.reset();
    if (context_) {
      ImGui_ImplOpenGL3_Shutdown();
      ImGui_ImplGlfw_Shutdown();
      ImGui::DestroyContext();
    }
    if (window_) glfwDestroyWindow(window_);
  }

  Result<void> open();
  void loop();

  // --- ui::Host ---
  void send(std::string_view command) override {
    worker_.post([text = std::string(command)](Session& s) { return s.command(text); });
  }
  void fetch(std::string_view name) override { put_file(std::string(name), std::string(path_of(name)), false); }
  void open_file(std::string_view accept) override {
    std::vector<std::string> patterns;
    for (std::size_t at = 0; at < accept.size();) {
      const std::size_t end = std::min(accept.find(',', at), accept.size());
      patterns.push_back("*" + std::string(accept.substr(at, end - at)));
      at = end + 1;
    }
    if (has_dialogs("open data"))
      dialogs_.choose("Open data", folder(), patterns, [this](const std::string& path) { take(path); });
  }
  void save_file(std::string_view name, std::string_view text) override;
  void content(const ui::Content&) override {}
  void situation(const ui::Situation& s) override {
    glfwSetWindowTitle(window_, (s.title.empty() ? "Rankscope" : s.title + " – Rankscope").c_str());
  }
  void scroll_to(float) override {}
  void theme(bool dark) override { settings_.dark = dark, dirty_ = true; }
  void address(std::string_view, bool) override {}  // a window has none
  void say(std::string_view text) override { notify(std::string(text)); }

  // --- ui::Desk ---
  void open_document() override {
    if (has_dialogs("open a run document"))
      dialogs_.choose("Open run document", folder(), {"*.json"}, [this](const std::string& path) { take(path); });
  }
  void full_screen() override;
  void quit() override { glfwSetWindowShouldClose(window_, GLFW_TRUE); }
  std::string notice() const override { return notice_; }
  std::vector<std::string> about() const override;

 private:
  static std::string folder() {
    std::error_code none;
    return fs::current_path(none).string() + "/";
  }
  void take(const std::string& path);
  void put_file(const std::string& name, const std::string& path, bool chosen);
  bool has_dialogs(const char* to);
  void write(const std::string& path, const std::string& text);
  void notify(const std::string& text);
  void reply(const std::string& json) { app_->reply(json), dirty_ = true; }
  void create();
  void draw();
  void remember();

  static Window& of(GLFWwindow* w) { return *static_cast<Window*>(glfwGetWindowUserPointer(w)); }

  Start start_;
  std::string beside_;  ///< folder of the open document
  Store store_;
  Settings settings_;
  Worker worker_;
  Dialogs dialogs_;
  GLFWwindow* window_ = nullptr;
  bool context_ = false, dirty_ = true;
  std::unique_ptr<ui::App> app_;
  std::string notice_;
  double notice_until_ = 0;
  int before_[4] = {0, 0, 0, 0};  ///< place and size before full screen
};

/// Where the window was, or wherever a screen has room for it.
void Window::create() {
  int width = settings_.width, height = settings_.height;
  constexpr int kCorner = 60;  // px that must be in sight
  // the screen that it was on may be gone
  settings_.placed = settings_.placed && screen_at(settings_.x + kCorner, settings_.y + kCorner);
  if (!settings_.placed) {
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    fit_first_screen(width, height);
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
  glfwWindowHint(GLFW_MAXIMIZED, settings_.maximized);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "rankscope");  // as StartupWMClass in the .desktop file
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "rankscope");
  window_ =
      glfwCreateWindow(std::max(width, kLeastWidth), std::max(height, kLeastHeight), "Rankscope", nullptr, nullptr);
  if (window_ && settings_.placed) glfwSetWindowPos(window_, settings_.x, settings_.y);
}

Result<void> Window::open() {
  settings_ = store_.load();
  create();
  if (!window_)
    return Error{"OpenGL", "this display gives no OpenGL 3.3 (" + last_error + ")",
                 "install a driver or Mesa's (libgl1-mesa-dri), or use `rankscope run`"};
  glfwSetWindowSizeLimits(window_, kLeastWidth, kLeastHeight, GLFW_DONT_CARE, GLFW_DONT_CARE);
  if (const Pixels icon = decode_image(embedded::icons::find("rankscope-64.png")); icon.samples && icon.channels == 4) {
    const GLFWimage image{icon.cols, icon.rows, static_cast<unsigned char*>(icon.samples.get())};
    glfwSetWindowIcon(window_, 1, &image);
  }
  glfwMakeContextCurrent(window_);
  glfwSwapInterval(1);
  glfwSetWindowUserPointer(window_, this);
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { of(w).dirty_ = true; });
  glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { of(w).dirty_ = true; });
  glfwSetWindowPosCallback(window_, [](GLFWwindow* w, int, int) { of(w).dirty_ = true; });
  glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* w, float, float) { of(w).dirty_ = true; });

  ImGui::CreateContext();
  context_ = true;
  ImGuiIO& io = ImGui::GetIO();
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard | ImGuiConfigFlags_ViewportsEnable;
  ImGui_ImplGlfw_InitForOpenGL(window_, true);
  ImGui_ImplOpenGL3_Init("#version 330 core");
  start_scaling(window_);
  app_ = std::make_unique<ui::App>(*this, ui::dock(*this));
  ImGui::LoadIniSettingsFromMemory(settings_.layout.data(), settings_.layout.size());
  app_->open(start_.document, start_.play);
  return {};
}

void Window::loop() {
  while (!glfwWindowShouldClose(window_)) {
    const bool hidden = glfwGetWindowAttrib(window_, GLFW_ICONIFIED) != 0;
    if (!hidden && (dirty_ || app_->wants_frame()))
      glfwPollEvents();
    else if (dialogs_.open() || !notice_.empty())
      glfwWaitEventsTimeout(kPoll);
    else
      glfwWaitEvents();
    for (const News& n : worker_.take()) {
      if (!n.reply.empty()) app_->reply(n.reply);
      if (!n.message.empty()) app_->message(n.message);
    }
    dialogs_.poll();
    if (!notice_.empty() && glfwGetTime() > notice_until_) notice_.clear(), dirty_ = true;
    if (!hidden && (dirty_ || app_->wants_frame())) draw();
  }
  remember();
}

void Window::draw() {
  dirty_ = false;
  ImGuiIO& io = ImGui::GetIO();
  ImGui_ImplOpenGL3_NewFrame();
  new_frame();
  io.DeltaTime = std::min(io.DeltaTime, 0.1f);  // after a sleep, time goes on from where it was
  ImGui::NewFrame();
  app_->draw({.width = io.DisplaySize.x,
              .height = io.DisplaySize.y,
              .dpr = io.DisplayFramebufferScale.x,
              .dark = settings_.dark,
              .now = glfwGetTime()});
  ImGui::Render();
  int width = 0, height = 0;
  glfwGetFramebufferSize(window_, &width, &height);
  glViewport(0, 0, width, height);
  const ImVec4 ground = ImGui::GetStyleColorVec4(ImGuiCol_WindowBg);
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  ImGui::UpdatePlatformWindows();
  for (ImGuiViewport* v : ImGui::GetPlatformIO().Viewports) {  // files are dropped on any of them
    auto* window = static_cast<GLFWwindow*>(v->PlatformHandle);
    glfwSetWindowUserPointer(window, this);
    glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
      for (int i = 0; i < count; ++i) of(w).take(paths[i]);
    });
  }
  ImGui::RenderPlatformWindowsDefault();
  glfwMakeContextCurrent(window_);
  glfwSwapBuffers(window_);
  if (io.WantSaveIniSettings) remember();
}

void Window::remember() {
  settings_.maximized = glfwGetWindowAttrib(window_, GLFW_MAXIMIZED) != 0;
  if (!settings_.maximized && !glfwGetWindowMonitor(window_)) {
    glfwGetWindowPos(window_, &settings_.x, &settings_.y);
    glfwGetWindowSize(window_, &settings_.width, &settings_.height);
  }
  std::size_t size = 0;
  const char* ini = ImGui::SaveIniSettingsToMemory(&size);
  settings_.layout.assign(ini, size);
  ImGui::GetIO().WantSaveIniSettings = false;
  store_.save(settings_);
}

// --- Files ---

/// Dropped or chosen: a run document is opened, as links are read; anything else is data.
void Window::take(const std::string& path) {
  const fs::path file(path);
  if (file.extension() != ".json") return put_file(file.filename().string(), path, true);
  const auto bytes = read_file(path);
  if (!bytes) return reply(error_reply("open", bytes.error()));
  beside_ = file.parent_path().string();
  app_->open({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, start_.play);
  dirty_ = true;
}

void Window::put_file(const std::string& name, const std::string& path, bool chosen) {
  worker_.post([=, beside = beside_](Session& session) {
    std::string reply;
    if (const Sample* sample = find_sample(name)) {
      reply = session.put(name, sample_bytes(*sample));
    } else {
      std::error_code none;
      const bool here = fs::exists(path, none) || fs::path(path).is_absolute() || beside.empty();
      const auto bytes = read_file(here ? path : (fs::path(beside) / path).string());
      if (!bytes) return error_reply("put", bytes.error());
      reply = session.put(name, *bytes);
    }
    return chosen ? "{\"chosen\":true," + reply.substr(1) : reply;
  });
}

bool Window::has_dialogs(const char* to) {
  if (dialogs_.available()) return true;
  reply(error_reply("open_file", {"File dialogs", "need zenity or kdialog, and neither is installed",
                                  std::string("to ") + to + ", drag the file onto this window"}));
  return false;
}

void Window::save_file(std::string_view name, std::string_view text) {
  std::error_code none;
  const fs::path folder = start_.out.empty() ? fs::current_path(none) : fs::absolute(start_.out, none);
  const std::string path = (folder / name).string();
  if (dialogs_.available())
    return dialogs_.save("Save", path, [this, held = std::string(text)](const std::string& to) { write(to, held); });
  const std::size_t dot = name.find('.');  // of "cloth.rankscope.json" the first
  const std::string stem(name.substr(0, dot)), ending(dot == name.npos ? "" : name.substr(dot));
  fs::path fresh = path;
  for (int i = 2; fs::exists(fresh, none); ++i) fresh = folder / (stem + "-" + std::to_string(i) + ending);
  write(fresh.string(), std::string(text));
}

void Window::write(const std::string& path, const std::string& text) {
  std::error_code none;
  fs::create_directories(fs::path(path).parent_path(), none);
  if (const auto done = write_file(path, std::as_bytes(std::span(text))); !done)
    return reply(error_reply("export", done.error()));
  notify("Saved as " + path);
}

/// For a while; what is said while another notice stands there is put behind it.
void Window::notify(const std::string& text) {
  (notice_ += notice_.empty() ? "" : " ") += text;
  notice_until_ = glfwGetTime() + std::max(kNotice, 0.1 * static_cast<double>(notice_.size())), dirty_ = true;
}

// --- The menus' wishes ---

void Window::full_screen() {
  if (glfwGetWindowMonitor(window_)) {
    glfwSetWindowMonitor(window_, nullptr, before_[0], before_[1], before_[2], before_[3], GLFW_DONT_CARE);
    return;
  }
  glfwGetWindowPos(window_, &before_[0], &before_[1]);
  glfwGetWindowSize(window_, &before_[2], &before_[3]);
  GLFWmonitor* screen = screen_at(before_[0] + before_[2] / 2, before_[1] + before_[3] / 2);
  const GLFWvidmode* mode = screen ? glfwGetVideoMode(screen) : nullptr;
  if (mode) glfwSetWindowMonitor(window_, screen, 0, 0, mode->width, mode->height, mode->refreshRate);
}

std::vector<std::string> Window::about() const {
  const auto* renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  const auto* gl = reinterpret_cast<const char*>(glGetString(GL_VERSION));
  return {
      std::string("Rankscope ") + version + " (" + git_hash + "). MIT licence.",
      "Rank emerging while a model trains: the works it makes alive are named with each study.",
      std::string("Dear ImGui ") + IMGUI_VERSION +
          " (MIT, Omar Cornut); GLFW " + glfwGetVersionString() +
          " (zlib licence, Camilla Löwy); portable-file-dialogs (WTFPL, Sam Hocevar).",
      "Eigen (MPL 2.0), RapidJSON (MIT), stb_image (public domain, Sean Barrett), CLI11 (BSD 3-clause); the type is "
      "Inter (OFL 1.1) and DejaVu Sans.",
      "The licences in full: share/doc/rankscope where it is installed, THIRD_PARTY.md in the source.",
      std::string("Drawn by OpenGL ") + (gl ? gl : "") + ", " + (renderer ? renderer : "") + ".",
  };
}

}  // namespace

Result<void> run_window(const Tables& tables, const Start& start) {
  glfwSetErrorCallback([](int, const char* text) { last_error = text; });
  if (!glfwInit())
    return Error{"display", "there is none to open a window on (" + last_error + ")",
                 "use `rankscope run`, or set DISPLAY, or begin the command with xvfb-run"};
  const Glfw glfw;
  Window window(tables, start);
  if (auto opened = window.open(); !opened) return opened;
  window.loop();
  return {};
}

}  // namespace rankscope::desktop
