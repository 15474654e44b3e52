#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "io/file.h"
#include "io/reference.h"

using namespace rankscope;

namespace {

std::string text_of(const std::string& name) {
  auto bytes = read_file(RANKSCOPE_TEST_DATA "/reference/linear/" + name + ".json");
  REQUIRE(bytes);
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("reference: the least nuclear norms, their certificates and their minimisers agree with the stored ones") {
  for (const char* name : {"nuclear_10x12_rank2", "nuclear_2x2_offdiag", "nuclear_8x8_rank1", "nuclear_8x8_rank2"}) {
    CAPTURE(name);
    auto replay = verify_reference(text_of(name), name, {});
    REQUIRE(replay);
    CHECK(replay->problem == "");
    CHECK(replay->tolerance == 1e-6);
    CHECK(replay->series.size() == 12);
    for (const Deviation& d : replay->series) {
      CAPTURE(d.series);
      CHECK(d.worst <= 1e-6);
    }
    CHECK(replay->agrees());
  }
}

TEST_CASE("reference: a nuclear file with another observation, bound, certificate or minimiser is seen") {
  const std::string text = text_of("nuclear_2x2_offdiag");
  const auto agrees = [](const std::string& changed) {
    auto replay = verify_reference(changed, "f", {});
    REQUIRE(replay);
    return replay->agrees();
  };
  CHECK(agrees(text));
  const auto after = [&](const char* key, const char* from, const char* to) {
    const auto at = text.find(key);
    REQUIRE(at != std::string::npos);
    return text.substr(0, at) + replaced(text.substr(at), from, to);
  };
  CHECK(!agrees(after("\"min_nuclear_norm\"", "2.0", "2.00001")));
  CHECK(!agrees(after("\"certified_lower_bound\"", "2.0", "1.99999")));
  CHECK(!agrees(after("\"ground_truth\"", "1.0", "1.00001")));
  CHECK(!agrees(after("\"dual_certificate_Y\"", "1.0", "0.5")));
  CHECK(!agrees(after("\"solution\"", "0.0", "0.001")));
  CHECK(agrees(replaced(after("\"solution\"", "0.0", "0.001"), "\"solution_unique\":true", "\"solution_unique\":false")));
}

TEST_CASE("reference: a malformed nuclear file is an error that names the place") {
  const std::string text = text_of("nuclear_2x2_offdiag");
  const auto error = [](const std::string& changed) {
    auto replay = verify_reference(changed, "f.json", {});
    REQUIRE(!replay);
    return replay.error().text();
  };
  const auto has = [](const std::string& words, const char* part) { return words.find(part) != std::string::npos; };
  CHECK(has(error(replaced(text, "\"observed_flat_indices\":[", "\"observed_flat_indices\":[9,")), "observed_flat_indices"));
  CHECK(has(error(replaced(text, "\"observed_flat_indices\":[1", "\"observed_flat_indices\":[1.5")), "observed_flat_indices"));
  CHECK(has(error(replaced(text, "\"dual_certificate_Y\"", "\"dual\"")), "has no \"dual_certificate_Y\""));
  CHECK(has(error(replaced(text, "\"solution_unique\":true", "\"solution_unique\":1")), "solution_unique"));
  CHECK(has(error(replaced(text, "\"zero_filled_nuclear_norm\"", "\"zero\"")), "zero_filled_nuclear_norm"));
}
