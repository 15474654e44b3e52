#include "screen.h"

#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "io/image.h"
#include "io/stb.h"

namespace rankscope::desktop {
namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
void pause(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }
Display* of(void* display) { return static_cast<Display*>(display); }

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

XEvent message_to(Display* d, Window window, const char* type, std::initializer_list<long> data) {
  XEvent e{};
  e.xclient.type = ClientMessage;
  e.xclient.window = window;
  e.xclient.message_type = XInternAtom(d, type, False);
  e.xclient.format = 32;
  std::copy(data.begin(), data.end(), e.xclient.data.l);
  return e;
}

long atom(Display* d, const char* name) { return static_cast<long>(XInternAtom(d, name, False)); }

}  // namespace

double difference(const Picture& a, const Picture& b, int slack) {
  if (a.width != b.width || a.height != b.height || a.rgb.empty()) return 1;
  std::size_t apart = 0;
  for (std::size_t i = 0; i < a.rgb.size(); i += 3) {
    bool far = false;
    for (std::size_t c = i; c < i + 3; ++c) far = far || std::abs(a.rgb[c] - b.rgb[c]) > slack;
    apart += far;
  }
  return static_cast<double>(apart) / (static_cast<double>(a.rgb.size()) / 3);
}

Picture read_png(const std::filesystem::path& path) {
  const std::string bytes = read(path);
  const Pixels p = decode_image(std::as_bytes(std::span(bytes)));
  Picture out{p.cols, p.rows, {}};
  if (!p.samples || p.channels != 3) return {};
  for (std::size_t i = 0; i < static_cast<std::size_t>(p.rows) * static_cast<std::size_t>(p.cols) * 3; ++i)
    out.rgb.push_back(static_cast<unsigned char>(p.sample(i)));
  return out;
}

void write_png(const std::filesystem::path& path, const Picture& p) {
  const auto bytes = rankscope::write_png(p.height, p.width, 3, p.rgb);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<long>(bytes.size()));
}

bool until(double seconds, const std::function<bool()>& holds) {
  for (const auto start = Clock::now(); since(start) < seconds; pause(0.05))
    if (holds()) return true;
  return holds();
}

Screen::Screen() {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  std::fflush(nullptr);  // or the child says it, too
  server_ = fork();
  if (server_ == 0) {
    const std::string fd = std::to_string(ends[1]),
                      size = std::to_string(kWidth) + "x" + std::to_string(kHeight) + "x24";
    if (!freopen("/dev/null", "w", stderr)) _exit(126);
    ::close(ends[0]);
    execlp("Xvfb", "Xvfb", "-displayfd", fd.c_str(), "-screen", "0", size.c_str(), "-nolisten", "tcp", "-noreset",
           nullptr);
    _exit(127);
  }
  ::close(ends[1]);
  char c = 0;
  while (::read(ends[0], &c, 1) == 1 && c != '\n') name_ += c;
  ::close(ends[0]);
  if (name_.empty()) throw std::runtime_error("Xvfb did not start: ./scripts/setup installs it");
  name_ = ":" + name_;
  display_ = XOpenDisplay(name_.c_str());
  if (!display_) throw std::runtime_error("no connection to Xvfb");
  XSetErrorHandler([](Display*, XErrorEvent*) { return 0; });  // a window may close while it is asked about
}

Screen::~Screen() {
  XCloseDisplay(of(display_));
  kill(server_, SIGTERM);
  waitpid(server_, nullptr, 0);
}

