#include "io/file.h"

#include "golden.h"

using namespace rankscope;

TEST_CASE("file: what is written is there whole, and what is in the way is said") {
  const std::string path = std::string(RANKSCOPE_TEST_OUTPUT) + "/file_test.bin";
  const std::string text = std::string("a\0b\n", 4);
  for (int again = 0; again < 2; ++again) {
    REQUIRE(write_file(path, test::bytes_of(text)));
    const auto back = read_file(path);
    REQUIRE(back);
    CHECK(std::string(reinterpret_cast<const char*>(back->data()), back->size()) == text);
    CHECK(!read_file(path + ".part"));
  }
  const auto missing = read_file(path + ".missing");
  REQUIRE(!missing);
  CHECK(missing.error().text() == path + ".missing: cannot be read: No such file or directory (check the path)");
  const auto folder = read_file(RANKSCOPE_TEST_OUTPUT);
  REQUIRE(!folder);
  CHECK(folder.error().remedy == "name a file in the folder");
  CHECK(!write_file(path + ".missing/x", test::bytes_of(text)));
}
