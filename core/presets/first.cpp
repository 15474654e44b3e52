#include "presets/first.h"

#include <vector>

#include "presets/rows.h"
#include "systems/deep_matrix.h"

namespace rankscope {

Tables first_tables() {
  static const std::vector<Entry> systems = {deep_matrix_entry()};
  static const std::vector<Study> presets = arora2019();
  return {systems, presets};
}

}  // namespace rankscope
