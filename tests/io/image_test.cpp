#include "io/image.h"

#include <algorithm>

#include "golden.h"
#include "io/npy.h"
#include "io/zip.h"

using namespace rankscope;
using rankscope::test::golden;

namespace {

constexpr int rows = 12, cols = 16;
constexpr std::byte sof_marker[] = {std::byte{0xff}, std::byte{0xc0}};

Dense image(const std::string& file, Channel channel = Channel::Grey) {
  const auto a = read_image(golden(file), file, channel);
  REQUIRE_MESSAGE(a, (a ? "" : a.error().text()));
  CHECK(a->shape == std::vector<std::int64_t>{rows, channel == Channel::Rgb ? 3 * cols : cols});
  return *a;
}

/// Every entry equals what(i, j), exactly.
template <class What>
void check(const Dense& a, What what) {
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < a.shape[1]; ++j) CHECK(a.data[static_cast<std::size_t>(i * a.shape[1] + j)] == what(i, j));
}

double red(int i, int) { return 20 * i / 255.0; }
double green(int, int j) { return 15 * j / 255.0; }
double blue(int i, int j) { return 9 * (i + j) / 255.0; }

/// The file with every chunk's checksum made right again, so that a change reaches the decoder.
test::Buffer with_checksums(test::Buffer png) {
  std::size_t at = 8;
  while (png.size() >= at + 12) {
    const auto size = static_cast<std::size_t>(load_big(&png[at], 4));
    if (size > png.size() - at - 12) break;
    const std::uint32_t crc = crc32(Bytes(png).subspan(at + 4, size + 4));
    for (std::size_t k = 0; k < 4; ++k) png[at + 8 + size + k] = std::byte(crc >> (24 - 8 * k) & 255);
    at += size + 12;
  }
  return png;
}

}  // namespace

TEST_CASE("image: PNG samples are the file's, divided by their greatest, whatever the kind and the filter") {
  check(image("grey.png"), blue);
  check(image("bits.png"), [](int i, int j) { return (i + j) % 2; });
  check(image("grey16.png"), [](int i, int j) { return (4096 * i + 257 * j + 1) / 65535.0; });
  for (const char* file : {"rgb.png", "interlaced.png"}) {
    check(image(file, Channel::Red), red);
    check(image(file, Channel::Green), green);
    check(image(file, Channel::Blue), blue);
    check(image(file), [](int i, int j) {
      const double r = red(i, j), g = green(i, j), b = blue(i, j);
      return r == g && g == b ? r : 0.299 * r + 0.587 * g + 0.114 * b;
    });
    check(image(file, Channel::Rgb), [](int i, int j) {
      return j < cols ? red(i, j) : j < 2 * cols ? green(i, j - cols) : blue(i, j - 2 * cols);
    });
  }
  check(image("palette.png", Channel::Green), [](int i, int j) { return (255 - 9 * (i + j)) / 255.0; });
}

TEST_CASE("image: a transparent pixel is a gap, a translucent one is not") {
  for (const char* file : {"rgba.png", "grey_alpha.png"}) {
    const Dense a = image(file, Channel::Blue);
    for (int i = 0; i < rows; ++i)
      for (int j = 0; j < cols; ++j) {
        const double x = a.data[static_cast<std::size_t>(i * cols + j)];
        if ((i + j) % 5 == 0) CHECK(std::isnan(x));
        else CHECK(x == blue(i, j));
      }
  }
}

TEST_CASE("image: JPEG decodes to within two levels of libjpeg, baseline and progressive") {
  for (const std::string kind : {"photo", "progressive"}) {
    const Dense expected = *read_npy(golden(kind + "_jpg.npy"), kind);
    int worst = 0;
    for (int c = 0; c < 3; ++c) {
      const Dense a = image(kind + ".jpg", static_cast<Channel>(1 + c));
      for (std::size_t i = 0; i < a.data.size(); ++i) {
        const double off = std::round(a.data[i] * 255) - expected.data[3 * i + static_cast<std::size_t>(c)];
        worst = std::max(worst, static_cast<int>(std::abs(off)));
      }
    }
    CHECK(worst <= 2);
  }
}

