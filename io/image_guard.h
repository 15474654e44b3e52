// What the decoder of stb.h does not check itself, seen to before it runs: sizes against the bytes that are there,
// checksums, decompression bombs, tables that would overrun it.
#pragma once
#include <string_view>

#include "io/bytes.h"
#include "lab/result.h"

namespace rankscope {

/// At most 4096 x 4096 pixels. Errors name the byte at which the file is damaged or cut short.
Result<void> guard_png(Bytes bytes, std::string_view name);
Result<void> guard_jpeg(Bytes bytes, std::string_view name);

}  // namespace rankscope
