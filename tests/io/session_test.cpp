#include <doctest/doctest.h>

#include <cstring>
#include <map>

#include "io/asking.h"
#include "io/document.h"
#include "io/session.h"
#include "lab/frame.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

struct Said {
  int kind = 0, slot = 0;
  Frame frame;
  Json notice;
};

/// A session with what it said, in order.
struct Stage : test::Asking {
  explicit Stage(Tables tables = toy::tables()) : Asking(tables) {}


  void take() {
    while (auto bytes = session.take()) {
      REQUIRE(bytes->size() >= 5);
      Said s;
      s.kind = std::to_integer<int>((*bytes)[0]);
      s.slot = std::to_integer<int>((*bytes)[1]);
      const auto body = std::span(*bytes).subspan(5);
      if (s.kind == 3) {
        auto json = parse_json({reinterpret_cast<const char*>(body.data()), body.size()});
        REQUIRE(json);
        s.notice = *json;
      } else {
        auto frame = decode(body);
        REQUIRE(frame);
        s.frame = *frame;
      }
      said.push_back(std::move(s));
    }
  }
  /// Until nothing is left to do.
  void finish() {
    while (session.advance([] { return true; }, 1)) {
    }
    take();
  }
  /// So many steps of whatever plays.
  void steps(int n) {
    session.advance([&] { return --n > 0; }, 0.001);
    take();
  }

  std::vector<std::int64_t> recorded(int slot = 0) const {
    std::vector<std::int64_t> out;
    for (const Said& s : said)
      if (s.kind == 1 && s.slot == slot) out.push_back(s.frame.step);
    return out;
  }
  int moments() const {
    int n = 0;
    for (const Said& s : said) n += s.kind == 2;
    return n;
  }
  std::string status(int slot = 0) const {
    for (auto it = said.rbegin(); it != said.rend(); ++it)
      if (it->kind == 3 && it->slot == slot) return *it->notice.find("status")->text();
    return "";
  }
  std::string bits(int slot = 0) {
    return *ok(R"({"do": "bits", "slot": )" + std::to_string(slot) + "}").find("bits")->text();
  }
  std::int64_t step(int slot = 0) {
    return *ok(R"({"do": "stats", "slot": )" + std::to_string(slot) + "}").find("step")->whole();
  }

  std::vector<Said> said;
};

const std::string open_growth = R"({"do": "open", "slot": 0, "document": {"study": "growth"}})";
const std::string play_it = R"({"do": "play", "slot": 0})";

std::span<const std::byte> bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("session: open answers the complete document and declaration, and the first Frame") {
  Stage s;
  const Json reply = s.ok(R"({"do": "open", "slot": 0, "id": 7, "document": {"study": "growth"}})");
  CHECK(*reply.find("do")->text() == "open");
  CHECK(*reply.find("id")->whole() == 7);
  CHECK(reply.find("document")->find("settings")->find("start")->number() == 1e-3);
  CHECK(*reply.find("show")->find("key")->text() == "growth");
  CHECK(reply.find("show")->find("views")->array()->size() == 3);
  CHECK(*reply.find("remark")->text() == "a toy");
  s.take();
  CHECK(s.recorded() == std::vector<std::int64_t>{0});
  CHECK(s.status() == "paused");
  CHECK(s.moments() == 0);
  CHECK(s.step() == 0);
}

TEST_CASE("session: play runs to the end, records at every stride, and says so") {
  Stage s;
  s.ok(open_growth);
  s.ok(play_it);
  s.finish();
  const auto steps = s.recorded();
  REQUIRE(steps.size() == 41);
  for (std::size_t i = 0; i < steps.size(); ++i) CHECK(steps[i] == static_cast<std::int64_t>(5 * i));
  CHECK(s.status() == "finished");
  CHECK(!s.session.advance([] { return true; }, 1));
}

