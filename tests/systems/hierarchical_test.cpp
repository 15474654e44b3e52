#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "allocation_count.h"
#include "io/json.h"
#include "lab/run.h"
#include "lab/study.h"
#include "presets/presets.h"
#include "systems/hierarchical.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

const Entry& entry() {
  static const Entry e = hierarchical_entry();
  return e;
}

using Words = std::vector<std::int64_t>;

Run open(const Entry& system, Settings settings, Inputs inputs = {}, std::vector<std::string> record = {}, std::int64_t every = 1) {
  Document d;
  d.settings = std::move(settings);
  d.steps = 1000000;
  d.every = every;
  d.record = std::move(record);
  auto run = Run::open(system, d, std::move(inputs));
  INFO((run ? "" : run.error().text()));
  REQUIRE(bool(run));
  return std::move(*run);
}

std::string refusal(Settings settings, Inputs inputs = {}) {
  Document d;
  d.settings = std::move(settings);
  const auto run = Run::open(entry(), d, std::move(inputs));
  return run ? "" : run.error().text();
}

Settings small(std::initializer_list<std::pair<const std::string, Value>> some) {
  Settings out = {{"sizes", Words{3, 3, 3, 3}}, {"widths", Words{4}}, {"init_scale", 0.3}, {"optimizer", std::string("gd")}, {"step_size", 1e-3}};
  for (const auto& [key, value] : some) out[key] = value;
  return out;
}

const Series& view(Frame& frame, const Run& run, const std::string& key, Part part = Part::Measured) {
  const int v = run.view(key);
  REQUIRE_MESSAGE(v >= 0, key);
  const std::uint32_t id[] = {static_cast<std::uint32_t>(v)};
  frame = run.measure(id);
  const Series* s = frame.find(id[0], part);
  REQUIRE(s);
  return *s;
}

double scalar(const Run& run, const std::string& key) {
  Frame f;
  return view(f, run, key).data.at(0);
}

std::vector<double> values(const Run& run, const std::string& key, Part part = Part::Measured) {
  Frame f;
  return view(f, run, key, part).data;
}

std::vector<Frame> advance(Run& run, std::int64_t n) {
  std::vector<Frame> out;
  run.advance(run.step() + n, [] { return true; }, [&](const Frame& f) { out.push_back(f); });
  return out;
}

}  // namespace

TEST_CASE("hierarchical: the step follows the gradient of the loss it shows, for every tree, task and loss") {
  const std::pair<std::string, Words> shapes[] = {{"", {4, 3}}, {"((1,3),2)", {3, 2, 3}}, {"", {2, 3, 2, 2}}, {"(1,(2,4),(3,5))", {2, 2, 3, 2, 2}}, {"((1,2,3),(4,5,6))", {2, 2, 2, 2, 2, 2}}};
  for (const auto& shape : shapes)
    for (const char* task : {"completion", "sensing", "rank_one"})
      for (const char* loss : {"squared", "huber"}) {
        CAPTURE(shape.second.size());
        INFO(std::string(task));
        INFO(std::string(loss));
        Settings s = small({{"sizes", shape.second}, {"widths", Words{3}}, {"init_scale", 0.7}, {"loss", std::string(loss)}, {"observed", 0.6}, {"target_norm", 2.0}});
        if (!shape.first.empty()) s["tree"] = std::string("drawn"), s["drawn_tree"] = shape.first;
        s["task"] = std::string(std::string(task) == "completion" ? "completion" : "sensing");
        if (std::string(task) != "completion") s["measurements"] = std::int64_t{10}, s["sensing"] = std::string(std::string(task) == "sensing" ? "dense" : task);
        Run run = open(entry(), s);
        const std::vector<double> start(run.weights().begin(), run.weights().end());
        advance(run, 1);
        std::vector<double> gradient;
        double scale = 0;
        for (std::size_t i = 0; i < start.size(); ++i) gradient.push_back((start[i] - run.weights()[i]) / 1e-3), scale = std::max(scale, std::abs(gradient.back()));
        REQUIRE(scale > 0);
        for (std::size_t i = 0; i < start.size(); i += 3) {
          double at[2];
          for (int side = 0; side < 2; ++side) {
            std::copy(start.begin(), start.end(), run.weights().begin());
            run.weights()[i] += side ? 1e-5 : -1e-5;
            at[side] = scalar(run, "loss");
          }
          CHECK(gradient[i] == doctest::Approx((at[1] - at[0]) / 2e-5).epsilon(2e-5).scale(scale));
        }
      }
}

