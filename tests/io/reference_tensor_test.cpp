// Reference runs of tensor factorizations, whole and spoilt.
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

Json* member(Json& object, std::string_view key) {
  for (Json::Member& m : *std::get_if<Json::Object>(&object.value))
    if (m.key == key) return &m.value;
  return nullptr;
}

Json::Array& list(Json& json) { return *std::get_if<Json::Array>(&json.value); }

std::string text_of(const Json& json) {
  JsonWriter out;
  out.value(json);
  return out.text();
}

struct File {
  std::string name;
  Json root;
};

/// Those in the folder, in the order of their names.
std::vector<File> files_in(const char* folder) {
  std::vector<File> out;
  for (const auto& f : std::filesystem::directory_iterator(std::string(RANKSCOPE_TEST_DATA "/reference/") + folder)) {
    auto bytes = read_file(f.path().string());
    REQUIRE(bytes);
    auto root = parse_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
    REQUIRE(root);
    out.push_back({f.path().filename().string(), std::move(*root)});
  }
  std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return out;
}

const std::vector<File>& files() {
  static const std::vector<File> all = files_in("tensor");
  return all;
}

/// And those of make_tensor.py: other orders, sizes, losses and spectra, fields left out.
const std::vector<File>& all_files() {
  static const std::vector<File> all = [] {
    std::vector<File> out = files(), made = files_in("made");
    out.insert(out.end(), made.begin(), made.end());
    return out;
  }();
  return all;
}

const Json& named(const std::string& start) {
  const auto it = std::find_if(files().begin(), files().end(), [&](const File& f) { return f.name.starts_with(start); });
  REQUIRE(it != files().end());
  return it->root;
}

/// The first `count` logged iterations alone, where there are as many.
Json shortened(Json root, std::size_t count) {
  count = std::min(count, list(*member(root, "logged_iterations")).size());
  list(*member(root, "logged_iterations")).resize(count);
  for (Json::Member& m : *std::get_if<Json::Object>(&member(root, "trajectory")->value)) list(m.value).resize(count);
  return root;
}

/// The largest number of every innermost list in `json`.
void largest(Json& json, std::vector<Json*>& out) {
  if (json.is_number()) return out.push_back(&json);
  Json::Array& all = list(json);
  if (!all[0].is_number()) {
    for (Json& one : all) largest(one, out);
    return;
  }
  out.push_back(&*std::max_element(all.begin(), all.end(), [](const Json& a, const Json& b) { return std::abs(a.number()) < std::abs(b.number()); }));
}

bool agrees(const Json& root) {
  auto replay = verify_reference(text_of(root), "f.json", tables());
  return replay && replay->agrees();
}

template <class Change>
bool fails(const Json& root, Change change) {
  Json changed = root;
  change(changed);
  return !agrees(changed);
}

template <class Change>
std::string error(const Json& root, Change change) {
  Json changed = root;
  change(changed);
  auto replay = verify_reference(text_of(changed), "f.json", tables());
  return replay ? replay->problem : replay.error().text();
}

}  // namespace

TEST_CASE("reference tensor: every file is replayed to 1e-9 in every series") {
  REQUIRE(files().size() == 11);
  REQUIRE(all_files().size() == 25);
  for (const File& f : all_files()) {
    INFO(f.name);
    auto replay = verify_reference(text_of(f.root), f.name, tables());
    REQUIRE(replay);
    CHECK(replay->problem == "");
    CHECK(replay->tolerance == 1e-9);
    CHECK(replay->series.size() == f.root.find("trajectory")->object()->size());
    for (const Deviation& d : replay->series) {
      INFO(d.series);
      CHECK(d.worst <= 1e-9);
    }
    CHECK(replay->agrees());
  }
}

TEST_CASE("reference tensor: one changed number in any list of any series is seen, and in that series alone") {
  for (const File& f : all_files()) {
    INFO(f.name);
    Json root = shortened(f.root, 4);
    REQUIRE(agrees(root));
    for (Json::Member& series : *std::get_if<Json::Object>(&member(root, "trajectory")->value)) {
      INFO(series.key);
      std::vector<Json*> places;
      largest(list(series.value).back(), places);
      for (Json* place : places) {
        const Json before = *place;
        place->value = before.number() * (1 + 1e-6);  // a small list beside large ones counts from a thousandth of the largest on
        auto replay = verify_reference(text_of(root), f.name, tables());
        *place = before;
        REQUIRE(replay);
        CHECK(!replay->agrees());
        for (const Deviation& d : replay->series) CHECK((d.worst > 1e-9) == (d.series == series.key));
      }
    }
  }
}

