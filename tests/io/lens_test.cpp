// The rank lens through a session: commands in, spectra and words about the CP rank out.
#include "io/lens.h"

#include <doctest/doctest.h>

#include <cmath>
#include <optional>

#include "io/asking.h"
#include "io/image.h"
#include "io/npy.h"
#include "io/session.h"
#include "lab/frame.h"
#include "sum_of_products.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

struct Stage : test::Asking {
  explicit Stage(std::unique_ptr<Lens> (*lens)() = make_lens) : Asking(toy::tables(), lens) {}

  void put(const std::string& name, const Dense& array) { session.put(name, write_npy(array)); }
  void take() {
    while (const auto bytes = session.take()) {
      const auto body = std::span(*bytes).subspan(5);
      const int kind = std::to_integer<int>((*bytes)[0]);
      if (kind == 5) {
        spectra = decode(body);
        REQUIRE(spectra);
        ++looks;
      } else if (kind == 6) {
        auto json = parse_json({reinterpret_cast<const char*>(body.data()), body.size()});
        REQUIRE(json);
        cp = *json;
      }
    }
  }
  void finish() {
    for (int i = 0; session.advance([] { return true; }, 1); ++i) {
      REQUIRE(i < 100000);
      take();
    }
    take();
  }
  std::int64_t cp_number(const char* key) const { return *cp.find(key)->whole(); }

  std::optional<Frame> spectra;
  Json cp;
  int looks = 0;
};

}  // namespace

TEST_CASE("the lens looks at a file: its matricizations, their singular values, and the CP rank") {
  Stage s;
  s.put("t.npy", test::sum_of_products({5, 4, 6}, 2));
  const Json reply = s.ok(R"({"do": "lens", "slot": 0, "file": "t.npy"})");
  CHECK(reply.find("shape")->array()->size() == 3);
  REQUIRE(reply.find("matricizations")->array()->size() == 3);
  CHECK(*reply.find("matricizations")->array()->at(0).find("rows")->text() == "{1}");
  CHECK(*reply.find("notions")->array()->at(0).find("key")->text() == "tucker");
  s.finish();
  REQUIRE(s.spectra);
  REQUIRE(s.spectra->values.size() == 3);
  for (const Series& v : s.spectra->values) {
    CHECK(v.data[1] > 1e-3 * v.data[0]);
    CHECK(v.data[2] < 1e-12 * v.data[0]);
  }
  CHECK(s.cp.is_null());  // nobody asked
  s.ok(R"({"do": "cp_rank", "tolerance": 1e-6})");
  s.finish();
  CHECK(*s.cp.find("done")->flag());
  CHECK(s.cp_number("lower") == 2);
  CHECK(s.cp_number("upper") == 2);
}

TEST_CASE("the lens follows a run while it goes on, and starts over with it") {
  Stage s;
  s.ok(R"({"do": "open", "slot": 0, "document": {"study": "growth"}})");
  s.ok(R"({"do": "lens", "slot": 0, "view": "diagonal"})");
  s.ok(R"({"do": "cp_rank"})");
  s.finish();
  REQUIRE(s.spectra);
  CHECK(s.spectra->step == 0);
  const auto first = s.spectra->values[0].data;
  s.ok(R"({"do": "step", "slot": 0, "n": 5})");
  s.finish();
  CHECK(s.spectra->step == 5);
  CHECK(s.cp_number("step") == 5);  // the search began anew
  CHECK(s.spectra->values[0].data != first);
  const int looks = s.looks;
  s.ok(R"({"do": "stats", "slot": 0})");
  s.finish();
  CHECK(s.looks == looks);  // nothing has changed
  s.ok(R"({"do": "reset", "slot": 0})");
  s.finish();
  CHECK(s.spectra->step == 0);
  CHECK(s.spectra->values[0].data == first);
  s.ok(R"({"do": "lens", "slot": 0})");
  s.ok(R"({"do": "step", "slot": 0, "n": 5})");
  s.finish();
  CHECK(s.spectra->step == 0);  // it looks away
}

