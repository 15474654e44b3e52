#include <doctest/doctest.h>

#include <limits>

#include "io/array_text.h"
#include "io/document.h"
#include "io/npy.h"
#include "io/stb.h"
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
        R"({"rankscope":2,"study":"growth","variant":"slow","steps":10})");
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
  CHECK(has(refused(R"({"rankscope": 3, "study": "growth"})"), "newer"));
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

namespace {

Received lenient(std::string_view json, std::size_t notes) {
  auto r = receive(json, toy::tables(), Reading::Lenient);
  INFO((r ? "" : r.error().text()));
  REQUIRE(r);
  INFO(json);
  REQUIRE(r->notes.size() == notes);
  return *r;
}

Dense three() { return {{3}, {1, -2, 300}}; }

std::string with_data(const std::string& hash, const std::string& data, const std::string& name = "mine.npy") {
  return R"({"system": "toy", "inputs": {"target": {"name": ")" + name + R"(", "hash": ")" + hash + R"(", "data": ")" + data + R"("}}})";
}

}  // namespace

TEST_CASE("document: an edit may be of an entry of a view, and comes back") {
  const Document d = parsed(R"({"study": "growth", "edits": [{"step": 3, "view": "diagonal", "entry": 4004, "value": 0.5}, {"step": 3, "key": "step_size", "value": 1}]})");
  REQUIRE(d.edits.size() == 2);
  CHECK(d.edits[0].key == "diagonal");
  CHECK(d.edits[0].entry == 4004);
  CHECK(std::get<double>(d.edits[0].value) == 0.5);
  CHECK(d.edits[1].entry == -1);
  CHECK(has(full(d), R"({"step":3,"view":"diagonal","entry":4004,"value":0.5})"));
  CHECK(full(parsed(full(d))) == full(d));
  CHECK(has(refused(R"({"study": "growth", "edits": [{"step": 3, "view": "diagonal", "value": 1}]})"), "has no \"entry\""));
  CHECK(has(refused(R"({"study": "growth", "edits": [{"step": 3, "view": "diagonal", "entry": -1, "value": 1}]})"), "edits[0].entry"));
  CHECK(has(refused(R"({"study": "growth", "edits": [{"step": 3, "view": "diagonal", "entry": 1, "value": "x"}]})"), "edits[0].value"));
  CHECK(has(refused(R"({"study": "growth", "edits": [{"step": 3, "view": "diagonal", "entry": 1, "key": "step_size", "value": 1}]})"), "edits[0].key"));
}

TEST_CASE("document: an older version is read, and the note says that its bits may differ") {
  const auto old = receive(R"({"rankscope": 1, "study": "growth"})", toy::tables(), Reading::Lenient);
  REQUIRE(old);
  REQUIRE(old->notes.size() == 1);
  CHECK(has(old->notes[0], "older version"));
  CHECK(has(old->notes[0], "bits may differ"));
  lenient(R"({"rankscope": 2, "study": "growth"})", 0);
}

TEST_CASE("document: leniently a number is taken at its range's end, and the note says so") {
  const auto depth = lenient(R"({"study": "growth", "settings": {"lines": 99, "step_size": -3, "widths": [3, 700]}})", 3);
  CHECK(depth.notes[0] == "lines 99 is more than 8, the most there is: 8 is taken");
  CHECK(depth.notes[1] == "step_size -3 is less than 1e-6, the least there is: 1e-6 is taken");
  CHECK(get<std::int64_t>(depth.document.settings, "lines") == 8);
  CHECK(get<std::vector<std::int64_t>>(depth.document.settings, "widths") == std::vector<std::int64_t>{3, 64});
  CHECK(lenient(R"({"study": "growth", "seed": -4})", 1).document.seed == 0);
  CHECK(lenient(R"({"study": "growth", "every": 0})", 1).document.every == 1);
  CHECK(lenient(R"({"study": "growth", "until": {"time": -1}})", 1).document.until.time == 0);
  CHECK(std::get<double>(lenient(R"({"study": "growth", "edits": [{"step": 1, "key": "step_size", "value": 1e9}]})", 1).document.edits[0].value) == 100);
}

