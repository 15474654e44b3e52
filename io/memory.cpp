#include "io/memory.h"

#include <algorithm>
#include <limits>

#ifdef __EMSCRIPTEN__
#include <emscripten/heap.h>
#include <malloc.h>
#else
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#endif

namespace rankscope {

#ifdef __EMSCRIPTEN__

double available_memory() {
  return static_cast<double>(emscripten_get_heap_max()) - static_cast<double>(static_cast<unsigned>(mallinfo().uordblks));
}

#else

namespace {

constexpr double kNobodySays = std::numeric_limits<double>::infinity();

struct Close {
  void operator()(std::FILE* f) const { std::fclose(f); }
};
using File = std::unique_ptr<std::FILE, Close>;

/// The first number of a file whose line begins with `key`, which may be empty; infinity when there is none.
double number_in(const std::string& path, const char* key) {
  const File file(std::fopen(path.c_str(), "r"));
  char line[512];
  double value = 0;
  while (file && std::fgets(line, sizeof line, file.get()))
    if (std::strncmp(line, key, std::strlen(key)) == 0 && std::sscanf(line + std::strlen(key), "%lf", &value) == 1) return value;
  return kNobodySays;
}

/// What a folder of control groups and those above it leave: a limit holds for all below it. Pages of files that the kernel
/// would give back count as free.
double left_in(std::string folder, const std::string& root, const char* limit, const char* used, const char* inactive) {
  double least = kNobodySays;
  for (;; folder.resize(folder.rfind('/'))) {
    const double most = number_in(folder + limit, ""), now = number_in(folder + used, "");
    const double file = number_in(folder + "/memory.stat", inactive);
    if (most < kNobodySays && now < kNobodySays) least = std::min(least, most - now + (file < kNobodySays ? file : 0));
    if (folder.size() <= root.size()) return least;
  }
}

/// Of this process's own control group, by both versions of the interface.
double left_in_group() {
  const File file(std::fopen("/proc/self/cgroup", "r"));
  double least = kNobodySays;
  char text[4096];
  while (file && std::fgets(text, sizeof text, file.get())) {
    const std::string line(text, std::strcspn(text, "\n"));  // id:controllers:path
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string which = "," + line.substr(first + 1, second - first - 1) + ",";
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    const std::string two = "/sys/fs/cgroup", one = "/sys/fs/cgroup/memory";
    // in a container the path is the host's, and its own group stands at the root
    if (which == ",,")
      for (const std::string& folder : {two + path, two})
        least = std::min(least, left_in(folder, two, "/memory.max", "/memory.current", "inactive_file"));
    if (which.find(",memory,") != std::string::npos)
      for (const std::string& folder : {one + path, one})
        least = std::min(least, left_in(folder, one, "/memory.limit_in_bytes", "/memory.usage_in_bytes", "total_inactive_file"));
  }
  return least;
}

double left_of_address_space() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kNobodySays;
  const double used = number_in("/proc/self/statm", "");  // in pages
  return static_cast<double>(limit.rlim_cur) - (used < kNobodySays ? used * static_cast<double>(sysconf(_SC_PAGESIZE)) : 0);
}

}  // namespace

double available_memory() {
  const double machine = number_in("/proc/meminfo", "MemAvailable:") * 1024;  // in kB
  return std::max(0.0, std::min({machine, left_in_group(), left_of_address_space()}));
}

#endif

}  // namespace rankscope