TEST_CASE("hierarchical: what gradient flow conserves drifts in proportion to the step") {
  for (const char* tree : {"((1,2),(3,4))", "((1,2,3),4)"})
    for (const char* root : {"trained", "ones"}) {
      double drift[2];
      for (int k = 0; k < 2; ++k) {
        const double h = k ? 2e-3 : 1e-3;
        Run run = open(entry(), small({{"tree", std::string("drawn")}, {"drawn_tree", std::string(tree)}, {"root", std::string(root)}, {"init_scale", 0.6}, {"step_size", h}, {"target_norm", 9.0},
                                       {"normalisation", std::string("half_mean")}}));
        const double before = scalar(run, "unbalancedness"), loss = scalar(run, "loss");
        CHECK(scalar(run, "unbalancedness_drift") == 0);
        advance(run, static_cast<std::int64_t>(std::lround(8 / h)));
        drift[k] = scalar(run, "unbalancedness_drift");
        CHECK(scalar(run, "loss") < 0.8 * loss);  // it has moved
        CHECK(drift[k] < 0.02 * before);
        CHECK(scalar(run, "unbalancedness") == doctest::Approx(before).epsilon(0.02));
      }
      INFO(std::string(tree));
      CHECK(std::log2(drift[1] / drift[0]) == doctest::Approx(1).epsilon(0.1));
    }
}

TEST_CASE("hierarchical: a balanced local component grows as K sigma^(2-2/K) gamma at every node, by no other exponent") {
  struct Case {
    const char *tree, *root;
    std::map<std::string, int> axes;
  };
  for (const Case& c : {Case{"((1,2),(3,4))", "trained", {{"1_2", 3}, {"3_4", 3}, {"1_2_3_4", 3}}}, Case{"((1,2,3),4)", "trained", {{"1_2_3", 4}, {"1_2_3_4", 3}}},
                        Case{"(1,2,3,4)", "trained", {{"1_2_3_4", 5}}}, Case{"((1,2),(3,4))", "ones", {{"1_2_3_4", 2}}}}) {
    INFO(std::string(c.tree));
    std::vector<std::string> record;
    for (const auto& [key, k] : c.axes) record.push_back("local_component_norms_" + key);
    Run run = open(entry(), small({{"tree", std::string("drawn")}, {"drawn_tree", std::string(c.tree)}, {"root", std::string(c.root)}, {"init", std::string("balanced")}, {"init_scale", 0.5},
                                   {"widths", Words{3}}, {"target_norm", 9.0}, {"step_size", 0.02}}),
                   {}, record, 25);
    const auto frames = advance(run, 6000);
    for (const auto& [key, axes] : c.axes) {
      const std::string &node = key;  // clang 14 cannot capture a structured binding, which the macro does
      CAPTURE(node);
      const auto v = static_cast<std::uint32_t>(run.view("local_component_norms_" + key));
      double grown = 0, off = 0;
      for (const Frame& f : frames) {
        const auto &measured = f.find(v)->data, &theory = f.find(v, Part::Theory)->data;
        REQUIRE(theory.size() == 3);
        for (std::size_t i = 0; i < 3; ++i) off = std::max(off, std::abs(theory[i] - measured[i])), grown = std::max(grown, measured[i]);
      }
      CHECK(grown > 3 * frames[0].find(v)->data[0]);
      CHECK(off < 0.01 * grown);
    }
  }
}

