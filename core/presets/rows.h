// The rows of each file of presets.
#pragma once
#include <vector>

#include "lab/study.h"

namespace rankscope {
std::vector<Study> arora2019();
std::vector<Study> notes1_setting();
std::vector<Study> notes2_landscape();
std::vector<Study> notes3_balancedness();
std::vector<Study> notes4_end_to_end();
std::vector<Study> notes4_width();
std::vector<Study> notes5_convergence();
std::vector<Study> notes5_failures();
std::vector<Study> notes6_acceleration();
std::vector<Study> notes7_generalisation();
std::vector<Study> notes8_norms();
std::vector<Study> notes9_practice();
std::vector<Study> razin2021_tensor();
std::vector<Study> razin2021_images();
std::vector<Study> razin2022_hierarchical();
std::vector<Study> milanesi2021();
}  // namespace rankscope
