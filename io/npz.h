// NumPy's .npz: several arrays by name, each a .npy in a zip archive.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "io/npy.h"

namespace rankscope {

/// The names of the arrays, in the archive's order, without ".npy".
Result<std::vector<std::string>> npz_names(Bytes bytes, std::string_view name);

/// One array; `array` empty: the only one there is. Error: no such array (names the nearest), several and none chosen.
Result<Dense> read_npz(Bytes bytes, std::string_view name, std::string_view array = {});

struct NamedArray {
  std::string name;
  Dense array;
  NpyType type = NpyType::F8;
};

/// Stored, without time stamps: the same arrays give the same bytes. In all less than 4 GiB.
std::vector<std::byte> write_npz(const std::vector<NamedArray>& arrays);

}  // namespace rankscope
