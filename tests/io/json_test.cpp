#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "io/json.h"

using namespace rankscope;

namespace {

std::string refused(std::string_view text) {
  auto json = parse_json(text, "f.json");
  REQUIRE(!json);
  return json.error().text();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("json: values keep their type, order and place") {
  auto json = parse_json("{\"b\": [1, -2.5, true, null, \"x\\u00e9\\n\"],\n \"a\": {}}");
  REQUIRE(json);
  const auto& list = *json->find("b")->array();
  REQUIRE(list.size() == 5);
  CHECK(*list[0].whole() == 1);
  CHECK(!list[1].whole());
  CHECK(list[1].number() == -2.5);
  CHECK(*list[2].flag());
  CHECK(list[3].is_null());
  CHECK(*list[4].text() == "xé\n");
  CHECK((*json->object())[0].key == "b");
  CHECK(json->find("a")->object()->empty());
  CHECK(line_of("{\"b\": 1,\n \"a\": {}}", json->find("a")->offset) == 2);
  CHECK(json->find("c") == nullptr);
}

TEST_CASE("json: numbers are rounded correctly and written so that they read back") {
  for (const double x : {0.1, 1.0 / 3, 1e-320, 5e-324, 1.7976931348623157e308, 0.30000000000000004, 9007199254740993.0,
                         -0.0, 100000.0, 123456789012345680.0}) {
    JsonWriter out;
    out.value(x);
    auto back = parse_json(out.text());
    REQUIRE(back);
    CHECK(back->number() == x);
    CHECK(std::signbit(back->number()) == std::signbit(x));
  }
  CHECK(parse_json("2.22507385850720113605740979670913197593481954635164564e-308")->number() ==
        2.2250738585072011e-308);
  CHECK(parse_json("0.0000000000000000000000000000000000000000e-5")->number() == 0);
  CHECK(std::signbit(parse_json("-0")->number()));
  CHECK(*parse_json("-9223372036854775808")->whole() == std::numeric_limits<std::int64_t>::min());
  CHECK(parse_json("9223372036854775808")->number() == 9223372036854775808.0);
  JsonWriter none;
  none.value(std::nan(""));
  CHECK(none.text() == "null");
}

TEST_CASE("json: an error names file, line and column") {
  CHECK(has(refused("{\n  \"a\": 1,\n  \"b\" 2\n}"), "f.json:3:7"));
  CHECK(has(refused("{\"a\": 1} x"), "f.json:1:"));
  CHECK(has(refused("{\"a\": NaN}"), "f.json:1:"));
  CHECK(has(refused("{\"a\": 1,}"), "f.json:1:"));
  CHECK(has(refused("{\"a\": 1e999}"), "f.json:1:"));
  CHECK(has(refused("[" + std::string(500, '1') + "]"), "too"));
  for (const char* number : {"01", "1.", ".5", "+1", "1e", "--1", "0x10", "1_0"})
    CHECK(has(refused(number), "f.json:1:"));
  CHECK(has(refused(""), "f.json:1:1"));
  CHECK(has(refused("\"\xff\""), "f.json:1:"));
  CHECK(has(refused(std::string("{}\0 x", 5)), "zero byte"));
  CHECK(has(refused("{\"a\": 1, \"a\": 2}"), "given twice"));
}

TEST_CASE("json: hostile depth and count are refused, not followed") {
  CHECK(has(refused(std::string(1000000, '[')), "nested deeper"));
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  CHECK(has(refused(objects), "nested deeper"));
  std::string many = "[0";
  for (int i = 0; i < (1 << 21) + 10; ++i) many += ",0";
  CHECK(has(refused(many + "]"), "more than"));
}

TEST_CASE("json: indented and compact text hold the same") {
  for (const bool indented : {false, true}) {
    JsonWriter out(indented);
    out.begin_object()
        .member("a", std::int64_t{1})
        .key("b")
        .begin_array()
        .value(1.5)
        .value("x\"\\\n\x02")
        .null()
        .end_array();
    out.key("c").begin_array(true).begin_object().end_object().value(true).end_array().end_object();
    auto json = parse_json(out.text());
    REQUIRE(json);
    CHECK(*(*json->find("b")->array())[1].text() == "x\"\\\n\x02");
    CHECK(json->find("c")->array()->size() == 2);
    CHECK((out.text().find('\n') != std::string::npos) == indented);
  }
}
