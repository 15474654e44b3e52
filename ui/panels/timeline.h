// The run's time as a track: what is recorded, where it stands, its events; and the buttons that move it.
#pragma once
#include "ui/context.h"

namespace rankscope::ui {

/// The track in the middle of `r`; dragging it goes there at once, a press on an event's mark jumps to it.
void timeline(Context& c, const Rect& r);
/// Where the run is going, or why it paused by itself, or how far it is recorded; empty: nothing to say.
std::string time_note(const Model& model, const TimeHold& hold);
/// Remembers where the run began to compute towards its goal: where it stood, or the state before the goal from which it is replayed.
void follow_goal(TimeHold& hold, const Slot& slot);

enum class Transport { Back, StepBack, StepOn, EventBack, EventOn, Undo, Redo };
/// One of the buttons, with its sign and its tip; greyed when it can do nothing.
void transport(Context& c, Transport what, const Rect& r);
/// The round button: pause while anything moves.
void play_button(Context& c, const Rect& r);

}  // namespace rankscope::ui
