#include <doctest/doctest.h>

#include "io/declaration.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

Json json(const std::string& text) {
  auto parsed = parse_json(text);
  REQUIRE(parsed);
  return *parsed;
}

const Json& by_key(const Json& list, std::string_view key) {
  for (const Json& row : *list.array())
    if (*row.find("key")->text() == key) return row;
  FAIL("no row " << key);
  return list;
}

}  // namespace

TEST_CASE("declaration: the list holds both tables with the words that are promised") {
  const Json list = json(list_json(toy::tables()));
  const Json& system = (*list.find("systems")->array())[0];
  CHECK(*system.find("key")->text() == "toy");
  CHECK(*system.find("title")->text() == "A toy");
  CHECK(*system.find("paper")->text() == "no paper");
  const Json& preset = (*list.find("presets")->array())[0];
  CHECK(*preset.find("key")->text() == "growth");
  CHECK(*preset.find("system")->text() == "toy");
  CHECK(*preset.find("title")->text() == "They grow");
  CHECK(*preset.find("cite")->text() == "nobody");
  CHECK(*preset.find("claim")->text() == "The loss falls.");
  CHECK(preset.find("runs")->array()->size() == 2);
  CHECK(!list.find("samples")->array()->empty());
  CHECK(!list.find("formats")->array()->empty());
}

TEST_CASE("declaration: a parameter says its type, default, range, unit and when it acts") {
  auto d = declaration_of(toy::tables(), "toy");
  REQUIRE(d);
  const Json show = json(show_json(*d));
  CHECK(*show.find("kind")->text() == "system");
  const Json& params = *show.find("params");
  const Json& eta = by_key(params, "step_size");
  CHECK(*eta.find("type")->text() == "number");
  CHECK(eta.find("default")->number() == 0.05);
  CHECK(eta.find("low")->number() == 1e-6);
  CHECK(eta.find("high")->number() == 100);
  CHECK(*eta.find("scale")->text() == "log");
  CHECK(*eta.find("when")->text() == "live");
  CHECK(*by_key(params, "lines").find("type")->text() == "integer");
  CHECK(*by_key(params, "lines").find("when")->text() == "restart");
  CHECK(*by_key(params, "loud").find("type")->text() == "flag");
  CHECK(*by_key(params, "shape").find("type")->text() == "choice");
  CHECK(by_key(params, "shape").find("choices")->array()->size() == 2);
  CHECK(*by_key(params, "widths").find("type")->text() == "list");
  CHECK(*by_key(params, "widths").find("relevant")->find("key")->text() == "shape");
  CHECK(*by_key(*show.find("inputs"), "target").find("help")->text() == "One number a line.");
  CHECK(*by_key(*show.find("views"), "values").find("kind")->text() == "spectrum");
  CHECK(*by_key(*show.find("views"), "loss").find("axis")->text() == "log");
  CHECK(show.find("flops_per_step")->number() == 12);
}

TEST_CASE("declaration: a preset's defaults are its first run's, and its claim is shown") {
  auto d = declaration_of(toy::tables(), "growth");
  REQUIRE(d);
  const Json show = json(show_json(*d, true));
  CHECK(*show.find("kind")->text() == "preset");
  CHECK(by_key(*show.find("params"), "step_size").find("default")->number() == 0.02);
  CHECK(*show.find("claim")->text() == "The loss falls.");
  CHECK(show.find("shown")->array()->size() == 2);
  CHECK(*show.find("by_time")->flag() == false);
  CHECK(*show.find("steps")->whole() == 200);
  CHECK(!declaration_of(toy::tables(), "growht"));
}

TEST_CASE("declaration: a view says whether its entries can be taken hold of, and whose value stands in the place of a target") {
  auto d = declaration_of(toy::tables(), "toy");
  REQUIRE(d);
  Entry entry = *d->entry;
  entry.views = [](const Settings& s, const Inputs& in) {
    std::vector<ViewInfo> out = toy::views(s, in);
    out[0].grasp = true, out[0].baseline = "a constant";
    return out;
  };
  d->entry = &entry;
  const Json shown = json(show_json(*d));
  const auto& views = *shown.find("views")->array();
  REQUIRE(views[0].find("grasp"));
  CHECK(*views[0].find("grasp")->flag());
  CHECK(*views[0].find("baseline")->text() == "a constant");
  CHECK_FALSE(views[1].find("baseline"));
  CHECK_FALSE(views[1].find("grasp"));
}
