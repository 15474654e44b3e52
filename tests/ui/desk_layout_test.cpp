// The desktop window's layout as text.
#include "ui/desk_layout.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "systems/systems.h"

using namespace rankscope;
using namespace rankscope::ui;

namespace {

DeskPlace any_place(std::mt19937& random, int depth) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  DeskPlace out;
  if (depth > 0 && below(3) > 0) {
    out.side_by_side = below(2) == 0, out.share = 1 + below(9999);
    out.parts = {any_place(random, depth - 1), any_place(random, depth - 1)};
    return out;
  }
  for (int i = below(4); i > 0; --i) out.panels.push_back(std::string(i % 2 ? "curve " : "x12") + std::string(1, static_cast<char>('a' + below(26))) + "_" + std::to_string(below(10)));
  if (!out.panels.empty()) out.front = static_cast<std::size_t>(below(static_cast<int>(out.panels.size())));
  return out;
}

}  // namespace

TEST_CASE("ui: a window's layout is read back from its text") {
  CHECK(encode(DeskLayout{{}, {}}) == "-");
  const auto read = decode_layout("x250(y400(study,parameters),fan.singular_values+*curve.loss);600,-100,300,250=numbers");
  REQUIRE(read);
  CHECK(read->docked.side_by_side);
  CHECK(read->docked.share == 250);
  CHECK_FALSE(read->docked.parts[0].side_by_side);
  CHECK(read->docked.parts[1].panels == std::vector<std::string>{"fan singular_values", "curve loss"});
  CHECK(read->docked.parts[1].front == 1);
  REQUIRE(read->afloat.size() == 1);
  CHECK(read->afloat[0].rect == std::array{600, -100, 300, 250});
  CHECK(read->afloat[0].place.panels == std::vector<std::string>{"numbers"});

  std::mt19937 random(5);
  for (int i = 0; i < 500; ++i) {
    DeskLayout layout{any_place(random, 6), {}};
    for (unsigned k = random() % 3; k > 0; --k) layout.afloat.push_back({{-5, 40, 300, 1 + static_cast<int>(random() % 900)}, any_place(random, 2)});
    const auto again = decode_layout(encode(layout));
    REQUIRE(again);
    CHECK(*again == layout);
  }
}

TEST_CASE("ui: what is no layout is refused, and nothing that is read is more than a window can hold") {
  for (const char* text : {"", "x(", "x500(study)", "x500(study,numbers", "x0(study,numbers)", "x10000(study,numbers)", "study,numbers", "study+", "study;", "study;1,2,3=numbers",
                           "study;1,2,0,4=numbers", "study;1,2,3,4", "st udy", "x500(study,numbers))", "x99999999999(study,numbers)"})
    CHECK_MESSAGE(!decode_layout(text), text);
  std::string deep;
  for (int i = 0; i < 4000; ++i) deep += "x500(";
  CHECK_FALSE(decode_layout(deep));
  std::string many = "a";
  for (int i = 0; i < 4000; ++i) many += "+a";
  CHECK_FALSE(decode_layout(many));

  std::mt19937 random(7);
  const std::string whole = "x250(y400(study,parameters),fan.singular_values+*curve.loss);600,100,300,250=numbers";
  int taken = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = whole;
    for (unsigned k = 1 + random() % 3; k > 0; --k) text[random() % text.size()] = "xy0159(),;=+*-.a_ \xff"[random() % 19];
    if (const auto read = decode_layout(text)) {
      ++taken;
      CHECK(decode_layout(encode(*read)) == read);
    }
  }
  CHECK(taken > 100);
}

TEST_CASE("ui: every view's key can stand in a layout") {
  for (const Entry& entry : systems()) {
    const auto settings = complete(entry.params, {});
    REQUIRE(bool(settings));
    for (const ViewInfo& view : entry.views(*settings, {})) CHECK_MESSAGE(decode_layout("curve." + view.key), view.key);
  }
}