TEST_CASE("hierarchical: the tree view holds the tree, the norms at its nodes and the spectra on its edges") {
  Run run = open(entry(), small({{"tree", std::string("drawn")}, {"drawn_tree", std::string("((4,1),(2,3))")}, {"widths", Words{5, 2}}}));
  CHECK(values(run, "mode_tree", Part::Parents) == std::vector<double>{4, 5, 5, 4, 6, 6, -1});
  CHECK(values(run, "mode_tree", Part::Modes) == std::vector<double>{0, 1, 2, 3, -1, -1, -1});
  Frame f;
  const Series bars = view(f, run, "mode_tree"), edges = view(f, run, "mode_tree", Part::Edges), target = view(f, run, "mode_tree", Part::Target);
  CHECK(bars.shape == std::vector<std::int64_t>{7, 5});
  CHECK(edges.shape == std::vector<std::int64_t>{7, 9});
  CHECK(target.shape == edges.shape);
  const auto row = [](const Series& s, std::int64_t n) { return std::vector<double>(s.data.begin() + n * s.shape[1], s.data.begin() + (n + 1) * s.shape[1]); };
  const auto same = [](std::vector<double> filled, const std::vector<double>& with) {
    for (std::size_t k = with.size(); k < filled.size(); ++k) CHECK(std::isnan(filled[k]));
    filled.resize(with.size());
    CHECK(filled == with);
  };
  same(row(bars, 0), {});
  same(row(bars, 4), values(run, "local_component_norms_1_4"));
  same(row(bars, 6), values(run, "local_component_norms_1_2_3_4"));
  same(row(edges, 6), {});
  same(row(edges, 1), values(run, "singular_values_2"));
  same(row(edges, 4), values(run, "singular_values_1_4"));
  same(row(edges, 5), values(run, "singular_values_1_4"));  // the same matricization, on its side
  same(row(target, 4), values(run, "singular_values_1_4", Part::Target));
  CHECK(run.views()[static_cast<std::size_t>(run.view("mode_tree"))].edits == "drawn_tree");
  for (const char* foreign : {"effective_rank_1_2", "effective_rank_1_3"}) CHECK(scalar(run, foreign) > 1);  // pairs that no node has, beside the tree's own
}

TEST_CASE("hierarchical: a wrong tree, width or start is refused by name") {
  CHECK(refusal(small({{"tree", std::string("drawn")}, {"drawn_tree", std::string("((1,2),(3,5))")}})).find("drawn_tree: mode 5 is unknown") == 0);
  CHECK(refusal(small({{"drawn_tree", std::string("(((")}})).empty());  // unseen while another tree is chosen
  CHECK(refusal(small({{"tree", std::string("squares")}, {"sizes", Words{2, 2, 2}}})).find("tree: squares needs 4, 16, 64") == 0);
  CHECK(refusal(small({{"widths", Words{4, 4, 4}}})).find("widths: has 3 numbers (one for each of the tree's 2 levels") == 0);
  CHECK(refusal(small({{"widths", Words{}}})).find("widths: has 0 numbers") == 0);
  CHECK(refusal(small({{"widths", Words{4096}}, {"sizes", Words{20, 20, 20, 20}}})).find("widths: so wide a tree") == 0);
  State start;
  for (const char* name : {"U_1", "U_2", "U_3", "U_4", "V_1_2"}) start.push_back({name, Field::Type::F64, {name[0] == 'U' ? 3 : 4, 4}, true, std::vector<std::byte>(8 * (name[0] == 'U' ? 12 : 16))});
  CHECK(refusal(small({}), {{"start", share(start)}}).find("start: holds no V_3_4") == 0);
  start[4].shape = {2, 8};
  CHECK(refusal(small({}), {{"start", share(start)}}).find("start: V_1_2 is 2 x 8") == 0);
}