TEST_CASE("session: the loop that drives it does not change the run") {
  Stage one, two;
  one.ok(open_growth), two.ok(open_growth);
  one.ok(play_it), two.ok(play_it);
  one.finish();
  while (two.status() != "finished") two.steps(3);
  CHECK(one.bits() == two.bits());
  CHECK(one.recorded() == two.recorded());
}

TEST_CASE("session: moments are posted to those who look, one at a time, with what they look at") {
  Stage s;
  s.ok(open_growth);
  s.ok(R"({"do": "look", "slot": 0, "views": ["diagonal"]})");
  s.take();
  REQUIRE(s.moments() == 1);
  CHECK(s.said.back().frame.find(2)->shape == std::vector<std::int64_t>{3, 3});
  CHECK(s.said.back().frame.find(0) != nullptr);
  s.take();
  CHECK(s.moments() == 1);
  s.ok(play_it);
  s.finish();
  CHECK(s.moments() == 2);
  CHECK(s.said.back().frame.step == 200);
  CHECK(has(s.refused(R"({"do": "look", "slot": 0, "views": ["diagnal"]})"), "did you mean 'diagonal'?"));
}

TEST_CASE("session: runs side by side keep step, whatever a step costs") {
  Stage s;
  s.ok(open_growth);
  s.ok(R"({"do": "open", "slot": 1, "document": {"study": "growth", "variant": "fast", "settings": {"lines": 8}}})");
  s.ok(R"({"do": "play", "slot": -1})");
  for (int i = 0; i < 20; ++i) {
    s.steps(7);
    CHECK(std::abs(s.step(0) - s.step(1)) <= 16);
  }
  CHECK(s.step(0) + s.step(1) == 140);
  s.finish();
  CHECK(s.status(0) == "finished");
  CHECK(s.status(1) == "finished");
}

TEST_CASE("session: step makes so many steps and pauses") {
  Stage s;
  s.ok(open_growth);
  s.ok(R"({"do": "step", "slot": 0, "n": 12})");
  s.finish();
  CHECK(s.step() == 12);
  CHECK(s.status() == "paused");
  s.ok(R"({"do": "step", "slot": 0})");
  s.finish();
  CHECK(s.step() == 13);
}

TEST_CASE("session: seek goes both ways, gives the same bits, and does not send twice what was recorded") {
  Stage s;
  s.ok(open_growth);
  s.ok(R"({"do": "seek", "slot": 0, "step": 90})");
  s.finish();
  const std::string at90 = s.bits();
  CHECK(s.step() == 90);
  s.ok(R"({"do": "seek", "slot": 0, "step": 150})");
  s.finish();
  const auto before = s.recorded();
  s.ok(R"({"do": "seek", "slot": 0, "step": 90})");
  s.finish();
  CHECK(s.step() == 90);
  CHECK(s.status() == "paused");
  CHECK(s.bits() == at90);
  CHECK(s.recorded() == before);
  s.ok(R"({"do": "seek", "slot": 0, "step": 1000000})");
  s.finish();
  CHECK(s.step() == 200);
  CHECK(s.recorded().size() == 41);
}

TEST_CASE("session: a Live change acts now, is an edit of the document, and replays to the same bits") {
  Stage s;
  s.ok(open_growth);
  s.ok(R"({"do": "seek", "slot": 0, "step": 150})");
  s.finish();
  s.ok(R"({"do": "seek", "slot": 0, "step": 50})");
  s.finish();
  const Json reply = s.ok(R"({"do": "set", "slot": 0, "key": "step_size", "value": 0.1})");
  CHECK(!*reply.find("restarted")->flag());
  const Json::Array& edits = *reply.find("document")->find("edits")->array();
  REQUIRE(edits.size() == 1);
  CHECK(*edits[0].find("step")->whole() == 50);
  s.said.clear();
  s.ok(play_it);
  s.finish();
  REQUIRE(s.recorded().size() == 30);
  CHECK(s.recorded().front() == 55);  // what came after the edit is void and sent anew

  const std::string document = s.session.command(R"({"do": "document", "slot": 0})");
  const auto begin = document.find("\"document\":") + 11;
  Stage again;
  again.ok(R"({"do": "open", "document": )" + document.substr(begin));
  again.ok(play_it);
  again.finish();
  CHECK(again.bits() == s.bits());
}

