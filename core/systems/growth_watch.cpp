#include "systems/growth_watch.h"

#include <algorithm>
#include <cmath>

namespace rankscope {

bool GrowthWatch::due(const std::vector<double>& norms) const {
  if (seen_.empty()) return false;
  const double floor = 0.05 * *std::max_element(seen_.begin(), seen_.end());
  for (std::size_t r = 0; r < seen_.size() && r < norms.size(); ++r)
    if (std::abs(norms[r] - seen_[r]) > 0.05 * (seen_[r] + floor)) return true;
  return false;
}

void GrowthWatch::archive(Archive& a, std::size_t components, const std::string& name) {
  a(name + ".seen", seen_);
  if (a.reading() && !seen_.empty() && seen_.size() != components)
    a.refuse(name + ".seen", "is not of " + std::to_string(components) + " components"), seen_.clear();
}

}  // namespace rankscope
