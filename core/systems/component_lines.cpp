#include "systems/component_lines.h"

#include <algorithm>
#include <numeric>

namespace rankscope {

std::vector<std::size_t> largest(std::span<const double> norms, std::size_t count) {
  std::vector<std::size_t> order(norms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(count, order.size()));
  std::partial_sort(order.begin(), middle, order.end(), [&](std::size_t a, std::size_t b) { return norms[a] != norms[b] ? norms[a] > norms[b] : a < b; });
  order.erase(middle, order.end());
  return order;
}

ComponentLines::Largest ComponentLines::follow(std::span<const double> norms) {
  Largest out{largest(norms, lines_), {}};
  const std::size_t k = out.component.size();
  departed_.resize(k, -1);
  const double most = k ? norms[out.component[0]] : 0;
  const bool first = first_ < 0;
  if (first) first_ = most;
  constexpr double kDeparted = 0.05;  // of the largest: far above a plateau, far below any norm that is learned
  for (std::size_t r : out.component) {
    if (first || !(norms[r] > kDeparted * most && most > 10 * first_)) continue;
    if (std::find(departed_.begin(), departed_.end(), static_cast<double>(r)) != departed_.end()) continue;
    const auto free = std::find(departed_.begin(), departed_.end(), -1.0);
    if (free != departed_.end()) *free = static_cast<double>(r);
  }
  // a line whose component has sunk below the others is free again
  for (double& r : departed_)
    if (r >= 0 && std::find(out.component.begin(), out.component.end(), static_cast<std::size_t>(r)) == out.component.end()) r = -1;
  out.line = lines_of(out.component);
  return out;
}

std::vector<double> ComponentLines::lines_of(std::span<const std::size_t> components) const {
  const auto departed = [&](std::size_t line) { return line < departed_.size() && departed_[line] >= 0; };
  std::vector<double> out;
  std::size_t next = 0;
  for (std::size_t r : components) {
    const auto own = std::find(departed_.begin(), departed_.end(), static_cast<double>(r));
    if (own != departed_.end()) {
      out.push_back(static_cast<double>(own - departed_.begin()));
      continue;
    }
    while (departed(next)) ++next;
    out.push_back(static_cast<double>(next++));
  }
  return out;
}

void ComponentLines::archive(Archive& a, const std::string& name) {
  a(name + ".first", first_);
  a(name + ".departed", departed_);
  if (a.reading() && departed_.size() > lines_) a.refuse(name + ".departed", "has more than " + std::to_string(lines_) + " lines"), departed_.clear();
}

}  // namespace rankscope
