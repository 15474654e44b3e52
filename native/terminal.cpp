#include "native/terminal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace rankscope {

void settle_streams() {
  for (int stream = 0; stream <= STDERR_FILENO; ++stream)
    if (fcntl(stream, F_GETFD) < 0 && errno == EBADF) {
      // open() gives the lowest free number, which is this one
      [[maybe_unused]] const int got = open("/dev/null", O_RDWR);
    }
  std::signal(SIGXFSZ, SIG_IGN);
}

int end_of_output(int code) {
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && !std::ferror(stdout)) return code;
  return complain({"stdout", "cannot be written" + (flushed ? std::string() : std::string(": ") + std::strerror(errno)),
                   "make room where it goes to"});
}

int complain(const Error& error) {
  const char* mark = colours() ? "\x1b[1;31merror:\x1b[0m" : "error:";
  std::fprintf(stderr, "%s %s\n", mark, error.text().c_str());
  return kBadInput;
}

void note(const std::string& text) { std::fprintf(stderr, "%s\n", text.c_str()); }

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) != 0; }

bool colours() {
  const char* no = std::getenv("NO_COLOR");
  return stderr_is_terminal() && (!no || !*no);
}

std::string format(const char* form, ...) {
  std::va_list values, again;
  va_start(values, form);
  va_copy(again, values);
  const int size = std::vsnprintf(nullptr, 0, form, values);
  va_end(values);
  std::string out(static_cast<std::size_t>(size) + 1, '\0');
  std::vsnprintf(out.data(), out.size(), form, again);
  va_end(again);
  out.pop_back();
  return out;
}

std::string duration(double s) {
  if (s < 10) return format("%.1f s", s);
  const auto whole = static_cast<long long>(std::llround(s));
  if (whole < 120) return format("%lld s", whole);
  if (whole < 7200) return format("%lld min %lld s", whole / 60, whole % 60);
  return format("%lld h %lld min", whole / 3600, whole / 60 % 60);
}

std::string brief(double x) { return format("%.4g", x); }

}  // namespace rankscope