TEST_CASE("hierarchical: a preset whose tree is on the screen opens with any other tree") {
  const Tables tables{systems(), presets()};
  for (const char* key : {"htf", "tree-pattern"})
    for (const char* tree : {"((1,3),(2,4))", "(1,2,3,4)", "(((1,4),2),3)"}) {
      auto document = document_of(tables, *tables.preset(key));
      REQUIRE(bool(document));
      document->settings["tree"] = std::string("drawn"), document->settings["drawn_tree"] = std::string(tree);
      const auto run = Run::open(entry(), *document, {});
      INFO((run ? "" : run.error().text()));
      CHECK(bool(run));
    }
}

TEST_CASE("hierarchical: a saved run goes on with the same bits, its theory and lines too") {
  const Settings s = small({{"optimizer", std::string("group_rmsprop")}, {"step_size", 0.01}, {"init_scale", 0.1}});
  const std::vector<std::string> record = {"local_component_norms_1_2", "local_component_norms_1_2_3_4", "unbalancedness_drift"};
  Run run = open(entry(), s, {}, record, 10);
  advance(run, 200);
  auto again = Run::resume(entry(), run.document(), {}, run.save());
  REQUIRE(bool(again));
  const auto a = advance(run, 150), b = advance(*again, 150);
  REQUIRE(a.size() == b.size());
  for (std::size_t k = 0; k < a.size(); ++k) CHECK(encode(a[k]) == encode(b[k]));
  CHECK(run.bits() == again->bits());
  const std::int64_t before = allocation_count();
  run.advance(run.step() + 9, [] { return true; }, [](const Frame&) {});
  CHECK(allocation_count() == before);
}

TEST_CASE("hierarchical: reference runs of other programs") {
  for (const char* name : {"htf_completion_o4_n8_w16_16", "htf_grouprmsprop_o4_n6_w12_12"}) {
    INFO(std::string(name));
    std::stringstream text;
    text << std::ifstream(std::string(RANKSCOPE_TEST_DATA "/reference/tensor/") + name + ".json").rdbuf();
    const auto file = parse_json(text.str(), name);
    REQUIRE_MESSAGE(bool(file), file.error().text());
    const auto numbers = [](const Json& list) {
      std::vector<double> out;
      for (const Json& x : *list.array()) out.push_back(x.number());
      return out;
    };
    const Json& problem = *file->find("problem");
    Dense target{{}, numbers(*problem.find("ground_truth"))};
    for (double d : numbers(*problem.find("ground_truth_shape"))) target.shape.push_back(static_cast<std::int64_t>(d));
    Dense mask{target.shape, std::vector<double>(target.data.size(), 0.0)};
    for (double at : numbers(*problem.find("observed_flat_indices"))) mask.data[static_cast<std::size_t>(at)] = 1;
    State start;
    const char* blocks[] = {"U_1", "U_2", "U_3", "U_4", "V_1_2", "V_3_4", "o"};
    for (std::size_t k = 0; k < 7; ++k) {
      const Json& factor = (*file->find("init")->array())[k];
      auto data = numbers(*factor.find("data"));
      Field f{blocks[k], Field::Type::F64, {}, k < 6, std::vector<std::byte>(8 * data.size())};
      for (double d : numbers(*factor.find("shape"))) f.shape.push_back(static_cast<std::int64_t>(d));
      if (k == 6) f.shape.pop_back();
      const auto rows = static_cast<std::size_t>(f.shape[0]), cols = data.size() / rows;
      std::vector<double> turned(data.size());
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < cols; ++j) turned[i + j * rows] = data[i * cols + j];
      data = turned;  // a state's matrices are kept columns first
      std::memcpy(f.bytes.data(), data.data(), f.bytes.size());
      start.push_back(std::move(f));
    }
    Words widths;
    for (double w : numbers(*problem.find("widths"))) widths.push_back(static_cast<std::int64_t>(w));
    Run run = open(entry(), {{"observe", std::string("mask")}, {"widths", widths}, {"optimizer", std::string(*file->find("optimizer")->text() == "gd" ? "gd" : "group_rmsprop")},
                             {"step_size", file->find("step_size")->number()}, {"normalisation", std::string("custom")}, {"loss_scale", problem.find("loss_scale")->number()}},
                   {{"target", share(target)}, {"mask", share(mask)}, {"start", share(start)}});
    const auto logged = numbers(*file->find("logged_iterations"));
    const Json& series = *file->find("trajectory");
    double worst = 0;
    std::map<std::string, double> most;  // the scale of a deviation, as the files' README has it
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t k = 0; k < logged.size(); ++k) {
        if (pass) run.advance(static_cast<std::int64_t>(logged[k]), [] { return true; }, [](const Frame&) {});
        const auto compare = [&](const std::string& key, const Json& stored, const std::string& view) {
          const auto want = stored.array() ? numbers(stored) : std::vector<double>{stored.number()};
          if (!pass) {
            for (double x : want) most[key] = std::max(most[key], std::abs(x));
            return;
          }
          const auto got = values(run, view);
          REQUIRE(got.size() >= want.size());
          for (std::size_t i = 0; i < want.size(); ++i) {
            const double off = std::abs(got[i] - want[i]) / std::max(std::abs(want[i]), 1e-3 * most[key]);
            if (!(off <= worst)) worst = off;
          }
        };
        for (const char* key : {"loss", "reconstruction_error", "test_mse", "fro_norm"}) compare(key, (*series.find(key)->array())[k], key);
        const Json::Array& norms = *(*series.find("local_component_norms_top8_sorted")->array())[k].array();
        const char* nodes[] = {"1_2", "3_4", "1_2_3_4"};
        for (std::size_t n = 0; n < 3; ++n) compare("norms", norms[n], std::string("local_component_norms_") + nodes[n]);
        const char* rows[] = {"1", "2", "3", "4", "1_2"};
        for (std::size_t n = 0; n < 5; ++n) {
          compare("spectra", (*(*series.find("matricization_singular_values_top10")->array())[k].array())[n], std::string("singular_values_") + rows[n]);
          compare("ranks", (*(*series.find("matricization_effective_ranks")->array())[k].array())[n], std::string("effective_rank_") + rows[n]);
        }
      }
    }
    CHECK(worst < 1e-9);
    MESSAGE(std::string(name), ": ", worst);
  }
}

