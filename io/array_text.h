// Small arrays as text, to travel in a document: a .npy in the smallest dtype that holds the numbers, zlib (RFC 1950), base64url.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "lab/data.h"
#include "lab/result.h"

namespace rankscope {

/// Of all arrays of a document together.
constexpr std::size_t max_array_text = 32000;
/// What the text of one array may unpack to, in bytes.
constexpr std::size_t max_array_bytes = std::size_t{1} << 20;

/// Reads back as an array of the same hash. Nothing when it is no single array, or is too large.
std::optional<std::string> array_text(const Data& data);

/// Error: not such a text, damaged, or too large. `name` is for messages.
Result<Data> array_of_text(std::string_view text, std::string_view name);

}  // namespace rankscope