TEST_CASE("a search in the background stops no run, says how far it is, and is cancelled") {
  Stage s;
  Rng rng(1);
  Dense noise{{6, 6, 6, 6}, {}};
  for (int i = 0; i < 1296; ++i) noise.data.push_back(rng.normal());
  s.put("noise.npy", noise);
  s.ok(R"({"do": "open", "slot": 0, "document": {"study": "growth", "steps": 1000000000}})");
  s.ok(R"({"do": "lens", "slot": 0, "file": "noise.npy"})");
  s.ok(R"({"do": "cp_rank", "tolerance": 1e-8, "sweeps": 100000})");
  s.ok(R"({"do": "play", "slot": 0})");
  const auto turns = [&](int n) {
    for (int i = 0, left = 0; i < n; ++i) left = 50, s.session.advance([&] { return --left > 0; }, 1), s.take();
  };
  turns(60);
  const std::int64_t there = *s.ok(R"({"do": "stats", "slot": 0})").find("step")->whole();
  CHECK(there > 0);
  REQUIRE(!s.cp.is_null());
  CHECK_FALSE(*s.cp.find("done")->flag());
  CHECK(s.cp_number("lower") == 36);
  CHECK(s.cp.find("text")->text()->rfind("36 components, start ", 0) == 0);
  // cancelled: nothing more is said of it, and the run goes on
  s.ok(R"({"do": "cp_rank", "stop": true})");
  s.cp = {};
  turns(5);
  CHECK(s.cp.is_null());
  CHECK(*s.ok(R"({"do": "stats", "slot": 0})").find("step")->whole() > there);
  s.ok(R"({"do": "pause", "slot": 0})");
  s.finish();
  CHECK(s.cp.is_null());
}

TEST_CASE("a picture in colours is rows x colours x columns") {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 5; ++j) pixels.insert(pixels.end(), {static_cast<std::uint8_t>(40 * i), static_cast<std::uint8_t>(40 * j), 7});
  Stage s;
  s.session.put("p.png", write_png(4, 5, 3, pixels));
  const Json reply = s.ok(R"({"do": "lens", "slot": 0, "file": "p.png?channel=rgb"})");
  std::vector<std::int64_t> shape;
  for (const Json& d : *reply.find("shape")->array()) shape.push_back(*d.whole());
  CHECK(shape == std::vector<std::int64_t>{4, 3, 5});
  s.finish();
  const auto& colours = s.spectra->values[1].data;  // red is of rows, green of columns, blue constant: three independent ones
  CHECK(colours[2] > 1e-3 * colours[0]);
}

TEST_CASE("what the lens cannot look at is refused by name") {
  Stage s;
  s.put("list.npy", {{3}, {1, 2, 3}});
  s.put("gap.npy", {{2, 2}, {1, std::nan(""), 3, 4}});
  s.put("large.npy", {{64, 64, 64}, std::vector<double>(64 * 64 * 64, 1.0)});
  s.ok(R"({"do": "open", "slot": 0, "document": {"study": "growth"}})");
  CHECK(s.refused(R"({"do": "lens", "slot": 0, "file": "list.npy"})").rfind("list.npy: is a list", 0) == 0);
  CHECK(s.refused(R"({"do": "lens", "slot": 0, "file": "gap.npy"})").rfind("gap.npy: 1 of its 4 entries are not numbers", 0) == 0);
  CHECK(s.refused(R"({"do": "lens", "slot": 0, "file": "none.npy"})").rfind("none.npy: no file was put under this name", 0) == 0);
  CHECK(s.refused(R"({"do": "lens", "slot": 0, "view": "loss"})").rfind("loss: is a single number", 0) == 0);
  CHECK(s.refused(R"({"do": "lens", "slot": 0, "view": "diagnal"})") == "diagnal: is not a view of this run (did you mean 'diagonal'?)");
  CHECK(s.refused(R"({"do": "lens", "slot": 3, "view": "diagonal"})").rfind("slot: 3 holds no run", 0) == 0);
  CHECK(s.refused(R"({"do": "cp_rank"})").rfind("cp_rank: the lens looks at nothing", 0) == 0);
  s.ok(R"({"do": "lens", "slot": 0, "file": "large.npy"})");
  CHECK(s.refused(R"({"do": "cp_rank"})").rfind("large.npy: has 262144 entries (the CP rank is searched for up to 131072", 0) == 0);
  CHECK(s.refused(R"({"do": "cp_rank", "tolerance": 2})").rfind("tolerance: ", 0) == 0);
  CHECK(Stage(nullptr).refused(R"({"do": "lens", "slot": 0, "file": "x"})") == "lens: this core has no rank lens (rankscope_core has it)");
}
