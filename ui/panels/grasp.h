// A hand that takes hold of an entry of a view, drags it to another value, and lets go.
#pragma once
#include "ui/context.h"

namespace rankscope::ui {

/// "take hold" at the top right of a card, or its sign alone where it is `narrow`: switches the hand. Returns the width it took; 0: the view cannot be held.
float hold_word(Context& c, const ViewInfo& info, ImVec2 right_top, bool narrow);
bool hand_on(const Context& c, const ViewInfo& info);

/// An entry that is held: which one, and the value that the hand has it at.
struct Held {
  std::int64_t entry = -1;  ///< -1: none
  double value = 0;
};
/// Of the last item, which covers a view's entries, while the hand is on the view: `under` is the entry under the pointer (-1: none), `value` its value. Up by `px`
/// is `reach` more. Letting go moves the run there.
Held grasp(Context& c, const ViewInfo& info, std::int64_t under, double value, double reach, float px, const Rect& place);
/// What is in the hand, beside the pointer: its name, and from which to which value.
void grasp_label(Context& c, const ViewInfo& info, const std::string& entry);
/// The entry of this view that was let go a moment ago; -1: none.
std::int64_t let_go(Context& c, const ViewInfo& info);
/// Does what was let go: before anything of a frame is drawn, as it may begin a branch.
void release(Model& model, Grasp& grasp);

}  // namespace rankscope::ui
