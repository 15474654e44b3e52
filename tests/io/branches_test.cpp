// Branches of a run, undo and redo of its edits, and what is remembered of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>

#include "io/player.h"
#include "lab/study.h"
#include "math/rng.h"
#include "systems/systems.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

Document small() {
  Document d = document_of(systems()[0]);
  d.settings["rows"] = d.settings["cols"] = std::int64_t{6};
  d.settings["optimizer"] = std::string("momentum");
  d.settings["batch"] = std::int64_t{7};
  d.settings["alpha"] = 0.3;
  d.record = {"loss", "singular_values"};
  d.steps = 400;
  d.every = 6;
  return d;
}

Player open(const Document& d) { return {systems()[0], d}; }

/// A run of the document from its start, at that step.
Sight fresh(const Document& d, std::int64_t step) {
  Player player = open(d);
  player.slot.seek(step);
  player.finish();
  return player.sight();
}

/// How many steps it takes until it stands.
std::int64_t steps_to_stand(Player& player) {
  std::int64_t made = 0;
  while (player.slot.going()) made += player.slot.advance(16, kOn);
  player.hear();
  return made;
}

}  // namespace

TEST_CASE("branches: a fork that is edited is a fresh run of its document, and the run it came from is as it was") {
  Player run = open(small());
  run.seek(250);
  const Sight end = run.sight();
  run.seek(100);
  const Sight there = run.sight();
  auto forked = run.slot.fork();
  REQUIRE(forked);
  Player branch(std::move(*forked));
  CHECK(branch.frames == 0);  // nothing is posted again
  branch.recorded = run.recorded;
  CHECK(branch.sight() == there);
  CHECK(branch.slot.frames().size() == run.slot.frames().size());
  branch.seek(250);
  CHECK(branch.sight() == end);  // unedited it is the same run
  branch.seek(100);
  REQUIRE(branch.slot.set("step_size", 0.004));
  branch.seek(250);
  CHECK(branch.sight() == fresh(branch.slot.run().document(), 250));
  CHECK(branch.slot.run().bits() != end.bits);
  CHECK(branch.slot.frames().front().step == 0);
  run.seek(250);
  CHECK(run.sight() == end);
  CHECK(run.slot.run().document().edits.empty());
  REQUIRE(run.slot.fork());
  CHECK(run.sight() == end);
}

TEST_CASE("branches: undo and redo of edits, of the stop rule and of a seed are fresh runs of their documents, and what is common is not computed again") {
  Player run = open(small());
  const Document none = run.slot.run().document();
  run.seek(300);
  REQUIRE(run.slot.set("step_size", 0.004));
  run.seek(350);
  REQUIRE(run.slot.set("momentum", 0.5));
  run.seek(400);
  const Document both = run.slot.run().document();
  REQUIRE(both.edits.size() == 2);
  Document one = both;
  one.edits.pop_back();
  Document shorter = both, timed = both, moved = both, fitted = both;
  shorter.steps = 333;
  timed.until.time = 2.5;
  fitted.until.loss = 1e-3;
  moved.edits[0].step = 200;
  struct Go {
    const Document& to;
    std::int64_t step, at_most, from;
  };
  for (const Go& go : {Go{one, 380, 80, 350}, {both, 390, 90, 350}, {none, 310, 60, 300}, {both, 395, 120, 300}, {shorter, 333, 80, 332}, {one, 360, 80, 332}, {moved, 350, 200, 200},
                       {both, 400, 250, 200}, {timed, 400, 250, -1}, {both, 400, 300, -1}, {fitted, 400, 401, -1}, {both, 120, 401, -1}}) {
    CAPTURE(go.step);
    CAPTURE(go.at_most);
    const auto from = run.slot.revise(systems()[0], go.to, {}, go.step);
    REQUIRE(from);
    if (go.from >= 0) CHECK(*from == go.from);
    for (const Frame& f : run.slot.frames()) CHECK(f.step <= std::max<std::int64_t>(*from, 0));
    CHECK(steps_to_stand(run) <= go.at_most);
    CHECK(run.sight() == fresh(go.to, go.step));
    CHECK(run.slot.run().document().edits.size() == go.to.edits.size());
  }
  Document other = both;
  other.seed = 5;
  REQUIRE(run.slot.revise(systems()[0], other, {}, 40));
  run.finish();
  CHECK(run.sight() == fresh(other, 40));
  other.edits = {{5, "depth", std::int64_t{2}}};
  CHECK(!run.slot.revise(systems()[0], other, {}, 40));
  CHECK(run.slot.run().bits() == fresh(run.slot.run().document(), 40).bits);  // as it was
}

