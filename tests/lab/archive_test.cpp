#include "lab/archive.h"

#include <doctest/doctest.h>

using namespace rankscope;

namespace {

struct Parts {
  double x = 1.5;
  std::int32_t count = 3;
  std::vector<double> list = {1, 2, 3};
  std::vector<double> matrix = {1, 2, 3, 4, 5, 6};

  void archive(Archive& a) {
    a("x", x), a("count", count), a("list", list);
    a("W", std::span<double>(matrix), 2, 3);
  }
  bool operator==(const Parts&) const = default;
};

State written() {
  Archive out;
  Parts().archive(out);
  return out.state();
}

std::string refused(const State& state) {
  Parts parts;
  Archive in(state);
  parts.archive(in);
  const auto whole = in.whole();
  return whole ? "" : whole.error().text();
}

}  // namespace

TEST_CASE("archive: a state reads back, in whatever order its parts stand") {
  State state = written();
  std::swap(state[0], state[3]);
  Parts parts{0, 0, {}, std::vector<double>(6)};
  Archive in(state);
  parts.archive(in);
  CHECK(in.whole());
  CHECK(parts == Parts());
  CHECK(state[0].columns_first);
  CHECK(state[0].shape == std::vector<std::int64_t>{2, 3});
}

TEST_CASE("archive: a part that is missing, does not fit or is left over is named") {
  State state = written();
  CHECK(refused(state) == "");
  state.pop_back();
  CHECK(refused(state).find("W: is missing") != std::string::npos);
  state = written();
  state[3].shape = {3, 2};
  CHECK(refused(state).find("W: is 3 x 2 in the state, 2 x 3 is needed") != std::string::npos);
  state = written();
  state[0].type = Field::Type::I64;
  CHECK(refused(state).find("x: ") == 0);
  state = written();
  state[0].bytes.pop_back();
  CHECK(refused(state).find("x: ") == 0);
  state = written();
  state.push_back(state[0]);
  state.back().name = "y";
  CHECK(refused(state).find("5 parts, this run has 4") != std::string::npos);
}

TEST_CASE("archive: the hash sees every bit and every shape") {
  const auto hash = [](Parts p) {
    Archive out;
    p.archive(out);
    return out.hash();
  };
  CHECK(hash({}) == hash({}));
  CHECK(hash({.x = 1.5000000000000002}) != hash({}));
  CHECK(hash({.list = {1, 2}}) != hash({}));
}
