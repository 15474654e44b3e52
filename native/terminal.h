// What the command line says, and its exit codes: results go to stdout, progress and errors to stderr.
#pragma once
#include <cstdarg>
#include <string>

#include "lab/result.h"

namespace rankscope {

enum Exit {
  kOk = 0,
  kCheckFailed = 1,
  kBadInput = 2,     ///< usage, a file, a document
  kDiverged = 3,
  kInterrupted = 4,  ///< what was recorded is written
};

/// Before anything is opened: a closed standard stream becomes the empty device, so that no file takes its place and gets its
/// words; a file beyond the limit of its size is an error like a full disk, and not the end of the process.
void settle_streams();
/// At the end: `code`, or kBadInput when what was said on stdout did not get there.
int end_of_output(int code);

/// "error: where: what (remedy)" on stderr; answers kBadInput.
int complain(const Error& error);
/// A line on stderr.
void note(const std::string& text);
/// A line on stdout.
void print(const std::string& text);

bool stderr_is_terminal();
/// A terminal, and NO_COLOR is not set.
bool colours();

/// As printf makes it.
[[gnu::format(printf, 1, 2)]] std::string format(const char* form, ...);
/// "0.8 s", "2 min 5 s", "3 h 12 min"
std::string duration(double seconds);
/// Four significant digits.
std::string brief(double x);

}  // namespace rankscope
