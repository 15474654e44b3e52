// The certified least nuclear norm beside a run: Part::Baseline of the view `nuclear_norm`.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "lab/run.h"
#include "lab/study.h"
#include "systems/systems.h"
#include "tasks/least_nuclear_norm.h"
#include "tasks/matrix_problem.h"

using namespace rankscope;

namespace {

const Run::More kOn = [] { return true; };
using Word = std::string;

Value n(std::int64_t x) { return x; }

Document document(Settings over, std::vector<std::string> record = {"loss", "singular_values", "nuclear_norm"}) {
  Document d = document_of(systems()[0]);
  d.settings["rows"] = n(14), d.settings["cols"] = n(11), d.settings["rank"] = n(2), d.settings["observed"] = 0.5;
  for (auto& [key, value] : over) d.settings[key] = value;
  d.steps = 4000;
  d.every = 5;
  d.record = std::move(record);
  return d;
}

Run open(const Document& d, Inputs inputs = {}) {
  auto run = Run::open(systems()[0], d, std::move(inputs));
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

std::vector<Frame> frames_of(Run& run, std::int64_t to) {
  std::vector<Frame> out;
  run.advance(to, kOn, [&](const Frame& f) { out.push_back(f); });
  return out;
}

const Series* baseline(const Run& run, const Frame& f) { return f.find(static_cast<std::uint32_t>(run.view("nuclear_norm")), Part::Baseline); }

double number(const Run& run, const char* name) {
  for (const Field& f : run.save())
    if (f.name == name) {
      double x = 0;
      std::memcpy(&x, f.bytes.data(), sizeof x);
      return x;
    }
  FAIL(name);
  return 0;
}

std::size_t matrix_bytes(const Run& run) {
  for (const Field& f : run.save())
    if (f.name == "baseline.matrix") return f.bytes.size();
  return 0;
}

/// Of the same problem, by itself.
double optimum(const Document& d) {
  auto problem = make_matrix_problem(d.settings, {}, d.seed);
  REQUIRE(bool(problem));
  LeastNuclearNorm least(*problem->task, problem->rows, problem->cols);
  SpectrumSolver solver;
  for (int i = 0; i < 20000 && !least.done(1e-8); ++i) least.advance(solver);
  REQUIRE(least.done(1e-7));
  return 0.5 * (least.lower() + least.upper());
}

}  // namespace

TEST_CASE("baseline: completion and sensing show the least nuclear norm in the fit's own units, ever closer, until the bounds meet") {
  const Settings cases[] = {{}, {{"depth", n(2)}, {"scaling", Word("deviation")}, {"centering", Word("rows")}},
                            {{"task", Word("sensing")}, {"measurements", n(60)}}, {{"depth", n(1)}}};
  for (const Settings& over : cases) {
    const Document d = document(over);
    const double best = optimum(d);
    Run run = open(d);
    const auto frames = frames_of(run, d.steps);
    double lower = 0, upper = INFINITY;
    int shown = 0;
    for (const Frame& f : frames) {
      const Series* s = baseline(run, f);
      if (!s) continue;
      ++shown;
      REQUIRE(s->shape == std::vector<std::int64_t>{2});
      CHECK(s->data[0] >= lower);
      CHECK(s->data[1] <= upper);
      CHECK(s->data[0] <= best * (1 + 1e-7));
      CHECK(s->data[1] >= best * (1 - 1e-7));
      lower = s->data[0], upper = s->data[1];
    }
    CHECK(shown > 700);
    CHECK(upper < 1.02 * lower);
    // never beyond what was earned by more than a piece
    CHECK(number(run, "baseline.work") <= number(run, "baseline.earned") + 3 * decomposition_flops(14, 11, 11));
  }
  Document patient = document({{"observed", 0.9}, {"rank", n(1)}});
  patient.steps = 30000;
  Run run = open(patient);
  const auto frames = frames_of(run, patient.steps);
  const double gap = baseline(run, frames.back())->data[1] / baseline(run, frames.back())->data[0] - 1;
  CHECK(gap < 1.1e-6);
  CHECK(number(run, "baseline.work") < 0.9 * number(run, "baseline.earned"));  // and then nothing more is done
}

TEST_CASE("baseline: it changes nothing of the run, and where nobody records it nothing is made") {
  Run with = open(document({})), without = open(document({}, {"loss", "singular_values"}));
  frames_of(with, 500), frames_of(without, 500);
  CHECK(matrix_bytes(with) == 14 * 11 * 8);
  CHECK(matrix_bytes(without) == 0);
  REQUIRE(with.weights().size() == without.weights().size());
  CHECK(std::equal(with.weights().begin(), with.weights().end(), without.weights().begin()));

  Run regression = open(document({{"task", Word("regression")}}));
  for (const Frame& f : frames_of(regression, 100)) CHECK(!baseline(regression, f));
  for (const Field& f : regression.save()) CHECK(f.name.substr(0, 8) != "baseline");
}

TEST_CASE("baseline: a run that is taken up again ends with the same bits and the same Frames") {
  for (const char* task : {"completion", "sensing"}) {
    const Document d = document({{"task", Word(task)}, {"measurements", n(60)}});
    Run straight = open(d);
    const auto all = frames_of(straight, 1000);
    for (const std::int64_t at : {0, 4, 5, 333}) {
      Run half = open(d);
      auto frames = frames_of(half, at);
      auto resumed = Run::resume(systems()[0], d, {}, half.save());
      REQUIRE(bool(resumed));
      for (Frame& f : frames_of(*resumed, 1000)) frames.push_back(std::move(f));
      CHECK(resumed->bits() == straight.bits());
      REQUIRE(frames.size() == all.size());
      for (std::size_t i = 0; i < all.size(); ++i) CHECK(encode(frames[i]) == encode(all[i]));
    }
  }
}

TEST_CASE("baseline: few entries of a large matrix through a narrow layer have the bounds that cost nothing") {
  Run run = open(document({{"rows", n(90)}, {"cols", n(80)}, {"observed", 0.05}, {"width", n(3)}, {"depth", n(2)}}));
  const auto frames = frames_of(run, 2000);
  const Series *first = baseline(run, frames.front()), *last = baseline(run, frames.back());
  REQUIRE(first);
  REQUIRE(last);
  CHECK(first->data == last->data);
  CHECK(first->data[1] == doctest::Approx(first->data[0] * std::sqrt(80.0)));
  CHECK(matrix_bytes(run) == 0);
}

TEST_CASE("baseline: measurements that contradict each other have none") {
  Document d = document({{"task", Word("sensing")}});
  d.inputs = {{"measurements", {"a", ""}}, {"targets", {"y", ""}}};
  Run run = open(d, {{"measurements", share(Dense{{2, 2, 2}, {1, 0, 0, 2, 1, 0, 0, 2}})}, {"targets", share(Dense{{2}, {2, 3}})}});
  for (const Frame& f : frames_of(run, 2000)) CHECK(!baseline(run, f));
}

TEST_CASE("baseline: the end-to-end flow shows it too, and a resumed run the same") {
  const Entry* entry = Tables{systems(), {}}.system("end_to_end");
  REQUIRE(entry);
  Document d = document_of(*entry);
  d.settings["rows"] = n(9), d.settings["cols"] = n(8), d.settings["rank"] = n(1), d.settings["observed"] = 0.7, d.settings["depth"] = 2.5;
  d.steps = 600;
  d.every = 5;
  d.record = {"loss", "nuclear_norm"};
  const double best = optimum(d);
  auto run = Run::open(*entry, d, {});
  REQUIRE(bool(run));
  const auto frames = frames_of(*run, 300);
  const State half = run->save();
  for (const Frame& f : frames)
    if (const Series* s = baseline(*run, f)) {
      CHECK(s->data[0] <= best * (1 + 1e-7));
      CHECK(s->data[1] >= best * (1 - 1e-7));
    }
  const Series* last = baseline(*run, frames.back());
  REQUIRE(last);
  CHECK(last->data[1] < 1.02 * last->data[0]);
  auto again = Run::resume(*entry, d, {}, half);
  REQUIRE(bool(again));
  frames_of(*run, 600), frames_of(*again, 600);
  CHECK(run->bits() == again->bits());
  d.record = {"loss"};
  auto without = Run::open(*entry, d, {});
  REQUIRE(bool(without));
  frames_of(*without, 600);
  CHECK(std::equal(run->weights().begin(), run->weights().end(), without->weights().begin(), without->weights().end()));
}
