// The box of a volume: what is under the pointer, and what a cut takes away.
#include "ui/box.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace rankscope::ui;

namespace {

constexpr std::array<int, 3> kSizes{4, 5, 6};
const std::vector<Turn> kTurns = {{}, {2.2f, 0.3f}, {-1.1f, 1.2f}, {4.0f, 0.9f}, {0.f, 0.5f}};

}  // namespace

TEST_CASE("ui: the nearest cell under the middle of a near face is the cell that has it") {
  for (const Turn& turn : kTurns) {
    const Box box(turn, kSizes);
    const Cut all = box.cut(kSizes);
    CAPTURE(turn.yaw);
    for (int m = 0; m < 3; ++m) {
      if (std::abs(turn.yaw) < 1e-3f && m == 1) continue;  // seen edge on
      std::array<int, 3> cell{1, 2, 3};
      const auto at = static_cast<std::size_t>(m);
      cell[at] = box.high_is_near(m) ? kSizes[at] - 1 : 0;
      std::array<float, 3> p{static_cast<float>(cell[0]) + 0.5f, static_cast<float>(cell[1]) + 0.5f, static_cast<float>(cell[2]) + 0.5f};
      p[at] = box.high_is_near(m) ? static_cast<float>(kSizes[at]) : 0.f;
      std::array<int, 3> found{-1, -1, -1};
      CHECK(box.through(box.place(p[0], p[1], p[2]), all, [&](int i, int j, int k) {
        found = {i, j, k};
        return true;
      }));
      CHECK(found == cell);
    }
  }
}

TEST_CASE("ui: a ray through the middle of a cell passes that cell, from neighbour to neighbour") {
  for (const Turn& turn : kTurns) {
    const Box box(turn, kSizes);
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 5; ++j)
        for (int k = 0; k < 6; ++k) {
          bool met = false, apart = false;
          std::array<int, 3> last{-1, -1, -1};
          box.through(box.place(static_cast<float>(i) + 0.5f, static_cast<float>(j) + 0.5f, static_cast<float>(k) + 0.5f), box.cut(kSizes), [&](int a, int b, int c) {
            const int moved = std::abs(a - last[0]) + std::abs(b - last[1]) + std::abs(c - last[2]);
            apart = apart || (last[0] >= 0 && moved != 1);
            last = {a, b, c};
            met = met || (a == i && b == j && c == k);
            return false;
          });
          CHECK(met);
          CHECK(!apart);
        }
  }
}

TEST_CASE("ui: a cut takes the nearest cells away, from whichever side one looks") {
  for (const Turn& turn : kTurns) {
    const Box box(turn, kSizes);
    const Cut cut = box.cut({2, 5, 0});
    CHECK(cut.high[0] - cut.low[0] == 2);
    CHECK(cut.low[0] == 2);  // seen from above, so the first ones go
    CHECK((cut.low[1] == 0 && cut.high[1] == 5));
    CHECK(cut.high[2] - cut.low[2] == 1);  // never all of them
    CHECK(cut.low[2] == (box.high_is_near(2) ? 0 : 5));
    box.through(box.place(2, 2.5f, 3), cut, [&](int i, int, int) {
      CHECK(i >= 2);
      return false;
    });
  }
  CHECK(!Box({}, kSizes).through({5, 5}, Box({}, kSizes).cut(kSizes), [](int, int, int) { return true; }));  // beside it
}
