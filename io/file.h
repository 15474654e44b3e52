// The only place in io that touches the file system. In the page bytes come from a drop or a fetch instead.
#pragma once
#include <string>
#include <vector>

#include "io/bytes.h"
#include "lab/result.h"

namespace rankscope {

/// The whole file. Error: missing, unreadable, a folder, more than max_file_bytes.
Result<std::vector<std::byte>> read_file(const std::string& path);

/// Writes beside `path` and renames, so that `path` is either what it was or whole.
Result<void> write_file(const std::string& path, Bytes bytes);

}  // namespace rankscope
