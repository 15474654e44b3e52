// The core as a WebAssembly module of its own: io/session.h behind C functions, without a window, a file or a thread.
// Built twice: with everything, and with RANKSCOPE_FIRST as what the page begins with.
#include <emscripten.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "io/session.h"
#ifdef RANKSCOPE_FIRST
#include "presets/first.h"
#else
#include "io/lens.h"
#include "presets/presets.h"
#include "systems/systems.h"
#endif

namespace rankscope {
namespace {

#ifdef RANKSCOPE_FIRST
Tables tables() { return first_tables(); }
constexpr auto lens = nullptr;
#else
Tables tables() { return {systems(), presets()}; }
constexpr auto lens = make_lens;
#endif

Session& session() {
  static Session only(tables(), lens);
  return only;
}

/// What a call answers: an address and a length in the module's memory, good until the next call.
struct Answer {
  const void* data = nullptr;
  std::uint32_t size = 0;
};

Answer* answer(const void* data, std::size_t size) {
  static Answer only;
  only = {data, static_cast<std::uint32_t>(size)};
  return &only;
}

Answer* answer(std::string text) {
  static std::string kept;
  kept = std::move(text);
  return answer(kept.data(), kept.size());
}

/// Says when the time is up, and asks the clock only so often: a step may take far less time than a look at the clock.
class Deadline {
 public:
  explicit Deadline(double ms) : last_(emscripten_get_now()), end_(last_ + ms) {}

  bool operator()() {
    if (--left_ > 0) return true;
    const double now = emscripten_get_now();
    if (now - last_ < 0.05) stride_ = std::min(2 * stride_, 1024);
    if (now - last_ > 0.2) stride_ = std::max(stride_ / 2, 1);
    last_ = now;
    left_ = stride_;
    return now < end_;
  }

 private:
  double last_, end_;
  int stride_ = 1, left_ = 1;
};

}  // namespace
}  // namespace rankscope

extern "C" {

/// One JSON command; answers its JSON reply.
rankscope::Answer* rs_command(const char* text, std::size_t size) {
  return rankscope::answer(rankscope::session().command({text, size}));
}

/// A file's bytes by its name; answers the JSON reply.
rankscope::Answer* rs_put(const char* name, std::size_t name_size, const std::byte* bytes, std::size_t size) {
  return rankscope::answer(rankscope::session().put({name, name_size}, {bytes, size}));
}

/// Steps whatever plays for about `ms` milliseconds; 0 when nothing is left to do. Call it for a few ms at a time: V8 moves
/// to optimised code only when a function is entered anew.
int rs_advance(double ms) {
  static double before = 0;
  const double now = emscripten_get_now();
  const double seconds = before > 0 ? std::min((now - before) / 1000, 0.25) : 0;  // a pause is not caught up with
  before = now;
  rankscope::Deadline deadline(ms);
  return rankscope::session().advance([&] { return deadline(); }, seconds);
}

/// After rs_advance() has said 1: milliseconds until a step is due, for runs with a speed limit.
double rs_wait() { return 1000 * rankscope::session().wait(); }

/// The oldest outgoing message; an address of 0 when there is none.
rankscope::Answer* rs_take() {
  static std::vector<std::byte> kept;
  auto message = rankscope::session().take();
  if (!message) return rankscope::answer(nullptr, 0);
  kept = std::move(*message);
  return rankscope::answer(kept.data(), kept.size());
}
}
