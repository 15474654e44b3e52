// Everything the reader did can be taken back and done again, and the runs come back with the same bits.
#include "ui/undo.h"

#include "math/rng.h"
#include "ui/desk.h"

using namespace rankscope;
using namespace rankscope::ui;
using rankscope::ui::test::Desk;
using rankscope::ui::test::kSmall;

namespace {

/// All that undo promises: documents, names, colours, where they stand, their bits, what is shown and how.
struct Standing {
  Experiment experiment;
  std::vector<std::string> bits;

  bool operator==(const Standing&) const = default;
};

Standing standing(Desk& desk) {
  Standing out{desk.model.experiment(), {}};
  for (const Slot& s : desk.model.slots()) out.bits.push_back(desk.bits(s.lane));
  return out;
}

/// In words, for what a failing check prints.
std::string text(const Standing& s) {
  std::string out = s.experiment.document + " " + s.experiment.name + " " + encode(s.experiment.look);
  for (const std::string& b : s.bits) out += " " + b;
  return out;
}

/// Draws what a reader does, takes all of it back and does it again.
void back_and_forth(std::uint64_t seed) {
  CAPTURE(seed);
  Rng rng(seed);
  const auto die = [&](int sides) { return static_cast<int>(rng.uniform() * sides); };
  Desk desk;
  desk.open(kSmall);
  std::vector<Standing> were;  // before each step that can be taken back
  std::vector<std::string> acts;
  for (int i = 0; i < 30; ++i) {
    const Standing before = standing(desk);
    const int act = die(14);
    CAPTURE(act);
    Model& m = desk.model;
    const std::size_t slots = m.slots().size();
    bool notes = true;
    switch (act) {
      case 0: m.set("step_size", 0.01 * (1 + die(20)) + 1e-4 * i); break;
      case 1: m.set("depth", std::int64_t{2} + (std::get<std::int64_t>(m.main().document.settings["depth"]) - 1) % 3); break;
      case 2: m.reseed(m.main().document.seed + 1); break;
      case 3: m.pin(), notes = m.slots().size() > slots; break;
      case 4: notes = slots > 1, m.remove(1); break;
      case 5: m.rename(slots - 1, "run " + std::to_string(i)); break;
      case 6: notes = slots > 1, m.promote(slots - 1); break;
      case 7: m.ladder("alpha", {0.1, 0.01, 0.001}); break;
      case 8: m.seeds(3); break;
      case 9: m.show_view("loss", die(2) == 0); break;
      case 10: notes = slots > 1, m.remove_all(); break;
      case 11: m.nudge("completed", die(25), 0.1 * die(10)); break;
      case 12: m.seek(die(200)), notes = false; break;
      default: m.step(die(30)), notes = false; break;
    }
    desk.rest();
    REQUIRE_MESSAGE(desk.refused.empty(), desk.refused.front());
    m.seek(m.main().step());  // runs of a ladder are played: all stand still at one step, and nothing of it is one slider's drag
    desk.rest();
    if (!notes) continue;
    were.push_back(before);
    acts.push_back(m.undone().undo_text());
  }
  const Standing end = standing(desk);
  std::vector<Standing> ends;
  for (std::size_t i = were.size(); i-- > 0;) {
    CAPTURE(acts[i]);
    REQUIRE(desk.model.undone().can_undo());
    ends.push_back(standing(desk));
    desk.model.undo();
    desk.rest();
    REQUIRE_MESSAGE(desk.refused.empty(), desk.refused.front());
    CHECK(text(standing(desk)) == text(were[i]));
  }
  CHECK_FALSE(desk.model.undone().can_undo());
  while (!ends.empty()) {
    desk.model.redo();
    desk.rest();
    CHECK(text(standing(desk)) == text(ends.back()));
    ends.pop_back();
  }
  CHECK_FALSE(desk.model.undone().can_redo());
  CHECK(standing(desk) == end);
}

}  // namespace

TEST_CASE("undo: changes of one slider are one step, a change after an undo forgets what was undone") {
  Undo undo;
  const auto at = [](const char* document) { return Experiment{document, {}, {}}; };
  undo.note("Depth 2 to 3", "depth", at("a"));
  undo.note("Depth 3 to 4", "depth", at("b"));
  undo.note("Seed 1 to 2", "seed", at("c"));
  CHECK(undo.undo_text() == "Seed 1 to 2");
  CHECK(undo.undo(at("d")).document == "c");
  CHECK(undo.redo_text() == "Seed 1 to 2");
  CHECK(undo.undo(at("c")).document == "a");
  CHECK_FALSE(undo.can_undo());
  CHECK(undo.redo(at("a")).document == "c");
  undo.note("Reset", "", at("c"));
  CHECK_FALSE(undo.can_redo());
  CHECK(undo.undo(at("e")).document == "c");
}

TEST_CASE("undo: any sequence of what a reader does is taken back step by step, and done again") {
  for (const std::uint64_t seed : {1, 2}) back_and_forth(seed);
}

TEST_SUITE("long") {
  TEST_CASE("undo: many sequences of what a reader does") {
    for (std::uint64_t seed = 3; seed <= 60; ++seed) back_and_forth(seed);
  }
}

TEST_CASE("undo: a change that is refused leaves nothing to take back") {
  Desk desk;
  desk.open(kSmall);
  desk.model.set("step_size", -5.0);
  desk.rest();
  CHECK(desk.model.problem);
  CHECK_FALSE(desk.model.undone().can_undo());
  CHECK(std::get<double>(desk.model.main().document.settings["step_size"]) == 0.05);
}

TEST_CASE("undo: where panels stand stays") {
  Desk desk;
  desk.open(kSmall);
  desk.model.look.layout = "study";
  desk.model.set("step_size", 0.1);
  desk.rest();
  desk.model.look.layout = "study+*numbers";
  desk.model.undo();
  desk.rest();
  CHECK(std::get<double>(desk.model.main().document.settings["step_size"]) == 0.05);
  CHECK(desk.model.look.layout == "study+*numbers");
}

TEST_CASE("undo: an opened study is taken back to the one before, with its runs beside it") {
  Desk desk;
  desk.open(kSmall);
  desk.model.seek(60);
  desk.rest();
  desk.model.pin();
  desk.rest();
  const Standing before = standing(desk);
  desk.open(R"({"system":"cp","settings":{"sizes":[3,3,3],"components":3},"steps":50})");
  CHECK(desk.model.main().document.system == "cp");
  CHECK(desk.model.slots().size() == 1);
  desk.model.undo();
  desk.rest();
  CHECK(standing(desk) == before);
  desk.model.redo();
  desk.rest();
  CHECK(desk.model.main().document.system == "cp");
  CHECK(desk.refused.empty());  // nothing was looked at that the study before, or the one after, has not
}
