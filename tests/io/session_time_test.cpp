// The session's commands of time, by a clock that the test moves.
#include <doctest/doctest.h>

#include <algorithm>

#include "io/asking.h"
#include "io/json.h"
#include "io/session.h"
#include "lab/frame.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

struct Desk : test::Asking {
  Desk() : Asking(toy::tables()) {}

  void take() {
    while (auto bytes = session.take()) {
      const int kind = std::to_integer<int>((*bytes)[0]), slot = std::to_integer<int>((*bytes)[1]);
      const auto body = std::span(*bytes).subspan(5);
      if (kind == 3) {
        auto json = parse_json({reinterpret_cast<const char*>(body.data()), body.size()});
        REQUIRE(json);
        if (slot == 0) status = *json->find("status")->text();
        if (const Json* why = json->find("halted")) halted = *why->text();
        for (const Json& e : *json->find("events")->array())
          if (slot == 0) events.push_back(*e.find("step")->whole());
      } else {
        const auto frame = decode(body);
        REQUIRE(frame);
        if (kind == 1) recorded[slot].push_back(frame->step);
        if (kind == 1 || kind == 7) standing[slot] = *frame;
        if (kind == 2 && slot == 0) moments.push_back(frame->step);
      }
    }
  }
  void finish() {
    while (session.advance([] { return true; }, 1)) take();
    take();
  }
  std::int64_t step(int slot = 0) { return *ok(R"({"do": "stats", "slot": )" + std::to_string(slot) + "}").find("step")->whole(); }
  std::string bits(int slot = 0) { return *ok(R"({"do": "bits", "slot": )" + std::to_string(slot) + "}").find("bits")->text(); }

  std::string status, halted;
  std::vector<std::int64_t> events, recorded[4], moments;
  Frame standing[4];
};

const std::string open_it = R"({"do": "open", "document": {"study": "growth"}})";  // 200 steps, recorded each 5

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("session: from event to event, both ways; where none is known, on until there is one, or the end") {
  Desk d;
  d.ok(open_it);
  std::vector<std::int64_t> found;
  for (int i = 0; i < 3; ++i) {
    d.ok(R"({"do": "to_event"})");
    d.finish();
    found.push_back(d.step());
    REQUIRE(d.status == "paused");
    REQUIRE(d.events.back() == found.back());
  }
  CHECK(found == d.events);
  d.ok(R"({"do": "to_event"})");
  d.finish();
  CHECK(d.step() == 200);
  CHECK(d.status == "finished");
  const std::size_t recorded = d.recorded[0].size();
  for (int i = 3; i-- > 0;) {
    d.ok(R"({"do": "to_event", "back": true})");
    d.finish();
    CHECK(d.step() == found[static_cast<std::size_t>(i)]);
    CHECK(d.standing[0].step == d.step() - d.step() % 5);
  }
  d.ok(R"({"do": "to_event", "back": true})");
  d.finish();
  CHECK(d.step() == 0);
  d.ok(R"({"do": "to_event"})");
  d.finish();
  CHECK(d.step() == found[0]);
  CHECK(d.recorded[0].size() == recorded);
  CHECK(has(d.refused(R"({"do": "to_event", "back": 1})"), "back"));
}

TEST_CASE("session: a run that plays halts where a condition comes true, once, and says why") {
  Desk d;
  d.ok(open_it);
  d.ok(R"({"do": "halt", "when": [{"view": "loss", "below": 20}, {"event": "take-off"}]})");
  std::vector<std::int64_t> where;
  std::vector<std::string> why;
  while (d.status != "finished") {
    d.ok(R"({"do": "play"})");
    d.finish();
    if (d.status != "finished") where.push_back(d.step()), why.push_back(d.halted);
  }
  REQUIRE(where.size() == 4);
  CHECK(std::is_sorted(where.begin(), where.end()));
  CHECK(std::count_if(why.begin(), why.end(), [](const std::string& w) { return has(w, "Loss is below 20"); }) == 1);
  CHECK(std::count_if(why.begin(), why.end(), [](const std::string& w) { return has(w, "takes off"); }) == 3);
  for (const std::int64_t step : where) CHECK(step % 5 == 0);
  d.ok(R"({"do": "seek", "step": 1})");  // through what is known it halts at the same Frames
  d.finish();
  CHECK(d.status == "paused");
  d.ok(R"({"do": "play"})");
  d.finish();
  CHECK(d.step() == where[0]);
  d.ok(R"({"do": "halt", "when": []})");
  d.ok(R"({"do": "play"})");
  d.finish();
  CHECK(d.step() == 200);
  CHECK(has(d.refused(R"({"do": "halt", "when": [{"view": "los", "below": 1}]})"), "did you mean 'loss'?"));
  CHECK(has(d.refused(R"({"do": "halt", "when": [{"view": "values", "below": 1}]})"), "is no scalar"));
  CHECK(has(d.refused(R"({"do": "halt", "when": [{"view": "loss"}]})"), "below"));
  CHECK(has(d.refused(R"({"do": "halt", "when": [{"event": "takeoff"}]})"), "take-off"));
  CHECK(has(d.refused(R"({"do": "halt"})"), "when"));
}

