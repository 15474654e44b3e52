#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "io/file.h"
#include "io/reference.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

Tables tables() { return {systems(), presets()}; }

std::string text_of(const std::string& path) {
  auto bytes = read_file(path);
  REQUIRE(bytes);
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

std::vector<std::string> files() {
  std::vector<std::string> out;
  for (const auto& f : std::filesystem::directory_iterator(RANKSCOPE_TEST_DATA "/reference"))
    if (f.path().extension() == ".json") out.push_back(f.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

const std::string& small() {
  static const std::string text = text_of(RANKSCOPE_TEST_DATA "/reference/regression_l4_d1.json");
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// Where the first number after `at` begins and ends.
std::pair<std::size_t, std::size_t> number_after(const std::string& text, std::size_t at) {
  const auto begin = text.find_first_of("-0123456789", at);
  return {begin, text.find_first_not_of("+-.eE0123456789", begin)};
}

Json* member(Json& object, std::string_view key) {
  for (Json::Member& m : *std::get_if<Json::Object>(&object.value))
    if (m.key == key) return &m.value;
  return nullptr;
}

/// The first `count` logged iterations alone: a quick file of the same kind.
Json shortened(const std::string& text, std::size_t count) {
  auto root = parse_json(text);
  REQUIRE(root);
  std::get_if<Json::Array>(&member(*root, "logged_iterations")->value)->resize(count);
  for (Json::Member& m : *std::get_if<Json::Object>(&member(*root, "trajectory")->value))
    std::get_if<Json::Array>(&m.value.value)->resize(count);
  return *root;
}

std::string text_of(const Json& json) {
  JsonWriter out;
  out.value(json);
  return out.text();
}

}  // namespace

TEST_CASE("reference: every stored run is replayed to 1e-9 in every series") {
  REQUIRE(files().size() == 12);
  for (const std::string& path : files()) {
    auto replay = verify_reference(text_of(path), path, tables());
    INFO(path);
    REQUIRE(replay);
    CHECK(replay->problem == "");
    CHECK(replay->series.size() >= 6);
    for (const Deviation& d : replay->series) {
      INFO(d.series);
      CHECK(d.worst <= 1e-9);
    }
    CHECK(replay->agrees());
  }
}

TEST_CASE("reference: one changed number in any series of any file is seen, and in that series alone") {
  for (const std::string& path : files()) {
    const Json root = shortened(text_of(path), 6);
    REQUIRE(verify_reference(text_of(root), path, tables())->agrees());
    for (const Json::Member& series : *root.find("trajectory")->object()) {
      Json changed = root;
      Json* number = &std::get_if<Json::Array>(&member(*member(changed, "trajectory"), series.key)->value)->at(3);
      if (number->array()) number = &std::get_if<Json::Array>(&number->value)->at(0);
      const double x = number->number();
      number->value = x == 0 ? 1e-6 : x * (1 + 1e-8);
      auto replay = verify_reference(text_of(changed), path, tables());
      INFO(path << " " << series.key);
      REQUIRE(replay);
      CHECK(!replay->agrees());
      for (const Deviation& d : replay->series) CHECK((d.worst > 1e-9) == (d.series == series.key));
      if (std::abs(x) > 1e-3) CHECK(verify_reference(text_of(changed), path, tables(), 1e-6)->agrees());
    }
  }
}

TEST_CASE("reference: another start, step, loss or observation is seen") {
  for (const char* name : {"dmf_completion_n20_r3_d3", "matrix_sensing_n10_r2_d3", "whitened_regression_d2",
                           "dmf_grouprmsprop_n16_r3_d3"}) {
    const Json root = shortened(text_of(std::string(RANKSCOPE_TEST_DATA "/reference/") + name + ".json"), 8);
    INFO(name);
    auto fails = [&](auto change) {
      Json changed = root;
      change(changed);
      auto replay = verify_reference(text_of(changed), name, tables());
      return replay && !replay->agrees();
    };
    CHECK(fails([](Json& j) { member(j, "step_size")->value = 1.01 * member(j, "step_size")->number(); }));
    CHECK(fails([](Json& j) {
      member(*member(j, "problem"), "loss_scale")->value = 1.01 * member(*member(j, "problem"), "loss_scale")->number();
    }));
    CHECK(fails([](Json& j) { member(*member(j, "problem"), "loss")->value = std::string("l3"); }));
    CHECK(fails([](Json& j) {
      Json& first =
          std::get_if<Json::Array>(&member(std::get_if<Json::Array>(&member(j, "init")->value)->at(0), "data")->value)
              ->at(0);
      first.value = first.number() + 1e-3;
    }));
    CHECK(fails([](Json& j) { member(j, "optimizer")->value = std::string("adam"); }));
  }
}

TEST_CASE("reference: the name of a file and the words beside the run do not matter") {
  CHECK(verify_reference(small(), "cp_and_htf.json", tables())->agrees());
  Json root = shortened(small(), 4);
  member(root, "name")->value = std::string("anything");
  CHECK(verify_reference(text_of(root), "x", tables())->agrees());
}

TEST_CASE("reference: a lone observed value, huber and any power are read") {
  // one weight w, one observation y: the first step is w - eta c l'(w - y)
  auto file = [](const std::string& loss, const std::string& optimizer, double w, double after) {
    JsonWriter number;
    number.value(after);
    return R"({"model": "dmf", "problem": {"observation": "entries", )" + loss +
           R"(, "loss_scale": 2, "observed_flat_indices": [0], "observed_values": [1],
      "ground_truth": [1], "ground_truth_shape": [1, 1]}, "init": [{"shape": [1, 1], "data": [)" +
           std::to_string(w) + R"(]}], "step_size": 0.1, "optimizer": ")" + optimizer +
           R"(", "logged_iterations": [1], "trajectory": {"product": [[)" + number.text() + "]]}}";
  };
  auto agrees = [](const std::string& text) {
    auto replay = verify_reference(text, "f", tables());
    INFO((replay ? replay->problem : replay.error().text()));
    return replay && replay->agrees();
  };
  CHECK(agrees(file(R"("loss": "l2")", "gd", 3, 3 - 0.1 * 2 * 2 * 2)));
  CHECK(agrees(file(R"("loss": "l4")", "gd", 2, 2 - 0.1 * 2 * 4)));
  CHECK(agrees(file(R"("loss": "l3")", "gd", 3, 3 - 0.1 * 2 * 3 * 4)));
  CHECK(agrees(file(R"("loss": "huber", "huber_delta": 0.5)", "gd", 3, 3 - 0.1 * 2 * 0.5)));
  CHECK(agrees(file(R"("loss": "l2")", "momentum", 3, 3 - 0.1 * 2 * 2 * 2)));
  CHECK(agrees(file(R"("loss": "l2")", "adam", 3, 3 - 0.1 * 8 / (8 + 1e-8))));
  CHECK(agrees(file(R"("loss": "l2")", "grouprmsprop", 3, 3 - 0.1 * 8 / (8 + 1e-6))));
  CHECK(!agrees(file(R"("loss": "l2")", "gd", 3, 2.3)));
}

TEST_CASE("reference: what this program does not know fails, and says what") {
  auto problem = [](const std::string& text) {
    auto replay = verify_reference(text, "f.json", tables());
    REQUIRE(replay);
    CHECK(!replay->agrees());
    return replay->problem;
  };
  CHECK(problem(replaced(small(), "\"dmf\"", "\"tensor_ring\"")) == "model 'tensor_ring' is not known to this program");
  CHECK(problem(replaced(small(), "\"effective_rank\"", "\"effective_rnk\"")) ==
        "series 'effective_rnk' is not known to this program");
  CHECK(problem(replaced(small(), "\"l4\"", "\"hinge\"")) == "loss 'hinge' is not known to this program");
  CHECK(problem(replaced(small(), "\"gd\"", "\"lbfgs\"")) == "optimizer 'lbfgs' is not known to this program");
  CHECK(problem(R"({"kind": "seprank"})") == "kind 'seprank' is not known to this program");
}

TEST_CASE("reference: a run that diverges fails") {
  Json root = shortened(small(), 30);
  member(root, "step_size")->value = 50.0;
  auto replay = verify_reference(text_of(root), "f.json", tables());
  REQUIRE(replay);
  CHECK(!replay->agrees());
  CHECK(replay->problem.find("diverged at step") != std::string::npos);
}

TEST_CASE("reference: a malformed file is an error that names the place") {
  auto error = [](const std::string& text) {
    auto replay = verify_reference(text, "f.json", tables());
    REQUIRE(!replay);
    return replay.error().text();
  };
  auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has(error(small().substr(0, 500)), "f.json:"));
  CHECK(has(error("{}"), "neither \"model\" nor \"kind\""));
  CHECK(has(error("3"), "is not a reference run"));
  CHECK(has(error(replaced(small(), "\"loss_scale\"", "\"scale\"")), "problem: has no \"loss_scale\""));
  CHECK(has(error(replaced(small(), "\"logged_iterations\"", "\"logged\"")), "logged_iterations"));
  const auto [begin, end] = number_after(small(), small().find("\"data\""));
  CHECK(has(error(small().substr(0, begin) + "\"a\"" + small().substr(end)), "init[0].data[0]"));
  CHECK(has(error(small().substr(0, begin) + small().substr(end + 1)), "init[0].data"));
}