TEST_CASE("reference tensor: another start in any factor, step, loss or observation is seen") {
  for (const File& f : files()) {
    INFO(f.name);
    const Json root = shortened(f.root, 4);
    for (std::size_t i = 0; i < root.find("init")->array()->size(); ++i) {
      INFO(i);
      CHECK(fails(root, [&](Json& j) {
        Json& first = list(*member(list(*member(j, "init"))[i], "data"))[0];
        first.value = first.number() + 1e-3;
      }));
    }
    CHECK(fails(root, [](Json& j) { member(j, "step_size")->value = 1.01 * member(j, "step_size")->number(); }));
    CHECK(fails(root, [](Json& j) { member(*member(j, "problem"), "loss_scale")->value = 1.01 * member(*member(j, "problem"), "loss_scale")->number(); }));
    CHECK(fails(root, [](Json& j) { member(j, "optimizer")->value = std::string("adam"); }));
    CHECK(fails(root, [](Json& j) {
      Json& p = *member(j, "problem");
      Json& observed = p.find("targets") ? list(*member(p, "targets"))[0] : list(*member(p, "observed_flat_indices"))[0];
      observed.value = p.find("targets") ? Json{observed.number() + 1e-3}.value : list(*member(p, "observed_flat_indices"))[1].value;
    }));
    CHECK(fails(root, [](Json& j) {
      Json& first = list(*member(*member(j, "problem"), "ground_truth"))[0];
      first.value = first.number() + 0.5;
    }));
  }
  CHECK(fails(shortened(named("cp_huber"), 20), [](Json& j) { member(*member(j, "problem"), "huber_delta")->value = 0.4; }));
}

TEST_CASE("reference tensor: observed values that are not the truth's are fitted, and the error is the truth's") {
  Json root = shortened(named("cp_completion_o3"), 1);
  Json& problem = *member(root, "problem");
  const auto at = [&](const char* key, std::size_t i) { return problem.find(key)->array()->at(i).number(); };
  Json::Array values;
  for (std::size_t k = 0; k < problem.find("observed_flat_indices")->array()->size(); ++k)
    values.push_back(Json{at("ground_truth", static_cast<std::size_t>(at("observed_flat_indices", k))) + (k == 0 ? 1 : 0)});
  std::get_if<Json::Object>(&problem.value)->push_back({"observed_values", Json{std::move(values)}});
  auto replay = verify_reference(text_of(root), "f.json", tables());
  REQUIRE(replay);
  for (const Deviation& d : replay->series) {
    INFO(d.series);
    CHECK((d.worst > 1e-9) == (d.series == "loss"));
  }
}

TEST_CASE("reference tensor: an unknown series fails, and so does one that the run does not have") {
  for (const char* name : {"cp_completion_o4", "htf_grouprmsprop", "tucker_o3_6x7x5", "tt_o4"}) {
    INFO(name);
    const Json root = shortened(named(name), 2);
    const auto renamed = [&](const char* to) {
      return error(root, [&](Json& j) { std::get_if<Json::Object>(&member(j, "trajectory")->value)->back().key = to; });
    };
    CHECK(renamed("surprise") == "series 'surprise' is not known to this program");
    CHECK(error(root, [](Json& j) { member(*member(j, "problem"), "observation")->value = std::string("glance"); }) == "observation 'glance' is not known to this program");
    CHECK(error(root, [](Json& j) { member(*member(j, "problem"), "loss")->value = std::string("hinge"); }) == "loss 'hinge' is not known to this program");
  }
  const Json htf = shortened(named("htf_grouprmsprop"), 2);
  CHECK(fails(htf, [](Json& j) {  // other modes, so other numbers
    Json& first = list(*member(*member(j, "problem"), "logged_matricizations"))[0];
    first.value = Json::Array{Json{std::int64_t{0}}, Json{std::int64_t{3}}};
  }));
  Json sensing = shortened(named("cp_sensing"), 2);
  std::get_if<Json::Object>(&member(sensing, "trajectory")->value)->push_back({"test_mse", Json{Json::Array{Json{1.0}, Json{1.0}}}});
  CHECK(error(sensing, [](Json&) {}) == "series 'test_mse' cannot be measured in this run");
}

