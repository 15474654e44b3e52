// Which lines the largest components are. A component is known by its index, but only few of many ever matter: one that departs from the
// rest takes the next free line and keeps it, and what has not departed is a line by its order.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lab/archive.h"

namespace rankscope {

class ComponentLines {
 public:
  explicit ComponentLines(std::size_t lines) : lines_(lines) {}

  /// The largest norms, descending (equal ones by index): which component each is, and which line.
  struct Largest {
    std::vector<std::size_t> component;
    std::vector<double> line;  ///< as doubles: they go into Frames
  };
  /// Called with every recorded Frame, in order.
  Largest follow(std::span<const double> norms);
  /// `name`: what its parts begin with, where a run has several.
  /// The lines of these components as they are now, in the same manner.
  std::vector<double> lines_of(std::span<const std::size_t> components) const;
  void archive(Archive& archive, const std::string& name = "lines");

 private:
  std::size_t lines_;
  double first_ = -1;             ///< the largest norm of the first Frame
  std::vector<double> departed_;  ///< by line: its component; -1: free
};

/// The indices of the `count` largest, descending, equal ones by index.
std::vector<std::size_t> largest(std::span<const double> norms, std::size_t count);

}  // namespace rankscope
