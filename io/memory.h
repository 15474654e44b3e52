// How much memory a run may still take.
#pragma once

namespace rankscope {

/// Bytes, as things stand. Natively the least of what the machine has left, what this process's control group (a container,
/// a cluster's job) has left, and its own limit of address space; in the page what is left of the module's most. Infinity
/// where nobody says.
double available_memory();

}  // namespace rankscope
