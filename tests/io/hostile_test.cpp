// What fuzzing found and what people send: each is a clear error, or read as it is meant, and never a crash.
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "io/document.h"
#include "io/json.h"
#include "io/npz.h"
#include "io/read.h"
#include "io/reference.h"
#include "io/session.h"
#include "io/table.h"
#include "io/zip.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

Bytes bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string repeated(const std::string& word, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += word;
  return out;
}

std::string trouble(const std::string& json) {
  auto parsed = parse_json(json, "x.json");
  REQUIRE(!parsed);
  return parsed.error().text();
}

}  // namespace

TEST_CASE("hostile: an empty member of an archive unpacks to nothing") {
  // the decoder copied no bytes to a null pointer
  std::vector<std::byte> archive = write_zip({{"a", {}}});
  const auto members = zip_members(archive, "x.npz");
  REQUIRE(members);
  ZipMember empty = members->front();
  const std::byte stored_block[] = {std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}};
  empty.method = 8;
  empty.packed = stored_block;
  const auto out = unzip(empty, "x.npz");
  REQUIRE(out);
  CHECK(out->empty());
}

TEST_CASE("hostile: a reference run whose factors multiply to more than any matrix is refused before it is made") {
  // 5000 numbers in the file, 6 250 000 entries of the product, and 2^40 of a larger one
  const std::string numbers = repeated("1,", 4999) + "1";
  const std::string text = R"({"model":"dmf","step_size":1,"init":[{"shape":[5000,1],"data":[)" + numbers + R"(]},{"shape":[1,5000],"data":[)" +
                           numbers + R"(]}],"problem":{"observation":"entries","loss":"l2","loss_scale":1,"observed_flat_indices":[0],)"
                           R"("observed_values":[1]},"logged_iterations":[0],"trajectory":{"loss":[1]}})";
  const auto replay = verify_reference(text, "x.json", {systems(), presets()});
  REQUIRE(!replay);
  CHECK(replay.error().where == "x.json:1: init");
  CHECK(replay.error().remedy == "at most 4096 x 4096");
}

TEST_CASE("hostile: JSON nested 10^5 deep, keys given twice, numbers out of range, broken UTF-8") {
  CHECK(trouble(std::string(100000, '[')).find("deeper than 64 levels") != std::string::npos);
  CHECK(trouble(repeated("{\"a\":", 100000)).find("deeper than 64 levels") != std::string::npos);
  CHECK(trouble("{\"a\": 1,\n \"a\": 2}").find("x.json:2") == 0);
  CHECK(trouble("{\"a\": 1,\n \"a\": 2}").find("given twice") != std::string::npos);
  CHECK(trouble("[1e999]") == "x.json:1:2: number too big to be stored in double (a double holds up to 1.8e308)");
  CHECK(trouble("[" + std::string(500, '9') + "]").find("(a double holds up to 1.8e308)") != std::string::npos);
  CHECK(trouble("\"\xff\"").find("x.json:1:") == 0);
  CHECK(trouble("\"\xc0\xaf\"").find("x.json:1:") == 0);
  for (const char* half : {R"("\ude00")", R"("\ud83d")", R"({"\udead": 1})", R"("\ud42d\ude15")"})
    CHECK(trouble(half).find("surrogate") != std::string::npos);
  CHECK(*parse_json(R"("\ud83d\ude00")")->text() == "\xf0\x9f\x98\x80");
  CHECK(trouble("[NaN]").find("not JSON") != std::string::npos);
  const auto tiny = parse_json("[1e-999]");
  REQUIRE(tiny);
  CHECK((*tiny->array())[0].number() == 0);  // the nearest double
}

TEST_CASE("hostile: what is written as JSON is UTF-8, whatever it came from") {
  const auto written = [](std::string_view text) { return JsonWriter().value(text).text(); };
  CHECK(written("\xce\xb1 \xe2\x82\xac \xf0\x9f\x98\x80") == "\"\xce\xb1 \xe2\x82\xac \xf0\x9f\x98\x80\"");
  for (const std::string bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xf8\x88\x80\x80\x80"}) {
    const std::string json = written("a" + bad + "b");
    CHECK(is_utf8(json));
    CHECK(!is_utf8(bad));
    const auto back = parse_json(json);
    REQUIRE(back);
    CHECK(back->text()->starts_with("a\xef\xbf\xbd"));
    CHECK(back->text()->ends_with("b"));
  }
  CHECK(written(std::string("\0\x1f", 2)) == "\"\\u0000\\u001f\"");

  Session session({systems(), presets()});
  const std::string reply = session.put("m\xff.csv", bytes("1,2\n3,x\xfe\n"));
  CHECK(is_utf8(reply));
  CHECK(parse_json(reply));
}

TEST_CASE("hostile: triplets with huge ids make a matrix of as many rows as there are ids") {
  const auto read = read_data("r.csv", bytes("row,col,value\n1000000000,0,1\n0,999999999999999999,2\n7,5,3\n"));
  REQUIRE(read);
  const auto& t = std::get<Triplets>(**read);
  CHECK(t.rows == 3);
  CHECK(t.cols == 3);
  CHECK(t.row_ids == std::vector<std::string>{"0", "7", "1000000000"});
}

TEST_CASE("hostile: ids with separators, quotes, line ends and blanks come out as they went in") {
  Triplets t{3, 2, {0, 1, 2}, {0, 1, 0}, {1, 2, 3}, {"a,b\n\"c\"", " d\t", "#e\r\n"}, {";", "\"\""}};
  for (const char separator : {',', ';', '\t'}) {
    const std::string text = write_table(t, separator);
    const auto back = read_table(bytes(text), "t.csv", Form::Triplets);
    INFO(text);
    REQUIRE(back);
    const auto& u = std::get<Triplets>(*back);
    CHECK(u.row_ids == t.row_ids);
    CHECK(u.col_ids == t.col_ids);
    CHECK(u.value == t.value);
  }
}