TEST_CASE("image: what is written as PNG reads back") {
  Dense a{{2, 3}, {0, 1, 51 / 255.0, -1, 2, 0.2 + 1e-9}};
  CHECK(read_image(write_png(a), "x")->data == std::vector<double>{0, 1, 51 / 255.0, 0, 1, 51 / 255.0});
  a.data[1] = std::nan("");
  const auto gap = read_image(write_png(a), "x");
  CHECK(std::isnan(gap->data[1]));
  CHECK(gap->data[2] == 51 / 255.0);
  const std::vector<std::uint8_t> rgb = {1, 2, 3, 250, 251, 252};
  CHECK(read_image(write_png(1, 2, 3, rgb), "x", Channel::Rgb)->data ==
        std::vector<double>{1 / 255.0, 250 / 255.0, 2 / 255.0, 251 / 255.0, 3 / 255.0, 252 / 255.0});
  CHECK(write_png(a) == write_png(a));
}

TEST_CASE("image: a damaged checksum, a size beyond the cap and a bomb are refused before they are decoded") {
  auto png = golden("rgb.png");
  auto refusal = [](const test::Buffer& b) { return read_image(b, "x.png").error().text(); };
  png[60] ^= std::byte{1};
  CHECK(refusal(png).find("x.png: is damaged or cut short at byte 33") == 0);
  png = golden("rgb.png");
  png[18] = std::byte{0x20};  // 8208 columns
  CHECK(refusal(with_checksums(png)) ==
        "x.png: is a picture of 8208 x 12 pixels (at most 4096 x 4096 are read: scale it down)");
  png[18] = std::byte{0x10}, png[19] = std::byte{0}, png[22] = std::byte{0x10}, png[23] = std::byte{0};
  CHECK(refusal(with_checksums(png)).find("is damaged") != std::string::npos);  // 4096 x 4096 of 200 bytes
  png = golden("grey.png");
  png[19] = std::byte{1}, png[23] = std::byte{1};  // 1 x 1, with much more behind it
  CHECK(refusal(with_checksums(png)).find("is damaged") != std::string::npos);
  auto jpeg = golden("photo.jpg");
  const std::byte scan[] = {std::byte{0xff}, std::byte{0xda}, std::byte{0}, std::byte{2}};
  for (int i = 0; i < 200; ++i) jpeg.insert(jpeg.end() - 2, scan, scan + 4);
  CHECK(refusal(jpeg).find("has more than 200 scans") != std::string::npos);
  jpeg = golden("photo.jpg");
  const auto sof = std::search(jpeg.begin(), jpeg.end(), std::begin(sof_marker), std::end(sof_marker));
  REQUIRE(sof != jpeg.end());
  sof[5] = std::byte{0x10};  // 4108 rows
  CHECK(refusal(jpeg).find("16 x 4108 pixels") != std::string::npos);
  sof[5] = std::byte{0x0f}, sof[7] = std::byte{0x0f};  // 3852 x 3856 of 800 bytes
  CHECK(refusal(jpeg).find("is damaged") != std::string::npos);
}

TEST_CASE("image: a PNG cut short is an error; a changed picture an error or a matrix") {
  for (const char* file : {"grey.png", "rgba.png", "grey16.png", "palette.png", "bits.png", "interlaced.png"}) {
    const auto whole = golden(file);
    test::cut_short(whole, [](const test::Buffer& b) { CHECK(!read_image(b, "x")); });
    test::mutate(whole, 10000, [](const test::Buffer& b) {
      (void)read_image(b, "x");
      const auto a = read_image(with_checksums(b), "x", Channel::Rgb);
      if (a) CHECK(a->size() == static_cast<std::int64_t>(a->data.size()));
    });
  }
  for (const char* file : {"photo.jpg", "progressive.jpg"}) {
    const auto whole = golden(file);
    auto read = [](const test::Buffer& b) {
      if (const auto a = read_image(b, "x", Channel::Rgb))
        CHECK(std::all_of(a->data.begin(), a->data.end(), [](double x) { return x >= 0 && x <= 1; }));
    };
    test::cut_short(whole, read);
    test::mutate(whole, 10000, read);
  }
}