TEST_CASE("reference tensor: a malformed file is an error that names the place") {
  const auto has = [](const std::string& text, const char* part) {
    INFO(text);
    return text.find(part) != std::string::npos;
  };
  const auto shape = [](Json& j, std::size_t i, std::vector<std::int64_t> to) {
    Json::Array out;
    for (const std::int64_t d : to) out.push_back(Json{d});
    member(list(*member(j, "init"))[i], "shape")->value = std::move(out);
  };
  const auto without = [](const char* key) {
    return [key](Json& j) { std::erase_if(*std::get_if<Json::Object>(&j.value), [&](const Json::Member& m) { return m.key == key; }); };
  };
  for (const char* name : {"cp_completion_o4", "htf_grouprmsprop", "tucker_o3_6x7x5", "tt_o4"}) {
    INFO(name);
    const Json root = shortened(named(name), 2);
    for (const char* key : {"init", "problem", "step_size", "logged_iterations", "trajectory"}) CHECK(has(error(root, without(key)), key));
    CHECK(has(error(root, [](Json& j) { list(*member(j, "init")).clear(); }), "init"));
    CHECK(has(error(root, [](Json& j) { list(*member(j, "init")).pop_back(); }), name[0] == 'c' ? "problem.ground_truth_shape" : "init"));
    CHECK(has(error(root, [](Json& j) { list(*member(list(*member(j, "init"))[0], "data")).pop_back(); }), "init[0].data"));
    CHECK(has(error(root, [](Json& j) { list(*member(list(*member(j, "init"))[0], "data"))[0].value = std::string("a"); }), "init[0].data[0]"));
    CHECK(has(error(root, [](Json& j) { list(*member(*member(j, "problem"), "ground_truth_shape"))[0].value = std::int64_t{1}; }), "problem.ground_truth"));
    CHECK(has(error(root, [](Json& j) { list(*member(*member(j, "problem"), "observed_flat_indices"))[0].value = std::int64_t{1000000}; }), "problem.observed_flat_indices[0]"));
    CHECK(has(error(root, [](Json& j) { list(*member(*member(j, "problem"), "observed_flat_indices")).clear(); }), "mask"));
    CHECK(has(error(root, [](Json& j) { list(*member(j, "logged_iterations"))[1].value = -1.0; }), "logged_iterations[1]"));
  }
  const Json cp = shortened(named("cp_completion_o4"), 2), htf = shortened(named("htf_grouprmsprop"), 2), tucker = shortened(named("tucker_o3_6x7x5"), 2), train = shortened(named("tt_o4"), 2);
  CHECK(has(error(cp, [&](Json& j) { shape(j, 1, {5, 72}); }), "init[1].shape"));
  CHECK(has(error(cp, [&](Json& j) { shape(j, 1, {360}); }), "init[1].shape"));
  CHECK(has(error(htf, [&](Json& j) { shape(j, 4, {16, 9}); }), "init[4].shape"));
  CHECK(has(error(htf, [&](Json& j) { shape(j, 6, {3, 4}); }), "init[6].shape"));
  CHECK(has(error(htf, [](Json& j) { member(*member(j, "problem"), "order")->value = std::int64_t{3}; }), "problem.order"));
  CHECK(has(error(htf, [](Json& j) { member(*member(j, "problem"), "order")->value = 1e300; }), "problem.order"));
  CHECK(has(error(htf, [](Json& j) { list(*member(*member(j, "problem"), "widths"))[0].value = std::int64_t{13}; }), "problem.widths"));
  CHECK(has(error(htf, [](Json& j) { list(list(*member(*member(j, "problem"), "logged_matricizations"))[0])[0].value = std::int64_t{4}; }), "problem.logged_matricizations"));
  CHECK(has(error(htf, [](Json& j) { list(list(*member(*member(j, "problem"), "logged_matricizations"))[0]).clear(); }), "problem.logged_matricizations[0]"));
  CHECK(has(error(htf, [](Json& j) { list(list(*member(*member(j, "problem"), "logged_matricizations"))[4])[1].value = std::int64_t{0}; }), "problem.logged_matricizations[4]"));
  CHECK(has(error(htf, [&](Json& j) { without("logged_matricizations")(*member(j, "problem")); }), "has no \"logged_matricizations\""));
  for (const char* key : {"observation", "loss_scale", "observed_flat_indices"}) CHECK(has(error(cp, [&](Json& j) { without(key)(*member(j, "problem")); }), key));
  CHECK(has(error(cp, [&](Json& j) { without("ground_truth")(*member(j, "problem")); }), "has neither ground_truth nor observed_values"));
  const Json sensing = shortened(named("cp_sensing"), 2);
  for (const char* key : {"measurements", "measurements_shape", "targets"}) CHECK(has(error(sensing, [&](Json& j) { without(key)(*member(j, "problem")); }), key));
  CHECK(has(error(sensing, [](Json& j) { list(*member(*member(j, "problem"), "targets")).pop_back(); }), "targets"));
  CHECK(has(error(sensing, [](Json& j) { list(*member(*member(j, "problem"), "measurements")).pop_back(); }), "problem.measurements"));
  CHECK(has(error(tucker, [&](Json& j) { shape(j, 1, {9, 4}); }), "init[1].shape"));
  CHECK(has(error(tucker, [](Json& j) { member(j, "tucker_depth")->value = 1.5; }), "tucker_depth"));
  CHECK(has(error(tucker, [](Json& j) { member(j, "tucker_depth")->value = std::int64_t{2}; }), "init"));
  CHECK(has(error(train, [&](Json& j) { shape(j, 1, {4, 5, 6}); }), "init[1].shape"));
  CHECK(has(error(train, [&](Json& j) { shape(j, 3, {2, 8}); }), "init[3].shape"));
  CHECK(has(error(cp, [](Json& j) {  // twelve vectors of ten are a tensor of 1e12 entries
          Json::Array vectors(12, list(*member(j, "init"))[0]);
          for (Json& v : vectors) {
            list(*member(v, "shape")) = {Json{std::int64_t{10}}, Json{std::int64_t{1}}};
            list(*member(v, "data")).resize(10);
          }
          member(j, "init")->value = std::move(vectors);
        }),
        "more than 2e7 entries"));
}
