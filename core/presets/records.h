// What claims ask of finished runs.
#pragma once
#include <cstdio>
#include <limits>
#include <string>

#include "lab/claim.h"
#include "lab/study.h"

namespace rankscope {

/// The run of that name; nullptr when it is not there.
inline const Record* find(std::span<const Record> all, std::string_view variant) {
  for (const Record& r : all)
    if (r.variant == variant) return &r;
  return nullptr;
}

inline std::string text(const char* format, auto... values) {
  char out[500];
  std::snprintf(out, sizeof out, format, values...);
  return out;
}

/// The first recorded step at which the scalar view is at most `level`; NaN: never.
inline double first_at_most(const Record& run, std::string_view key, double level) {
  for (std::size_t i = 0; i < run.views.size(); ++i)
    if (run.views[i].key == key)
      for (const Frame& f : run.frames)
        if (const Series* s = f.find(static_cast<std::uint32_t>(i)); s && s->data[0] <= level) return static_cast<double>(f.step);
  return std::numeric_limits<double>::quiet_NaN();
}

/// How often the theorem `key` holds, is violated, and says nothing, over the recorded frames; `first`: from which frame on.
struct Standing {
  int holds = 0, violated = 0, silent = 0;
};
inline Standing standing(const Record& run, std::string_view key, std::size_t first = 0) {
  Standing out;
  for (std::size_t i = 0; i < run.views.size(); ++i)
    if (run.views[i].key == key)
      for (std::size_t k = first; k < run.frames.size(); ++k) {
        const ClaimState state = claim_state(run.views[i], static_cast<std::uint32_t>(i), run.frames[k]);
        ++(state == ClaimState::Holds ? out.holds : state == ClaimState::Violated ? out.violated : out.silent);
      }
  return out;
}

/// In how many frames the theorem `key` holds; 0 as soon as it is violated, or says nothing, in one of those after the first.
inline int frames_holding(const Record& run, std::string_view key) {
  const Standing s = standing(run, key, 1);
  return s.violated || s.silent ? 0 : s.holds;
}

/// A claim needs all of its runs.
template <std::size_t N>
bool all_there(const Record* const (&runs)[N]) {
  for (const Record* r : runs)
    if (!r || r->frames.empty()) return false;
  return true;
}

}  // namespace rankscope