TEST_CASE("session: a change that builds a run anew brings it to the step that it names, and leaves it there") {
  Desk d;
  d.ok(open_it);
  d.ok(R"({"do": "look", "views": []})");
  d.ok(R"({"do": "play"})");
  d.finish();
  REQUIRE(d.status == "finished");
  d.recorded[0].clear();
  Json reply = d.ok(R"({"do": "set", "key": "start", "value": 1e-3, "step": 120})");
  CHECK(*reply.find("restarted")->flag());
  CHECK(*reply.find("step")->whole() == 120);
  d.finish();
  CHECK(d.step() == 120);
  CHECK(d.status == "paused");
  CHECK(d.recorded[0].size() == 25);
  CHECK(d.moments.back() == 120);
  const std::string bits = d.bits();
  reply = d.ok(R"({"do": "set", "key": "start", "value": 1e-3, "step": 1000})");  // no further than its end
  CHECK(*reply.find("step")->whole() == 200);
  d.finish();
  CHECK(d.status == "finished");
  Desk other;
  other.ok(R"({"do": "open", "document": {"study": "growth", "settings": {"start": 1e-3}}})");
  other.ok(R"({"do": "seek", "step": 120})");
  other.finish();
  CHECK(other.bits() == bits);
  reply = other.ok(R"({"do": "set", "key": "step_size", "value": 0.1, "step": 50})");  // a live one stays where it is
  CHECK_FALSE(*reply.find("restarted")->flag());
  CHECK(!reply.find("step"));
  CHECK(other.step() == 120);
  const std::string edited = other.bits();
  CHECK(has(other.refused(R"({"do": "set", "key": "start", "value": 1e-3, "step": -1})"), "step"));
  CHECK(other.bits() == edited);
}

TEST_CASE("session: near an event a run goes at its share of the pace, whether it knows the event or comes by it") {
  Desk d;
  d.ok(open_it);
  d.ok(R"({"do": "seek", "step": 200})");
  d.finish();
  const std::int64_t event = d.events.front();
  d.ok(R"({"do": "seek", "step": 0})");
  d.finish();
  d.ok(R"({"do": "speed", "steps_per_second": 100, "near_events": 0.1})");
  d.ok(R"({"do": "play"})");
  double seconds = 0, near = 0;
  while (d.step() < event + 8) {
    const std::int64_t before = d.step();
    d.session.advance([] { return true; }, 0.01);
    seconds += 0.01;
    if (std::abs(before - event) <= 4) near += 0.01;
    REQUIRE(seconds < 20);
  }
  CHECK(near == doctest::Approx(0.9).epsilon(0.15));  // nine steps at ten a second
  CHECK(seconds - near < 0.02 * static_cast<double>(event) + 0.5);
  d.ok(R"({"do": "speed", "steps_per_second": 0, "near_events": 0.5})");  // of 200 steps in ten seconds: ten a second
  d.ok(R"({"do": "seek", "step": 0})");
  d.finish();
  d.ok(R"({"do": "play"})");
  d.session.advance([] { return true; }, 0.01);
  CHECK(std::abs(d.step() - (event - 4)) <= 1);  // at full speed up to there
  CHECK(d.session.wait() > 0);
  d.ok(R"({"do": "open", "slot": 1, "document": {"study": "growth", "settings": {"start": 1e-6}}})");  // whose events come later
  d.ok(R"({"do": "seek", "slot": -1, "step": 0})");
  d.finish();
  d.ok(R"({"do": "speed", "slot": -1, "steps_per_second": 0, "near_events": 0.5})");
  d.ok(R"({"do": "play", "slot": -1})");
  for (int i = 0; i < 5; ++i) d.session.advance([] { return true; }, 0.1);
  CHECK(d.step(0) < event + 4);
  CHECK(std::abs(d.step(0) - d.step(1)) <= 16);  // and slows down with the first
  CHECK(has(d.refused(R"({"do": "speed", "steps_per_second": 1, "near_events": 2})"), "near_events"));
}

