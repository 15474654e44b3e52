#include "io/npz.h"

#include "golden.h"
#include "io/zip.h"

using namespace rankscope;
using rankscope::test::golden;

TEST_CASE("npz: archives of savez and savez_compressed are read by name") {
  for (const char* file : {"stored.npz", "deflated.npz"}) {
    const auto names = npz_names(golden(file), file);
    REQUIRE(names);
    CHECK(*names == std::vector<std::string>{"W", "mask"});
    const auto mask = read_npz(golden(file), file, "mask");
    REQUIRE_MESSAGE(mask, (mask ? "" : mask.error().text()));
    CHECK(mask->data == std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1});
  }
  const auto w = read_npz(golden("deflated.npz"), "deflated.npz", "W");
  REQUIRE(w);
  REQUIRE(w->shape == std::vector<std::int64_t>{20, 20});
  for (std::size_t i = 0; i < 400; ++i) CHECK(w->data[i] == static_cast<double>(i / 20));
  CHECK(read_npz(golden("single.npz"), "single.npz")->shape == std::vector<std::int64_t>{3, 4});
}

TEST_CASE("npz: which array is meant must be clear") {
  CHECK(read_npz(golden("stored.npz"), "b.npz").error().text() ==
        "b.npz: holds several arrays: W, mask (name one, as in b.npz?array=W)");
  CHECK(read_npz(golden("stored.npz"), "b.npz", "masc").error().text() ==
        "b.npz: holds no array masc (did you mean mask? it holds W, mask)");
}

TEST_CASE("npz: what is written reads back, and the same arrays give the same bytes") {
  const std::vector<NamedArray> arrays = {{"loss", {{3}, {1, 0.1, 1e-300}}},
                                          {"mask", {{2, 2}, {1, 0, 0, 1}}, NpyType::U1}};
  const auto bytes = write_npz(arrays);
  CHECK(bytes == write_npz(arrays));
  CHECK(read_npz(bytes, "x", "loss")->data == arrays[0].array.data);
  CHECK(read_npz(bytes, "x", "mask")->shape == arrays[1].array.shape);
  CHECK(read_npz(write_npz({}), "x").error().what.find("holds no array") == 0);
}

TEST_CASE("npz: the checksum is the standard's, and a wrong one is seen") {
  CHECK(crc32(test::bytes_of("123456789")) == 0xcbf43926u);
  auto stored = golden("stored.npz");
  const auto members = zip_members(stored, "x");
  REQUIRE(members);
  stored[static_cast<std::size_t>((*members)[0].packed.data() - stored.data()) + 130] ^= std::byte{1};
  CHECK(read_npz(stored, "x", "W").error().what == "the member W is damaged: its checksum does not match");
  CHECK(read_npz(stored, "x", "mask"));
}

TEST_CASE("npz: zip64, encryption, other methods and bombs are refused") {
  const auto good = write_npz({{"W", {{2}, {1, 2}}}});
  const std::size_t end = good.size() - 22;
  const auto central = static_cast<std::size_t>(load_little(&good[end + 16], 4));
  auto changed = [&](std::size_t at, std::vector<int> bytes) {
    auto file = good;
    for (std::size_t i = 0; i < bytes.size(); ++i) file[at + i] = std::byte(static_cast<unsigned char>(bytes[i]));
    const auto array = read_npz(file, "x");
    REQUIRE(!array);
    return array.error().what;
  };
  CHECK(changed(end + 10, {255, 255}).find("zip64") != std::string::npos);
  CHECK(changed(central + 24, {255, 255, 255, 255}).find("zip64") != std::string::npos);
  CHECK(changed(central + 8, {1}).find("encrypted") != std::string::npos);
  CHECK(changed(central + 10, {12}).find("method 12") != std::string::npos);
  CHECK(changed(central + 24, {0, 0, 0, 4}).find("cannot hold") != std::string::npos);       // 64 MiB of a few bytes
  const std::vector<int> deflated_and_64_mib = {8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4};
  CHECK(changed(central + 10, deflated_and_64_mib).find("cannot hold") != std::string::npos);
  CHECK(changed(central + 24, {0, 0, 0, 16}).find("more than 16777216") != std::string::npos);
  CHECK(changed(central + 42, {255, 255, 255, 127}).find("damaged") != std::string::npos);
}

TEST_CASE("npz: a file cut short is an error, a changed one an error or an array") {
  for (const char* file : {"stored.npz", "deflated.npz", "single.npz"}) {
    const auto whole = golden(file);
    auto all = [](const test::Buffer& b) {
      if (const auto names = npz_names(b, "x"))
        for (const std::string& n : *names) (void)read_npz(b, "x", n);
      return read_npz(b, "x", "W");
    };
    test::cut_short(whole, [&](const test::Buffer& b) { CHECK(!all(b)); });
    test::mutate(whole, 10000, [&](const test::Buffer& b) { (void)all(b); });
  }
}

TEST_CASE("npz: the inflater survives streams that are changed anywhere") {
  // The checksum would hide most of what comes out, so the member is unpacked with its own.
  const auto whole = golden("deflated.npz");
  const auto members = *zip_members(whole, "x");
  const test::Buffer packed(members[0].packed.begin(), members[0].packed.end());
  auto unpack = [&](const test::Buffer& b) {
    ZipMember m = members[0];
    m.packed = b;
    return unzip(m, "x");
  };
  const auto right = unpack(packed);
  REQUIRE(right);
  test::cut_short(packed, [&](const test::Buffer& b) {
    if (const auto out = unpack(b)) CHECK(*out == *right);  // only the padding after the last code may be missing
  });
  test::mutate(packed, 10000, [&](const test::Buffer& b) { (void)unpack(b); });
}
