// IDX, the format of MNIST: two zeros, a type, the number of axes, their lengths, the numbers; all big-endian.
// Format: http://yann.lecun.com/exdb/mnist/
#pragma once
#include <string_view>

#include "io/bytes.h"
#include "lab/data.h"
#include "lab/result.h"

namespace rankscope {

bool is_idx(Bytes bytes);

/// Reads unsigned and signed bytes, whole numbers of 16 and 32 bits, and both floats; every NaN becomes the same NaN. Error: another type, too few or
/// too many bytes, more numbers than may be: max_entries in the page, 2^26 elsewhere (the whole of MNIST has 47 million). `name` is for messages.
Result<Dense> read_idx(Bytes bytes, std::string_view name);

}  // namespace rankscope
