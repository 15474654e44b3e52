// The rank lens on every array that a system shows, in the middle of a run; and on arrays of every order and kind that a file can hold.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "io/asking.h"
#include "io/lens.h"
#include "io/npy.h"
#include "io/samples.h"
#include "io/session.h"
#include "lab/frame.h"
#include "math/rng.h"
#include "presets/presets.h"
#include "sum_of_products.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

struct Desk : test::Asking {
  Desk() : Asking(Tables{systems(), presets()}, make_lens) {}

  void finish() {
    for (int i = 0; session.advance([] { return true; }, 1); ++i) {
      REQUIRE(i < 100000);
      take();
    }
    take();
  }
  void take() {
    while (const auto bytes = session.take()) {
      if ((*bytes)[0] != std::byte{5}) continue;
      spectra = decode(std::span(*bytes).subspan(5));
      REQUIRE(spectra);
    }
  }
  /// Each notion's numbers above 10^-10 of the largest: "{1} 2 {2} 2".
  std::string ranks(const Json& reply, const std::string& key) const {
    std::string out;
    for (const Json& n : *reply.find("notions")->array()) {
      if (*n.find("key")->text() != key) continue;
      for (const Json& m : *n.find("members")->array()) {
        const auto& sigma = spectra->values[static_cast<std::size_t>(*m.find("at")->whole())].data;
        const auto rank = std::count_if(sigma.begin(), sigma.end(), [&](double s) { return s > 1e-10 * sigma.front(); });
        out += (out.empty() ? "" : " ") + *m.find("rows")->text() + " " + std::to_string(rank);
      }
    }
    return out;
  }

  std::optional<Frame> spectra;
};

std::string quoted(const std::string& s) { return "\"" + s + "\""; }

}  // namespace

TEST_CASE("the lens looks at every array that a system of the table shows, in the middle of a run") {
  int looked = 0;
  std::set<std::string> gaps;
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    Desk desk;
    const Json opened = desk.ok(R"({"do": "open", "slot": 0, "document": {"system": )" + quoted(entry.key) + R"(, "steps": 40, "every": 5}})");
    desk.ok(R"({"do": "step", "slot": 0, "n": 7})");
    desk.finish();
    for (const Json& view : *opened.find("show")->find("views")->array()) {
      const std::string key = *view.find("key")->text(), kind = *view.find("kind")->text();
      if (kind != "matrix" && kind != "image" && kind != "tensor") continue;
      CAPTURE(key);
      desk.spectra.reset();
      const Json reply = desk.send(R"({"do": "lens", "slot": 0, "view": )" + quoted(key) + "}");
      if (const Json* error = reply.find("error")) {  // an array with gaps, which says so
        CHECK(error->find("what")->text()->find("entries are not numbers") != std::string::npos);
        gaps.insert(entry.key + " " + key);
        continue;
      }
      desk.finish();
      REQUIRE(desk.spectra);
      CHECK(desk.spectra->step == 7);
      CHECK(desk.spectra->values.size() == reply.find("matricizations")->array()->size());
      for (const Series& s : desk.spectra->values) CHECK(!s.data.empty());
      for (const Json& n : *reply.find("notions")->array()) CHECK(!n.find("members")->array()->empty());
      ++looked;
      // and the run goes on as it was: another step is what it looks at then
      if (looked % 7 == 0) {
        desk.ok(R"({"do": "step", "slot": 0, "n": 1})");
        desk.finish();
        CHECK(desk.spectra->step == 8);
        desk.ok(R"({"do": "seek", "slot": 0, "step": 7})");
        desk.finish();
        CHECK(desk.spectra->step == 7);
      }
    }
  }
  CHECK(looked >= 35);
  for (const std::string& view : gaps)  // what was not observed, and what parts one picture from the next
    CHECK_MESSAGE((view.ends_with(" observed_entries") || view.ends_with(" pictures")), view);
}

TEST_CASE("the lens on a run over a tree has this run's own: chosen, of squares, or drawn") {
  const auto own = [](const std::string& settings, const std::string& view) {
    Desk desk;
    desk.ok(R"({"do": "open", "slot": 0, "document": {"system": "hierarchical", "settings": )" + settings + R"(, "steps": 40}})");
    desk.ok(R"({"do": "step", "slot": 0, "n": 5})");
    desk.finish();
    const Json reply = desk.ok(R"({"do": "lens", "slot": 0, "view": )" + quoted(view) + "}");
    desk.finish();
    std::string out;
    for (const Json& n : *reply.find("notions")->array()) {
      if (*n.find("key")->text() != "own") continue;
      out = *n.find("label")->text() + ", " + *n.find("definition")->text();
      for (const Json& m : *n.find("members")->array()) out += " " + *m.find("rows")->text();
    }
    return out;
  };
  CHECK(own(R"-({"sizes": [3, 2, 3, 2], "tree": "drawn", "drawn_tree": "((1,4),2,3)", "widths": [4]})-", "completed") ==
        "Hierarchical, this run's, At the nodes of ((1,4),2,3): widths of the smallest form over it. {1,4} {2} {3} {1} {4}");
  const std::string squares = own(R"({"sizes": [2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2], "tree": "squares", "widths": [2]})", "completed");
  CHECK(squares.find("nodes of ((1,2,5,6),(3,4,7,8),(9,10,13,14),(11,12,15,16)): ") != std::string::npos);
  CHECK(squares.find(" {1,2,5,6} {3,4,7,8} {9,10,13,14} {11,12,15,16} {1} {2} {5}") != std::string::npos);
  CHECK(own(R"({"sizes": [3, 2, 3, 2], "tree": "half", "widths": [4]})", "target").find("nodes of ((1,3),(2,4))") != std::string::npos);
}

