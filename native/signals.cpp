#include "native/signals.h"

#include <csignal>

namespace rankscope {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t came = 0;

void on_signal(int) {
  came = 1;
  for (const int signal : kSignals) std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_signals() {
  for (const int signal : kSignals)
    if (std::signal(signal, on_signal) == SIG_IGN) std::signal(signal, SIG_IGN);
}

bool interrupted() { return came != 0; }

}  // namespace rankscope
