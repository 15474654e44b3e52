#include "math/parallel.h"

namespace rankscope {
namespace {
Parallel* current = nullptr;
}

Parallel* parallel() { return current; }
void set_parallel(Parallel* p) { current = p; }

}  // namespace rankscope
