// The window's docking as ui/desk_layout.h has it, read and made.
#pragma once
#include <imgui.h>

#include <vector>

#include "ui/desk_layout.h"
#include "ui/dock_panels.h"

namespace rankscope::ui {

/// Where these panels stand now, in the dock space `root` and outside it.
DeskLayout layout_of(ImGuiID root, const std::vector<Panel>& panels);
/// Puts every panel where the layout has it, and those it does not know of to others of their kind. `place`: of the dock space, px.
void arrange_as(const DeskLayout& layout, ImGuiID root, const Rect& place, const std::vector<Panel>& panels);
/// Several in one place are tabs, the one at `front` before the others.
void dock_into(ImGuiID node, const std::vector<const Panel*>& panels, std::size_t front = 0);

}  // namespace rankscope::ui
