#include <doctest/doctest.h>

#include "lab/keyframes.h"

using namespace rankscope;

namespace {

State state(std::size_t numbers) { return {{"w", Field::Type::F64, {static_cast<std::int64_t>(numbers)}, false, std::vector<std::byte>(8 * numbers)}}; }

}  // namespace

TEST_CASE("keyframes: within the budget whatever the length, the first and the last are there, and none is far") {
  const std::size_t one = bytes_of(state(100));
  Keyframes keyframes(50 * one);
  std::int64_t saved = 0;
  for (std::int64_t step = 0; step <= 1000000; ++step) {
    if (!keyframes.wants(step)) continue;
    keyframes.add(step, state(100));
    ++saved;
    REQUIRE(keyframes.bytes() <= 50 * one);
    REQUIRE(keyframes.step_at_or_before(0) == 0);
    REQUIRE(keyframes.step_at_or_before(step) == step);
  }
  CHECK(keyframes.count() >= 24);
  CHECK(saved < 50 * 16);  // a doubling makes half of the budget anew
  for (std::int64_t step = 0; step <= 1000000; step += 997) CHECK(step - keyframes.step_at_or_before(step) < 2 * keyframes.apart());
  keyframes.add(1000001, state(100));  // out of turn
  CHECK(keyframes.step_at_or_before(2000000) == 1000001);
  keyframes.forget_after(5000);
  CHECK(keyframes.step_at_or_before(2000000) <= 5000);
  keyframes.budget(10 * one);
  CHECK(keyframes.bytes() <= 10 * one);
  CHECK(keyframes.step_at_or_before(0) == 0);
}

TEST_CASE("keyframes: states that do not fit are not kept, and what is there is found") {
  Keyframes keyframes(bytes_of(state(100)) * 3 / 2);
  CHECK(keyframes.at_or_before(10) == nullptr);
  keyframes.add(0, state(1000));
  CHECK(keyframes.count() == 0);
  keyframes.add(0, state(100));
  keyframes.add(7, state(100));
  CHECK(keyframes.count() == 1);
  CHECK(keyframes.step_at_or_before(100) == 0);
  Keyframes late(1 << 20, 4);
  CHECK(late.wants(30));  // one that was resumed at step 30
  late.add(30, state(1));
  CHECK(late.at_or_before(29) == nullptr);
  CHECK(!late.wants(33));
  CHECK(late.wants(34));
  late.add(0, state(1));  // and went back
  CHECK(late.step_at_or_before(29) == 0);
  CHECK(late.wants(4));
  const Keyframes branch = late;
  CHECK(branch.at_or_before(30) == late.at_or_before(30));  // shared, not copied
}
