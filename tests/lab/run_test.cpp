#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
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

TEST_CASE("a study can have a run of another system beside its own: of the study it has the seed, the steps and what is recorded of it") {
  const Tables tables{systems(), presets()};
  Study study = *tables.preset("depth");
  CHECK_FALSE(beside(study));
  study.record = {"singular_values", "loss", "preconditioner"};
  study.runs = {{"factors", {{"depth", std::int64_t{2}}}}, {"product", {{"depth", std::int64_t{4}}}, "end_to_end"}};
  CHECK(beside(study));
  const auto own = document_of(tables, study, "factors"), other = document_of(tables, study, "product");
  REQUIRE(bool(own));
  REQUIRE(bool(other));
  CHECK(own->system == study.system);
  CHECK(own->settings.at("depth") == Value(std::int64_t{2}));
  CHECK(own->settings.at("alpha") == study.settings.at("alpha"));
  CHECK(own->record == std::vector<std::string>{"singular_values", "loss"});
  CHECK(other->system == "end_to_end");
  CHECK(other->record == study.record);
  CHECK(other->settings == *complete(tables.system("end_to_end")->params, {{"depth", std::int64_t{4}}}));  // the study's settings are not for it
  CHECK(other->seed == study.seed);
  CHECK(other->steps == study.steps);
  study.runs[1].settings["no such key"] = 1.0;
  CHECK_FALSE(document_of(tables, study, "product"));
}

TEST_CASE("run: stops by time, by loss and by the wall clock, records that moment and says which it was") {
  Document d = document();
  d.steps = 5000;
  std::vector<std::int64_t> steps;
  const Run::Recorded note = [&](const Frame& f) { steps.push_back(f.step); };
  d.until.time = 0.74;  // of steps of 0.02
  Run timed = open(d);
  timed.advance(5000, kOn, note);
  CHECK(timed.step() == 37);
  CHECK(timed.finished());
  CHECK(timed.ended_by() == Run::Rule::Time);
  CHECK(steps == std::vector<std::int64_t>{0, 10, 20, 30, 37});
  timed.advance(5000, kOn, note);
  CHECK(timed.step() == 37);

  d.until = {.loss = 1e-3};
  Run fitted = open(d);
  fitted.advance(5000, kOn, [](const Frame&) {});
  CHECK(fitted.ended_by() == Run::Rule::Loss);
  CHECK(fitted.step() < 5000);
  const std::uint32_t loss[] = {static_cast<std::uint32_t>(fitted.view("loss"))};
  CHECK(fitted.measure(loss).values[0].data[0] <= 1e-3);
  CHECK(fitted.system().loss() <= 1e-3);

  d.until = {.seconds = 1};
  Run late = open(d);
  steps.clear();
  late.advance(13, kOn, note);
  CHECK(!late.finished());
  late.out_of_time(note);
  CHECK(late.ended_by() == Run::Rule::Seconds);
  CHECK(steps == std::vector<std::int64_t>{0, 10, 13});

  for (const Until& wrong : {Until{.time = -1}, Until{.loss = std::nan("")}, Until{.seconds = -0.5}}) {
    d.until = wrong;
    CHECK(!Run::open(systems()[0], d, {}));
  }
}

TEST_CASE("run: gradient flow lands on the time it is asked for") {
  Document d = document();
  d.settings["optimizer"] = std::string("flow");
  d.until.time = 3.21;
  d.record = {"loss", "step_taken", "rejected_steps", "unbalancedness"};
  Run run = open(d);
  std::vector<double> unbalancedness;
  run.advance(100, kOn, [&](const Frame& f) { unbalancedness.push_back(f.find(run.recorded()[3])->data[0]); });
  CHECK(run.ended_by() == Run::Rule::Time);
  CHECK(run.time() == doctest::Approx(3.21).epsilon(1e-14));
  // What the flow conserves, it conserves to its tolerance: balancedness (Arora, Cohen and Hazan 2018, theorem 1).
  CHECK(std::abs(unbalancedness.back() - unbalancedness.front()) < 1e-5 * (1 + unbalancedness.front()));
}

TEST_CASE("run: what is saved at any step goes on with the same bits") {
  for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop", "flow"}) {
    CAPTURE(optimizer);
    Document d = document();
    d.settings["optimizer"] = std::string(optimizer);
    if (std::string(optimizer) != "flow") d.edits = {{31, "step_size", 0.013}, {60, "step_size", 0.02}};
    Run straight = open(d);
    std::vector<Frame> all, later;
    straight.advance(100, kOn, [&](const Frame& f) { all.push_back(f); });
    for (const std::int64_t at : {0, 1, 30, 31, 45, 99, 100}) {
      CAPTURE(at);
      Run first = open(d);
      first.advance(at, kOn, [](const Frame&) {});
      auto second = Run::resume(systems()[0], d, {}, first.save());
      REQUIRE(bool(second));
      CHECK(second->bits() == first.bits());
      CHECK(second->step() == at);
      later.clear();
      second->advance(100, kOn, [&](const Frame& f) { later.push_back(f); });
      CHECK(second->bits() == straight.bits());
      for (const Frame& f : later) {  // theory and identities too
        const auto same = std::find_if(all.begin(), all.end(), [&](const Frame& g) { return g.step == f.step; });
        REQUIRE(same != all.end());
        CHECK(encode(f) == encode(*same));
      }
    }
  }
}

TEST_CASE("run: a state of another run is refused, and says which part does not fit") {
  Document d = document();
  Run run = open(d);
  run.advance(10, kOn, [](const Frame&) {});
  State state = run.save();
  d.settings["width"] = std::int64_t{5};
  const auto other = Run::resume(systems()[0], d, {}, state);
  REQUIRE(!other);
  CHECK(other.error().text().find("W_1: is 8 x 8 in the state, 5 x 8 is needed") != std::string::npos);
  for (Field& f : state)
    if (f.name == "run.step") f.bytes.back() = std::byte{0x7f};
  CHECK(!Run::resume(systems()[0], document(), {}, state));
}
