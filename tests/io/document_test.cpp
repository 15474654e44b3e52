#include <doctest/doctest.h>

#include "io/document.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

Document parsed(std::string_view json) {
  auto d = parse_document(json, toy::tables());
  INFO((d ? "" : d.error().text()));
  REQUIRE(d);
  return *d;
}

std::string refused(std::string_view json, std::string_view name = {}) {
  auto d = parse_document(json, toy::tables(), name);
  REQUIRE(!d);
  return d.error().text();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string full(const Document& d) { return write_document(d, toy::tables(), Detail::Full); }

const char* everything = R"({"rankscope": 1, "study": "growth", "variant": "fast", "system": "toy",
  "settings": {"step_size": 0.1, "lines": 4, "shape": "square", "loud": true, "widths": [3, 4], "start": 1e-05},
  "inputs": {"target": {"name": "t.csv", "hash": "0123456789abcdef"}}, "seed": 9007199254740991, "steps": 70, "every": 7,
  "record": ["loss"], "edits": [{"step": 3, "key": "step_size", "value": 0.2}, {"step": 3, "key": "step_size", "value": 1}]})";

}  // namespace

TEST_CASE("document: a study alone gives its first run, complete") {
  const Document d = parsed(R"({"study": "growth"})");
  CHECK(d.variant == "slow");
  CHECK(d.system == "toy");
  CHECK(get<double>(d.settings, "step_size") == 0.02);
  CHECK(get<double>(d.settings, "start") == 1e-3);
  CHECK(get<std::int64_t>(d.settings, "lines") == 3);
  CHECK(d.seed == 2);
  CHECK(d.steps == 200);
  CHECK(d.record == std::vector<std::string>{"loss", "values"});
}

TEST_CASE("document: a system alone gives its defaults") {
  const Document d = parsed(R"({"system": "toy"})");
  CHECK(d.study.empty());
  CHECK(get<double>(d.settings, "start") == 1e-4);
}

TEST_CASE("document: every field overrides the base, and a number takes its parameter's type") {
  const Document d = parsed(everything);
  CHECK(get<std::int64_t>(d.settings, "lines") == 4);
  CHECK(get<bool>(d.settings, "loud"));
  CHECK(get<std::vector<std::int64_t>>(d.settings, "widths") == std::vector<std::int64_t>{3, 4});
  CHECK(d.inputs.at("target").hash == "0123456789abcdef");
  CHECK(d.seed == 9007199254740991u);
  REQUIRE(d.edits.size() == 2);
  CHECK(std::get<double>(d.edits[1].value) == 1.0);
}

TEST_CASE("document: what is written in full or as a difference reads back as the same document") {
  for (const char* json : {everything, R"({"study": "growth"})", R"({"system": "toy"})",
                           R"({"study": "growth", "variant": "fast", "seed": 0, "record": []})"}) {
    const Document d = parsed(json);
    CHECK(full(parsed(full(d))) == full(d));
    CHECK(full(parsed(write_document(d, toy::tables(), Detail::Full, true))) == full(d));
    CHECK(full(parsed(write_document(d, toy::tables(), Detail::Difference))) == full(d));
  }
  Document odd = parsed(R"({"system": "toy"})");
  odd.settings["step_size"] = 0.1 + 0.2;  // 0.30000000000000004
  odd.settings["start"] = 1.0 / 3;
  odd.inputs["target"] = {"a \"quoted\"\n\x01 näme.csv", ""};
  CHECK(parsed(full(odd)).settings == odd.settings);
  CHECK(parsed(full(odd)).inputs.at("target").name == odd.inputs.at("target").name);
}

TEST_CASE("document: a difference holds nothing of the base") {
  CHECK(write_document(parsed(R"({"study": "growth", "steps": 10})"), toy::tables(), Detail::Difference) ==
        R"({"rankscope":1,"study":"growth","variant":"slow","steps":10})");
}

TEST_CASE("document: null takes an input of the base away, in a difference and in full too") {
  std::vector<Study> presets = {toy::study()};
  presets[0].inputs = {{"target", "t.csv"}};
  const Tables tables{toy::tables().systems, presets};
  auto with = parse_document(R"({"study": "growth"})", tables);
  auto without = parse_document(R"({"study": "growth", "inputs": {"target": null}})", tables);
  REQUIRE(with);
  REQUIRE(without);
  CHECK(with->inputs.count("target") == 1);
  CHECK(without->inputs.empty());
  for (const Detail detail : {Detail::Difference, Detail::Full}) {
    auto again = parse_document(write_document(*without, tables, detail), tables);
    REQUIRE(again);
    CHECK(again->inputs.empty());
  }
}