#ifndef __EMSCRIPTEN__
TEST_CASE("hierarchical: the memory it asks for is within a factor of two of what it takes, and asking takes none") {
  const Settings cases[] = {{{"sizes", Words{30, 30, 30}}, {"widths", Words{32}}},
                            {{"sizes", Words{12, 12, 12, 12}}, {"widths", Words{64}}},
                            {{"sizes", Words{12, 12, 12, 12}}, {"widths", Words{300, 200}}, {"optimizer", std::string("adam")}},
                            {{"sizes", Words{12, 12, 12, 12}}, {"widths", Words{20}}, {"observed", 0.05}, {"tree", std::string("half")}},
                            {{"sizes", Words(16, 2)}, {"widths", Words{8}}, {"tree", std::string("squares")}}};
  for (const Settings& settings : cases) {
    CAPTURE(&settings - cases);
    Document d;
    d.settings = *complete(entry().params, settings), d.steps = 2, d.every = 1;
    const std::int64_t before = allocated_bytes();
    reset_peak();
    const double asked = entry().memory(d.settings, {});
    const auto views = entry().views(d.settings, {});
    entry().cost(d.settings, {});
    CHECK(allocated_peak() - before < 200000);
    for (const ViewInfo& v : views)
      if (v.kind == Kind::Scalar || v.kind == Kind::Spectrum) d.record.push_back(v.key);
    reset_peak();
    auto run = Run::open(entry(), d, {});
    REQUIRE(bool(run));
    advance(*run, 2);
    const auto taken = static_cast<double>(allocated_peak() - before);
    CHECK(asked > 0.5 * taken);
    CHECK(asked < 2 * taken);
  }
}
#endif