TEST_CASE("document: leniently what is unknown or of a wrong type is left out, a sentence each") {
  const std::string usual = full(parsed(R"({"study": "growth"})"));
  for (const char* json : {R"({"study": "growth", "colour": 1})", R"({"study": "growth", "settings": {"dept": 1}})", R"({"study": "growth", "settings": 3})",
                           R"({"study": "growth", "settings": {"lines": "three"}})", R"({"study": "growth", "settings": {"lines": 2.5}})", R"({"study": "growth", "settings": {"shape": "oval"}})",
                           R"({"study": "growth", "variant": "fats"})", R"({"study": "growth", "variant": 3})", R"({"study": "growth", "inputs": {"taget": "x"}})",
                           R"({"study": "growth", "inputs": {"target": 7}})", R"({"study": "growth", "seed": "x"})", R"({"study": "growth", "steps": 1.5})", R"({"study": "growth", "until": {"tme": 1}})",
                           R"({"study": "growth", "record": "loss"})", R"({"study": "growth", "edits": {}})", R"({"study": "growth", "edits": [3]})",
                           R"({"study": "growth", "edits": [{"step": 1, "key": "lines", "value": 2}]})", R"({"study": "growth", "edits": [{"step": -1, "key": "step_size", "value": 2}]})",
                           R"({"study": "growth", "page": 3})", R"({"study": "growth", "page": {"vews": []}})", R"({"study": "growth", "page": {"slow": 1}})",
                           R"({"study": "growth", "page": {"over": "steps"}})", R"({"study": "growth", "page": {"beside": [{"document": {"study": "none"}}]}})"}) {
    INFO(json);
    const auto r = lenient(json, 1);
    CHECK(has(r.notes[0], " is "));
    CHECK(full(r.document) == usual);
    CHECK(!receive(json, toy::tables(), Reading::Strict));
  }
  CHECK(lenient(R"({"study": "growth", "record": ["loss", "loss", 3]})", 2).document.record == std::vector<std::string>{"loss"});
  for (const char* json : {"{", R"({"study": "growht"})", R"({"system": "tyo"})", R"({"study": 3})", R"({"rankscope": 3, "study": "growth"})", R"({"rankscope": "x", "study": "growth"})"}) {
    INFO(json);
    CHECK(!receive(json, toy::tables(), Reading::Lenient));
  }
}

TEST_CASE("document: a page is carried as canonical text, and its members are checked") {
  const char* page = R"({"views":["values","loss"],"speed":2,"slow":true,"over":"time","log":{"loss":true},"arrange":"band","map":"m","predict":"loss","step":30,"layout":"x"})";
  const Document d = parsed(std::string(R"({"study": "growth", "page": )") + page + "}");
  CHECK(d.page == page);
  CHECK(full(parsed(full(d))) == full(d));
  CHECK(parsed(R"({"study": "growth", "page": {"speed": 1, "views": ["loss"]}})").page == R"({"views":["loss"],"speed":1})");
  CHECK(parsed(R"({"study": "growth", "page": {}})").page.empty());
  const Document beside = parsed(R"({"study": "growth", "page": {"beside": [{"document": {"study": "growth", "variant": "fast", "seed": 2}, "name": "a", "color": 3}, {"document": {"system": "toy"}}]}})");
  CHECK(beside.page == R"({"beside":[{"name":"a","color":3,"document":{"rankscope":2,"study":"growth","variant":"fast"}},{"color":2,"document":{"rankscope":2,"system":"toy"}}]})");
  CHECK(has(refused(R"({"study": "growth", "page": {"speed": 4}})"), "page.speed: 4 is out of range"));
  CHECK(has(refused(R"({"study": "growth", "page": {"view": ["loss"]}})"), "did you mean 'views'?"));
  CHECK(has(refused(R"({"study": "growth", "page": {"beside": [{"document": {"study": "growth", "seed": -1}}]}})"), "page.beside[0].document: seed"));
  CHECK(has(refused(R"({"study": "growth", "page": {"beside": [{"document": {"study": "growth", "page": {}}}]}})"), "belongs to the whole"));
  CHECK(has(refused(R"({"study": "growth", "page": {"layout": ")" + std::string(64000, 'x') + R"("}})"), "at most 64000"));
  std::string many;
  for (int i = 0; i < 9; ++i) many += std::string(i ? "," : "") + R"({"document": {"study": "growth"}})";
  CHECK(has(refused(R"({"study": "growth", "page": {"beside": [)" + many + "]}}"), "one run too many"));
}

