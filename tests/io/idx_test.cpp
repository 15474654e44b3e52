#include "io/idx.h"

#include <cmath>

#include "golden.h"
#include "io/gzip.h"
#include "io/read.h"

using namespace rankscope;

namespace {

using Shape = std::vector<std::int64_t>;

test::Buffer bytes(std::initializer_list<int> values) {
  test::Buffer out;
  for (int v : values) out.push_back(static_cast<std::byte>(v));
  return out;
}

Dense idx(const test::Buffer& file) {
  const auto array = read_idx(file, "x.idx");
  REQUIRE_MESSAGE(array, (array ? "" : array.error().text()));
  return *array;
}

std::string refusal(const test::Buffer& file, const char* name = "x.idx") {
  const auto data = read_data(name, file);
  REQUIRE(!data);
  CHECK(!data.error().remedy.empty());
  return data.error().text();
}

}  // namespace

TEST_CASE("idx: every type, big-endian, last index fastest") {
  const Dense u8 = idx(bytes({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255}));
  CHECK(u8.shape == Shape{2, 3});
  CHECK(u8.data == std::vector<double>{1, 2, 3, 4, 5, 255});
  CHECK(idx(bytes({0, 0, 9, 1, 0, 0, 0, 2, 127, 255})).data == std::vector<double>{127, -1});
  CHECK(idx(bytes({0, 0, 11, 1, 0, 0, 0, 2, 1, 2, 255, 254})).data == std::vector<double>{258, -2});
  CHECK(idx(bytes({0, 0, 12, 1, 0, 0, 0, 1, 128, 0, 0, 0})).data == std::vector<double>{-2147483648.0});
  CHECK(idx(bytes({0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0xa0, 0, 0})).data == std::vector<double>{1.25});
  CHECK(idx(bytes({0, 0, 14, 1, 0, 0, 0, 1, 0xc0, 4, 0, 0, 0, 0, 0, 0})).data == std::vector<double>{-2.5});
  CHECK(std::isnan(idx(bytes({0, 0, 13, 1, 0, 0, 0, 1, 0x7f, 0xc0, 0, 1})).data[0]));
}

TEST_CASE("idx: what is damaged is refused, and nothing is taken for it before") {
  CHECK(refusal(bytes({0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0})) == "x.idx: ends within its header, at byte 11 (get the file again)");
  CHECK(refusal(bytes({0, 0, 8, 1, 0, 0, 0, 3, 1, 2})) == "x.idx: has 2 bytes of data where its shape needs 3 (get the file again)");
  CHECK(refusal(bytes({0, 0, 8, 1, 0, 0, 0, 1, 1, 2})).find("has 2 bytes of data where its shape needs 1") != std::string::npos);
  CHECK(refusal(bytes({0, 0, 8, 4, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})).find("has more than") != std::string::npos);
  CHECK(refusal(bytes({0, 0, 10, 1, 0, 0, 0, 1, 1})).find("is not an IDX file") != std::string::npos);
  CHECK(refusal(bytes({0, 0, 8, 1, 0, 0, 0, 0})).find("holds an array without numbers") != std::string::npos);
  for (const char* name : {"x.idx", "train-images-idx3-ubyte"})  // the other order of bytes, and a text
    for (const test::Buffer& file : {bytes({1, 8, 0, 0, 1, 0, 0, 0, 1}), bytes({'t', 'e', 'x', 't'})})
      CHECK(refusal(file, name) == std::string(name) + ": is not an IDX file: it does not begin with two zeros, a type of 8 to 14 and the number of axes (get the file again)");
}

TEST_CASE("gzip: whatever is inside is read as itself, with every optional part of the header") {
  // Python: zlib.compressobj(9, zlib.DEFLATED, -15) of b"1,2\n3,4\n", its crc32 and length
  const test::Buffer packed = bytes({0x33, 0xd4, 0x31, 0xe2, 0x32, 0xd6, 0x31, 0xe1, 0x02, 0x00}), tail = bytes({0x47, 0x93, 0x6c, 0xaf, 8, 0, 0, 0});
  const auto file = [&](const test::Buffer& head) {
    test::Buffer out = head;
    out.insert(out.end(), packed.begin(), packed.end());
    out.insert(out.end(), tail.begin(), tail.end());
    return out;
  };
  const test::Buffer plain = file(bytes({0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}));
  const test::Buffer all = file(bytes({0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 'e', 'x', 'n', '.', 'c', 0, 'c', 'o', 0, 1, 2}));
  for (const test::Buffer& f : {plain, all})
    for (const char* name : {"m.csv.gz", "m.csv", "m.csv.gz?form=dense"}) {
      CAPTURE(name);
      const auto data = read_data(name, f);
      REQUIRE_MESSAGE(data, (data ? "" : data.error().text()));
      CHECK(std::get<Dense>(**data).data == std::vector<double>{1, 2, 3, 4});
    }
  for (std::size_t cut = 0; cut < all.size(); ++cut) {  // no part of it is taken for the whole
    const test::Buffer part(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut));
    if (cut >= 2) CHECK(!gunzip(part, "x"));
  }
  test::Buffer twice = plain;  // two members of equal size and checksum: the end of the file speaks for both
  twice.insert(twice.end(), plain.begin(), plain.end());
  CHECK(refusal(twice, "m.csv.gz").find("or of several parts") != std::string::npos);
  test::Buffer damaged = plain;
  damaged[plain.size() - 8] ^= std::byte{1};
  CHECK(refusal(damaged, "m.csv.gz").find("m.csv.gz: is damaged") == 0);
  test::Buffer bomb = plain;
  bomb[plain.size() - 3] = bomb[plain.size() - 2] = std::byte{255};
  CHECK(refusal(bomb, "m.csv.gz").find("m.csv.gz: is damaged: 10 bytes cannot hold the") == 0);
  test::Buffer method = plain;
  method[2] = std::byte{7};
  CHECK(refusal(method, "m.csv.gz").find("is packed by a method") != std::string::npos);
}
