#include "systems/rank_curve.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "lab/run.h"
#include "systems/image_predictor.h"

using namespace rankscope;

namespace {

const Settings kSome = {{"samples", std::int64_t{60}}, {"batch", std::int64_t{25}}, {"pixels", std::int64_t{20}}, {"step_size", 0.01}};

Document document(std::vector<std::string> record = {"train_error", "test_error", "loss", "factors"}) {
  Document d;
  d.settings = kSome;
  d.settings["ranks"] = std::vector<std::int64_t>{1, 2, 5};
  d.settings["steps_per_rank"] = std::int64_t{8};
  d.seed = 4, d.steps = 24, d.every = 8;
  d.record = std::move(record);
  return d;
}

const Entry& entry() {
  static const Entry e = rank_curve_entry();
  return e;
}

/// Equal to the bit, gaps of a picture alike.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

TEST_CASE("rank curve: its points are where a run of that rank ends, at time rank") {
  auto run = Run::open(entry(), document(), {});
  REQUIRE(bool(run));
  std::vector<Frame> frames;
  run->advance(24, [] { return true; }, [&](const Frame& f) { frames.push_back(f); });
  REQUIRE(frames.size() == 4);
  CHECK(std::isnan(frames[0].find(0)->data[0]));
  const std::int64_t ranks[] = {1, 2, 5};
  const Entry one = image_predictor_entry();
  for (std::size_t k = 0; k < 3; ++k) {
    const Frame& f = frames[k + 1];
    CHECK(f.time == static_cast<double>(ranks[k]));
    Document d;
    d.settings = kSome;
    d.settings["rank"] = ranks[k];
    d.seed = 4, d.steps = d.every = 8, d.record = {"train_error", "test_error", "loss", "factors"};
    auto alone = Run::open(one, d, {});
    REQUIRE(bool(alone));
    Frame end;
    alone->advance(8, [] { return true; }, [&](const Frame& last) { end = last; });
    for (const char* key : {"train_error", "test_error", "loss", "factors"}) {
      CAPTURE(key);
      CHECK(same(f.find(static_cast<std::uint32_t>(run->view(key)))->data, end.find(static_cast<std::uint32_t>(alone->view(key)))->data));
    }
    CHECK(f.find(0, Part::Target)->data == end.find(0, Part::Target)->data);
  }
  const std::uint64_t bits = run->bits();
  (void)run->system().step();  // the curve is whole
  CHECK(run->bits() == bits);
}

TEST_CASE("rank curve: between two points time runs on to the next rank, and the curve waits") {
  auto run = Run::open(entry(), document(), {});
  REQUIRE(bool(run));
  run->advance(20, [] { return true; }, [](const Frame&) {});
  CHECK(run->time() == 3.5);  // half way from 2 to 5
  const std::uint32_t wanted[] = {0, 3};
  const Frame now = run->measure(wanted);
  run->advance(22, [] { return true; }, [](const Frame&) {});
  const Frame then = run->measure(wanted);
  CHECK(now.find(0)->data == then.find(0)->data);
  CHECK(run->views()[3].key == "pictures");
}

TEST_CASE("rank curve: it goes on to the bit from wherever it was saved") {
  auto straight = Run::open(entry(), document(), {});
  REQUIRE(bool(straight));
  straight->advance(24, [] { return true; }, [](const Frame&) {});
  for (const std::int64_t at : {0, 3, 8, 9, 16, 23, 24}) {
    CAPTURE(at);
    auto first = Run::open(entry(), document(), {});
    first->advance(at, [] { return true; }, [](const Frame&) {});
    auto second = Run::resume(entry(), document(), {}, first->save());
    REQUIRE(bool(second));
    CHECK(second->bits() == first->bits());
    second->advance(24, [] { return true; }, [](const Frame&) {});
    CHECK(second->bits() == straight->bits());
  }
}

TEST_CASE("rank curve: ranks that do not ascend are refused, and so is a state that is not one of its own") {
  for (const std::vector<std::int64_t>& ranks : {std::vector<std::int64_t>{}, {2, 1}, {3, 3}}) {
    Document d = document();
    d.settings["ranks"] = ranks;
    const auto run = Run::open(entry(), d, {});
    REQUIRE(!run);
    CHECK(run.error().where == "ranks");
  }
  auto run = Run::open(entry(), document(), {});
  for (const char* part : {"ranks_done", "steps_of_rank"}) {
    State state = run->save();
    for (Field& f : state)
      if (f.name == part) f.bytes[0] = std::byte{99};
    const auto resumed = Run::resume(entry(), document(), {}, state);
    REQUIRE(!resumed);
    CHECK(resumed.error().where.find(part) != std::string::npos);
  }
}
