#include <doctest/doctest.h>

#include <cmath>

#include "lab/number.h"
#include "lab/settings.h"

using namespace rankscope;

namespace {

const std::vector<Param> kParams = {
    {"depth", "Depth", "", "Layers.", "", std::int64_t{3}, {1, 10}, When::Restart, {}, {}},
    {"step_size", "Step size", "", "Eta.", "", 0.01, {1e-6, 1, Scale::Log}, When::Live, {}, {}},
    {"init", "Start", "", "How.", "", std::string("gaussian"), {}, When::Restart, {"gaussian", "balanced"}, {}},
    {"whiten", "Whiten", "", "Yes or no.", "", false, {}, When::Restart, {}, {}},
    {"widths", "Widths", "", "List.", "", std::vector<std::int64_t>{}, {1, 100}, When::Restart, {}, {}},
    {"p", "Power", "", "Of lp.", "", 4.0, {1, 16}, When::Restart, {}, {"init", {"balanced"}}, ""},
    {"rows", "Rows", "", "Drawn.", "", std::int64_t{5}, {1, 16}, When::Restart, {}, {"p", {"4"}}, "target"},
};

std::string refused(const Settings& s) {
  const auto r = complete(kParams, s);
  REQUIRE(!r);
  return r.error().text();
}

}  // namespace

TEST_CASE("settings: defaults are filled in and values keep the parameter's type") {
  const auto s = complete(kParams, {{"depth", 4.0}, {"step_size", std::int64_t{1}}});
  REQUIRE(bool(s));
  CHECK(get<std::int64_t>(*s, "depth") == 4);
  CHECK(get<double>(*s, "step_size") == 1.0);
  CHECK(get<std::string>(*s, "init") == "gaussian");
  CHECK(s->size() == kParams.size());
}

TEST_CASE("settings: a refusal names the key, what is allowed and the nearest word") {
  CHECK(refused({{"dpeth", std::int64_t{3}}}) == "dpeth: is not a parameter (did you mean 'depth'?)");
  CHECK(refused({{"depth", std::int64_t{11}}}) == "depth: 11 is out of range (allowed: 1 to 10)");
  CHECK(refused({{"depth", 2.5}}).find("whole number") != std::string::npos);
  CHECK(refused({{"step_size", std::nan("")}}).find("1e-6 to 1") != std::string::npos);
  CHECK(refused({{"init", std::string("balnced")}}).find("did you mean 'balanced'") != std::string::npos);
  CHECK(refused({{"whiten", 1.0}}).find("true or false") != std::string::npos);
  CHECK(refused({{"widths", std::vector<std::int64_t>{5, 0}}}).find("1 to 100") != std::string::npos);
  CHECK(refused({{"zzzzzzzz", 1.0}}).find("show") != std::string::npos);
}

TEST_CASE("settings: text and values round-trip by the parameter's type") {
  const std::pair<const char*, const char*> cases[] = {{"depth", "7"}, {"step_size", "0.0003"}, {"init", "balanced"}, {"whiten", "true"}, {"widths", "64,32"}};
  for (const auto& [key, text] : cases) {
    const auto value = parse(*find(kParams, key), text);
    REQUIRE(bool(value));
    CHECK(to_text(*value) == text);
  }
  for (const auto& [key, text] : std::vector<std::pair<const char*, const char*>>{
           {"depth", "3.5"}, {"depth", "x"}, {"depth", ""}, {"step_size", "nan"}, {"whiten", "maybe"}, {"widths", "3,,4"}, {"widths", "a"}})
    CHECK(!parse(*find(kParams, key), text));
}

TEST_CASE("settings: relevance follows the other parameter") {
  CHECK(!relevant(kParams, kParams[5], {{"init", std::string("gaussian")}}));
  CHECK(relevant(kParams, kParams[5], {{"init", std::string("balanced")}}));
  CHECK(relevant(kParams, kParams[0], {}));
  const std::vector<std::string> given = {"target"};
  CHECK(!relevant(kParams, kParams[6], {}, given));
  CHECK(relevant(kParams, kParams[6], {{"init", std::string("balanced")}, {"p", 4.0}}));
  CHECK(!relevant(kParams, kParams[6], {{"init", std::string("gaussian")}, {"p", 4.0}}));  // what it depends on does nothing itself
}

TEST_CASE("number: shortest text reads back to the same double, as people write it") {
  for (double x : {0.1, 1.0 / 3, 1e5, 100.0, 123456.789, 1e-7, 2.5e-300, 1.7976931348623157e308, 5e-324, -0.001, 1e15, 1e16, 0.0})
    CHECK(*to_double(shortest(x)) == x);
  CHECK(shortest(10) == "10");
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(1e-7) == "1e-7");
  CHECK(shortest(1.5e20) == "1.5e20");
  CHECK(shortest(-1234.5) == "-1234.5");
  CHECK(shortest(0.00012) == "0.00012");
  for (const char* bad : {"", " 1", "1 ", "0x10", "nan", "inf", "1,5", "1e", "--1"}) CHECK(!to_double(bad));
}