TEST_CASE("branches: after any sequence of seeks, edits, undos, forks and plays both ways it is a fresh run of its document") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    Rng rng(seed, 9);
    const auto below = [&](std::int64_t n) { return rng.below(n); };
    Player run = open(small());
    run.slot.budget(1 << 19);
    std::vector<Document> past{run.slot.run().document()};
    for (int i = 0; i < 120; ++i) {
      const auto what = below(8);
      if (what == 0) run.slot.seek(below(401));
      if (what == 1) REQUIRE(run.slot.set("step_size", 0.002 * static_cast<double>(1 + below(5))));
      if (what == 2) (void)run.slot.nudge("end_to_end", below(36), 0.1 * static_cast<double>(below(9) - 4));
      if (what == 3) REQUIRE(run.slot.revise(systems()[0], past[static_cast<std::size_t>(below(std::ssize(past)))], {}, below(401)));
      if (what == 4 || what == 5) {
        run.slot.play(what == 5);
        for (auto n = below(12); n > 0; --n) run.slot.advance(1 + below(16), [&] { return below(3) != 0; });
        if (below(2)) run.slot.pause();
      }
      if (what == 6) run.slot.step(below(81) - 40);
      if (what == 7) {
        run.finish();
        auto forked = run.slot.fork();
        REQUIRE(forked);
        const Frame recorded = run.recorded;
        run = Player(std::move(*forked));
        run.recorded = recorded;
      }
      if (what >= 1 && what <= 2) past.push_back(run.slot.run().document());
      if (below(3)) continue;  // the next one interrupts it
      run.finish();
      CAPTURE(i);
      REQUIRE(run.sight() == fresh(run.slot.run().document(), run.slot.run().step()));
    }
    CHECK(past.size() > 15);
  }
}

TEST_CASE("branches: a seek that is not over can be called off, and an edit right after a seek is made where it goes") {
  Player run = open(small());
  run.seek(400);
  run.slot.seek(40);
  run.slot.advance(1, kOn);
  run.slot.pause();
  CHECK(!run.slot.going());
  CHECK(run.slot.run().step() <= 41);
  run.slot.seek(200);
  REQUIRE(run.slot.set("step_size", 0.003));
  CHECK(run.slot.run().step() == 200);
  CHECK(run.slot.run().document().edits.back().step == 200);
}

TEST_CASE("branches: going back from where it diverged, and on, diverges again; the wall clock's end stands") {
  Document d = small();
  d.settings["optimizer"] = std::string("gd");
  d.settings["batch"] = std::int64_t{0};
  d.settings["step_size"] = 100.0;
  Player run = open(d);
  run.seek(400);
  REQUIRE(std::string(run.slot.status()) == "diverged");
  const std::int64_t end = run.slot.run().step();
  const std::string trouble = run.slot.run().trouble();
  run.seek(end / 2);
  CHECK(std::string(run.slot.status()) == "paused");
  CHECK(run.sight() == fresh(d, end / 2));
  run.slot.play();
  run.finish();
  CHECK(std::string(run.slot.status()) == "diverged");
  CHECK(run.slot.run().step() == end);
  CHECK(run.slot.run().trouble() == trouble);
  run.seek(end);  // the last good state
  CHECK(std::string(run.slot.status()) == "paused");

  d = small();
  d.until.seconds = 1;
  Player late = open(d);
  late.slot.play();
  late.slot.advance(50, kOn);
  late.slot.spend(2);
  CHECK(late.slot.run().ended_by() == Run::Rule::Seconds);
  late.hear();
  const Sight stood = late.sight();
  late.seek(20);
  CHECK(!late.slot.run().finished());
  late.seek(400);
  CHECK(late.slot.run().step() == 50);
  CHECK(late.slot.run().ended_by() == Run::Rule::Seconds);
  CHECK(late.sight() == stood);
}

