#include "presets/presets.h"

#include "presets/rows.h"

namespace rankscope {

std::span<const Study> presets() {
  static const std::vector<Study> table = [] {
    std::vector<Study> all;
    for (auto rows : {arora2019, notes1_setting, notes2_landscape, notes3_balancedness, notes4_end_to_end, notes4_width, notes5_convergence, notes5_failures, notes6_acceleration, notes7_generalisation, notes8_norms, notes9_practice, razin2021_tensor, razin2021_images, razin2022_hierarchical, milanesi2021}) {
      const auto some = rows();
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return table;
}

}  // namespace rankscope
