// Photographs as matrices: PNG and JPEG.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "io/bytes.h"
#include "lab/data.h"
#include "lab/result.h"

namespace rankscope {

enum class Channel {
  Grey,   ///< luma of Rec. 601, 0.299 R + 0.587 G + 0.114 B; a pixel that is grey already keeps its value exactly
  Red,
  Green,
  Blue,
  Rgb,    ///< the three side by side: rows x 3 cols, red first
};

/// Values in [0, 1]: samples divided by 255, or by 65535 when the file has 16 bits a sample, gamma as in the file.
/// Row 0 is the top. A fully transparent pixel is a gap; other transparency and the EXIF orientation are ignored.
/// At most 4096 x 4096 pixels and max_entries numbers; every PNG checksum is verified. `name` is for messages.
Result<Dense> read_image(Bytes bytes, std::string_view name, Channel channel = Channel::Grey);

bool is_png(Bytes bytes);
bool is_jpeg(Bytes bytes);

/// A matrix of values in [0, 1] (others are clamped) as an 8-bit grey PNG; gaps become transparent.
std::vector<std::byte> write_png(const Dense& matrix);

/// 8-bit samples, rows from the top, channels (1 grey, 2 grey and alpha, 3 rgb, 4 rgb and alpha) interleaved.
std::vector<std::byte> write_png(int rows, int cols, int channels, std::span<const std::uint8_t> samples);

}  // namespace rankscope