TEST_CASE("document: an error names the place, the allowed range and the nearest known word") {
  const std::string wrong = refused("{\n \"study\": \"growth\",\n \"settings\": {\n  \"stepsize\": 1}}", "a.json");
  CHECK(has(wrong, "a.json:4: settings.stepsize"));
  CHECK(has(wrong, "did you mean 'step_size'?"));
  const std::string range = refused("{\"study\": \"growth\",\n\"settings\": {\"lines\": 9}}", "a.json");
  CHECK(has(range, "a.json:2: settings.lines"));
  CHECK(has(range, "1 to 8"));
  CHECK(has(refused(R"({"study": "growht"})"), "did you mean 'growth'?"));
  CHECK(has(refused(R"({"study": "growth", "variant": "fats"})"), "slow, fast"));
  CHECK(has(refused(R"({"study": "growth", "step": 3})"), "did you mean 'steps'?"));
  CHECK(has(refused(R"({"study": "growth", "settings": {"shape": "sqare"}})"), "did you mean 'square'?"));
  CHECK(has(refused(R"({"study": "growth", "settings": {"lines": 2.5}})"), "whole number"));
  CHECK(has(refused(R"({"study": "growth", "settings": {"lines": null}})"), "settings.lines"));
  CHECK(has(refused(R"({"study": "growth", "inputs": {"taget": "x.csv"}})"), "did you mean 'target'?"));
  CHECK(has(refused(R"({"study": "growth", "inputs": {"target": {"nam": "x"}}})"), "did you mean 'name'?"));
  CHECK(has(refused(R"({"study": "growth", "seed": -1})"), "seed"));
  CHECK(has(refused(R"({"study": "growth", "seed": 9007199254740992})"), "out of range"));
  CHECK(has(refused(R"({"study": "growth", "every": 0})"), "every"));
  CHECK(has(refused(R"({"study": "growth", "system": "top"})"), "did you mean 'toy'?"));
  CHECK(has(refused(R"({"seed": 1})"), "neither a study nor a system"));
  CHECK(has(refused(R"([])"), "must be an object"));
  CHECK(has(refused(R"({"study": "growth", "edits": [{"step": 1, "key": "lines", "value": 2}]})"),
            "cannot change during a run"));
  CHECK(has(
      refused(
          R"({"study": "growth", "edits": [{"step": 9, "key": "step_size", "value": 1}, {"step": 1, "key": "step_size", "value": 1}]})"),
      "edits[1].step"));
}

TEST_CASE("document: a newer version is refused as such") {
  CHECK(has(refused(R"({"rankscope": 2, "study": "growth"})"), "newer"));
  CHECK(has(refused(R"({"rankscope": 0, "study": "growth"})"), "version"));
}

TEST_CASE("document: a key of either table opens, another one gets the nearest") {
  CHECK(document_of_key(toy::tables(), "growth")->study == "growth");
  CHECK(document_of_key(toy::tables(), "toy")->study.empty());
  auto none = document_of_key(toy::tables(), "groth");
  REQUIRE(!none);
  CHECK(has(none.error().text(), "did you mean 'growth'?"));
}

TEST_CASE("document: stop rules are read, written and refused by name") {
  const Tables tables = toy::tables();
  auto document = parse_document(R"({"study": "growth", "until": {"time": 2.5, "loss": 1e-6, "seconds": 60}})", tables);
  REQUIRE(document);
  CHECK(document->until == Until{2.5, 1e-6, 60});
  for (const Detail detail : {Detail::Full, Detail::Difference}) {
    const auto again = parse_document(write_document(*document, tables, detail), tables);
    REQUIRE(again);
    CHECK(again->until == document->until);
  }
  CHECK(write_document(*parse_document(R"({"study": "growth"})", tables), tables, Detail::Full).find("until") == std::string::npos);
  const auto refused = [&](const char* text) { return parse_document(text, tables).error().text(); };
  CHECK(refused(R"({"study": "growth", "until": {"tme": 1}})").find("did you mean 'time'") != std::string::npos);
  CHECK(refused(R"({"study": "growth", "until": {"time": -1}})").find("until.time") == 0);
  CHECK(refused(R"({"study": "growth", "until": 3})").find("until") == 0);
}
