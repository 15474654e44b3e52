// The kinds of the collection `linear`, whole and spoilt.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "io/file.h"
#include "io/reference.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

const std::set<std::string> kKinds = {"end_to_end_flow", "convergence_bound", "unbalancedness_drift", "quasi_static_2x2", "lp_regression_end_to_end"};

struct File {
  std::string name, text;
  Json root;
};

/// Those of this test's kinds.
const std::vector<File>& files() {
  static const std::vector<File> all = [] {
    std::vector<File> out;
    for (const auto& f : std::filesystem::directory_iterator(RANKSCOPE_TEST_DATA "/reference/linear")) {
      auto bytes = read_file(f.path().string());
      REQUIRE(bytes);
      std::string text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
      auto root = parse_json(text);
      REQUIRE(root);
      if (kKinds.count(*root->find("kind")->text())) out.push_back({f.path().filename().string(), std::move(text), std::move(*root)});
    }
    std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.name < b.name; });
    return out;
  }();
  return all;
}

std::string text_of(const Json& json) {
  JsonWriter out;
  out.value(json);
  return out.text();
}

/// Every place with a number, by its path without the places in long lists.
void collect(Json& json, const std::string& path, std::vector<std::pair<std::string, std::vector<Json*>>>& out) {
  if (json.is_number()) {
    for (auto& [known, list] : out)
      if (known == path) return list.push_back(&json);
    out.push_back({path, {&json}});
  } else if (auto* object = std::get_if<Json::Object>(&json.value)) {
    for (Json::Member& m : *object) collect(m.value, path + "." + m.key, out);
  } else if (auto* array = std::get_if<Json::Array>(&json.value)) {
    const bool row = array->size() <= 4;  // a column of a table is a series of its own
    for (std::size_t i = 0; i < array->size(); ++i) collect((*array)[i], path + (row ? "[" + std::to_string(i) + "]" : "[]"), out);
  }
}

/// What the files say of themselves, which nobody checks.
bool said(const std::string& path) {
  return path.find(".theorem") != std::string::npos || path.find(".max_dev") != std::string::npos || path.find(".max_rel_dev") != std::string::npos ||
         path.find(".dev_") != std::string::npos;
}

}  // namespace

TEST_CASE("reference linear: every file agrees in all that it holds") {
  const Tables tables{systems(), presets()};
  REQUIRE(files().size() == 18);
  for (const File& f : files()) {
    auto replay = verify_reference(f.text, f.name, tables);
    INFO(f.name);
    REQUIRE(replay);
    CHECK(replay->problem == "");
    CHECK(replay->series.size() >= 5);
    for (const Deviation& d : replay->series) {
      INFO(d.series << " " << d.worst);
      CHECK(d.worst <= replay->tolerance);
    }
    CHECK(replay->agrees());
  }
}

TEST_CASE("reference linear: no number of a file can be changed unseen") {
  const Tables tables{systems(), presets()};
  std::set<std::string> kinds;
  for (const File& f : files()) {
    const Json* loss = f.root.find("loss");
    const Json* type = loss ? loss->find("type") : nullptr;
    const std::string kind = *f.root.find("kind")->text() + (type ? *type->text() : "");
    if (!kinds.insert(kind).second) continue;  // one file of each
    Json copy = f.root;
    for (Json::Member& m : *std::get_if<Json::Object>(&copy.value))
      if (m.key == "runs") std::get_if<Json::Array>(&m.value.value)->resize(f.name.starts_with("lp") ? 1 : 4);  // one of the vector's races is as good as eight
    std::vector<std::pair<std::string, std::vector<Json*>>> places;
    collect(copy, "", places);
    CHECK(places.size() > 3);
    for (auto& place : places) {
      const std::string& path = place.first;
      if (said(path)) continue;
      Json& number = **std::max_element(place.second.begin(), place.second.end(), [](const Json* a, const Json* b) { return std::abs(a->number()) < std::abs(b->number()); });
      const Json before = number;
      // the whole time decides only how many steps there are
      number.value = before.number() == 0 ? 1e-3 : before.number() * (path == ".total_time" ? 1.05 : 1.0001);
      auto replay = verify_reference(text_of(copy), f.name, tables);
      INFO(f.name << " " << path << " " << before.number());
      CHECK(!(replay && replay->agrees()));
      number = before;
    }
    CHECK(verify_reference(text_of(copy), f.name, tables)->agrees());
  }
}

TEST_CASE("reference linear: an unknown member, a missing one and one of another shape are said") {
  const Tables tables{systems(), presets()};
  for (const File& f : files()) {
    if (f.name.find("_N3") == std::string::npos && f.name.find("p4") == std::string::npos) continue;  // the same for all
    INFO(f.name);
    Json more = f.root;
    for (Json::Member& m : *std::get_if<Json::Object>(&more.value))
      if (m.key == "runs") std::get_if<Json::Array>(&m.value.value)->resize(1);
    std::get_if<Json::Object>(&more.value)->push_back({"surprise", {}});
    auto replay = verify_reference(text_of(more), f.name, tables);
    REQUIRE(replay);
    CHECK(replay->problem == "series 'surprise' is not known to this program");
    CHECK(!replay->agrees());
    for (const Json::Member& m : *f.root.object()) {
      const std::string key = m.key;
      if (key == "name" || said("." + key) || key == "closed_form" || key == "update") continue;
      Json less = f.root;
      auto& members = *std::get_if<Json::Object>(&less.value);
      std::erase_if(members, [&](const Json::Member& x) { return x.key == key; });
      const auto without = verify_reference(text_of(less), f.name, tables);
      INFO(key);
      const bool optional = key == "min_singular_value_on_times" || (key == "balanced_layers_W1_to_WN" && f.name.starts_with("flow")) || key == "loglog_slope_last_three" ||
                            (key == "loss" && f.name.starts_with("lp"));
      CHECK(bool(without) == optional);
      Json other = f.root;
      for (Json::Member& x : *std::get_if<Json::Object>(&other.value))
        if (x.key == key) x.value = Json{true};
      if (!optional || key != "loss") CHECK(!verify_reference(text_of(other), f.name, tables));
    }
  }
}