TEST_CASE("session: a Restart change builds the run anew with what was set on the way, and goes on as it was") {
  Stage s;
  s.ok(open_growth);
  s.ok(play_it);
  s.steps(20);
  s.ok(R"({"do": "set", "slot": 0, "key": "step_size", "value": "0.1"})");
  const Json reply = s.ok(R"({"do": "set", "slot": 0, "key": "lines", "value": 5})");
  CHECK(*reply.find("restarted")->flag());
  CHECK(reply.find("document")->find("settings")->find("step_size")->number() == 0.1);
  CHECK(reply.find("document")->find("edits")->array()->empty());
  CHECK(s.step() == 0);
  s.finish();
  CHECK(s.status() == "finished");
  const std::string played = s.bits();
  s.ok(R"({"do": "pause", "slot": 0})");
  s.ok(R"({"do": "reset", "slot": 0})");
  s.finish();
  CHECK(s.step() == 0);
  s.ok(play_it);
  s.finish();
  CHECK(s.bits() == played);
  s.ok(R"({"do": "pause", "slot": 0})");
  s.ok(R"({"do": "reset", "slot": 0})");
  const std::string start = s.bits();
  s.ok(R"({"do": "seed", "slot": 0, "value": 5})");
  CHECK(s.step() == 0);
  CHECK(s.bits() != start);
  CHECK(has(s.refused(R"({"do": "set", "slot": 0, "key": "lines", "value": 99})"), "1 to 8"));
  CHECK(has(s.refused(R"({"do": "set", "slot": 0, "key": "linse", "value": 2})"), "did you mean 'lines'?"));
}

TEST_CASE("session: reset keeps the edits that the document came with") {
  Stage s;
  s.ok(R"({"do": "open", "document": {"study": "growth", "edits": [{"step": 20, "key": "step_size", "value": 0.1}]}})");
  s.ok(play_it);
  s.finish();
  const std::string bits = s.bits();
  s.ok(R"({"do": "reset", "slot": 0})");
  s.finish();
  CHECK(s.step() == 200);
  CHECK(s.bits() == bits);
}

TEST_CASE("session: a diverged run pauses, keeps what was recorded, says what to lower, and starts anew when it is") {
  Stage s;
  s.ok(R"({"do": "open", "document": {"study": "growth", "settings": {"step_size": 50}}})");
  s.ok(R"({"do": "look", "slot": 0, "views": []})");
  s.ok(play_it);
  s.finish();
  CHECK(s.status() == "diverged");
  CHECK(has(*s.said.back().notice.find("trouble")->text(), "lower step_size"));
  CHECK(!s.recorded().empty());
  for (const Said& m : s.said)
    if (m.kind == 2)
      for (const Series& series : m.frame.values)
        for (const double x : series.data) CHECK(std::abs(x) < 1e13);
  const Json reply = s.ok(R"({"do": "set", "slot": 0, "key": "step_size", "value": 0.05})");
  CHECK(*reply.find("restarted")->flag());
  s.finish();
  CHECK(s.status() == "finished");
}

TEST_CASE("session: a speed limit holds, and says how long to wait") {
  Stage s;
  s.ok(open_growth);
  s.ok(R"({"do": "speed", "slot": 0, "steps_per_second": 40})");
  s.ok(play_it);
  for (int i = 0; i < 10; ++i) CHECK(s.session.advance([] { return true; }, 0.1));
  CHECK(s.step() == 40);
  CHECK(s.session.wait() > 0);
  CHECK(s.session.wait() <= 0.025 + 1e-9);
  s.session.advance([] { return true; }, 100);  // a long pause is not caught up with
  CHECK(s.step() <= 50);
  s.ok(R"({"do": "speed", "slot": 0, "steps_per_second": 0})");
  CHECK(s.session.wait() == 0);
  s.finish();
  CHECK(s.step() == 200);
}