TEST_CASE("the tree is of the run that one looks at: another view, a file and another system have none") {
  Desk desk;
  const auto has_own = [&](const std::string& command) {
    const Json reply = desk.ok(command);
    const auto& notions = *reply.find("notions")->array();
    return std::any_of(notions.begin(), notions.end(), [](const Json& n) { return *n.find("key")->text() == "own"; });
  };
  desk.session.put("t.npy", write_npy(test::sum_of_products({3, 2, 3, 2}, 2)));
  desk.ok(R"({"do": "open", "slot": 0, "document": {"system": "hierarchical", "settings": {"sizes": [3, 2, 3, 2]}}})");
  CHECK(has_own(R"({"do": "lens", "slot": 0, "view": "completed"})"));
  CHECK_FALSE(has_own(R"({"do": "lens", "slot": 0, "file": "t.npy"})"));
  for (const char* other : {"cp", "tucker", "tensor_train"}) {
    desk.ok(R"({"do": "open", "slot": 1, "document": {"system": ")" + std::string(other) + R"("}})");
    CHECK_FALSE(has_own(R"({"do": "lens", "slot": 1, "view": "completed"})"));
  }
}

TEST_CASE("the lens on files of every order, with sides of one, and up to its limits") {
  Desk desk;
  const auto ranks = [&](const std::vector<std::int64_t>& shape, const std::string& key) {
    desk.session.put("a.npy", write_npy(test::sum_of_products(shape, 2)));
    const Json reply = desk.ok(R"({"do": "lens", "slot": 0, "file": "a.npy"})");
    desk.spectra.reset();
    desk.finish();
    REQUIRE(desk.spectra);
    return desk.ranks(reply, key);
  };
  CHECK(ranks({4, 5}, "matrix") == "{1} 2");
  CHECK(ranks({4, 5}, "tucker") == "{1} 2 {2} 2");
  CHECK(ranks({3, 4, 5}, "tucker") == "{1} 2 {2} 2 {3} 2");
  CHECK(ranks({3, 4, 5}, "tensor_train") == "{1} 2 {1,2} 2");
  CHECK(ranks({2, 3, 2, 3}, "hierarchical") == "{1,2} 2 {3,4} 2 {1} 2 {2} 2 {3} 2 {4} 2");
  CHECK(ranks({2, 3, 2, 3, 2}, "tensor_train") == "{1} 2 {1,2} 2 {1,2,3} 2 {1,2,3,4} 2");
  CHECK(ranks({2, 3, 2, 3, 2, 3}, "tucker") == "{1} 2 {2} 2 {3} 2 {4} 2 {5} 2 {6} 2");
  CHECK(ranks({1, 4, 1, 3}, "tucker") == "{1} 1 {2} 2 {3} 1 {4} 2");  // a side of one has rank one
  CHECK(ranks({1, 1}, "matrix") == "{1} 1");
  CHECK(ranks({1, 7}, "matrix") == "{1} 1");
  CHECK(ranks(std::vector<std::int64_t>(16, 2), "pairs").empty());
  CHECK(ranks(std::vector<std::int64_t>(16, 2), "tensor_train").ends_with("{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15} 2"));
  const auto refused = [&](const std::vector<std::int64_t>& shape) {
    std::int64_t n = 1;
    for (const std::int64_t d : shape) n *= d;
    desk.session.put("a.npy", write_npy({shape, std::vector<double>(static_cast<std::size_t>(n), 1.0)}));
    return desk.refused(R"({"do": "lens", "slot": 0, "file": "a.npy"})");
  };
  CHECK(refused({6}) == "a.npy: is a list: it has one mode (rank is of arrays with two modes or more)");
  CHECK(refused({1025, 1024}) == "a.npy: has 1049600 entries (at most 1048576 are looked at: take a part of it)");
  CHECK(refused(std::vector<std::int64_t>(17, 1)) == "a.npy: has 17 modes (at most 16 are looked at: merge some of them)");
}