void Screen::density(int dpi) {
  Display* d = of(display_);
  const std::string text = "Xft.dpi:\t" + std::to_string(dpi) + "\n";
  XChangeProperty(d, DefaultRootWindow(d), XA_RESOURCE_MANAGER, XA_STRING, 8, PropModeReplace,
                  reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  XSync(d, False);
}

Picture Screen::shoot(const Place& place) const {
  Display* d = of(display_);
  Picture p{std::min(place.width, kWidth - place.x), std::min(place.height, kHeight - place.y), {}};
  XImage* image = XGetImage(d, DefaultRootWindow(d), place.x, place.y, static_cast<unsigned>(p.width),
                            static_cast<unsigned>(p.height), AllPlanes, ZPixmap);
  if (!image) return {};
  for (int y = 0; y < p.height; ++y)
    for (int x = 0; x < p.width; ++x) {
      const unsigned long pixel = XGetPixel(image, x, y);
      for (const int shift : {16, 8, 0}) p.rgb.push_back(static_cast<unsigned char>(pixel >> shift));
    }
  XDestroyImage(image);
  return p;
}

Picture Screen::rest(const Place& place, double seconds) const {
  Picture before = shoot(place);
  for (const auto start = Clock::now(); since(start) < seconds;) {
    pause(0.25);
    Picture now = shoot(place);
    if (now == before) return now;
    before = std::move(now);
  }
  return before;
}

void Screen::point(int x, int y) {
  XTestFakeMotionEvent(of(display_), -1, x, y, CurrentTime);
  XSync(of(display_), False);
  pause(0.06);
}

void Screen::press(int x, int y) {
  point(x, y);
  for (const int down : {True, False}) {
    XTestFakeButtonEvent(of(display_), 1, down, CurrentTime);
    XSync(of(display_), False);
    pause(0.06);
  }
}

void Screen::drag(int x, int y, int to_x, int to_y) {
  point(x, y);
  XTestFakeButtonEvent(of(display_), 1, True, CurrentTime);
  XSync(of(display_), False);
  pause(0.1);
  constexpr int kPieces = 12;
  for (int i = 1; i <= kPieces; ++i) point(x + (to_x - x) * i / kPieces, y + (to_y - y) * i / kPieces);
  pause(0.3);
  XTestFakeButtonEvent(of(display_), 1, False, CurrentTime);
  XSync(of(display_), False);
  pause(0.1);
}

void Screen::key(const std::string& keys) {
  Display* d = of(display_);
  std::vector<KeyCode> codes;
  std::istringstream in(keys);
  for (std::string part; std::getline(in, part, '+');) {
    const std::string name = part == "ctrl" ? "Control_L" : part == "shift" ? "Shift_L" : part;
    codes.push_back(XKeysymToKeycode(d, XStringToKeysym(name.c_str())));
  }
  const auto send = [&](KeyCode code, int down) {
    XTestFakeKeyEvent(d, code, down, CurrentTime);
    XSync(d, False);
    pause(0.06);
  };
  for (const KeyCode code : codes) send(code, True);
  std::for_each(codes.rbegin(), codes.rend(), [&](KeyCode code) { send(code, False); });
}

std::vector<unsigned long> Screen::windows() const {
  Display* d = of(display_);
  Window root = 0, parent = 0, *children = nullptr;
  unsigned count = 0;
  std::vector<unsigned long> out;
  if (!XQueryTree(d, DefaultRootWindow(d), &root, &parent, &children, &count)) return out;
  for (unsigned i = 0; i < count; ++i) {
    XWindowAttributes a;
    if (XGetWindowAttributes(d, children[i], &a) && a.map_state == IsViewable && a.c_class == InputOutput &&
        a.width > 100)
      out.push_back(children[i]);
  }
  if (children) XFree(children);
  return out;
}

Place Screen::place(unsigned long window) const {
  XWindowAttributes a;
  if (!XGetWindowAttributes(of(display_), window, &a)) return {};
  return {a.x, a.y, a.width, a.height};
}

std::string Screen::title(unsigned long window) const {
  Display* d = of(display_);
  Atom type = 0;
  int format = 0;
  unsigned long count = 0, left = 0;
  unsigned char* text = nullptr;
  XGetWindowProperty(d, window, XInternAtom(d, "_NET_WM_NAME", False), 0, 1024, False, AnyPropertyType, &type, &format,
                     &count, &left, &text);
  const std::string out = text ? reinterpret_cast<const char*>(text) : "";
  if (text) XFree(text);
  return out;
}

void Screen::close(unsigned long window) {
  Display* d = of(display_);
  XEvent e = message_to(d, window, "WM_PROTOCOLS", {atom(d, "WM_DELETE_WINDOW"), CurrentTime});
  XSendEvent(d, window, False, NoEventMask, &e);
  XSync(d, False);
}

bool Screen::drop(unsigned long window, const std::filesystem::path& file) {
  Display* d = of(display_);
  const Window source = XCreateSimpleWindow(d, DefaultRootWindow(d), 0, 0, 1, 1, 0, 0, 0);
  XSetSelectionOwner(d, XInternAtom(d, "XdndSelection", False), source, CurrentTime);
  const auto from = static_cast<long>(source);
  const auto tell = [&](const char* type, std::initializer_list<long> data) {
    XEvent e = message_to(d, window, type, data);
    XSendEvent(d, window, False, NoEventMask, &e);
    XSync(d, False);
  };
  const Place at = place(window);
  tell("XdndEnter", {from, 5L << 24, atom(d, "text/uri-list"), 0, 0});
  tell("XdndPosition",
       {from, 0, ((at.x + at.width / 2L) << 16) | (at.y + at.height / 2L), CurrentTime, atom(d, "XdndActionCopy")});
  bool taken = false, finished = false;
  until(10, [&] {
    while (XPending(d)) {
      XEvent e;
      XNextEvent(d, &e);
      if (e.type == ClientMessage && e.xclient.message_type == XInternAtom(d, "XdndStatus", False) && !taken) {
        taken = (e.xclient.data.l[1] & 1) != 0;
        tell("XdndDrop", {from, 0, CurrentTime, 0, 0});
      } else if (e.type == SelectionRequest) {
        const std::string list = "file://" + file.string() + "\r\n";
        const XSelectionRequestEvent& r = e.xselectionrequest;
        XChangeProperty(d, r.requestor, r.property, r.target, 8, PropModeReplace,
                        reinterpret_cast<const unsigned char*>(list.data()), static_cast<int>(list.size()));
        XEvent answer{};
        answer.xselection = {SelectionNotify, 0, True, d, r.requestor, r.selection, r.target, r.property, r.time};
        XSendEvent(d, r.requestor, False, NoEventMask, &answer);
        XSync(d, False);
      } else if (e.type == ClientMessage && e.xclient.message_type == XInternAtom(d, "XdndFinished", False)) {
        finished = true;
      }
    }
    return finished;
  });
  XDestroyWindow(d, source);
  XSync(d, False);
  return taken && finished;
}

Program::Program(const std::vector<std::string>& command, const std::vector<std::string>& environment,
                 const std::filesystem::path& folder)
    : folder_(folder) {
  std::filesystem::create_directories(folder);
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  for (const std::string& e : environment) {
    const auto sign = e.find('=');
    if (sign == std::string::npos)
      unsetenv(e.c_str());
    else
      setenv(e.substr(0, sign).c_str(), e.substr(sign + 1).c_str(), 1);
  }
  if (!freopen((folder / "stdout").c_str(), "w", stdout) || !freopen((folder / "stderr").c_str(), "w", stderr))
    _exit(126);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execv(words[0], words.data());
  _exit(127);
}

Program::~Program() {
  if (!running()) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool Program::running() {
  int status = 0;
  if (code_ != -3 || waitpid(pid_, &status, WNOHANG) == 0) return code_ == -3;
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -2;
  return false;
}

int Program::wait(double seconds) {
  if (until(seconds, [this] { return !running(); })) return code_;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  return code_ = -1;
}

double Program::seconds() const {
  std::istringstream stat(read("/proc/" + std::to_string(pid_) + "/stat"));
  std::string word;
  double ticks = 0;
  for (int field = 1; stat >> word; ++field)
    if (field == 14 || field == 15) ticks += std::stod(word);  // in user and in system mode, of all threads
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string Program::out() const { return read(folder_ / "stdout"); }
std::string Program::err() const { return read(folder_ / "stderr"); }

}  // namespace rankscope::desktop