TEST_CASE("session: an input that is not there is asked for, and a put file is described") {
  Stage s;
  const std::string want = R"({"do": "open", "document": {"study": "growth", "inputs": {"target": "t.csv"}}})";
  const Json needs = s.ok(want);
  REQUIRE(needs.find("needs"));
  CHECK(*(*needs.find("needs")->array())[0].text() == "t.csv");
  auto put = parse_json(s.session.put("t.csv", bytes("1.5\n2.5\n3.5\n")));
  REQUIRE(put);
  CHECK(*put->find("form")->text() == "dense");
  CHECK(*put->find("entries")->whole() == 3);
  const Json reply = s.ok(want);
  const Json& target = *reply.find("document")->find("inputs")->find("target");
  CHECK(*target.find("hash")->text() == *put->find("hash")->text());
  s.session.put("t.csv", bytes("1\n2\n3\n"));
  CHECK(has(
      s.refused(R"({"do": "open", "document": {"study": "growth", "inputs": {"target": {"name": "t.csv", "hash": ")" +
                *target.find("hash")->text() + R"("}}}})"),
      "not the array"));
  auto triplets = parse_json(s.session.put("r.csv", bytes("user,item,rating\na,x,1\nb,y,2\n")));
  REQUIRE(triplets);
  CHECK(*triplets->find("form")->text() == "triplets");
  CHECK(*triplets->find("gaps")->whole() == 2);
  auto broken = parse_json(s.session.put("b.npy", bytes("\x93NUMPY")));
  REQUIRE(broken);
  CHECK(broken->find("error"));
}

TEST_CASE("session: take-offs are told once, in order") {
  Stage s;
  s.ok(open_growth);
  s.ok(play_it);
  s.finish();
  std::vector<std::int64_t> lines;
  for (const Said& m : s.said)
    if (m.kind == 3)
      for (const Json& e : *m.notice.find("events")->array()) lines.push_back(*e.find("line")->whole());
  CHECK(lines == std::vector<std::int64_t>{0, 1, 2});
}

TEST_CASE("session: exports are the recorded series and the document") {
  Stage s;
  s.ok(open_growth);
  s.ok(play_it);
  s.finish();
  const Json csv = s.ok(R"({"do": "export", "slot": 0, "form": "csv"})");
  CHECK(*csv.find("name")->text() == "growth.csv");
  CHECK(csv.find("text")->text()->substr(0, 41) == "step,time,loss,values_1,values_2,values_3");
  CHECK(std::count(csv.find("text")->text()->begin(), csv.find("text")->text()->end(), '\n') == 42);
  auto document =
      parse_document(*s.ok(R"({"do": "export", "slot": 0, "form": "json"})").find("text")->text(), toy::tables());
  REQUIRE(document);
  CHECK(document->study == "growth");
  CHECK(has(s.refused(R"({"do": "export", "slot": 0, "form": "completion"})"), "completes no matrix"));
  CHECK(has(s.refused(R"({"do": "export", "slot": 0, "form": "xls"})"), "csv, completion or json"));
}

TEST_CASE("session: a completion of triplets predicts every entry that was not seen, by the file's ids") {
  Stage s(Tables{systems(), presets()});
  s.session.put("r.csv", bytes("user,item,rating\nann,tea,1\nann,cake,2\nbob,tea,3\nbob,cake,4\ncy,tea,5\n"));
  s.ok(
      R"({"do": "open", "document": {"system": "deep_matrix", "inputs": {"target": "r.csv"}, "steps": 20, "settings": {"observe": "all"}}})");
  s.ok(play_it);
  s.finish();
  const std::string text = *s.ok(R"({"do": "export", "slot": 0, "form": "completion"})").find("text")->text();
  CHECK(text.substr(0, 33) == "row_id,col_id,prediction\ncy,cake,");
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}