TEST_CASE("branches: playing back shows earlier and earlier moments, each as it was, and a turn of it is cheap") {
  Player run = open(small());
  std::vector<Sight> seen(401);
  for (std::int64_t step = 0; step <= 400; ++step) run.seek(step), seen[static_cast<std::size_t>(step)] = run.sight();
  const std::size_t frames = run.frames;
  run.slot.limit(10, 0);
  run.slot.play(true);
  std::int64_t before = 400;
  while (run.slot.going()) {
    run.slot.earn(0.1);
    run.slot.advance(16, kOn);
    if (run.slot.between()) continue;
    run.hear();
    const std::int64_t now = run.slot.run().step();
    REQUIRE(now >= before - 1);
    REQUIRE(now <= before);
    before = now;
    REQUIRE(run.sight() == seen[static_cast<std::size_t>(now)]);
  }
  CHECK(before == 0);
  CHECK(run.frames == frames);
  run.seek(300);
  run.slot.limit(0, 0);
  run.slot.play(true);
  int asked = 0;  // one step of a replay at a time
  while (run.slot.run().step() > 200 || run.slot.between()) {
    run.slot.advance(16, [&] { return ++asked, false; });
  }
  run.slot.pause();
  run.finish();
  CHECK(run.sight() == seen[static_cast<std::size_t>(run.slot.run().step())]);
  CHECK(asked < 100 * 2);  // states inside the stretch are kept: no stretch is replayed for each of its steps
}

namespace {

/// A large state that hardly changes, so that many steps of it cost nothing.
class Heavy final : public System {
 public:
  Status step() override { return values_[static_cast<std::size_t>(++made_) % values_.size()] += 0.5, Status::Running; }
  double time() const override { return static_cast<double>(made_); }
  Result<void> set(std::string_view, const Value&) override { return {}; }
  std::span<double> weights() override { return values_; }
  void archive(Archive& a) override { a("values", std::span<double>(values_)), a("made", made_); }
  void measure(std::span<const std::uint32_t> views, Frame& frame) const override {
    for (const std::uint32_t v : views) frame.values.push_back({v, Part::Measured, {}, {values_[static_cast<std::size_t>(made_) % values_.size()]}});
  }

 private:
  std::vector<double> values_ = std::vector<double>(100000, 1.0);
  std::int64_t made_ = 0;
};

Entry heavy() {
  Entry e = toy::entry();
  e.params.clear(), e.inputs.clear();
  e.views = [](const Settings&, const Inputs&) -> std::vector<ViewInfo> { return {{"loss", "Loss", "", "", Kind::Scalar}}; };
  e.cost = [](const Settings&, const Inputs&) { return 10.0; };
  e.memory = [](const Settings&, const Inputs&) { return 1e6; };
  e.make = [](const Settings&, const Inputs&, std::uint64_t) -> Result<std::unique_ptr<System>> { return std::unique_ptr<System>(std::make_unique<Heavy>()); };
  return e;
}

}  // namespace

TEST_CASE("branches: what is remembered of a run of a million steps keeps its budget, small states or large ones, and any step can be gone back to") {
  for (const bool large : {false, true}) {
    CAPTURE(large);
    const Entry entry = large ? heavy() : toy::entry();
    Document d;
    d.settings = large ? Settings{} : Settings{{"step_size", 1e-5}, {"lines", std::int64_t{8}}};
    d.steps = 1000000;
    d.every = large ? 1000 : 2;
    d.record = large ? std::vector<std::string>{"loss"} : std::vector<std::string>{"loss", "values"};
    auto slot = Slot::open(entry, d, {});
    REQUIRE(slot);
    const std::size_t budget = kMostPast / 4;
    slot->budget(budget);
    std::map<std::int64_t, std::uint64_t> bits;
    slot->play();
    while (slot->going()) {
      slot->advance(4999, kOn);
      (void)slot->news();
      REQUIRE(slot->past().bytes() <= budget);
      if (slot->run().step() % 7 == 0) bits[slot->run().step()] = slot->run().bits();
    }
    CHECK(slot->past().bytes() > budget / 8);
    CHECK(bits.size() > 10);
    int visited = 0;
    for (auto it = bits.rbegin(); it != bits.rend() && visited < 20; ++it, ++visited) {
      slot->seek(it->first);
      std::int64_t made = 0;
      while (slot->going()) made += slot->advance(4999, kOn);
      CHECK(slot->run().bits() == it->second);
      CHECK(made < (large ? 300000 : 60000));
    }
  }
}
