#include "io/npy.h"

#include <limits>

#include "golden.h"
#include "lab/data.h"

using namespace rankscope;
using rankscope::test::golden;

namespace {

std::vector<double> values(const std::string& file) {
  const auto array = read_npy(golden(file), file);
  REQUIRE_MESSAGE(array, (array ? "" : array.error().text()));
  CHECK(array->shape == std::vector<std::int64_t>{2, 3});
  return array->data;
}

std::string refusal(const std::string& file) {
  const auto array = read_npy(golden(file), file);
  REQUIRE(!array);
  return array.error().text();
}

}  // namespace

TEST_CASE("npy: every plain type NumPy writes is read, in both byte orders") {
  using rankscope::test::same;
  CHECK(same(values("i1.npy"), {0, 1, 2, 3, -128, 127}));
  CHECK(same(values("i2.npy"), {0, 1, 2, 3, -32768, 32767}));
  CHECK(same(values("i4.npy"), {0, 1, 2, 3, -2147483648.0, 2147483647}));
  CHECK(same(values("i8.npy"), {0, 1, 2, 3, -9223372036854775808.0, 9223372036854775808.0}));
  CHECK(same(values("u1.npy"), {0, 1, 2, 3, 0, 255}));
  CHECK(same(values("u2.npy"), {0, 1, 2, 3, 0, 65535}));
  CHECK(same(values("u4.npy"), {0, 1, 2, 3, 0, 4294967295}));
  CHECK(same(values("u8.npy"), {0, 1, 2, 3, 0, 18446744073709551616.0}));
  CHECK(same(values("b1.npy"), {1, 0, 1, 0, 0, 1}));
  CHECK(same(values("i4_big.npy"), {0, 1, 2, 3, -2147483648.0, 2147483647}));
  CHECK(same(values("u2_big.npy"), {0, 1, 2, 3, 256, 65535}));
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  for (const std::string order : {"", "_big"}) {
    CHECK(same(values("f8" + order + ".npy"), {0.1, -2.5, std::numeric_limits<double>::max(), 0x1p-1074, nan, -inf}));
    CHECK(same(values("f4" + order + ".npy"), {0.1f, -2.5, std::numeric_limits<float>::max(), 0x1p-149, nan, -inf}));
    CHECK(same(values("f2" + order + ".npy"), {0x1.998p-4, -2.5, 65504, 0x1p-24, nan, -inf}));
  }
}

TEST_CASE("npy: column-major files come out row-major") {
  const auto matrix = read_npy(golden("fortran.npy"), "fortran.npy");
  REQUIRE(matrix);
  CHECK(matrix->shape == std::vector<std::int64_t>{3, 4});
  const auto tensor = read_npy(golden("fortran_3d_big.npy"), "fortran_3d_big.npy");
  REQUIRE(tensor);
  CHECK(tensor->shape == std::vector<std::int64_t>{2, 3, 4});
  for (std::size_t i = 0; i < 24; ++i) {
    if (i < 12) CHECK(matrix->data[i] == static_cast<double>(i));
    CHECK(tensor->data[i] == static_cast<double>(i));
  }
}

TEST_CASE("npy: versions 2 and 3, vectors, scalars and empty arrays") {
  const auto one = read_npy(golden("fortran.npy"), "a");
  for (const char* file : {"version2.npy", "version3.npy"}) {
    const auto other = read_npy(golden(file), file);
    REQUIRE(other);
    CHECK(other->shape == one->shape);
    CHECK(other->data == one->data);
  }
  CHECK(read_npy(golden("vector.npy"), "a")->shape == std::vector<std::int64_t>{5});
  CHECK(read_npy(golden("scalar.npy"), "a")->shape.empty());
  CHECK(read_npy(golden("scalar.npy"), "a")->data == std::vector<double>{7.5});
  CHECK(read_npy(golden("empty.npy"), "a")->shape == std::vector<std::int64_t>{0, 3});
}

TEST_CASE("npy: what is not a plain number is refused in words, and nothing is executed") {
  CHECK(refusal("complex.npy") == "complex.npy: the dtype '<c16' is complex (save its real part, a.real)");
  CHECK(refusal("objects.npy").find("pickled Python objects, which are never executed") != std::string::npos);
  CHECK(refusal("text.npy").find("holds text") != std::string::npos);
  CHECK(refusal("dates.npy").find("holds dates") != std::string::npos);
  CHECK(refusal("records.npy").find("structured array") != std::string::npos);
}

TEST_CASE("npy: what is written equals NumPy's bytes, and reads back to the bit") {
  const Dense a = *read_npy(golden("f8.npy"), "f8.npy");
  CHECK(write_npy(a) == golden("f8.npy"));
  CHECK(write_npy(*read_npy(golden("vector.npy"), "a")) == golden("vector.npy"));
  CHECK(write_npy(*read_npy(golden("version2.npy"), "a")).size() == 128 + 12 * 8);
  CHECK(write_npy(*read_npy(golden("u1.npy"), "a"), NpyType::U1) == golden("u1.npy"));
  const Dense scalar{{}, {7.5}};
  CHECK(read_npy(write_npy(scalar), "a")->shape.empty());
  CHECK(hash(share(*read_npy(write_npy(a), "a"))) == hash(share(a)));
}

TEST_CASE("npy: a header that claims more than there is, or more than the cap, costs nothing") {
  auto claim = [](const std::string& shape, const char* descr = "<f8") {
    std::string text = std::string("{'descr': '") + descr + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    std::string file = std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(text.size()) + '\0' + text;
    const auto array = read_npy(test::bytes_of(file), "x.npy");
    REQUIRE(!array);
    return array.error().what;
  };
  CHECK(claim("(16777216,)") == "has 0 bytes of data where its shape needs 134217728");
  CHECK(claim("(16777217,)") == "has more than 16777216 numbers");
  CHECK(claim("(4294967296, 4294967296)") == "has more than 16777216 numbers");
  CHECK(claim("(99999999999999999999999999999,)") == "has more than 16777216 numbers");
  CHECK(claim("(0, 99999999999)") == "has more than 16777216 numbers");
  CHECK(claim("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)") == "has more than 32 dimensions");
  CHECK(claim("(-1,)").find("damaged header") != std::string::npos);
  CHECK(claim("(2,)", "<f3").find("'<f3' is not a plain number") != std::string::npos);
}

TEST_CASE("npy: a file cut short is an error, a changed one an error or an array") {
  for (const char* file : {"f8.npy", "fortran_3d_big.npy", "version3.npy", "scalar.npy"}) {
    const auto whole = golden(file);
    test::cut_short(whole, [](const test::Buffer& b) { CHECK(!read_npy(b, "x")); });
    test::mutate(whole, 10000, [](const test::Buffer& b) {
      if (const auto a = read_npy(b, "x")) CHECK(a->size() == static_cast<std::int64_t>(a->data.size()));
    });
  }
}
