#include "ui/protocol.h"

#include <doctest/doctest.h>

#include <string>

using namespace rankscope;

TEST_CASE("protocol: numbers beyond what a whole number or a slot holds, and any depth, leave the frontend standing") {
  const auto far = ui::decode_reply(R"({"slot": 1e300, "step": -2.2e92, "shape": [1e30, 3], "events": [{"step": 1e19, "line": 4294967297}]})");
  REQUIRE(far);
  CHECK(far->slot == 0);
  CHECK(*far->step == 0);
  CHECK(far->shape == std::vector<std::int64_t>{0, 3});
  CHECK(far->events.at(0).step == 0);
  CHECK(far->events.at(0).line == -1);
  const auto settings = ui::decode_reply(R"({"document": {"settings": {"widths": [1e30, 5], "depth": 3}}})");
  REQUIRE(settings);
  CHECK(std::get<std::int64_t>(settings->document->settings.at("depth")) == 3);
  CHECK(std::get<std::vector<std::int64_t>>(settings->document->settings.at("widths")) == std::vector<std::int64_t>{0, 5});
  CHECK(!ui::decode_reply(std::string(200000, '[')));
  std::string deep = R"({"document": )";
  for (int i = 0; i < 200000; ++i) deep += "[";
  for (int i = 0; i < 200000; ++i) deep += "]";
  CHECK(ui::decode_reply(deep + "}"));
}

TEST_CASE("protocol: a view says whose value stands in the place of a target") {
  const auto reply = ui::decode_reply(R"({"show": {"views": [{"key": "error", "kind": "scalar", "baseline": "a constant"}, {"key": "loss", "kind": "scalar"}]}})");
  REQUIRE(reply->show->views.size() == 2);
  CHECK(reply->show->views[0].baseline == "a constant");
  CHECK(reply->show->views[1].baseline.empty());
}

TEST_CASE("protocol: a declaration says whether charts begin over time") {
  CHECK(ui::decode_reply(R"({"show": {"key": "escape", "by_time": true}})")->show->by_time);
  CHECK(!ui::decode_reply(R"({"show": {"key": "cloth"}})")->show->by_time);
}
