#include "systems/systems.h"

#include <vector>

#include "systems/deep_matrix.h"

namespace rankscope {

std::span<const Entry> systems() {
  static const std::vector<Entry> table = {
      deep_matrix_entry(),
  };
  return table;
}

}  // namespace rankscope
