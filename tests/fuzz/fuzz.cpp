// Drives one target. Under libFuzzer's own options it fuzzes, and fails at the end unless it went past the header:
// inputs that are not in the corpus were accepted, others refused, and every place was reached.
//   x_fuzz --corpus FILE...   gives each file to the target once: those named refused_* must be refused, all others
//                             accepted, and together they must reach every place.
#include "fuzz/fuzz.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "io/file.h"
#include "lab/hash.h"

namespace rankscope::fuzz {
namespace {

struct Counts {
  std::set<std::uint64_t> accepted;  ///< by their hash
  std::size_t inputs = 0, refused = 0, corpus = 0;
  std::set<std::string, std::less<>> reached;
};

Counts& counts() {
  static auto* all = new Counts;  // outlives every destructor: it is read at exit
  return *all;
}

bool missing_places() {
  bool missing = false;
  for (const std::string& place : places())
    if (!counts().reached.count(place)) {
      std::fprintf(stderr, "fuzz: no accepted input reached \"%s\"\n", place.c_str());
      missing = true;
    }
  return missing;
}

bool run(Bytes input) {
  ++counts().inputs;
  const bool accepted = accepts(input);
  if (!accepted) {
    ++counts().refused;
    return false;
  }
  Hash h;
  h.bytes(input.data(), input.size());
  counts().accepted.insert(h.value());
  return true;
}

int check_corpus(int count, char** files) {
  bool failed = count == 0;
  for (int i = 0; i < count; ++i) {
    auto bytes = read_file(files[i]);
    if (!bytes) {
      std::fprintf(stderr, "%s\n", bytes.error().text().c_str());
      return 1;
    }
    const std::string path = files[i], leaf = path.substr(path.rfind('/') + 1);
    const bool wanted = !leaf.starts_with("refused_");
    if (run(*bytes) == wanted) continue;
    std::fprintf(stderr, "fuzz: %s was %s\n", leaf.c_str(), wanted ? "refused" : "accepted");
    failed = true;
  }
  failed |= missing_places();
  std::printf("fuzz: %zu files, %zu accepted\n", counts().inputs, counts().accepted.size());
  return failed;
}

/// A run that only ever met refusals has tested the first line of a reader.
void check_run() {
  const Counts& c = counts();
  bool failed = missing_places();
  if (c.accepted.size() <= c.corpus || c.refused == 0) {
    std::fprintf(stderr, "fuzz: no input beyond the corpus was %s\n", c.refused == 0 ? "refused" : "accepted");
    failed = true;
  }
  std::printf("fuzz: %zu inputs, %zu different ones accepted of which at most %zu from the corpus, %zu refused\n", c.inputs,
              c.accepted.size(), c.corpus, c.refused);
  std::fflush(stdout);
  if (failed) _exit(1);
}

}  // namespace

void reached(std::string_view place) {
  auto& all = counts().reached;
  if (all.find(place) == all.end()) all.emplace(place);
}

void promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "fuzz: broken promise: %s\n", what);
  std::abort();
}

}  // namespace rankscope::fuzz

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  using namespace rankscope::fuzz;
  if (*argc > 1 && std::string_view((*argv)[1]) == "--corpus") std::exit(check_corpus(*argc - 2, *argv + 2));
  if (const char* count = std::getenv("RANKSCOPE_FUZZ_CORPUS")) {
    counts().corpus = static_cast<std::size_t>(std::atoi(count));
    places();  // built before check_run is registered, so that it outlives it
    std::atexit(check_run);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  rankscope::fuzz::run(std::as_bytes(std::span(data, size)));
  return 0;
}