TEST_CASE("session: playing back goes at the run's speed to the start, shows moments, and sends no Frame again") {
  Desk d;
  d.ok(open_it);
  d.ok(R"({"do": "look", "views": []})");
  d.ok(R"({"do": "seek", "step": 100})");
  d.finish();
  const auto recorded = d.recorded[0];
  d.moments.clear();
  d.ok(R"({"do": "speed", "steps_per_second": 40})");
  d.ok(R"({"do": "play", "back": true})");
  for (int i = 0; i < 10; ++i) {
    CHECK(d.session.advance([] { return true; }, 0.1));
    d.take();
  }
  CHECK(d.step() == 60);
  CHECK(d.status == "running");
  CHECK(d.standing[0].step == 60);
  d.finish();
  CHECK(d.step() == 0);
  CHECK(d.status == "paused");
  CHECK(d.recorded[0] == recorded);
  REQUIRE(d.moments.size() > 3);
  CHECK(std::is_sorted(d.moments.rbegin(), d.moments.rend()));
  d.ok(R"({"do": "step", "n": 30})");
  d.finish();
  d.ok(R"({"do": "step", "n": -7})");
  d.finish();
  CHECK(d.step() == 23);
  CHECK(d.standing[0].step == 20);
  d.ok(R"({"do": "step", "n": -1000})");
  d.finish();
  CHECK(d.step() == 0);
}

TEST_CASE("session: runs beside each other are sought, stepped and played back together") {
  Desk d;
  d.ok(open_it);
  d.ok(R"({"do": "open", "slot": 1, "document": {"study": "growth", "variant": "fast", "settings": {"lines": 8}}})");
  d.ok(R"({"do": "seek", "slot": -1, "step": 150})");
  d.finish();
  d.ok(R"({"do": "play", "slot": -1, "back": true})");
  int n = 0;
  while (d.session.advance([&] { return ++n % 3 != 0; }, 0.01)) CHECK(std::abs(d.step(0) - d.step(1)) <= 16);
  CHECK(d.step(0) == 0);
  CHECK(d.step(1) == 0);
}

TEST_CASE("session: a fork has what its run has, and what was not yet taken of it; revise says from where on Frames come anew; swap exchanges runs") {
  Desk d;
  d.ok(open_it);
  d.ok(R"({"do": "play"})");
  int n = 60;
  d.session.advance([&] { return --n > 0; }, 0.1);
  const Json reply = d.ok(R"({"do": "fork", "slot": 0, "to": 2})");
  CHECK(reply.find("show"));
  CHECK(reply.find("document"));
  d.take();
  CHECK(d.recorded[2] == d.recorded[0]);  // nothing had been taken
  CHECK(d.step(2) == 60);
  CHECK(d.bits(2) == d.bits(0));
  d.ok(R"({"do": "pause", "slot": -1})");
  d.ok(R"({"do": "set", "slot": 2, "key": "step_size", "value": 0.1})");
  d.ok(R"({"do": "seek", "slot": -1, "step": 200})");
  d.finish();
  CHECK(d.bits(2) != d.bits(0));
  CHECK(d.recorded[2].size() == 41);

  const std::string other = d.bits(2), own = d.bits(0);
  d.ok(R"({"do": "swap", "slot": 0, "with": 2})");
  CHECK(d.bits(0) == other);
  d.ok(R"({"do": "swap", "slot": 0, "with": 2})");

  d.recorded[2].clear();
  const Json undone = d.ok(R"({"do": "revise", "slot": 2, "document": {"study": "growth"}, "step": 100})");
  CHECK(*undone.find("from")->whole() == 60);
  d.finish();
  CHECK(d.step(2) == 100);
  CHECK(d.recorded[2] == std::vector<std::int64_t>{65, 70, 75, 80, 85, 90, 95, 100});
  CHECK(d.standing[2].step == 100);
  d.ok(R"({"do": "seek", "slot": 2, "step": 200})");
  d.finish();
  CHECK(d.bits(2) == own);
  const Json anew = d.ok(R"({"do": "revise", "slot": 2, "document": {"study": "growth", "seed": 9}, "step": 10})");
  CHECK(*anew.find("from")->whole() == -1);
  CHECK(has(d.refused(R"({"do": "fork", "slot": 0, "to": 0})"), "to"));
  CHECK(has(d.refused(R"({"do": "fork", "slot": 3, "to": 1})"), "holds no run"));
  CHECK(has(d.refused(R"({"do": "swap", "slot": 0, "with": 3})"), "holds no run"));
  CHECK(has(d.refused(R"({"do": "revise", "slot": 2, "document": {"study": "growth"}})"), "step"));
  CHECK(has(d.refused(R"({"do": "nudge", "slot": 0, "view": "values", "entry": 0, "value": 1})"), "cannot be taken hold of"));
  CHECK(has(d.refused(R"({"do": "nudge", "slot": 0, "view": "value", "entry": 0, "value": 1})"), "did you mean 'values'?"));
  CHECK(has(d.refused(R"({"do": "nudge", "slot": 0, "view": "values", "entry": -1, "value": 1})"), "entry"));
}
