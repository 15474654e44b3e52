// NumPy's .npz: several arrays by name, each a .npy in a zip archive.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/npy.h"

namespace rankscope {

/// The names of the arrays, in the archive's order, without ".npy".
Result<std::vector<std::string>> npz_names(Bytes bytes, std::string_view name);

/// One array; `array` empty: the only one there is. Error: no such array (names the nearest), several and none chosen.
Result<Dense> read_npz(Bytes bytes, std::string_view name, std::string_view array = {});

/// All arrays, of their own types. `name` is for messages.
struct NamedRaw {
  std::string name;
  RawArray array;
};
Result<std::vector<NamedRaw>> read_npz_raw(Bytes bytes, std::string_view name);

/// The numbers in it as a State: floating point as doubles, whole numbers as they are or of 64 bits, matrices columns
/// first, by their names in alphabetical order: so that equal arrays have equal hashes. Arrays of bytes and flags are left
/// out. Error: damaged, text or objects among them, a name twice, more than 256 MiB, or nothing is left.
Result<State> read_state(Bytes bytes, std::string_view name);

/// A part of a state as an array, and back; nothing when a state has no such type.
NamedRaw raw_of(const Field& field);
std::optional<Field> field_of(NamedRaw array);

struct NamedArray {
  std::string name;
  Dense array;
  NpyType type = NpyType::F8;
};

/// Stored, without time stamps: the same arrays give the same bytes. In all less than 4 GiB.
std::vector<std::byte> write_npz(const std::vector<NamedArray>& arrays, const std::vector<NamedRaw>& raw = {});

}  // namespace rankscope
