// One parameter of a run, drawn and changed.
#pragma once
#include "ui/context.h"

namespace rankscope::ui {

float row_height(const Context& c, const Param& p);
void draw_row(Context& c, const Param& p, const Value& current, const Rect& place);

}  // namespace rankscope::ui
