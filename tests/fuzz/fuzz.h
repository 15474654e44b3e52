// What a target is: tests/fuzz/<name>_fuzz.cpp defines accepts() and places(), fuzz.cpp drives it.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "io/bytes.h"

namespace rankscope::fuzz {

/// Gives the input to the reader; true when it was read in full, to the last byte and past every check.
bool accepts(Bytes input);

/// What lies past the header: each of these is passed to reached() by some accepted input, or the corpus falls short.
const std::vector<std::string>& places();
void reached(std::string_view place);

/// A promise of the reader that no input may break; the fuzzer keeps the input that does.
void promise(bool kept, const char* what);

inline std::string_view text_of(Bytes input) { return {reinterpret_cast<const char*>(input.data()), input.size()}; }

/// The first line, which is taken off the input: where a target needs a word beside the bytes.
inline std::string_view first_line(Bytes& input) {
  const std::string_view text = text_of(input);
  const std::size_t size = std::min(text.find('\n'), text.size());
  input = input.subspan(std::min(size + 1, input.size()));
  return text.substr(0, size);
}

/// Equal as numbers, gaps alike.
inline bool same(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && !(a[i] != a[i] && b[i] != b[i])) return false;
  return true;
}

}  // namespace rankscope::fuzz
