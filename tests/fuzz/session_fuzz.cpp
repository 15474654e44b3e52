// A sequence of commands against a session: a line a command, or `put NAME BYTES` with ; for the file's line ends.
// Accepted is a sequence of which some command was granted. The real system, with the sizes of its parameters cut so that a step takes no time; at most so many steps an input.
#include <algorithm>

#include "fuzz/fuzz.h"
#include "io/json.h"
#include "io/lens.h"
#include "io/session.h"
#include "lab/frame.h"
#include "systems/systems.h"

namespace rankscope::fuzz {
namespace {

constexpr std::int64_t kMostSize = 6;
constexpr int kMostSteps = 40, kMostCommands = 40, kMostMessages = 200;

const Tables& tables() {
  static const Tables all = [] {
    static std::vector<Entry> entries(systems().begin(), systems().end());
    for (Param& p : entries[0].params)
      for (const char* size : {"rows", "cols", "rank", "width", "widths", "measurements", "samples"})
        if (p.key == size) {
          p.range.high = std::min<double>(p.range.high, kMostSize);
          if (auto* n = std::get_if<std::int64_t>(&p.initial)) *n = std::min(*n, kMostSize);
        }
    static std::vector<Study> studies(1);
    Study& s = studies[0];
    s.key = "tiny", s.system = entries[0].key, s.title = s.sentence = s.claim = "Tiny";
    s.settings = {{"observed", 0.7}, {"alpha", 0.5}, {"step_size", 0.1}};
    s.steps = 30, s.every = 4;
    s.record = {"loss", "singular_values"};
    s.shown = {"loss"};
    s.runs = {{"depth 2", {{"depth", std::int64_t{2}}}}, {"depth 3", {{"depth", std::int64_t{3}}}}};
    return Tables{entries, studies};
  }();
  return all;
}

/// A reply is a JSON object; true when it grants what was asked.
bool granted(const std::string& reply) {
  const auto json = parse_json(reply);
  promise(json && json->object(), "a reply is a JSON object");
  const Json* error = json->find("error");
  if (!error) return true;
  promise(error->find("what") && !error->find("what")->text()->empty(), "a refusal says what is wrong");
  return false;
}

void take(Session& session) {
  for (int i = 0; i < kMostMessages; ++i) {
    const auto message = session.take();
    if (!message) return;
    promise(message->size() >= 5, "a message has its head");
    const Bytes body = Bytes(*message).subspan(5);
    const auto kind = static_cast<int>((*message)[0]);
    if (kind == 3 || kind == 6) {
      promise(bool(parse_json(text_of(body))), "a notice and a word about the CP rank are JSON");
      reached(kind == 3 ? "a notice" : "a CP rank");
    } else if (kind == 4) {
      reached("a checkpoint");
    } else {
      promise(bool(decode(body)), "a frame decodes");
      reached(kind == 1 ? "a recorded frame" : kind == 2 ? "a moment" : kind == 7 ? "a standing frame" : "spectra");
    }
  }
}

}  // namespace

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"list",  "show", "put",  "open",  "close",    "play", "pause", "step",  "seek",             "speed",  "set",     "reset",
                                               "seed",  "look", "view", "bits",  "document", "stats", "export", "steps", "a recorded frame", "a moment", "a notice", "lens", "cp_rank", "spectra", "a CP rank",
                                               "to_event", "halt", "fork", "swap", "revise", "nudge", "save", "a standing frame", "a checkpoint"};
  return all;
}

bool accepts(Bytes input) {
  // the samples are 128 x 128: half a second a measurement under the sanitizers
  for (const char* sample : {"cloth", "camera", "brick"})
    if (text_of(input).find(sample) != std::string_view::npos) return false;
  Session session(tables(), make_lens);
  bool accepted = false;
  int steps = kMostSteps;
  for (int i = 0; i < kMostCommands && !input.empty(); ++i) {
    const std::string_view line = first_line(input);
    bool done;
    if (line.starts_with("put ")) {
      const std::size_t space = std::min(line.find(' ', 4), line.size());
      std::string content(line.substr(std::min(space + 1, line.size())));
      std::replace(content.begin(), content.end(), ';', '\n');
      done = granted(session.put(line.substr(4, space - 4), std::as_bytes(std::span(content))));
      if (done) reached("put");
    } else {
      done = granted(session.command(line));
      const auto command = done ? parse_json(line) : Result<Json>(Json{});
      if (const Json* verb = command->find("do"); verb && verb->text()) reached(*verb->text());
    }
    accepted |= done;
    for (int turns = 0; turns < 4 && steps > 0; ++turns) {
      const int before = steps;
      const bool more = session.advance([&] { return --steps > 0; }, 0.25);
      if (steps < before) reached("steps");
      take(session);
      if (!more) break;
    }
    promise(session.wait() >= 0, "waiting takes no negative time");
  }
  return accepted;
}

}  // namespace rankscope::fuzz
