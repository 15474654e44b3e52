#include <doctest/doctest.h>

#include "lab/archive.h"
#include "lab/frame.h"

using namespace rankscope;

TEST_CASE("frame: bytes round-trip, and what is not a frame is refused") {
  Frame f{1200, 3.5, {{0, Part::Measured, {}, {0.25}}, {3, Part::Theory, {3}, {1, 2, 3}}, {4, Part::Measured, {2, 2}, {1, 2, 3, 4}}}};
  const auto bytes = encode(f);
  const auto back = decode(bytes);
  REQUIRE(back);
  CHECK(back->step == 1200);
  CHECK(back->time == 3.5);
  REQUIRE(back->values.size() == 3);
  CHECK(back->find(3, Part::Theory)->data == std::vector<double>{1, 2, 3});
  CHECK(back->find(4)->shape == std::vector<std::int64_t>{2, 2});
  CHECK(back->find(3) == nullptr);
  for (std::size_t n = 0; n < bytes.size(); ++n) CHECK(!decode(std::span(bytes).first(n)));
  auto longer = bytes;
  longer.push_back(std::byte{0});
  CHECK(!decode(longer));
  auto huge = bytes;  // a shape that asks for more than there is must not be allocated
  for (int i = 0; i < 7; ++i) huge[8 + 8 + 4 + 12 + 8 + 12 + i] = std::byte{0xff};
  CHECK(!decode(huge));
}

