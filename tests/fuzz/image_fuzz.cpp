#include <cmath>

#include "fuzz/fuzz.h"
#include "io/image.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"grey", "palette", "rgb", "grey and alpha", "rgb and alpha", "1 bit", "16 bits", "interlaced",
                                               "transparent", "baseline", "progressive"};
  return all;
}

bool accepts(Bytes input) {
  const auto grey = read_image(input, "x.png");
  if (!grey) return false;
  for (const double x : grey->data) promise(!(x < 0) && !(x > 1), "values are between 0 and 1");
  for (const Channel channel : {Channel::Red, Channel::Green, Channel::Blue, Channel::Rgb}) {
    const auto other = read_image(input, "x.png", channel);
    promise(other && other->shape[0] == grey->shape[0] && other->size() == static_cast<std::int64_t>(other->data.size()) &&
                other->shape[1] == grey->shape[1] * (channel == Channel::Rgb ? 3 : 1),
            "every channel has the same shape");
  }
  const auto again = read_image(write_png(*grey), "again.png");
  promise(again && again->shape == grey->shape, "a written picture reads back");
  for (std::size_t i = 0; i < grey->data.size(); ++i)
    promise(std::isnan(grey->data[i]) ? std::isnan(again->data[i]) : std::abs(grey->data[i] - again->data[i]) < 0.51 / 255,
            "a written picture has the same values");

  if (is_jpeg(input)) {
    for (std::size_t i = 0; i + 1 < input.size(); ++i)
      if (input[i] == std::byte{0xff} && (input[i + 1] == std::byte{0xc0} || input[i + 1] == std::byte{0xc2}))
        reached(input[i + 1] == std::byte{0xc0} ? "baseline" : "progressive");
    return true;
  }
  constexpr const char* colours[] = {"grey", "", "rgb", "palette", "grey and alpha", "", "rgb and alpha"};
  reached(colours[std::to_integer<std::size_t>(input[25])]);
  if (input[24] == std::byte{1}) reached("1 bit");
  if (input[24] == std::byte{16}) reached("16 bits");
  if (input[28] == std::byte{1}) reached("interlaced");
  for (const double x : grey->data)
    if (std::isnan(x)) reached("transparent");
  return true;
}

}  // namespace rankscope::fuzz
