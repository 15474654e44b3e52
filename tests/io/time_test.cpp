// Time is the reader's: whatever is sought, in whatever order, is what was there. For every preset and every system, without exception.
#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "io/document.h"
#include "math/rng.h"
#include "presets/first.h"
#include "presets/presets.h"
#include "io/player.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

const Tables kAll{systems(), presets()};

/// Runs for so long at most, then goes to steps it has been at, in any order; with edits on the way if asked.
struct Round {
  double seconds;
  std::int64_t most_steps;
  int places;  ///< remembered, at most
  bool edits;
  std::size_t states = 0;  ///< room for so many; 0: for all
};

/// A Live parameter that matters to the document, and another value of it.
std::optional<std::pair<std::string, Value>> another_value(const Entry& entry, const Document& document, double factor) {
  for (const Param& p : entry.params) {
    const auto* now = std::get_if<double>(&document.settings.at(p.key));
    if (p.when == When::Live && now && relevant(entry.params, p, document.settings)) return std::pair{p.key, Value(std::clamp(*now * factor, p.range.low, p.range.high))};
  }
  return {};
}

/// Takes hold of an entry of each view that can be taken hold of.
int nudge_all(Slot& slot) {
  int done = 0;
  for (const ViewInfo& view : slot.run().views()) {
    if (!view.grasp) continue;
    const std::uint32_t at[] = {static_cast<std::uint32_t>(slot.run().view(view.key))};
    const Frame frame = slot.run().measure(at);
    const Series* s = frame.find(at[0]);
    if (!s || s->data.empty()) continue;
    done += bool(slot.nudge(view.key, 0, 1.01 * s->data[0] + 0.01));
    done += bool(slot.nudge(view.key, 0, 1.02 * s->data[0] + 0.02));  // dragged on: one edit
  }
  return done;
}

void check_time(const Entry& entry, Document document, const Round& round) {
  document.steps = std::min(document.steps, round.most_steps);
  document.every = std::min<std::int64_t>(document.every, std::max<std::int64_t>(1, document.steps / 9));
  const std::clock_t begin = std::clock();
  const auto spent = [&] { return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC; };
  Player player(entry, document);
  Slot& slot = player.slot;
  if (round.states) slot.budget(round.states * bytes_of(slot.run().save()) * 8 / 3 + (1 << 14));
  Rng rng(7, 1);
  std::map<std::int64_t, Sight> seen{{0, player.sight()}};
  const std::int64_t gap = std::max<std::int64_t>(1, document.steps / round.places);
  std::int64_t edited = 0;
  while (!slot.run().finished() && (spent() < round.seconds || seen.size() < 4)) {
    slot.step(std::min<std::int64_t>(1 + rng.below(2 * gap - 1), document.steps - slot.run().step()));
    player.finish();
    if (slot.run().status() != Status::Running) break;
    if (round.edits && edited < 3 && slot.run().step() >= (edited + 1) * document.steps / 5) {
      ++edited;
      if (const auto other = another_value(entry, slot.run().document(), edited == 1 ? 1.2 : 0.7); other && edited != 2) CHECK(bool(slot.set(other->first, other->second)));
      if (edited >= 2) nudge_all(slot);
    }
    seen[slot.run().step()] = player.sight();
  }
  if (seen.count(slot.run().step()) == 0) return;  // diverged: another test's
  const std::int64_t last = slot.run().step();
  const std::size_t recorded = player.frames, kept = slot.frames().size();
  std::vector<std::int64_t> order;
  for (const auto& [step, sight] : seen) order.push_back(step);
  for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[static_cast<std::size_t>(rng.below(static_cast<std::int64_t>(i) + 1))]);
  const auto again = spent();
  int visited = 0;
  for (const std::int64_t step : order) {
    if (visited > 5 && spent() - again > 2 * round.seconds) break;
    ++visited;
    player.seek(step);
    CAPTURE(step);
    const Sight now = player.sight();
    REQUIRE(slot.run().step() == step);
    REQUIRE(now.bits == seen[step].bits);
    REQUIRE(now.recorded == seen[step].recorded);
    REQUIRE(now.moment == seen[step].moment);
  }
  player.seek(last);
  CHECK(player.sight() == seen[last]);
  CHECK(player.frames == recorded);  // nothing was sent twice
  CHECK(slot.frames().size() == kept);
  if (!round.edits) return;
  auto fresh = Run::open(entry, slot.run().document(), inputs_of(document));
  REQUIRE(fresh);
  fresh->advance(last, kOn, [](const Frame&) {});
  CHECK(fresh->bits() == seen[last].bits);
}

void check_everything(const Round& round) {
  for (const Tables& tables : {kAll, first_tables()})
    for (const Study& study : tables.presets) {
      CAPTURE(study.key);
      auto document = document_of(tables, study);
      REQUIRE(document);
      check_time(*tables.system(document->system), *document, round);
    }
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    Document document = document_of(entry);
    document.record = record_default(entry.views(document.settings, {}));
    check_time(entry, document, round);
  }
}

}  // namespace

TEST_CASE("time: every preset and every system is at each step what it was there, in any order, edited on the way, from few states") {
  check_everything({0.02, 60, 8, true, 4});
}

TEST_CASE("time: so is every integrator, with and without batches, in one matrix and in a tensor") {
  for (const char* system : {"deep_matrix", "cp"})
    for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop", "flow"})
      for (const std::int64_t batch : {0, 5}) {
        CAPTURE(system);
        CAPTURE(optimizer);
        if (batch && std::string(optimizer) == "flow") continue;
        const Entry& entry = *kAll.system(system);
        Document document = document_of(entry);
        document.settings["optimizer"] = std::string(optimizer);
        document.settings["batch"] = batch;
        document.settings["step_size"] = std::string(optimizer) == "group_rmsprop" ? 0.003 : 0.01;
        if (std::string(system) == "deep_matrix") document.settings["rows"] = document.settings["cols"] = std::int64_t{6};
        document.record = {"loss", std::string(system) == "cp" ? "component_norms" : "singular_values"};
        document.steps = 400;
        document.every = 7;
        for (const bool edits : {false, true}) check_time(entry, document, {0.05, 400, 100, edits, edits ? std::size_t{20} : 0});
      }
}

TEST_SUITE("long") {
  TEST_CASE("time: every preset and every system at a hundred steps of some hundred, without edits and with them") {
    check_everything({0.5, 400, 100, false});
    check_everything({0.5, 400, 100, true, 30});
  }
}
