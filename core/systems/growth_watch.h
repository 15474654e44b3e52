// When a driving force is to be measured again before the next record: forces change with the norms of what they drive, and a take-off may take
// fewer steps than lie between two records.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "lab/archive.h"

namespace rankscope {

class GrowthWatch {
 public:
  /// The norms (by component, as many each time) at the moment of a measurement.
  void look(std::vector<double> norms) { seen_ = std::move(norms); }
  /// Whether one of them has since moved by a twentieth of itself and of a twentieth of the largest. Never before the first look.
  bool due(const std::vector<double>& norms) const;
  /// `name`: what its part begins with, where a run has several.
  void archive(Archive& archive, std::size_t components, const std::string& name = "theory");

 private:
  std::vector<double> seen_;
};

}  // namespace rankscope
