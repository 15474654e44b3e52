// NumPy's .npy, versions 1, 2 and 3.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once
#include <string_view>
#include <vector>

#include "io/bytes.h"
#include "lab/data.h"
#include "lab/result.h"

namespace rankscope {

/// Reads f8 f4 f2, i1 i2 i4 i8, u1 u2 u4 u8 and b1, in either byte order and either memory order, as doubles in
/// row-major order. Whole numbers beyond 2^53 are rounded; every NaN becomes the same NaN, so that equal arrays have
/// equal hashes. Error: another dtype, a damaged header, too few or too many bytes, more than max_entries. `name` is
/// for messages.
Result<Dense> read_npy(Bytes bytes, std::string_view name);

/// An array of its own type and memory order.
struct RawArray {
  std::string type;  ///< "f8" as in NumPy, without the byte order
  std::vector<std::int64_t> shape;
  bool columns_first = false;
  std::vector<std::byte> bytes;  ///< little-endian
};

/// Nothing is converted but the byte order. Error: as read_npy, but for the cap: at most 128 MiB.
Result<RawArray> read_npy_raw(Bytes bytes, std::string_view name);
/// Version 1.0; the array in its own memory order.
std::vector<std::byte> write_npy(const RawArray& array);

enum class NpyType { F8, U1 };

/// Version 1.0, little-endian, C order: the bytes numpy.save writes. U1 is for masks: every value is a whole number
/// 0..255.
std::vector<std::byte> write_npy(const Dense& array, NpyType type = NpyType::F8);

}  // namespace rankscope
