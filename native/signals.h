// Ctrl-C, SIGTERM and a closed terminal ask a run to stop where it can be saved.
#pragma once

namespace rankscope {

/// From now on the first of SIGINT, SIGTERM and SIGHUP is only noted; the second one ends the program at once. One that the
/// caller had switched off (nohup) stays so.
void catch_signals();
/// Whether one came.
bool interrupted();

}  // namespace rankscope
