#include <doctest/doctest.h>

#include <set>

#include "lab/run.h"
#include "lab/study.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

Document document() {
  Document d;
  d.settings = {{"rows", std::int64_t{8}}, {"cols", std::int64_t{8}}, {"alpha", 0.3}, {"optimizer", std::string("gd")}, {"step_size", 0.02}, {"observed", 0.7}};
  d.steps = 100;
  d.every = 10;
  d.record = {"loss", "singular_values"};
  return d;
}

Run open(const Document& d) {
  auto run = Run::open(systems()[0], d, {});
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

const Run::More kOn = [] { return true; };

}  // namespace

TEST_CASE("run: records the start, every stride and the end, once each") {
  Document d = document();
  d.steps = 25;
  Run run = open(d);
  std::vector<std::int64_t> steps;
  const Run::Recorded note = [&](const Frame& f) { steps.push_back(f.step); };
  run.advance(7, kOn, note);
  run.advance(7, kOn, note);
  run.advance(1000, kOn, note);
  CHECK(steps == std::vector<std::int64_t>{0, 10, 20, 25});
  CHECK(run.finished());
}

TEST_CASE("run: however it is cut into pieces, and whatever is looked at, it has the same bits") {
  Run straight = open(document()), pieces = open(document());
  straight.advance(100, kOn, [](const Frame&) {});
  std::vector<std::uint32_t> all;
  for (std::uint32_t v = 0; v < pieces.views().size(); ++v) all.push_back(v);
  while (!pieces.finished()) {
    int n = 0;
    pieces.advance(100, [&] { return ++n % 3 != 0; }, [](const Frame&) {});
    (void)pieces.measure(all);
  }
  CHECK(pieces.bits() == straight.bits());
}

TEST_CASE("run: an edit is recorded with its step and replayed from the document") {
  Run first = open(document());
  first.advance(37, kOn, [](const Frame&) {});
  REQUIRE(bool(first.edit("step_size", 0.001)));
  REQUIRE(bool(first.edit("step_size", 0.005)));  // the same standstill: one edit
  first.advance(100, kOn, [](const Frame&) {});
  REQUIRE(first.document().edits.size() == 1);
  CHECK(first.document().edits[0].step == 37);
  Run again = open(first.document());
  again.advance(100, kOn, [](const Frame&) {});
  CHECK(again.bits() == first.bits());
  Run plain = open(document());
  plain.advance(100, kOn, [](const Frame&) {});
  CHECK(plain.bits() != first.bits());
  CHECK(!first.edit("depth", std::int64_t{2}));
  CHECK(!first.edit("step_size", -1.0));
}

TEST_CASE("run: seeds differ, the same seed does not") {
  Document other = document();
  other.seed = 2;
  CHECK(open(document()).bits() == open(document()).bits());
  CHECK(open(document()).bits() != open(other).bits());
}

TEST_CASE("run: a document that does not fit is refused by name") {
  auto refused = [](Document d) {
    auto run = Run::open(systems()[0], std::move(d), {});
    REQUIRE(!run);
    return run.error().text();
  };
  Document d = document();
  d.record = {"effective_rnak"};
  CHECK(refused(d).find("effective_rank") != std::string::npos);
  d = document();
  d.edits = {{5, "depth", std::int64_t{2}}};
  CHECK(refused(d).find("depth") != std::string::npos);
  d = document();
  d.edits = {{5, "step_size", 0.1}, {4, "step_size", 0.1}};
  CHECK(refused(d).find("order") != std::string::npos);
  d = document();
  d.every = 0;
  CHECK(refused(d).find("every") != std::string::npos);
  d = document();
  d.inputs["target"] = {"cloth", ""};
  CHECK(refused(d).find("--input") != std::string::npos);
}

TEST_CASE("run: an input whose hash differs from the document's is refused") {
  Document d = document();
  d.settings["observe"] = std::string("fraction");
  const Data data = share(Dense{{2, 2}, {1, 2, 3, 4}});
  d.inputs["target"] = {"mine.npy", hash(data)};
  CHECK(bool(Run::open(systems()[0], d, {{"target", data}})));
  const auto other = Run::open(systems()[0], d, {{"target", share(Dense{{2, 2}, {1, 2, 3, 5}})}});
  REQUIRE(!other);
  CHECK(other.error().text().find("mine.npy") != std::string::npos);
}

TEST_CASE("run: a depth-3 document of the first screen is the study's first run") {
  const Tables tables{systems(), presets()};
  const auto d = document_of(tables, tables.presets[0]);
  REQUIRE(bool(d));
  CHECK(get<std::int64_t>(d->settings, "depth") == 3);
  CHECK(d->variant == "depth 3");
  CHECK(get<std::int64_t>(document_of(tables, tables.presets[0], "depth 1")->settings, "depth") == 1);
}