TEST_CASE("session: a view is measured on demand; stats are shares of real time") {
  Stage s;
  s.ok(open_growth);
  const Json view = s.ok(R"({"do": "view", "slot": 0, "key": "values"})");
  CHECK(view.find("data")->array()->size() == 3);
  CHECK((*view.find("data")->array())[0].number() == doctest::Approx(1.02e-3));
  CHECK(has(s.refused(R"({"do": "view", "slot": 0, "key": "value"})"), "did you mean 'values'?"));
  s.ok(play_it);
  s.finish();
  const Json stats = s.ok(R"({"do": "stats", "slot": 0})");
  CHECK(stats.find("steppingShare")->number() >= 0);
  CHECK(stats.find("steppingShare")->number() <= 1);
  CHECK(stats.find("flops_per_step")->number() == 12);
  const Json brief = s.ok(R"({"do": "document", "slot": 0, "short": true})");
  CHECK(!brief.find("document")->find("settings"));
}

TEST_CASE("session: what cannot be done is refused, with the place and the nearest word") {
  Stage s;
  CHECK(has(s.refused("{"), "not JSON"));
  CHECK(has(s.refused("{}"), "must name the command"));
  CHECK(has(s.refused(R"({"do": "opne"})"), "did you mean 'open'?"));
  CHECK(has(s.refused(play_it), "holds no run"));
  CHECK(has(s.refused(R"({"do": "open", "slot": 99, "document": {"study": "growth"}})"), "slot"));
  CHECK(has(s.refused(R"({"do": "open", "document": {"study": "growht"}})"), "did you mean 'growth'?"));
  CHECK(
      has(s.refused(R"({"do": "open", "document": {"study": "growth", "record": ["los"]}})"), "did you mean 'loss'?"));
  CHECK(has(s.refused(R"({"do": "show", "key": "growht"})"), "did you mean 'growth'?"));
  s.ok(open_growth);
  CHECK(has(s.refused(R"({"do": "seek", "slot": 0})"), "step"));
  CHECK(has(s.refused(R"({"do": "speed", "slot": 0, "steps_per_second": -1})"), "steps_per_second"));
  s.ok(R"({"do": "close", "slot": 0})");
  CHECK(has(s.refused(play_it), "holds no run"));
  s.take();
  CHECK(s.said.empty());
}

TEST_SUITE("long") {
  TEST_CASE("session: a long record is thinned, not unbounded, and an edit still voids what came after it") {
    Stage s;
    s.ok(R"({"do": "open", "document": {"study": "growth", "settings": {"lines": 8}, "steps": 300000, "every": 1}})");
    s.ok(play_it);
    while (s.session.advance([] { return true; }, 1))
      while (s.session.take()) {
      }
    while (s.session.take()) {
    }
    const std::string csv = *s.ok(R"({"do": "export", "slot": 0, "form": "csv"})").find("text")->text();
    const auto rows = std::count(csv.begin(), csv.end(), '\n');
    CHECK(rows < 300000);
    CHECK(rows > 50000);
    s.ok(R"({"do": "seek", "slot": 0, "step": 1000})");
    s.finish();
    s.ok(R"({"do": "set", "slot": 0, "key": "step_size", "value": 0.03})");
    const std::string after = *s.ok(R"({"do": "export", "slot": 0, "form": "csv"})").find("text")->text();
    CHECK(std::count(after.begin(), after.end(), '\n') <= 1002);
    s.ok(R"({"do": "step", "slot": 0, "n": 5})");
    s.finish();
    CHECK(s.recorded().back() == 1005);
  }
}