TEST_CASE("document: views that a run has not are left out once its views are known") {
  auto r = lenient(R"({"study": "growth", "record": ["loss", "lss"], "edits": [{"step": 1, "view": "diagonal", "entry": 0, "value": 1}, {"step": 2, "view": "none", "entry": 0, "value": 1}],
                       "page": {"views": ["values", "vales"], "log": {"los": true}, "predict": "x"}})", 0);
  auto views = toy::views({}, {});
  for (ViewInfo& v : views) v.grasp = v.key == "diagonal";
  Notes notes;
  mend_views(r.document, views, notes);
  CHECK(notes.size() == 5);
  CHECK(r.document.record == std::vector<std::string>{"loss"});
  CHECK(r.document.edits.size() == 1);
  CHECK(r.document.page == R"({"views":["values"]})");
  views[2].grasp = false;
  notes.clear();
  mend_views(r.document, views, notes);
  REQUIRE(notes.size() == 1);
  CHECK(has(notes[0], "cannot be taken hold of"));
}

TEST_CASE("document: a small array travels, in the smallest type that holds it") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> sizes;
  for (const Dense& array : {Dense{{2, 2}, {1, 0, -3, 127}}, Dense{{3}, {1, -2, 300}}, Dense{{3}, {1, 2, 70000}}, Dense{{2}, {0.5, nan}}, Dense{{2}, {0.1, -0.0}}, Dense{{2}, {inf, -0.0}},
                             Dense{{40, 50}, std::vector<double>(2000, 1)}}) {
    const Data data = share(array);
    const auto text = array_text(data);
    REQUIRE(text);
    const auto back = array_of_text(*text, "x");
    REQUIRE(back);
    CHECK(hash(*back) == hash(data));
    const std::string json = with_data(hash(data), *text);
    const auto r = receive(json, toy::tables(), Reading::Strict);
    REQUIRE(r);
    CHECK(hash(r->arrays.at("mine.npy")) == hash(data));
    sizes.push_back(text->size());
  }
  CHECK(sizes[6] < 200);
  std::vector<double> noise;
  for (std::uint64_t i = 0, x = 1; i < 6000; ++i) noise.push_back(static_cast<double>((x = x * 6364136223846793005u + 1) >> 11) / 9007199254740992.0);
  CHECK(!array_text(share(Dense{{6000}, noise})));  // too large
  CHECK(!array_text(share(Triplets{2, 2, {0}, {0}, {1.0}, {}, {}})));
}

TEST_CASE("document: data that are damaged, too large or without a hash are refused in either reading") {
  const Data data = share(three());
  const std::string text = array_text(data).value();
  REQUIRE(receive(with_data(hash(data), text), toy::tables(), Reading::Strict));
  std::string bent = text;
  bent[bent.size() / 2] = bent[bent.size() / 2] == 'A' ? 'B' : 'A';
  const Data other = share(Dense{{3}, {1, -2, 301}});
  Dense zeros{{1 << 20}, std::vector<double>(1 << 20)};  // its .npy unpacks to more than what travels
  zeros.data[7] = 1;
  const std::vector<std::string> wrong = {with_data(hash(data), bent),
                                          with_data(hash(data), text.substr(0, text.size() - 3)),
                                          with_data(hash(data), text + "A"),
                                          with_data(hash(data), text + "=="),
                                          with_data(hash(data), ""),
                                          with_data(hash(data), std::string(40000, 'A')),
                                          with_data(hash(other), text),
                                          with_data("", text),
                                          with_data(hash(data), text, "cloth"),
                                          R"({"system": "toy", "inputs": {"target": {"name": "x", "hash": "y", "data": 3}}})"};
  for (const std::string& json : wrong)
    for (const Reading reading : {Reading::Strict, Reading::Lenient}) {
      const auto r = receive(json, toy::tables(), reading);
      INFO(json.substr(0, 200));
      REQUIRE(!r);
      CHECK(has(r.error().text(), "inputs.target.data"));
    }
  const auto packed = deflate(write_npy(Dense{{1 << 18}, std::vector<double>(1 << 18)}));
  std::string bomb;
  for (std::size_t bit = 0; bit < 8 * packed.size(); bit += 6) {
    unsigned six = 0;
    for (std::size_t b = bit; b < bit + 6; ++b)
      six = six << 1 | (b / 8 < packed.size() ? std::to_integer<unsigned>(packed[b / 8]) >> (7 - b % 8) & 1 : 0);
    bomb += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[six];
  }
  const auto unpacked = array_of_text(bomb, "bomb.npy");
  REQUIRE(!unpacked);
  CHECK(has(unpacked.error().text(), "unpacks to more than"));
  CHECK(!array_text(share(std::move(zeros))));
}
