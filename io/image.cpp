#include "io/image.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "io/image_guard.h"
#include "io/stb.h"

namespace rankscope {
namespace {

constexpr std::string_view png_magic = "\x89PNG\r\n\x1a\n";

bool begins(Bytes bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

}  // namespace

bool is_png(Bytes bytes) { return begins(bytes, png_magic); }
bool is_jpeg(Bytes bytes) { return begins(bytes, "\xff\xd8\xff"); }

Result<Dense> read_image(Bytes bytes, std::string_view name, Channel channel) {
  if (bytes.size() > max_file_bytes) return Error{std::string(name), "has more than 256 MiB", "scale it down"};
  if (!is_png(bytes) && !is_jpeg(bytes))
    return Error{std::string(name), "is neither a PNG nor a JPEG", "save it as one of them"};
  if (auto sound = is_png(bytes) ? guard_png(bytes, name) : guard_jpeg(bytes, name); !sound) return sound.error();
  const Pixels header = probe_image(bytes);
  const std::int64_t wide = header.cols * (channel == Channel::Rgb ? 3 : 1);
  if (header.rows * wide > max_entries)
    return Error{std::string(name), "gives " + std::to_string(header.rows) + " x " + std::to_string(wide) + " numbers",
                 "at most " + std::to_string(max_entries) + " are read: scale it down or read one channel"};
  const Pixels image = header.rows > 0 ? decode_image(bytes) : Pixels{};
  if (!image.samples)
    return Error{std::string(name), "is damaged, or of a kind that is not read (12 bits, arithmetic coding)",
                 "save it as an ordinary 8 or 16 bit PNG"};

  const double top = image.bits == 16 ? 65535 : 255;
  const bool coloured = image.channels >= 3, alpha = image.channels % 2 == 0;
  Dense out{{image.rows, wide}, std::vector<double>(static_cast<std::size_t>(image.rows * wide))};
  for (int i = 0; i < image.rows; ++i) {
    for (int j = 0; j < image.cols; ++j) {
      const std::size_t at = (static_cast<std::size_t>(i) * image.cols + j) * image.channels;
      double rgb[3];
      for (int c = 0; c < 3; ++c) rgb[c] = image.sample(at + (coloured ? c : 0)) / top;
      if (alpha && image.sample(at + image.channels - 1) == 0)
        std::fill(rgb, rgb + 3, std::numeric_limits<double>::quiet_NaN());
      double* row = &out.data[static_cast<std::size_t>(i * wide)];
      switch (channel) {
        case Channel::Grey:
          row[j] = rgb[0] == rgb[1] && rgb[1] == rgb[2] ? rgb[0] : 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
          break;
        case Channel::Red: row[j] = rgb[0]; break;
        case Channel::Green: row[j] = rgb[1]; break;
        case Channel::Blue: row[j] = rgb[2]; break;
        case Channel::Rgb:
          for (int c = 0; c < 3; ++c) row[c * image.cols + j] = rgb[c];
          break;
      }
    }
  }
  return out;
}

}  // namespace rankscope
